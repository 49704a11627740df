import { lazy } from 'preact-iso';
import { TriangleAlert } from 'lucide-preact';
import { type Schemas, answer, api } from '../api';
import { useAsk } from '../ask';
import { count, hourOf, money, part, seconds, span } from '../format';
import { Badge, Busy, Card, Empty, Page, Refused, When } from '../parts/basics';
import { Table } from '../parts/table';
import { useMay } from '../session';
import { t } from '../words';

const Chart = lazy(() => import('../parts/chart').then((m) => m.Chart));

export function Overview() {
  const asked = useAsk(() => answer(api.GET('/console/api/overview')), []);
  const now = asked.value;
  return (
    <Page
      title={t('overview')}
      lead={now && t('overview.as_of', { time: seconds(now.at) })}
      actions={
        <button type="button" class="btn btn-quiet" onClick={asked.again}>
          {t('refresh')}
        </button>
      }
    >
      <Refused refusal={asked.refusal} />
      {now ? <Now now={now} /> : !asked.refusal && <Busy />}
    </Page>
  );
}

function Now({ now }: { now: Schemas['Overview'] }) {
  const isOffice = useMay('office');
  const valid = now.zones.reduce((sum, zone) => sum + zone.validNow, now.withoutZone + now.disconnected);
  return (
    <>
      <ul class="figures">
        <Figure value={count(valid)} label={t('overview.valid')} href="/console/permits" />
        <Figure value={count(now.violations.issuedToday)} label={t('overview.today')} href="/console/violations" />
        <Figure value={count(now.violations.open)} label={t('overview.open')} href="/console/violations?state=open" />
        <Figure value={money(now.violations.owedCents)} label={t('overview.owed')} href="/console/money" />
        <Figure value={count(now.violations.overdue)} label={t('overview.overdue')} href="/console/violations?state=overdue" />
        <Figure value={count(now.violations.appealed)} label={t('overview.appealed')} href="/console/violations?state=appealed" />
      </ul>
      {isOffice && now.disconnected > 0 && (
        <p class="alert alert-warning">
          <TriangleAlert aria-hidden="true" />
          <span>
            {t('overview.disconnected', { count: now.disconnected })} <a href="/console/disconnected">{t('disconnected.open')}</a>
          </span>
        </p>
      )}
      <div class="two">
        <Card title={t('overview.zones')}>
          <Zones zones={now.zones} withoutZone={now.withoutZone} />
        </Card>
        <Card title={t('overview.pushes')}>
          <Chart
            kind="bar"
            label={t('overview.pushes')}
            names={now.pushes.map(({ hour }) => hourOf(hour))}
            series={[
              { label: t('accepted'), values: now.pushes.map(({ accepted }) => accepted), tone: 'accent' },
              { label: t('failed'), values: now.pushes.map(({ failed }) => failed), tone: 'danger' },
            ]}
            write={count}
            first={t('hour')}
          />
        </Card>
      </div>
      <Card title={t('overview.feeds')}>
        {now.feeds.length === 0 ? (
          <Empty>{t('overview.feeds.none')}</Empty>
        ) : (
          <Table
            label={t('overview.feeds')}
            rows={now.feeds}
            columns={[
              { title: t('integration'), cell: (feed) => (isOffice ? <a href={`/console/integrations/${feed.id}`}>{feed.name}</a> : feed.name) },
              { title: t('feed.last'), cell: (feed) => <Silence feed={feed} /> },
              { title: t('accepted'), number: true, cell: (feed) => count(feed.accepted) },
              { title: t('failed'), number: true, cell: (feed) => `${count(feed.failed)} (${share(feed)})` },
              {
                title: t('feed.why'),
                cell: (feed) => feed.failures.slice(0, 3).map((why) => <div class="why">{`${why.code} × ${count(why.count)} · ${why.message}`}</div>),
              },
            ]}
          />
        )}
      </Card>
    </>
  );
}

const share = ({ accepted, failed }: { accepted: number; failed: number }) => part(failed / Math.max(1, accepted + failed));

const Figure = (props: { value: string; label: string; href: string }) => (
  <li>
    <a href={props.href}>
      <strong>{props.value}</strong>
      <span>{props.label}</span>
    </a>
  </li>
);

function Silence({ feed }: { feed: Schemas['Overview']['feeds'][number] }) {
  if (!feed.lastPushAt) return <>{t('never')}</>;
  return (
    <>
      <When time={feed.lastPushAt} relative />
      {feed.isSilent && (
        <div>
          <Badge tone="warn">
            <TriangleAlert aria-hidden="true" /> {t('feed.silent')}
          </Badge>
          {feed.usualGapSeconds !== null && <div class="line-note">{t('feed.usual', { span: span(feed.usualGapSeconds) })}</div>}
        </div>
      )}
    </>
  );
}

/** A bar for each zone: how full it is, in figures and in length. */
function Zones(props: { zones: Schemas['Overview']['zones']; withoutZone: number }) {
  if (props.zones.length === 0) return <Empty>{t('zones.none')}</Empty>;
  return (
    <ul class="bars">
      {props.zones.map((zone) => {
        const isOver = zone.capacity !== null && zone.validNow > zone.capacity;
        return (
          <li>
            <span class="bar-name">{zone.name}</span>
            <span class="bar-value">
              {count(zone.validNow)}
              {zone.capacity !== null && ` / ${count(zone.capacity)}`}
              {isOver && <Badge tone="warn">{t('zone.over')}</Badge>}
            </span>
            {zone.capacity !== null && (
              <meter min={0} max={Math.max(1, zone.capacity)} value={zone.validNow} aria-label={`${zone.name}: ${zone.validNow} / ${zone.capacity}`} />
            )}
          </li>
        );
      })}
      {props.withoutZone > 0 && (
        <li>
          <span class="bar-name">{t('zone.any')}</span>
          <span class="bar-value">{count(props.withoutZone)}</span>
        </li>
      )}
    </ul>
  );
}
