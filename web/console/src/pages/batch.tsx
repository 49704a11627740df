// A batch that was sent to collections: its sums then and now, and its tickets.

import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { answer, api } from '../api';
import { usePages } from '../ask';
import { count, money } from '../format';
import { Badge, Card, CsvLink, Facts, Page, Plate, State, When } from '../parts/basics';
import { PagedTable } from '../parts/table';
import { t } from '../words';

const ask = (id: number, cursor?: string) => answer(api.GET('/console/api/batches/{id}', { params: { path: { id }, query: { cursor } } }));
type Answered = Awaited<ReturnType<typeof ask>>;

export function Batch() {
  const id = Number(useRoute().params['id']);
  const [batch, setBatch] = useState<Answered>();
  const pages = usePages(async (cursor) => {
    const page = await ask(id, cursor);
    if (!cursor) setBatch(page);
    return { rows: page.tickets, next: page.next };
  }, [id]);
  return (
    <Page
      title={t('batch.n', { id })}
      lead={t('owed.help')}
      actions={
        <>
          <CsvLink href={`/console/api/batches/${id}/records.json`} label="JSON" />
          <CsvLink href={`/console/api/batches/${id}/records.csv`} label="CSV" />
        </>
      }
    >
      {batch && (
        <Card>
          <Facts
            facts={[
              [t('made'), <When time={batch.createdAt} />],
              [t('state'), <Badge tone={batch.isReady ? 'good' : 'info'}>{t(batch.isReady ? 'batch.ready' : 'batch.open')}</Badge>],
              [t('violations'), count(batch.violations)],
              [t('batch.owed_then'), batch.sentOwedCents === null ? t('batch.owed_unknown') : money(batch.sentOwedCents)],
              [t('batch.owed_now'), money(batch.owedCents ?? 0)],
              [t('batch.unpaid'), count(batch.unpaid ?? 0)],
            ]}
          />
        </Card>
      )}
      <PagedTable
        label={t('batch.tickets')}
        pages={pages}
        empty={t('violations.none')}
        columns={[
          { title: t('ticket'), cell: (row) => <a href={`/console/violations/${row.id}`}>{row.ticket}</a> },
          { title: t('plate'), cell: (row) => <Plate plate={row.plate} /> },
          { title: t('batch.debtor'), cell: (row) => row.drivers.map(({ name }) => name).join(', ') || '–' },
          { title: t('issued'), cell: (row) => <When time={row.issuedAt} /> },
          { title: t('batch.owed_then'), number: true, cell: (row) => (row.sentOwedCents === null ? '–' : money(row.sentOwedCents)) },
          { title: t('batch.owed_now'), number: true, cell: (row) => money(row.owedCents) },
          { title: t('state'), cell: (row) => <State state={row.state} /> },
        ]}
      />
    </Page>
  );
}
