import { useEffect } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { type Schemas, answer, api, linkTo } from '../api';
import { useAsk, usePages } from '../ask';
import { money } from '../format';
import { useZones } from '../lists';
import { Badge, Busy, Card, CsvLink, Empty, Facts, NextLink, Page, Plate, Refused, When } from '../parts/basics';
import { Filters, ShowAll, useFilter, useIsFiltered } from '../parts/filters';
import { type Column, PagedTable, Table } from '../parts/table';
import { useMay } from '../session';
import { t } from '../words';

type Row = Schemas['Permit'];

const amount = (row: { amountCents: number | null; currency: string | null }) =>
  row.amountCents === null ? '–' : money(row.amountCents, row.currency ?? undefined);

const ZoneOf = ({ permit }: { permit: Row }) => (
  <>
    {permit.zone ?? t('zone.any')} {!permit.isConnected && <Badge tone="warn">{t('zone.disconnected')}</Badge>}
  </>
);

const tones = { valid: 'good', future: 'info', expired: 'mute', deleted: 'bad' };

const StateOf = ({ permit }: { permit: Row }) => <Badge tone={tones[permit.state]}>{t(`permit.state.${permit.state}`)}</Badge>;

const columns = (): Column<Row>[] => [
  { title: t('plate'), cell: (row) => <a href={`/console/permits/${row.reference}`}><Plate plate={row.plate} /></a> },
  { title: t('zone'), cell: (row) => <ZoneOf permit={row} /> },
  { title: t('start'), cell: (row) => <When time={row.startTime} /> },
  { title: t('end'), cell: (row) => <When time={row.endTime} /> },
  { title: t('state'), cell: (row) => <StateOf permit={row} /> },
  { title: t('permit.number'), cell: (row) => row.permitNo ?? '–' },
  { title: t('integration'), cell: (row) => <>{row.integration}<div class="line-note">{t(`permit.${row.type}`)}</div></> },
  { title: t('amount'), number: true, cell: amount },
];

const k_reference = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

export function Permits() {
  const given = useFilter();
  const { plate, number, zone, integration, from, to, valid } = given;
  const { route } = useLocation();
  useEffect(() => {
    if (number && k_reference.test(number)) route(`/console/permits/${number.toLowerCase()}`, true);
  }, [number]);
  const query = {
    plate: plate || undefined,
    number: number || undefined,
    zone: zone ? Number(zone) : undefined,
    integration: integration ? Number(integration) : undefined,
    from: from || undefined,
    to: to || undefined,
    // A field for date and time leaves out the seconds.
    validAt: valid ? `${valid}:00` : undefined,
  };
  const zones = useZones();
  const isOffice = useMay('office');
  const isFiltered = useIsFiltered();
  const integrations = useAsk(async () => (isOffice ? (await answer(api.GET('/console/api/integrations'))).integrations : []), []);
  const pages = usePages<Row>(
    async (cursor) => {
      const page = await answer(api.GET('/console/api/permits', { params: { query: { ...query, cursor } } }));
      return { rows: page.permits, next: page.next };
    },
    [plate, number, zone, integration, from, to, valid],
  );
  const zoneChoices = [
    { value: 0, label: t('zone.any') },
    { value: -1, label: t('zone.disconnected') },
    ...(zones.value ?? []).map(({ id, name }) => ({ value: id, label: name })),
  ];
  const byIntegration = {
    name: 'integration',
    label: t('integration'),
    kind: 'select' as const,
    none: t('all'),
    options: (integrations.value ?? []).map(({ id, name }) => ({ value: id, label: name })),
  };
  const isReady = zones.value && integrations.value;
  return (
    <Page title={t('permits')} actions={<CsvLink href={linkTo('/console/api/permits.csv', query)} />}>
      {isReady && (
        <Filters
          fields={[
            { name: 'plate', label: t('plate'), max: 50 },
            { name: 'number', label: t('permit.find'), max: 50 },
            { name: 'zone', label: t('zone'), kind: 'select', none: t('all'), options: zoneChoices },
            ...(isOffice ? [byIntegration] : []),
            { name: 'valid', label: t('permit.valid_at'), kind: 'datetime-local' },
            { name: 'from', label: t('pushed_from'), kind: 'date' },
            { name: 'to', label: t('to'), kind: 'date' },
          ]}
        />
      )}
      <PagedTable label={t('permits')} columns={columns()} pages={pages} empty={t(isFiltered ? 'permits.none' : 'permits.none_yet')} next={isFiltered ? <ShowAll /> : isOffice && <NextLink href="/console/integrations">{t('integrations')}</NextLink>} />
    </Page>
  );
}

export function Permit() {
  const reference = useRoute().params['reference'] ?? '';
  const asked = useAsk(() => answer(api.GET('/console/api/permits/{reference}', { params: { path: { reference } } })), [reference]);
  const permit = asked.value;
  if (!permit) return <Page title={t('permit')}>{asked.refusal ? <Refused refusal={asked.refusal} /> : <Busy />}</Page>;
  return (
    <Page title={t('permit.title', { plate: permit.plate })}>
      <Card title={t('permit')}>
        <Facts
          facts={[
            [t('plate'), <Plate plate={permit.plate} />],
            [t('zone'), <ZoneOf permit={permit} />],
            [t('zone.as_sent'), permit.zoneAsSent === permit.zone ? '' : permit.zoneAsSent],
            [t('start'), <When time={permit.startTime} />],
            [t('end'), <When time={permit.endTime} />],
            [t('state'), <StateOf permit={permit} />],
            [t('kind'), t(`permit.${permit.type}`)],
            [t('permit.number'), permit.permitNo],
            [t('amount'), amount(permit)],
            [t('integration'), permit.integration],
            [t('pushed'), <When time={permit.createdAt} />],
            [t('permit.deleted'), permit.deletedAt && <When time={permit.deletedAt} />],
            [t('reference'), <code>{permit.reference}</code>],
          ]}
        />
      </Card>
      <Card title={t('history')}>
        {permit.history.length === 0 ? (
          <Empty>{t('history.none')}</Empty>
        ) : (
          <Table
            label={t('history')}
            rows={permit.history}
            columns={[
              { title: t('version'), number: true, cell: (was) => was.version },
              { title: t('plate'), cell: (was) => <Plate plate={was.plate} /> },
              { title: t('end'), cell: (was) => <When time={was.endTime} /> },
              { title: t('amount'), number: true, cell: amount },
              { title: t('replaced'), cell: (was) => <>{t(`replaced.${was.replacedBy}`)} <When time={was.replacedAt} /></> },
            ]}
          />
        )}
      </Card>
    </Page>
  );
}
