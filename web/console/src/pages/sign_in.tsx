import type { Session } from '../api';
import { answer, api } from '../api';
import type { Language } from '../look';
import { Brand } from '../parts/brand';
import { LanguageButton, ThemeChoice } from '../parts/choices';
import { Page } from '../parts/basics';
import { Form } from '../parts/form';
import { t } from '../words';

export function SignIn(props: { onDone: (session: Session) => void; onLanguage: (chosen: Language) => void }) {
  return (
    <div class="door">
      <header>
        <Brand />
      </header>
      <Page title={t('sign_in')} lead={t('sign_in.lead')} focus={false}>
        <Form
          class="panel"
          fields={[
            { name: 'name', label: t('name'), required: true, autocomplete: 'username', max: 50 },
            { name: 'password', label: t('password'), kind: 'password', required: true, autocomplete: 'current-password' },
          ]}
          submit={t('sign_in')}
          send={async (values) => {
            const body = { name: values.need('name'), password: values.secret('password') };
            props.onDone(await answer(api.POST('/console/api/session', { body })));
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
