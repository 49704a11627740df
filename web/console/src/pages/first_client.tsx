import { answer, api } from '../api';
import type { Language } from '../look';
import { Brand } from '../parts/brand';
import { Page } from '../parts/basics';
import { LanguageButton } from '../parts/choices';
import { type Field, Form, type Values } from '../parts/form';
import { useSeat } from '../session';
import { t } from '../words';

export const clientFields = (): Field[] => [
  { name: 'code', label: t('client.code'), required: true, max: 50, hint: t('client.code.hint') },
  { name: 'name', label: t('name'), max: 200 },
  { name: 'timeZone', label: t('time_zone'), value: Intl.DateTimeFormat().resolvedOptions().timeZone, hint: t('time_zone.hint') },
  { name: 'currency', label: t('currency'), kind: 'select', value: 'CAD', options: [{ value: 'CAD', label: 'CAD' }, { value: 'USD', label: 'USD' }] },
];

export async function addClient(values: Values): Promise<string> {
  const code = values.need('code');
  const body = { code, name: values.text('name'), timeZone: values.text('timeZone'), currency: values.text('currency') };
  await answer(api.POST('/console/api/clients', { body }));
  return code;
}

/** Where there is no client yet: make one, or wait for one. */
export function FirstClient({ onLanguage }: { onLanguage: (chosen: Language) => void }) {
  const { session, renew } = useSeat();
  return (
    <div class="door">
      <header>
        <Brand />
      </header>
      <Page title={t('first_client')} lead={t(session.isAdministratorOfAll ? 'first_client.lead' : 'first_client.wait')}>
        {session.isAdministratorOfAll && (
          <Form
            class="panel"
            fields={clientFields()}
            submit={t('add')}
            send={async (values) => {
              const client = await addClient(values);
              renew(await answer(api.PUT('/console/api/session/client', { body: { client } })));
            }}
          />
        )}
      </Page>
      <footer class="door-foot">
        <LanguageButton onLanguage={onLanguage} />
        <button type="button" class="btn btn-quiet" onClick={() => void answer(api.DELETE('/console/api/session')).then(() => renew(null))}>
          {t('sign_out')}
        </button>
      </footer>
    </div>
  );
}
