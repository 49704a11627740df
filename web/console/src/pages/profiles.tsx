import { useRoute } from 'preact-iso';
import { type Schemas, answer, api, linkTo } from '../api';
import { useAsk, usePages } from '../ask';
import { Busy, Card, CsvLink, Empty, Facts, NextLink, Page, Refused, When } from '../parts/basics';
import { Filters, ShowAll, useFilter, useIsFiltered } from '../parts/filters';
import { PagedTable, Table } from '../parts/table';
import { t } from '../words';
import { vehicleColumns } from './vehicles';

type Row = Schemas['Profile'];
const nameOf = (row: Row) => [row.firstName, row.lastName].filter(Boolean).join(' ') || row.userName || t('profile.n', { id: row.id });

export function Profiles() {
  const { find } = useFilter();
  const pages = usePages<Row>(
    async (cursor) => {
      const page = await answer(api.GET('/console/api/profiles', { params: { query: { find: find || undefined, cursor } } }));
      return { rows: page.profiles, next: page.next };
    },
    [find],
  );
  const isFiltered = useIsFiltered();
  return (
    <Page title={t('profiles')} actions={<CsvLink href={linkTo('/console/api/profiles.csv', { find })} />}>
      <Filters fields={[{ name: 'find', label: t('profiles.find'), max: 255 }]} />
      <PagedTable
        label={t('profiles')}
        pages={pages}
        empty={t(isFiltered ? 'profiles.none' : 'profiles.none_yet')}
        next={isFiltered ? <ShowAll /> : <NextLink href="/console/integrations">{t('integrations')}</NextLink>}
        columns={[
          { title: t('name'), cell: (row) => <a href={`/console/profiles/${row.id}`}>{nameOf(row)}</a> },
          { title: t('email'), cell: (row) => row.email ?? '–' },
          { title: t('user_type'), cell: (row) => row.userType ?? '–' },
          { title: t('unique_id'), cell: (row) => row.uniqueId ?? '–' },
          { title: t('login_source'), cell: (row) => row.loginSource ?? '–' },
        ]}
      />
    </Page>
  );
}

export function Profile() {
  const id = Number(useRoute().params['id']);
  const asked = useAsk(() => answer(api.GET('/console/api/profiles/{id}', { params: { path: { id } } })), [id]);
  const profile = asked.value;
  if (!profile) return <Page title={t('profile')}>{asked.refusal ? <Refused refusal={asked.refusal} /> : <Busy />}</Page>;
  return (
    <Page title={nameOf(profile)}>
      <Card title={t('profile')}>
        <Facts
          facts={[
            [t('email'), profile.email],
            [t('user_name'), profile.userName],
            [t('user_type'), profile.userType],
            [t('unique_id'), profile.uniqueId],
            [t('login_source'), profile.loginSource],
            [t('phone'), profile.phoneCell],
            [t('address'), [profile.street, profile.city, profile.province, profile.postalCode].filter(Boolean).join(', ')],
            [t('employee'), profile.employNo],
            [t('student'), profile.studentNo],
            [t('added'), <When time={profile.createdAt} />],
            [t('updated'), profile.updatedAt && <When time={profile.updatedAt} />],
          ]}
        />
      </Card>
      <Card title={t('vehicles')}>
        {profile.vehicles.length > 0 ? <Table label={t('vehicles')} columns={vehicleColumns()} rows={profile.vehicles} /> : <Empty>{t('vehicles.none')}</Empty>}
      </Card>
      <Card title={t('history')}>
        {profile.history.length > 0 ? <History changes={profile.history} /> : <Empty>{t('history.none')}</Empty>}
      </Card>
    </Page>
  );
}

/** Latest first: who looks asks what happened last. */
const History = ({ changes }: { changes: Schemas['ProfileDetail']['history'] }) => (
  <Table
    label={t('history')}
    rows={[...changes].reverse()}
    columns={[
      { title: t('time'), cell: (change) => <When time={change.at} /> },
      { title: t('changed.by'), cell: (change) => change.integration ?? t('changed.import') },
      {
        title: t('changed.what'),
        cell: (change) =>
          change.values.map(({ attribute, was, became, isWithheld }) => (
            <div>
              {t(`attribute.${attribute}`)}: {isWithheld ? t('changed.withheld') : <>{was ?? '–'} → {became ?? '–'}</>}
            </div>
          )),
      },
    ]}
  />
);
