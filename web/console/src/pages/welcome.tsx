// The first administrator, by the link that the server printed. Its token is behind the `#` and so
// reaches no log.

import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { Session } from '../api';
import { answer, api } from '../api';
import type { Language } from '../look';
import { Brand } from '../parts/brand';
import { LanguageButton, ThemeChoice } from '../parts/choices';
import { Page } from '../parts/basics';
import { Form } from '../parts/form';
import { t } from '../words';

export function Welcome(props: { onDone: (session: Session) => void; onLanguage: (chosen: Language) => void }) {
  const [token] = useState(() => location.hash.slice(1));
  const { route } = useLocation();
  return (
    <div class="door">
      <header>
        <Brand />
      </header>
      <Page title={t('welcome')} lead={t('welcome.lead')}>
        <Form
          class="panel"
          fields={[
            { name: 'name', label: t('name'), required: true, autocomplete: 'username', max: 50 },
            { name: 'password', label: t('password'), kind: 'password', required: true, autocomplete: 'new-password', hint: t('password.hint') },
          ]}
          submit={t('welcome.submit')}
          send={async (values) => {
            const body = { token, name: values.need('name'), password: values.secret('password') };
            const session = await answer(api.POST('/console/api/first-administrator', { body }));
            route('/console', true);
            props.onDone(session);
          }}
        />
      </Page>
      <footer class="door-foot">
        <LanguageButton onLanguage={props.onLanguage} />
        <ThemeChoice />
      </footer>
    </div>
  );
}
