import { useState } from 'preact/hooks';
import { UserPlus } from 'lucide-preact';
import { type Role, type Schemas, answer, api } from '../api';
import { useAsk, useSend } from '../ask';
import { Badge, Busy, Card, Page, Refused, When } from '../parts/basics';
import { type Field, FormDialog, type Values } from '../parts/form';
import { Sessions } from '../parts/sessions';
import { Table } from '../parts/table';
import { say } from '../parts/toast';
import { t } from '../words';

type One = Schemas['Operator'];
const roles: Role[] = ['viewer', 'officer', 'office', 'administrator'];

const roleField = (value: Role): Field => ({
  name: 'role', label: t('role'), kind: 'select', required: true, value, options: roles.map((role) => ({ value: role, label: t(`role.${role}`) })), hint: t('role.hint'),
});
const passwordField = (): Field => ({ name: 'password', label: t('password'), kind: 'password', required: true, autocomplete: 'new-password', hint: t('password.hint') });

export function Operators() {
  const operators = useAsk(async () => (await answer(api.GET('/console/api/operators'))).operators, []);
  const sessions = useAsk(async () => (await answer(api.GET('/console/api/sessions'))).sessions, []);
  const [open, setOpen] = useState<{ act: 'add' | 'role' | 'password'; one?: One }>();
  const { send, refusal } = useSend();
  const params = { path: { id: open?.one?.id ?? 0 } };

  async function save(values: Values) {
    const role = values.need('role') as Role;
    const password = values.secret('password');
    if (open?.act === 'add') await answer(api.POST('/console/api/operators', { body: { name: values.need('name'), password, role } }));
    else if (open?.act === 'role') await answer(api.PUT('/console/api/operators/{id}', { params, body: { role } }));
    else await answer(api.PUT('/console/api/operators/{id}/password', { params, body: { password } }));
    say(t('saved'));
    setOpen(undefined);
    operators.again();
    sessions.again();
  }

  async function remove(one: One) {
    if (!confirm(t('operator.remove.sure', { name: one.name }))) return;
    await send(() => answer(api.DELETE('/console/api/operators/{id}', { params: { path: { id: one.id } } })));
    operators.again();
    sessions.again();
  }

  const fieldsOf: Record<'add' | 'role' | 'password', () => Field[]> = {
    add: () => [{ name: 'name', label: t('name'), required: true, max: 50 }, passwordField(), roleField('officer')],
    role: () => [roleField(open?.one?.role ?? 'viewer')],
    password: () => [passwordField()],
  };
  return (
    <Page
      title={t('operators')}
      actions={
        <button type="button" class="btn btn-primary" onClick={() => setOpen({ act: 'add' })}>
          <UserPlus aria-hidden="true" /> {t('operator.add')}
        </button>
      }
    >
      <Refused refusal={operators.refusal ?? refusal} />
      {!operators.value && !operators.refusal && <Busy />}
      {operators.value && (
        <Table
          label={t('operators')}
          rows={operators.value}
          columns={[
            { title: t('name'), cell: (one) => <><strong>{one.name}</strong> {one.isSelf && <Badge tone="info">{t('you')}</Badge>}</> },
            { title: t('role'), cell: (one) => (one.ofAllClients ? t('role.all') : t(`role.${one.role}`)) },
            { title: t('last_seen'), cell: (one) => <When time={one.lastSeenAt} relative /> },
            {
              title: t('action'),
              cell: (one) =>
                !one.isSelf && !one.ofAllClients ? (
                  <span class="inline">
                    <button type="button" class="btn btn-quiet" onClick={() => setOpen({ act: 'role', one })}>{t('role')}</button>
                    <button type="button" class="btn btn-quiet" onClick={() => setOpen({ act: 'password', one })}>{t('password')}</button>
                    <button type="button" class="btn btn-quiet" onClick={() => void remove(one)}>{t('remove')}</button>
                  </span>
                ) : (
                  '–'
                ),
            },
          ]}
        />
      )}
      <Card title={t('sessions')}>
        <Refused refusal={sessions.refusal} />
        {sessions.value && (
          <Sessions
            sessions={sessions.value}
            end={(id) => answer(api.DELETE('/console/api/sessions/{id}', { params: { path: { id } } }))}
            onEnded={sessions.again}
          />
        )}
      </Card>
      {open && (
        <FormDialog title={open.one?.name ?? t('operator.add')} onClose={() => setOpen(undefined)} fields={fieldsOf[open.act]()} submit={t('save')} send={save} />
      )}
    </Page>
  );
}
