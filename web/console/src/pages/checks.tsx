import { type Schemas, answer, api } from '../api';
import { usePages } from '../ask';
import { Badge, NextLink, Page, Plate, When } from '../parts/basics';
import { Filters, ShowAll, useFilter, useIsFiltered } from '../parts/filters';
import { PagedTable } from '../parts/table';
import { t } from '../words';
import { FoundLinks } from './check';

type Row = Schemas['PlateCheck'];

export function Checks() {
  const { plate } = useFilter();
  const pages = usePages<Row>(
    async (cursor) => {
      const page = await answer(api.GET('/console/api/plate-checks', { params: { query: { plate: plate || undefined, cursor } } }));
      return { rows: page.checks, next: page.next };
    },
    [plate],
  );
  const isFiltered = useIsFiltered();
  return (
    <Page title={t('checks')} lead={t('checks.lead')}>
      <Filters fields={[{ name: 'plate', label: t('plate'), max: 50 }]} />
      <PagedTable
        label={t('checks')}
        pages={pages}
        empty={t(isFiltered ? 'checks.none' : 'checks.none_yet')}
        next={isFiltered ? <ShowAll /> : <NextLink href="/console/check">{t('check.plate')}</NextLink>}
        columns={[
          { title: t('number'), cell: (row) => <a href={`/console/checks/${row.id}`}>{row.id}</a> },
          { title: t('plate'), cell: (row) => <Plate plate={row.plate} /> },
          { title: t('answer'), cell: (row) => <Badge tone={row.valid ? 'good' : 'bad'}>{t(row.valid ? 'paid' : 'not_paid')}</Badge> },
          { title: t('checked'), cell: (row) => <When time={row.checkedAt} /> },
          { title: t('as_of'), cell: (row) => <When time={row.at} /> },
          { title: t('zone'), cell: (row) => row.zone ?? t('zone.all') },
          { title: t('operator'), cell: (row) => row.operator ?? t('unknown') },
          { title: t('found'), cell: (row) => <FoundLinks row={row} /> },
        ]}
      />
    </Page>
  );
}
