import { useEffect } from 'preact/hooks';
import { lazy } from 'preact-iso';
import { TriangleAlert } from 'lucide-preact';
import { type Schemas, answer, api } from '../api';
import { useAsk } from '../ask';
import { count, hourOf, money, part, seconds, span } from '../format';
import { Badge, Busy, Card, Empty, NextLink, Page, Refused, When } from '../parts/basics';
import { Setup } from '../parts/setup';
import { Table } from '../parts/table';
import { useMay } from '../session';
import { t } from '../words';

const Chart = lazy(() => import('../parts/chart').then((m) => m.Chart));

const k_refresh_ms = 60_000;

export function Overview() {
  const asked = useAsk(() => answer(api.GET('/console/api/overview')), []);
  const now = asked.value;
  useEffect(() => {
    const again = () => document.visibilityState === 'visible' && asked.again();
    const timer = setInterval(again, k_refresh_ms);
    return () => clearInterval(timer);
  }, []);
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
  const isAdministrator = useMay('administrator');
  const valid = now.zones.reduce((sum, zone) => sum + zone.validNow, now.withoutZone + now.disconnected);
  return (
    <>
      <Setup hasZones={now.zones.length > 0} isRunning={valid > 0} />
      <ul class="figures">
        <Figure value={count(valid)} label={t('overview.valid')} href="/console/permits" />
        <Figure value={count(now.violations.issuedToday)} label={t('overview.today')} href="/console/violations" />
        <Figure value={count(now.violations.open)} label={t('overview.open')} href="/console/violations?state=unpaid" />
        <Figure value={money(now.violations.owedCents)} label={t('overview.owed')} href="/console/money" />
        <Figure value={count(now.violations.overdue)} label={t('overview.overdue')} href="/console/violations?state=overdue" />
        <Figure value={count(now.violations.appealed)} label={t('overview.appealed')} href="/console/violations?state=appealed" />
        <Figure value={count(now.violations.inCollections)} label={t('state.collections')} href="/console/violations?state=collections" />
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
              { label: t('pushes.accepted'), values: now.pushes.map(({ accepted }) => accepted), tone: 'accent' },
              { label: t('pushes.failed'), values: now.pushes.map(({ failed }) => failed), tone: 'danger' },
            ]}
            write={count}
            first={t('hour')}
          />
        </Card>
      </div>
      <Card title={t('overview.feeds')}>
        {now.feeds.length === 0 ? (
          <Empty next={isAdministrator && <NextLink href="/console/integrations">{t('integration.add')}</NextLink>}>{t('overview.feeds.none')}</Empty>
        ) : (
          <Table
            label={t('overview.feeds')}
            rows={now.feeds}
            columns={[
              { title: t('integration'), cell: (feed) => (isOffice ? <a href={`/console/integrations/${feed.id}`}>{feed.name}</a> : feed.name) },
              { title: t('feed.last'), cell: (feed) => <Silence feed={feed} /> },
              { title: t('requests.accepted'), number: true, cell: (feed) => count(feed.accepted) },
              { title: t('requests.refused'), number: true, cell: (feed) => `${count(feed.failed)} (${share(feed)})` },
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

type Feed = Schemas['Overview']['feeds'][number];

function Silence({ feed }: { feed: Feed }) {
  return (
    <>
      {feed.lastPushAt ? <When time={feed.lastPushAt} relative /> : t('never')}
      {feed.isSilent && (
        <div>
          <Badge tone="warn">
            <TriangleAlert aria-hidden="true" /> {t('feed.silent')}
          </Badge>
          {feed.usualGapSeconds !== null && <div class="line-note">{t('feed.usual', { span: span(feed.usualGapSeconds) })}</div>}
        </div>
      )}
      {feed.bringsManyNames && <ManyNames feed={feed} />}
    </>
  );
}

/** Names that no zone or list has: the vendor may send something else than a zone or a make. */
const ManyNames = ({ feed }: { feed: Feed }) => (
  <div>
    <Badge tone="warn">
      <TriangleAlert aria-hidden="true" /> {t('feed.many_names')}
    </Badge>
    <div class="line-note">{t('feed.names', { zones: count(feed.newZoneNames), items: count(feed.newItems) })}</div>
  </div>
);

/** A bar for each zone: how full it is, in figures and in length. */
function Zones(props: { zones: Schemas['Overview']['zones']; withoutZone: number }) {
  const isOffice = useMay('office');
  if (props.zones.length === 0) {
    return <Empty next={isOffice && <NextLink href="/console/settings?list=zones">{t('zone.add')}</NextLink>}>{t('zones.none')}</Empty>;
  }
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
              <meter class={isOver ? 'is-over' : undefined} min={0} max={Math.max(1, zone.capacity)} value={zone.validNow} aria-label={`${zone.name}: ${zone.validNow} / ${zone.capacity}`} />
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
