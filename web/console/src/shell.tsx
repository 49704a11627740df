// What stands around every page: the way to the others, the client, the operator.

import { useEffect, useState } from 'preact/hooks';
import { Route, Router, lazy, useLocation, useRoute } from 'preact-iso';
import {
  Car, ChartNoAxesColumn, CircleUser, FileWarning, Inbox, LayoutDashboard, ListChecks, Menu, Package,
  Plug, ScanSearch, Scale, Settings, ShieldCheck, Ticket, Users, type LucideIcon,
} from 'lucide-preact';
import { type Role, answer, api } from './api';
import type { Language } from './look';
import { Brand } from './parts/brand';
import { Page } from './parts/basics';
import { LanguageButton, ThemeChoice } from './parts/choices';
import { Dialog } from './parts/dialog';
import { PlateCheck, isAnswered } from './pages/plate_check';
import { may, useSeat } from './session';
import { type Key, t } from './words';

interface Place {
  path: string;
  title: Key;
  /** What fits below an icon on a phone. */
  short?: Key;
  icon: LucideIcon;
  role: Role;
}

const places: { title: Key; places: Place[] }[] = [
  {
    title: 'nav.field',
    places: [
      { path: '/console/overview', title: 'overview', icon: LayoutDashboard, role: 'viewer' },
      { path: '/console/check', title: 'check', short: 'check.short', icon: ScanSearch, role: 'officer' },
      { path: '/console/violations', title: 'violations', icon: FileWarning, role: 'viewer' },
    ],
  },
  {
    title: 'nav.records',
    places: [
      { path: '/console/permits', title: 'permits', icon: Ticket, role: 'viewer' },
      { path: '/console/vehicles', title: 'vehicles', icon: Car, role: 'viewer' },
      { path: '/console/profiles', title: 'profiles', icon: Users, role: 'office' },
      { path: '/console/checks', title: 'checks', icon: ListChecks, role: 'office' },
    ],
  },
  {
    title: 'nav.office',
    places: [
      { path: '/console/disconnected', title: 'disconnected', icon: Inbox, role: 'office' },
      { path: '/console/integrations', title: 'integrations', icon: Plug, role: 'office' },
      { path: '/console/money', title: 'money', icon: ChartNoAxesColumn, role: 'viewer' },
      { path: '/console/reconcile', title: 'reconcile', icon: Scale, role: 'office' },
      { path: '/console/batches', title: 'batches', icon: Package, role: 'office' },
      { path: '/console/settings', title: 'settings', icon: Settings, role: 'viewer' },
      { path: '/console/operators', title: 'operators', icon: ShieldCheck, role: 'administrator' },
    ],
  },
];

const Overview = lazy(() => import('./pages/overview').then((m) => m.Overview));
const Violations = lazy(() => import('./pages/violations').then((m) => m.Violations));
const WriteViolation = lazy(() => import('./pages/write_violation').then((m) => m.WriteViolation));
const Violation = lazy(() => import('./pages/violation').then((m) => m.Violation));
const PrintViolation = lazy(() => import('./pages/print_violation').then((m) => m.PrintViolation));
const Batch = lazy(() => import('./pages/batch').then((m) => m.Batch));
const Batches = lazy(() => import('./pages/batches').then((m) => m.Batches));
const Permits = lazy(() => import('./pages/permits').then((m) => m.Permits));
const Permit = lazy(() => import('./pages/permits').then((m) => m.Permit));
const Vehicles = lazy(() => import('./pages/vehicles').then((m) => m.Vehicles));
const Vehicle = lazy(() => import('./pages/vehicles').then((m) => m.Vehicle));
const Profiles = lazy(() => import('./pages/profiles').then((m) => m.Profiles));
const Profile = lazy(() => import('./pages/profiles').then((m) => m.Profile));
const Checks = lazy(() => import('./pages/checks').then((m) => m.Checks));
const Check = lazy(() => import('./pages/check').then((m) => m.Check));
const Disconnected = lazy(() => import('./pages/disconnected').then((m) => m.Disconnected));
const Integrations = lazy(() => import('./pages/integrations').then((m) => m.Integrations));
const Integration = lazy(() => import('./pages/integration').then((m) => m.Integration));
const Money = lazy(() => import('./pages/money').then((m) => m.Money));
const Reconcile = lazy(() => import('./pages/reconcile').then((m) => m.Reconcile));
const SettingsPage = lazy(() => import('./pages/settings').then((m) => m.SettingsPage));
const Operators = lazy(() => import('./pages/operators').then((m) => m.Operators));
const Account = lazy(() => import('./pages/account').then((m) => m.Account));
const FirstClient = lazy(() => import('./pages/first_client').then((m) => m.FirstClient));

export function Shell({ onLanguage }: { onLanguage: (chosen: Language) => void }) {
  const { session } = useSeat();
  const { path } = useLocation();
  const [isMenuOpen, openMenu] = useState(false);
  useEffect(() => openMenu(false), [path]);

  if (!session.client) return <FirstClient onLanguage={onLanguage} />;
  if (path.endsWith('/print')) {
    return (
      <Router>
        <Route path="/console/violations/:id/print" component={PrintViolation} />
        <Route default component={NotThere} />
      </Router>
    );
  }
  return (
    <div class="shell">
      <a class="skip" href="#main">
        {t('skip')}
      </a>
      <aside class="side">
        <Brand />
        <Places />
      </aside>
      <header class="top">
        <Brand />
        <span class="top-client">{session.client.name}</span>
        <Seat onLanguage={onLanguage} />
        <button type="button" class="btn btn-quiet btn-icon top-account" aria-label={t('account')} onClick={() => openMenu(true)}>
          <CircleUser aria-hidden="true" />
        </button>
      </header>
      <div class="content">
        <Pages />
      </div>
      <nav class="bottom" aria-label={t('nav.short')}>
        {places[0]?.places.filter(({ role }) => may(session, role)).map((place) => <PlaceLink place={place} isShort />)}
        <button type="button" onClick={() => openMenu(true)}>
          <Menu aria-hidden="true" />
          <span>{t('nav.more')}</span>
        </button>
      </nav>
      {isMenuOpen && (
        <Dialog title={t('nav.more')} onClose={() => openMenu(false)} class="menu">
          <Seat onLanguage={onLanguage} />
          <Places />
        </Dialog>
      )}
    </div>
  );
}

function Places() {
  const { session } = useSeat();
  return (
    <nav class="places" aria-label={t('nav')}>
      {places.map((group) => {
        const open = group.places.filter(({ role }) => may(session, role));
        return (
          open.length > 0 && (
            <div>
              <h2>{t(group.title)}</h2>
              {open.map((place) => (
                <PlaceLink place={place} />
              ))}
            </div>
          )
        );
      })}
    </nav>
  );
}

function PlaceLink({ place, isShort }: { place: Place; isShort?: boolean }) {
  const { path } = useLocation();
  const { session } = useSeat();
  const home = may(session, 'officer') && !may(session, 'office') ? '/console/check' : '/console/overview';
  const isHere = path === place.path || path.startsWith(`${place.path}/`) || (path.replace(/\/$/, '') === '/console' && place.path === home);
  return (
    <a href={place.path} aria-current={isHere ? 'page' : undefined}>
      <place.icon aria-hidden="true" />
      <span>{t((isShort && place.short) || place.title)}</span>
    </a>
  );
}

function Seat({ onLanguage }: { onLanguage: (chosen: Language) => void }) {
  const { session, renew } = useSeat();
  const { path, route } = useLocation();
  async function switchTo(client: string) {
    const other = await answer(api.PUT('/console/api/session/client', { body: { client } }));
    renew(other);
    // The id of a record means another one there.
    if (/^\/console\/[^/]+\/./.test(path)) route('/console');
  }
  async function leave() {
    await answer(api.DELETE('/console/api/session'));
    renew(null);
  }
  return (
    <div class="seat">
      {session.clients.length > 1 ? (
        <label class="client-choice">
          <span>{t('client')}</span>
          <select class="form-select" value={session.client?.code} onChange={(event) => void switchTo(event.currentTarget.value)}>
            {session.clients.map(({ code, name }) => (
              <option value={code}>{name}</option>
            ))}
          </select>
        </label>
      ) : (
        <p class="client-name">{session.client?.name}</p>
      )}
      <a class="account-link" href="/console/account">
        <CircleUser aria-hidden="true" />
        <span>
          {session.operator.name}
          <small>{session.role && t(`role.${session.role}`)}</small>
        </span>
      </a>
      <div class="seat-row">
        <ThemeChoice />
        <LanguageButton onLanguage={onLanguage} />
        <button type="button" class="btn btn-quiet" onClick={() => void leave()}>
          {t('sign_out')}
        </button>
      </div>
    </div>
  );
}

function Pages() {
  const { session } = useSeat();
  const isOfficer = may(session, 'officer') && !may(session, 'office');
  return (
    <Router>
      <Route path="/console" component={isOfficer ? PlateCheck : Overview} />
      <Route path="/console/overview" component={Overview} />
      <Route path="/console/check" component={PlateCheck} />
      <Route path="/console/violations" component={Violations} />
      <Route path="/console/violations/new" component={WriteViolation} />
      <Route path="/console/violations/:id" component={Violation} />
      <Route path="/console/batches" component={Batches} />
      <Route path="/console/batches/:id" component={Batch} />
      <Route path="/console/permits" component={Permits} />
      <Route path="/console/permits/:reference" component={Permit} />
      <Route path="/console/vehicles" component={Vehicles} />
      <Route path="/console/vehicles/:id" component={Vehicle} />
      <Route path="/console/profiles" component={Profiles} />
      <Route path="/console/profiles/:id" component={Profile} />
      <Route path="/console/checks" component={Checks} />
      <Route path="/console/checks/:id" component={OneCheck} />
      <Route path="/console/disconnected" component={Disconnected} />
      <Route path="/console/integrations" component={Integrations} />
      <Route path="/console/integrations/:id" component={Integration} />
      <Route path="/console/money" component={Money} />
      <Route path="/console/reconcile" component={Reconcile} />
      <Route path="/console/settings" component={SettingsPage} />
      <Route path="/console/operators" component={Operators} />
      <Route path="/console/account" component={Account} />
      <Route path="/console/welcome" component={Overview} />
      <Route default component={NotThere} />
    </Router>
  );
}

/** What was just asked, with the field for the next plate; an older one as evidence. */
function OneCheck() {
  const { session } = useSeat();
  return isAnswered(session, Number(useRoute().params['id'])) ? <PlateCheck /> : <Check />;
}

const NotThere = () => (
  <Page title={t('not_there')}>
    <p>{t('not_there.lead')}</p>
    <a class="btn btn-primary" href="/console">
      {t('home')}
    </a>
  </Page>
);
