import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { Plus, X } from 'lucide-preact';
import { type Schemas, answer, api } from '../api';
import { useAsk, usePages, useSend } from '../ask';
import { count, money } from '../format';
import { useZones } from '../lists';
import { Busy, Card, Empty, Facts, NextButton, Page, Refused } from '../parts/basics';
import { type Field, Form, FormDialog, type Values } from '../parts/form';
import { type Column, PagedTable, Table } from '../parts/table';
import { say } from '../parts/toast';
import { useMay, useSeat } from '../session';
import { t } from '../words';
import { addClient, clientFields } from './first_client';

const kinds = ['violation-type', 'location', 'category', 'user-type', 'locker-user-type', 'login-source', 'plate-type', 'province', 'make', 'type', 'colour'] as const;
const tabs = ['client', 'zones', ...kinds] as const;
type Kind = (typeof kinds)[number];

export function SettingsPage() {
  const { query, route } = useLocation();
  const tab = tabs.find((known) => known === query['list']) ?? 'client';
  return (
    <Page title={t('settings')}>
      <div class="settings">
        <nav class="tabs" aria-label={t('settings')}>
          {tabs.map((one) => (
            <a href={`/console/settings?list=${one}`} aria-current={one === tab ? 'page' : undefined} onClick={(event) => { event.preventDefault(); route(`/console/settings?list=${one}`); }}>
              {t(`list.${one}`)}
            </a>
          ))}
        </nav>
        <div>{tab === 'client' ? <Client /> : tab === 'zones' ? <Zones /> : <List kind={tab} key={tab} />}</div>
      </div>
    </Page>
  );
}

function Client() {
  const { session, renew } = useSeat();
  const asked = useAsk(() => answer(api.GET('/console/api/settings')), []);
  const isAdministrator = useMay('administrator');
  const [isAdding, setAdding] = useState(false);
  const now = asked.value;
  if (!now) return asked.refusal ? <Refused refusal={asked.refusal} /> : <Busy />;
  return (
    <Card
      title={now.code}
      actions={
        session.isAdministratorOfAll && (
          <button type="button" class="btn btn-outline" onClick={() => setAdding(true)}>
            <Plus aria-hidden="true" /> {t('client.add')}
          </button>
        )
      }
    >
      {isAdministrator ? (
        <Form
          class="form-wide"
          fields={[
            { name: 'name', label: t('name'), value: now.name, required: true },
            { name: 'timeZone', label: t('time_zone'), value: now.timeZone, required: true, hint: t('time_zone.hint') },
            { name: 'currency', label: t('currency'), kind: 'select', required: true, value: now.currency, options: ['CAD', 'USD'].map((value) => ({ value, label: value })) },
            { name: 'ticketPrefix', label: t('ticket_prefix'), value: now.ticketPrefix },
            { name: 'daysUntilDue', label: t('days_due'), kind: 'number', value: now.daysUntilDue, required: true, min: 0 },
            { name: 'appealDays', label: t('appeal_days'), kind: 'number', value: now.appealDays, required: true, min: 0, hint: t('appeal_days.hint') },
            { name: 'ticketTextEn', label: t('ticket_text.en'), kind: 'long', value: now.ticketTextEn, max: 2000, hint: t('ticket_text.hint') },
            { name: 'ticketTextFr', label: t('ticket_text.fr'), kind: 'long', value: now.ticketTextFr, max: 2000, hint: t('ticket_text.hint') },
          ]}
          submit={t('save')}
          send={async (values) => {
            const body = {
              name: values.need('name'),
              timeZone: values.need('timeZone'),
              currency: values.need('currency') as 'CAD' | 'USD',
              ticketPrefix: values.need('ticketPrefix'),
              daysUntilDue: values.number('daysUntilDue') ?? undefined,
              appealDays: values.number('appealDays') ?? undefined,
              ticketTextEn: values.need('ticketTextEn'),
              ticketTextFr: values.need('ticketTextFr'),
            };
            await answer(api.PUT('/console/api/settings', { body }));
            renew(await answer(api.GET('/console/api/session')));
            say(t('saved'));
          }}
        />
      ) : (
        <Facts facts={[[t('name'), now.name], [t('time_zone'), now.timeZone], [t('currency'), now.currency], [t('ticket_prefix'), now.ticketPrefix], [t('days_due'), now.daysUntilDue], [t('appeal_days'), now.appealDays], [t('ticket_text.en'), now.ticketTextEn && <span class="as-written">{now.ticketTextEn}</span>], [t('ticket_text.fr'), now.ticketTextFr && <span class="as-written">{now.ticketTextFr}</span>]]} />
      )}
      {isAdding && (
        <FormDialog
          title={t('client.add')}
          onClose={() => setAdding(false)}
          fields={clientFields()}
          submit={t('add')}
          send={async (values) => {
            const code = await addClient(values);
            say(t('client.added', { code }));
            setAdding(false);
            renew(await answer(api.GET('/console/api/session')));
          }}
        />
      )}
    </Card>
  );
}

function Zones() {
  const zones = useZones();
  const isOffice = useMay('office');
  const [open, setOpen] = useState<{ act: 'add' | 'set' | 'alias'; zone?: Schemas['Zone'] }>();
  const fields: Field[] =
    open?.act === 'alias'
      ? [{ name: 'alias', label: t('alias'), required: true, max: 200 }]
      : [
          { name: 'name', label: t('name'), required: true, max: 200, value: open?.zone?.name, hint: open?.zone && t('zone.rename.hint') },
          { name: 'capacity', label: t('capacity'), kind: 'number', min: 0, value: open?.zone?.capacity ?? '' },
        ];
  async function send(values: Values) {
    if (open?.act === 'add') {
      await answer(api.POST('/console/api/zones', { body: { name: values.need('name'), capacity: values.number('capacity') } }));
    } else if (open?.zone) {
      const params = { path: { id: open.zone.id } };
      if (open.act === 'alias') await answer(api.POST('/console/api/zones/{id}/aliases', { params, body: { alias: values.need('alias') } }));
      else await answer(api.PUT('/console/api/zones/{id}', { params, body: { name: values.need('name'), capacity: values.number('capacity') } }));
    }
    say(t('saved'));
    setOpen(undefined);
    zones.again();
  }
  const removal = useSend();
  const remove = (zone: Schemas['Zone'], alias: string) =>
    confirm(t('alias.remove.sure', { alias, zone: zone.name })) &&
    void removal
      .send(() => answer(api.DELETE('/console/api/zones/{id}/aliases', { params: { path: { id: zone.id }, query: { alias } } })))
      .then((isDone) => {
        if (!isDone) return;
        say(t('removed', { name: alias }));
        zones.again();
      });
  const aliasesOf = (zone: Schemas['Zone']) => (
    <span class="inline">
      {zone.aliases.map((alias) => (
        <span class="inline" key={alias}>
          {alias}
          <button type="button" class="btn btn-quiet btn-icon" aria-label={`${t('alias.remove')}: ${alias}`} onClick={() => remove(zone, alias)}>
            <X aria-hidden="true" />
          </button>
        </span>
      ))}
    </span>
  );
  const columns: Column<Schemas['Zone']>[] = [
    { title: t('name'), cell: (zone) => <strong>{zone.name}</strong> },
    { title: t('capacity'), number: true, cell: (zone) => (zone.capacity === null ? '–' : count(zone.capacity)) },
    { title: t('aliases'), cell: (zone) => (zone.aliases.length === 0 ? '–' : isOffice ? aliasesOf(zone) : zone.aliases.join(', ')) },
  ];
  if (isOffice) {
    columns.push({
      title: t('action'),
      cell: (zone) => (
        <span class="inline">
          <button type="button" class="btn btn-quiet" aria-label={`${t('change')}: ${zone.name}`} onClick={() => setOpen({ act: 'set', zone })}>
            {t('change')}
          </button>
          <button type="button" class="btn btn-quiet" aria-label={`${t('alias.add')}: ${zone.name}`} onClick={() => setOpen({ act: 'alias', zone })}>
            {t('alias.add')}
          </button>
        </span>
      ),
    });
  }
  return (
    <Card
      title={t('list.zones')}
      actions={
        isOffice && (
          <button type="button" class="btn btn-primary" onClick={() => setOpen({ act: 'add' })}>
            <Plus aria-hidden="true" /> {t('add')}
          </button>
        )
      }
    >
      <Refused refusal={zones.refusal ?? removal.refusal} />
      {zones.value?.length === 0 && <Empty next={isOffice && <NextButton onClick={() => setOpen({ act: 'add' })}>{t('zone.add')}</NextButton>}>{t('zones.none')}</Empty>}
      {zones.value && zones.value.length > 0 && <Table label={t('list.zones')} columns={columns} rows={zones.value} />}
      {open && <FormDialog title={open.zone?.name ?? t('zone.add')} onClose={() => setOpen(undefined)} fields={fields} submit={t('save')} send={send} />}
    </Card>
  );
}

/** Cents as a money field has them: 50.00. */
const decimal = (cents: number | null | undefined) => (cents ? (cents / 100).toFixed(2) : '');

const k_with_code: readonly Kind[] = ['violation-type', 'province', 'plate-type'];

function List({ kind }: { kind: Kind }) {
  const pages = usePages<Schemas['ListItem']>(
    async (cursor) => {
      const page = await answer(api.GET('/console/api/lists/{kind}', { params: { path: { kind }, query: { cursor, limit: 200 } } }));
      return { rows: page.items, next: page.next };
    },
    [kind],
  );
  const isOffice = useMay('office');
  const [open, setOpen] = useState<{ item?: Schemas['ListItem'] }>();
  const isType = kind === 'violation-type';
  const removal = useSend();
  const remove = (item: Schemas['ListItem']) =>
    confirm(t('list.remove.sure', { name: item.name })) &&
    void removal
      .send(() => answer(api.DELETE('/console/api/lists/{kind}/{id}', { params: { path: { kind, id: item.id } } })))
      .then((isDone) => {
        if (!isDone) return;
        say(t('removed', { name: item.name }));
        pages.again();
      });
  const columns: Column<Schemas['ListItem']>[] = [{ title: t('name'), cell: (item) => item.name }];
  if (k_with_code.includes(kind)) columns.push({ title: t(isType ? 'bylaw' : 'code'), cell: (item) => item.code ?? '–' });
  if (isType) {
    columns.push({ title: t('fine'), number: true, cell: (item) => (item.costCents === null ? '–' : money(item.costCents)) });
    columns.push({ title: t('discount'), cell: (item) => discountOf(item) });
  }
  if (isOffice) {
    columns.push({
      title: t('action'),
      cell: (item) => (
        <span class="inline">
          <button type="button" class="btn btn-quiet" aria-label={`${t('change')}: ${item.name}`} onClick={() => setOpen({ item })}>
            {t('change')}
          </button>
          <button type="button" class="btn btn-quiet" aria-label={`${t('remove')}: ${item.name}`} onClick={() => remove(item)}>
            {t('remove')}
          </button>
        </span>
      ),
    });
  }
  const fields: Field[] = [{ name: 'name', label: t('name'), required: true, value: open?.item?.name }];
  const hasCode = k_with_code.includes(kind) && !(open?.item && kind === 'province');
  if (hasCode) fields.push({ name: 'code', label: t(isType ? 'bylaw' : 'code'), value: open?.item?.code ?? '' });
  if (!open?.item && kind === 'province') fields.push({ name: 'country', label: t('country'), kind: 'select', required: true, options: ['CA', 'US'].map((value) => ({ value, label: value })) });
  if (isType) {
    const was = open?.item;
    fields.push(
      { name: 'costCents', label: t('fine'), kind: 'money', required: !was || Boolean(was.costCents), value: decimal(was?.costCents), hint: was && t('fine.change.hint') },
      { name: 'discountCents', label: t('discount'), kind: 'money', value: decimal(was?.discountCents) },
      { name: 'discountHours', label: t('discount.hours'), kind: 'number', min: 1, value: was?.discountHours ?? '' },
    );
  }
  async function send(values: Values) {
    const name = values.need('name');
    const more = isType ? { costCents: values.cents('costCents'), discountCents: values.cents('discountCents'), discountHours: values.number('discountHours') } : {};
    const code = hasCode ? { code: values.text('code') } : {};
    if (open?.item) {
      if (isType && !more.discountCents) Object.assign(more, { discountCents: 0, discountHours: null });
      const params = { path: { kind, id: open.item.id } };
      await answer(api.PUT('/console/api/lists/{kind}/{id}', { params, body: { name, ...code, ...more } }));
    } else {
      const country = kind === 'province' ? { country: values.text('country') } : {};
      await answer(api.POST('/console/api/lists/{kind}', { params: { path: { kind } }, body: { name, ...code, ...country, ...more } }));
    }
    say(t('saved'));
    setOpen(undefined);
    pages.again();
  }
  return (
    <Card
      title={t(`list.${kind}`)}
      actions={
        isOffice && (
          <button type="button" class="btn btn-primary" onClick={() => setOpen({})}>
            <Plus aria-hidden="true" /> {t('add')}
          </button>
        )
      }
    >
      <Refused refusal={removal.refusal} />
      <PagedTable label={t(`list.${kind}`)} columns={columns} pages={pages} empty={t('list.none')} next={isOffice && <NextButton onClick={() => setOpen({})}>{t('list.add')}</NextButton>} />
      {open && <FormDialog title={open.item?.name ?? t('add')} onClose={() => setOpen(undefined)} fields={fields} submit={t('save')} send={send} />}
    </Card>
  );
}

/** Whole days as days: who set 168 hours means a week. */
function discountOf({ discountCents, discountHours }: Schemas['ListItem']): string {
  if (!discountCents) return '–';
  const amount = money(discountCents);
  const hours = discountHours ?? 0;
  return hours >= 48 && hours % 24 === 0 ? t('discount.of_days', { amount, days: hours / 24 }) : t('discount.of', { amount, hours });
}
