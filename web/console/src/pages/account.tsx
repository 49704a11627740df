import { answer, api } from '../api';
import { useAsk } from '../ask';
import { Card, Page, Refused } from '../parts/basics';
import { Form } from '../parts/form';
import { Sessions } from '../parts/sessions';
import { say } from '../parts/toast';
import { useSeat } from '../session';
import { t } from '../words';

export function Account() {
  const { session } = useSeat();
  const mine = useAsk(async () => (await answer(api.GET('/console/api/account/sessions'))).sessions, []);
  return (
    <Page title={t('account')} lead={`${session.operator.name}${session.role ? ` · ${t(`role.${session.role}`)}` : ''} · Lotkeeper ${session.version}`}>
      <Card title={t('password.change')}>
        <Form
          class="form-wide"
          fields={[
            { name: 'current', label: t('password.current'), kind: 'password', required: true, autocomplete: 'current-password' },
            { name: 'password', label: t('password.new'), kind: 'password', required: true, autocomplete: 'new-password', hint: t('password.hint') },
          ]}
          submit={t('password.change')}
          send={async (values) => {
            const body = { current: values.secret('current'), password: values.secret('password') };
            await answer(api.PUT('/console/api/account/password', { body }));
            say(t('password.changed'));
            mine.again();
          }}
        />
      </Card>
      <Card title={t('sessions.mine')}>
        <Refused refusal={mine.refusal} />
        {mine.value && (
          <Sessions sessions={mine.value} end={(id) => answer(api.DELETE('/console/api/account/sessions/{id}', { params: { path: { id } } }))} onEnded={mine.again} />
        )}
      </Card>
    </Page>
  );
}
