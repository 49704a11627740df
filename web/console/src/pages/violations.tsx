import { FilePen } from 'lucide-preact';
import { type Schemas, answer, api, linkTo } from '../api';
import { usePages } from '../ask';
import { money } from '../format';
import { CsvLink, NextLink, Page, Plate, State, When } from '../parts/basics';
import { Filters, ShowAll, useFilter, useIsFiltered } from '../parts/filters';
import { type Column, PagedTable } from '../parts/table';
import { useMay } from '../session';
import { t } from '../words';

type Row = Schemas['ViolationSummary'];
const states = ['all', 'unpaid', 'open', 'overdue', 'appealed', 'collections', 'paid', 'void', 'warning'] as const;

const columns = (): Column<Row>[] => [
  { title: t('ticket'), cell: (row) => <a href={`/console/violations/${row.id}`}>{row.ticket}</a> },
  { title: t('plate'), cell: (row) => <Plate plate={row.plate} /> },
  { title: t('state'), cell: (row) => <State state={row.state} /> },
  { title: t('issued'), cell: (row) => <When time={row.issuedAt} /> },
  { title: t('violation_type'), cell: (row) => row.types.join(', ') },
  { title: t('location'), cell: (row) => row.location ?? '–' },
  { title: t('fine'), number: true, cell: (row) => money(row.fineCents) },
  { title: t('owed'), number: true, cell: (row) => money(row.owedCents) },
];

export function Violations() {
  const { plate, ticket, from, to, state } = useFilter();
  const query = { plate: plate || undefined, ticket: ticket || undefined, from: from || undefined, to: to || undefined };
  const asked = states.find((known) => known === state) ?? 'all';
  const pages = usePages<Row>(
    async (cursor) => {
      const page = await answer(api.GET('/console/api/violations', { params: { query: { ...query, state: asked, cursor } } }));
      return { rows: page.violations, next: page.next };
    },
    [plate, ticket, from, to, asked],
  );
  const isOfficer = useMay('officer');
  const isFiltered = useIsFiltered();
  return (
    <Page
      title={t('violations')}
      lead={t('owed.help')}
      actions={
        <>
          <CsvLink href={linkTo('/console/api/violations.csv', { plate, ticket, from, to, state: asked })} />
          {isOfficer && (
            <a class="btn btn-primary" href="/console/violations/new">
              <FilePen aria-hidden="true" /> {t('write')}
            </a>
          )}
        </>
      }
    >
      <Filters
        fields={[
          { name: 'plate', label: t('plate'), max: 50 },
          { name: 'ticket', label: t('ticket'), max: 50 },
          { name: 'state', label: t('state'), kind: 'select', options: states.map((value) => ({ value, label: t(`state.${value}`) })) },
          { name: 'from', label: t('from'), kind: 'date' },
          { name: 'to', label: t('to'), kind: 'date' },
        ]}
      />
      <PagedTable label={t('violations')} columns={columns()} pages={pages} empty={t(isFiltered ? 'violations.none' : 'violations.none_yet')} next={isFiltered ? <ShowAll /> : isOfficer && <NextLink href="/console/violations/new">{t('write')}</NextLink>} />
    </Page>
  );
}
