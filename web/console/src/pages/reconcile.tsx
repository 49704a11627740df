// A vendor's statement held against what was pushed. Nothing is stored; the file stays on this device and
// is sent again for the CSV of an outcome.

import { useState } from 'preact/hooks';
import { Download } from 'lucide-preact';
import { type Schemas, answer, api, linkTo, sendFile } from '../api';
import { useAsk, useSend } from '../ask';
import { count, dayFromNow, money } from '../format';
import { Busy, Card, Empty, Page, Refused } from '../parts/basics';
import { Form } from '../parts/form';
import { Table } from '../parts/table';
import { t } from '../words';

const outcomes = ['missingHere', 'missingThere', 'differentAmount', 'matched'] as const;
type Question = { integration?: number; from?: string; to?: string };

interface Held {
  file: File;
  query: Question;
  result: Schemas['Reconciliation'];
}

export function Reconcile() {
  const integrations = useAsk(async () => (await answer(api.GET('/console/api/integrations'))).integrations, []);
  const [held, setHeld] = useState<Held>();
  const [file, setFile] = useState<File>();
  const [part, setPart] = useState(0);
  return (
    <Page title={t('reconcile')} lead={t('reconcile.lead')}>
      <Refused refusal={integrations.refusal} />
      {integrations.value ? (
        <Form
          class="panel form-wide"
          fields={[
            { name: 'integration', label: t('integration'), kind: 'select', none: t('all'), options: integrations.value.map(({ id, name }) => ({ value: id, label: name })) },
            { name: 'from', label: t('from'), kind: 'date', value: dayFromNow(-30), required: true },
            { name: 'to', label: t('to'), kind: 'date', value: dayFromNow(0), required: true },
          ]}
          submit={t('reconcile.submit')}
          send={async (values) => {
            if (!file) return;
            const query: Question = { integration: values.number('integration') ?? undefined, from: values.need('from'), to: values.need('to') };
            const text = await sendFile(linkTo('/console/api/reconciliation', { ...query }), file, 'text/csv', setPart);
            setHeld({ file, query, result: JSON.parse(text) as Schemas['Reconciliation'] });
          }}
        >
          <div class="field">
            <label class="form-label" for="statement">
              {t('reconcile.file')}
            </label>
            <input id="statement" class="form-control" type="file" accept=".csv,text/csv" required onChange={(event) => setFile(event.currentTarget.files?.[0])} />
            <div class="form-text">{t('reconcile.hint')}</div>
          </div>
          {part > 0 && part < 1 && <progress value={part} max={1} aria-label={t('reconcile.file')} />}
        </Form>
      ) : (
        !integrations.refusal && <Busy />
      )}
      {held && outcomes.map((outcome) => <Outcome held={held} outcome={outcome} />)}
    </Page>
  );
}

function Outcome({ held, outcome }: { held: Held; outcome: (typeof outcomes)[number] }) {
  const { count: rows, theirsCents, oursCents, rows: first } = held.result[outcome];
  const { send, isBusy, refusal } = useSend();
  async function save() {
    const text = await sendFile(linkTo('/console/api/reconciliation.csv', { outcome, ...held.query }), held.file, 'text/csv', () => {});
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
    link.download = `${outcome}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  }
  const sum = (cents: number | null) => (cents === null ? '–' : money(cents));
  return (
    <Card
      title={`${t(`outcome.${outcome}`)} · ${count(rows)}`}
      actions={
        rows > 0 && (
          <button type="button" class="btn btn-quiet" aria-disabled={isBusy} onClick={() => void send(save)}>
            <Download aria-hidden="true" /> {t('csv')}
          </button>
        )
      }
    >
      <p class="line-note">{t('outcome.sums', { theirs: money(theirsCents), ours: money(oursCents) })}</p>
      <Refused refusal={refusal} />
      {first.length === 0 ? (
        <Empty>{t('outcome.none')}</Empty>
      ) : (
        <Table
          label={t(`outcome.${outcome}`)}
          rows={first}
          columns={[
            { title: t('permit.number'), cell: (row) => (row.reference ? <a href={`/console/permits/${row.reference}`}>{row.ticket}</a> : row.ticket) },
            { title: t('theirs'), number: true, cell: (row) => sum(row.theirsCents) },
            { title: t('ours'), number: true, cell: (row) => sum(row.oursCents) },
          ]}
        />
      )}
      {rows > first.length && <p class="line-note">{t('outcome.first', { n: first.length })}</p>}
    </Card>
  );
}
