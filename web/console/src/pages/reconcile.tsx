// A vendor's statement compared with what was pushed. Nothing is stored; the file stays on this device and
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
type Question = { integration?: number; from?: string; to?: string; withFree?: 'true' };

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
            {
              name: 'free',
              label: t('reconcile.free'),
              kind: 'select',
              required: true,
              options: [
                { value: 'leave out', label: t('reconcile.free.leave_out') },
                { value: 'show', label: t('reconcile.free.show') },
              ],
            },
          ]}
          submit={t('reconcile.submit')}
          send={async (values) => {
            if (!file) return;
            const query: Question = { integration: values.number('integration') ?? undefined, from: values.need('from'), to: values.need('to'), ...(values.text('free') === 'show' ? { withFree: 'true' } : {}) };
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
      {held && held.result.unclear.count > 0 && <Unclear held={held} />}
      {held && outcomes.map((outcome) => <Outcome held={held} outcome={outcome} />)}
    </Page>
  );
}

/** A button that saves all rows of one list as CSV: the file is sent again, as nothing of it is kept. */
function useSave(held: Held, outcome: string) {
  const { send, isBusy, refusal } = useSend();
  async function save() {
    const text = await sendFile(linkTo('/console/api/reconciliation.csv', { outcome, ...held.query }), held.file, 'text/csv', () => {});
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
    link.download = `${outcome}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  }
  const button = (
    <button type="button" class="btn btn-quiet" aria-disabled={isBusy} onClick={() => void send(save)}>
      <Download aria-hidden="true" /> {t('csv')}
    </button>
  );
  return { button, refusal };
}

function Unclear({ held }: { held: Held }) {
  const { count: rows, rows: first } = held.result.unclear;
  const { button, refusal } = useSave(held, 'unclear');
  return (
    <Card title={`${t('outcome.unclear')} · ${count(rows)}`} actions={button}>
      <p class="line-note">{t('outcome.unclear.note')}</p>
      <Refused refusal={refusal} />
      <Table
        label={t('outcome.unclear')}
        rows={first}
        columns={[
          { title: t('row'), number: true, cell: (row) => count(row.row) },
          { title: t('permit.number'), cell: (row) => row.ticket ?? '–' },
          { title: t('written'), cell: (row) => row.amount ?? '–' },
          { title: t('unclear'), cell: (row) => t(`unclear.${row.reason}`) },
        ]}
      />
      {rows > first.length && <p class="line-note">{t('outcome.first', { n: first.length })}</p>}
    </Card>
  );
}

function Outcome({ held, outcome }: { held: Held; outcome: (typeof outcomes)[number] }) {
  const { count: rows, theirsCents, oursCents, rows: first } = held.result[outcome];
  const { button, refusal } = useSave(held, outcome);
  const left = outcome === 'missingThere' ? held.result.freeLeftOut : 0;
  const sum = (cents: number | null) => (cents === null ? '–' : money(cents));
  return (
    <Card
      title={`${t(`outcome.${outcome}`)} · ${count(rows)}`}
      actions={rows > 0 && button}
    >
      <p class="line-note">{t('outcome.sums', { theirs: money(theirsCents), ours: money(oursCents) })}</p>
      {left > 0 && <p class="line-note">{t('outcome.free', { n: left })}</p>}
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
