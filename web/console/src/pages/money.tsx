import { lazy, useLocation } from 'preact-iso';
import { type Schemas, answer, api, linkTo } from '../api';
import { useAsk } from '../ask';
import { everyDay, monthsUntil } from '../calendar';
import { count, day, dayFromNow, money, month } from '../format';
import { Busy, Card, CsvLink, Empty, Page, Refused } from '../parts/basics';
import { Filters } from '../parts/filters';
import { Table } from '../parts/table';
import { named, t } from '../words';

const Chart = lazy(() => import('../parts/chart').then((m) => m.Chart));
const groupings = ['zone', 'integration', 'type'] as const;

export function Money() {
  const { query } = useLocation();
  const by = groupings.find((known) => known === query['by']) ?? 'zone';
  const from = query['from'] || dayFromNow(-30);
  const to = query['to'] || dayFromNow(0);
  const income = useAsk(() => answer(api.GET('/console/api/money', { params: { query: { from, to, by } } })), [from, to, by]);
  const fines = useAsk(() => answer(api.GET('/console/api/fines')), []);
  return (
    <Page title={t('money')}>
      <Filters
        fields={[
          { name: 'by', label: t('money.by'), kind: 'select', options: groupings.map((value) => ({ value, label: t(`by.${value}`) })) },
          { name: 'from', label: t('from'), kind: 'date' },
          { name: 'to', label: t('to'), kind: 'date' },
        ]}
      />
      <Card title={t('money.income', { from: day(from), to: day(to) })} actions={<CsvLink href={linkTo('/console/api/money.csv', { from, to, by })} />}>
        <Refused refusal={income.refusal} />
        {income.value ? <Income income={income.value} /> : !income.refusal && <Busy />}
      </Card>
      <Card title={t('money.fines')} actions={<CsvLink href="/console/api/fines.csv" />}>
        <Refused refusal={fines.refusal} />
        {fines.value ? <Fines fines={fines.value} /> : !fines.refusal && <Busy />}
      </Card>
    </Page>
  );
}

/** A chart of the days and a table of the groups, for each currency on its own: they do not add up. */
function Income({ income }: { income: Schemas['Money'] }) {
  const name = (group: string | null) => (group === null ? t('zone.any') : income.by === 'type' ? named('permit', group) : group);
  const currencies = [...new Set(income.sums.map(({ currency }) => currency))];
  if (currencies.length === 0) return <Empty>{t('money.none')}</Empty>;
  return (
    <>
      {currencies.map((currency) => {
        const sums = income.sums.filter((sum) => sum.currency === currency);
        const days = everyDay(income.from, income.to);
        const groups = [...new Set(sums.map((sum) => sum.group))];
        const at = new Map(sums.map((sum) => [`${sum.day} ${sum.group ?? ''}`, sum.cents]));
        const total = (group: string | null) => sums.filter((sum) => sum.group === group);
        const write = (cents: number) => money(cents, currency);
        return (
          <div key={currency}>
            <p class="sum">{write(sums.reduce((all, { cents }) => all + cents, 0))}</p>
            <Chart
              kind="bar"
              label={t('money.income.of', { currency })}
              names={days.map(day)}
              series={groups.map((group) => ({ label: name(group), values: days.map((d) => at.get(`${d} ${group ?? ''}`) ?? 0) }))}
              write={write}
              first={t('day')}
            />
            <Table
              label={t('money.income.of', { currency })}
              rows={groups}
              columns={[
                { title: t(`by.${income.by}`), cell: name },
                { title: t('permits'), number: true, cell: (group) => count(total(group).reduce((all, { permits }) => all + permits, 0)) },
                { title: t('amount'), number: true, cell: (group) => write(total(group).reduce((all, { cents }) => all + cents, 0)) },
              ]}
            />
          </div>
        );
      })}
    </>
  );
}

function Fines({ fines }: { fines: Schemas['Fines'] }) {
  if (fines.months.length === 0) return <Empty>{t('violations.none')}</Empty>;
  const write = (cents: number) => money(cents, fines.currency);
  const byMonth = new Map(fines.months.map((one) => [one.month, one]));
  // The last year; where nothing was issued in it, the year up to the last fine.
  const latest = fines.months[0]?.month ?? '';
  const thisMonth = dayFromNow(0).slice(0, 7);
  const lastYear = monthsUntil(thisMonth, 12);
  const shown = lastYear.some((one) => byMonth.has(one)) ? lastYear : monthsUntil(latest, 12);
  return (
    <>
      <Chart
        kind="bar"
        label={t('money.fines')}
        names={shown.map(month)}
        series={[
          { label: t('paid.amount'), values: shown.map((one) => byMonth.get(one)?.paidCents ?? 0), tone: 'accent' },
          { label: t('owed'), values: shown.map((one) => byMonth.get(one)?.owedCents ?? 0), tone: 'amber' },
        ]}
        write={write}
        first={t('month')}
      />
      <Table
        label={t('money.fines')}
        rows={fines.months}
        columns={[
          { title: t('month'), cell: (one) => month(one.month) },
          { title: t('violations'), number: true, cell: (one) => count(one.issued) },
          { title: t('issued'), number: true, cell: (one) => write(one.issuedCents) },
          { title: t('paid.amount'), number: true, cell: (one) => write(one.paidCents) },
          { title: t('owed'), number: true, cell: (one) => write(one.owedCents) },
          { title: t('sent'), number: true, cell: (one) => `${count(one.sent)} · ${write(one.sentCents)}` },
        ]}
      />
    </>
  );
}
