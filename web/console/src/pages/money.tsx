import { lazy, useLocation } from 'preact-iso';
import { type Schemas, answer, api, linkTo } from '../api';
import { useAsk } from '../ask';
import { everyDay } from '../calendar';
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
  const takings = useAsk(() => answer(api.GET('/console/api/takings', { params: { query: { from, to } } })), [from, to]);
  // Without days of its own the report of months shows a year.
  const months = { from: query['from'] || undefined, to: query['to'] || undefined };
  const fines = useAsk(() => answer(api.GET('/console/api/fine-months', { params: { query: months } })), [months.from, months.to]);
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
      <Card title={t('takings', { from: day(from), to: day(to) })} actions={<CsvLink href={linkTo('/console/api/takings.csv', { from, to })} />}>
        <Refused refusal={takings.refusal} />
        {takings.value ? <Takings takings={takings.value} /> : !takings.refusal && <Busy />}
      </Card>
      <Card title={t('money.fines')} actions={<CsvLink href={linkTo('/console/api/fine-months.csv', months)} />}>
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

type Line = Schemas['TakingSums'];
type FineLine = Schemas['FineSums'];

/** What came in: by day as a chart, then by method, by operator, and line by line. */
function Takings({ takings }: { takings: Schemas['Takings'] }) {
  if (takings.count === 0) return <Empty>{t('takings.none')}</Empty>;
  const write = (cents: number) => money(cents, takings.currency);
  const who = (name: string | null) => (name === null ? t('takings.import') : name || t('takings.removed'));
  const figures = [
    { title: t('takings.payments'), number: true, cell: (line: Line) => count(line.payments) },
    { title: t('takings.taken'), number: true, cell: (line: Line) => write(line.takenCents) },
    { title: t('takings.reversals'), number: true, cell: (line: Line) => count(line.reversals) },
    { title: t('takings.reversed'), number: true, cell: (line: Line) => write(-line.reversedCents) },
    { title: t('takings.net'), number: true, cell: (line: Line) => write(line.cents) },
  ];
  const total = { ...takings.total, method: null, operator: null };
  const days = everyDay(takings.from, takings.to);
  const byDay = new Map(takings.days.map((one) => [one.day, one.cents]));
  return (
    <>
      <p class="sum">{write(takings.total.cents)}</p>
      <p class="line-note">{t('takings.note')}</p>
      <Chart
        kind="bar"
        label={t('takings.by_day')}
        names={days.map(day)}
        series={[{ label: t('takings.net'), values: days.map((one) => byDay.get(one) ?? 0) }]}
        write={write}
        first={t('day')}
      />
      <h3 class="h6">{t('takings.by_method')}</h3>
      <Table
        wide
        label={t('takings.by_method')}
        rows={[...takings.methods, total]}
        columns={[{ title: t('method'), cell: (line) => (line.method === null ? <strong>{t('total')}</strong> : named('method', line.method)) }, ...figures]}
      />
      <h3 class="h6">{t('takings.by_operator')}</h3>
      <Table wide label={t('takings.by_operator')} rows={takings.operators} columns={[{ title: t('operator'), cell: (line) => who(line.operator) }, ...figures]} />
      <details class="figures-of">
        <summary>{t('takings.lines')}</summary>
        <Table
          wide
          label={t('takings.lines')}
          rows={takings.lines}
          columns={[
            { title: t('day'), cell: (line) => day(line.day) },
            { title: t('method'), cell: (line) => named('method', line.method) },
            { title: t('operator'), cell: (line) => who(line.operator) },
            ...figures,
          ]}
        />
        {takings.count > takings.lines.length && <p class="line-note">{t('outcome.first', { n: takings.lines.length })}</p>}
      </details>
    </>
  );
}

/** What was issued in each month, and what became of it: the columns add up to what was issued. */
function Fines({ fines }: { fines: Schemas['FineMonths'] }) {
  const shown = fines.months.filter((one) => one.violations > 0 || one.paidCents !== 0);
  if (shown.length === 0) return <Empty>{t('violations.none')}</Empty>;
  const write = (cents: number) => money(cents, fines.currency);
  const rows = [...shown.reverse(), { ...fines.total, month: null }];
  type Row = (typeof rows)[number];
  const amount = (title: string, cents: (row: Row) => number) => ({ title, number: true, cell: (row: Row) => write(cents(row)) });
  const parts = [
    { label: t('paid.amount'), tone: 'accent', cents: (one: FineLine) => one.paidCents },
    { label: t('owed'), tone: 'amber', cents: (one: FineLine) => one.owedCents },
    { label: t('fines.discounted'), tone: 'blue', cents: (one: FineLine) => one.discountedCents },
    { label: t('fines.adjusted'), tone: 'violet', cents: (one: FineLine) => one.adjustedCents },
    { label: t('fines.cancelled'), tone: 'teal', cents: (one: FineLine) => one.cancelledCents },
  ];
  return (
    <>
      <p class="line-note">{t('fines.note')}</p>
      <Chart
        kind="bar"
        label={t('money.fines')}
        names={fines.months.map((one) => month(one.month))}
        series={parts.map(({ label, tone, cents }) => ({ label, tone, values: fines.months.map(cents) }))}
        write={write}
        first={t('month')}
      />
      <Table
        wide
        label={t('money.fines')}
        rows={rows}
        columns={[
          { title: t('month'), cell: (row) => (row.month === null ? <strong>{t('total')}</strong> : month(row.month)) },
          { title: t('violations'), number: true, cell: (row) => count(row.violations) },
          amount(t('issued'), (row) => row.issuedCents),
          amount(t('fines.adjusted'), (row) => row.adjustedCents),
          amount(t('fines.discounted'), (row) => row.discountedCents),
          amount(t('fines.cancelled'), (row) => row.cancelledCents),
          amount(t('paid.amount'), (row) => row.paidCents),
          ...(fines.total.overpaidCents === 0 ? [] : [amount(t('fines.overpaid'), (row) => row.overpaidCents)]),
          amount(t('owed'), (row) => row.owedCents),
          { title: t('sent'), number: true, cell: (row) => `${count(row.sent)} · ${write(row.sentCents)}` },
        ]}
      />
    </>
  );
}
