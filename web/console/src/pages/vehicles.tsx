import { useRoute } from 'preact-iso';
import { FilePen } from 'lucide-preact';
import { type Schemas, answer, api, linkTo } from '../api';
import { useAsk, usePages } from '../ask';
import { count, money } from '../format';
import { Busy, Card, CsvLink, Empty, Facts, NextLink, Page, Plate, Refused, When } from '../parts/basics';
import { Filters, ShowAll, useFilter, useIsFiltered } from '../parts/filters';
import { PermitLines } from '../parts/permit_lines';
import { type Column, PagedTable } from '../parts/table';
import { ViolationLines } from '../parts/violation_lines';
import { useMay } from '../session';
import { t } from '../words';

type Row = Schemas['Vehicle'];

export const vehicleColumns = (): Column<Row>[] => [
  { title: t('plate'), cell: (row) => <a href={`/console/vehicles/${row.id}`}><Plate plate={row.plate} /></a> },
  { title: t('province'), cell: (row) => row.province ?? '–' },
  { title: t('plate_type'), cell: (row) => row.plateType ?? '–' },
  { title: t('make'), cell: (row) => [row.make, row.year].filter(Boolean).join(' ') || '–' },
  { title: t('colour'), cell: (row) => row.colour ?? '–' },
  { title: t('violations'), number: true, cell: (row) => count(row.violations) },
  { title: t('unpaid'), number: true, cell: (row) => count(row.unpaid) },
];

export function Vehicles() {
  const { plate } = useFilter();
  const pages = usePages<Row>(
    async (cursor) => {
      const page = await answer(api.GET('/console/api/vehicles', { params: { query: { plate: plate || undefined, cursor } } }));
      return { rows: page.vehicles, next: page.next };
    },
    [plate],
  );
  const isOfficer = useMay('officer');
  const isFiltered = useIsFiltered();
  return (
    <Page title={t('vehicles')} lead={t('owed.help')} actions={<CsvLink href={linkTo('/console/api/vehicles.csv', { plate })} />}>
      <Filters fields={[{ name: 'plate', label: t('plate.begins'), max: 50 }]} />
      <PagedTable label={t('vehicles')} columns={vehicleColumns()} pages={pages} empty={t(isFiltered ? 'vehicles.none' : 'vehicles.none_yet')} next={isFiltered ? <ShowAll /> : isOfficer && <NextLink href="/console/violations/new">{t('write')}</NextLink>} />
    </Page>
  );
}

export function Vehicle() {
  const id = Number(useRoute().params['id']);
  const asked = useAsk(() => answer(api.GET('/console/api/vehicles/{id}', { params: { path: { id } } })), [id]);
  const isOfficer = useMay('officer');
  const vehicle = asked.value;
  if (!vehicle) return <Page title={t('vehicle')}>{asked.refusal ? <Refused refusal={asked.refusal} /> : <Busy />}</Page>;
  return (
    <Page
      title={t('vehicle.title', { plate: vehicle.plate })}
      actions={
        isOfficer && (
          <a class="btn btn-primary" href={linkTo('/console/violations/new', { vehicle: id, plate: vehicle.plate })}>
            <FilePen aria-hidden="true" /> {t('write')}
          </a>
        )
      }
    >
      <div class="two">
        <Card title={t('vehicle')}>
          <Facts
            facts={[
              [t('plate'), <Plate plate={vehicle.plate} />],
              [t('province'), vehicle.province],
              [t('plate_type'), vehicle.plateType],
              [t('make'), vehicle.make],
              [t('kind'), vehicle.type],
              [t('colour'), vehicle.colour],
              [t('year'), vehicle.year],
              ['VIN', vehicle.vin],
              [t('added'), <When time={vehicle.createdAt} />],
              [t('unpaid'), vehicle.unpaid > 0 ? <span title={t('owed.help')}>{t('vehicle.unpaid', { count: vehicle.unpaid })} · {money(vehicle.owedCents)}</span> : ''],
              [t('drivers'), vehicle.driverList.length > 0 ? vehicle.driverList.map(({ id: driver, name }) => <div><a href={`/console/profiles/${driver}`}>{name}</a></div>) : ''],
            ]}
          />
        </Card>
        <Card title={t('check.permits')} actions={<a class="btn btn-quiet" href={linkTo('/console/permits', { plate: vehicle.plate })}>{t('permits.of_plate')}</a>}>
          {vehicle.permits.length > 0 ? <PermitLines permits={vehicle.permits} /> : <Empty>{t('permits.none_valid')}</Empty>}
        </Card>
      </div>
      <Card title={t('violations')}>
        <ViolationLines violations={vehicle.violationList} empty={t('violations.none')} />
      </Card>
    </Page>
  );
}
