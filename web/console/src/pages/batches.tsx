import { answer, api } from '../api';
import { usePages } from '../ask';
import { count } from '../format';
import { Badge, CsvLink, NextLink, Page, When } from '../parts/basics';
import { PagedTable } from '../parts/table';
import { t } from '../words';

export function Batches() {
  const pages = usePages(async (cursor) => {
    const page = await answer(api.GET('/console/api/batches', { params: { query: { cursor } } }));
    return { rows: page.batches, next: page.next };
  }, []);
  return (
    <Page title={t('batches')} lead={t('batches.lead')}>
      <PagedTable
        label={t('batches')}
        pages={pages}
        empty={t('batches.none')}
        next={<NextLink href="/console/violations?state=overdue">{t('violations.overdue')}</NextLink>}
        columns={[
          { title: t('batch'), cell: (batch) => <a href={`/console/batches/${batch.id}`}>{t('batch.n', { id: batch.id })}</a> },
          { title: t('made'), cell: (batch) => <When time={batch.createdAt} /> },
          { title: t('violations'), number: true, cell: (batch) => count(batch.violations) },
          { title: t('state'), cell: (batch) => <Badge tone={batch.isReady ? 'good' : 'info'}>{t(batch.isReady ? 'batch.ready' : 'batch.open')}</Badge> },
          {
            title: t('download'),
            cell: (batch) => (
              <span class="inline">
                <CsvLink href={`/console/api/batches/${batch.id}/records.json`} label="JSON" />
                <CsvLink href={`/console/api/batches/${batch.id}/records.csv`} label="CSV" />
              </span>
            ),
          },
        ]}
      />
    </Page>
  );
}
