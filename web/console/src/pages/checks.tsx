import { type Schemas, answer, api } from '../api';
import { usePages } from '../ask';
import { Badge, Page, Plate, When } from '../parts/basics';
import { Filters, useFilter } from '../parts/filters';
import { PagedTable } from '../parts/table';
import { t } from '../words';

type Row = Schemas['PlateCheckPage']['checks'][number];

export function Checks() {
  const { plate } = useFilter();
  const pages = usePages<Row>(
    async (cursor) => {
      const page = await answer(api.GET('/console/api/plate-checks', { params: { query: { plate: plate || undefined, cursor } } }));
      return { rows: page.checks, next: page.next };
    },
    [plate],
  );
  return (
    <Page title={t('checks')} lead={t('checks.lead')}>
      <Filters fields={[{ name: 'plate', label: t('plate'), max: 50 }]} />
      <PagedTable
        label={t('checks')}
        pages={pages}
        empty={t('checks.none')}
        columns={[
          { title: t('number'), cell: (row) => row.id },
          { title: t('plate'), cell: (row) => <Plate plate={row.plate} /> },
          { title: t('answer'), cell: (row) => <Badge tone={row.valid ? 'good' : 'bad'}>{t(row.valid ? 'paid' : 'not_paid')}</Badge> },
          { title: t('checked'), cell: (row) => <When time={row.checkedAt} /> },
          { title: t('as_of'), cell: (row) => <When time={row.at} /> },
          { title: t('zone'), cell: (row) => row.zone ?? t('zone.all') },
          { title: t('operator'), cell: (row) => row.operator },
          { title: t('found'), cell: (row) => <Found row={row} /> },
        ]}
      />
    </Page>
  );
}

const Found = ({ row }: { row: Row }) => (
  <>
    {[...row.permits, ...row.justExpired].map((reference, i) => (
      <div>
        <a href={`/console/permits/${reference}`}>{t(i < row.permits.length ? 'found.permit' : 'found.expired')}</a>
      </div>
    ))}
    {row.violations.map((id) => (
      <div>
        <a href={`/console/violations/${id}`}>{t('found.violation')}</a>
      </div>
    ))}
  </>
);
