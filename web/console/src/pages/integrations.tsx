import { useState } from 'preact/hooks';
import { Plus } from 'lucide-preact';
import { type Schemas, answer, api } from '../api';
import { useAsk } from '../ask';
import { Busy, Empty, NextButton, Page, Refused, When } from '../parts/basics';
import { type Field, FormDialog, type Values } from '../parts/form';
import { Table } from '../parts/table';
import { say } from '../parts/toast';
import { useMay } from '../session';
import { t } from '../words';

export const permitTypes = ['standard', 'temp', 'validator'] as const;

export function integrationFields(all: string[], now?: Schemas['Integration']): Field[] {
  const asOption = (value: string) => ({ value, label: value });
  return [
    { name: 'permitType', label: t('integration.type'), kind: 'select', required: true, value: now?.permitType ?? 'temp', options: permitTypes.map((value) => ({ value, label: t(`permit.${value}`) })) },
    { name: 'permissions', label: t('permissions'), kind: 'checks', options: all.map(asOption), value: now?.permissions ?? [] },
  ];
}

export const integrationBody = (values: Values) => ({
  permissions: values.all('permissions'),
  permitType: values.need('permitType') as Schemas['PermitType'],
});

export function Integrations() {
  const asked = useAsk(() => answer(api.GET('/console/api/integrations')), []);
  const [isAdding, setAdding] = useState(false);
  const isAdministrator = useMay('administrator');
  return (
    <Page
      title={t('integrations')}
      lead={t('integrations.lead')}
      actions={
        isAdministrator && (
          <button type="button" class="btn btn-primary" onClick={() => setAdding(true)}>
            <Plus aria-hidden="true" /> {t('integration.add')}
          </button>
        )
      }
    >
      <Refused refusal={asked.refusal} />
      {!asked.value && !asked.refusal && <Busy />}
      {asked.value?.integrations.length === 0 && <Empty next={isAdministrator && <NextButton onClick={() => setAdding(true)}>{t('integration.add')}</NextButton>}>{t('integrations.none')}</Empty>}
      {asked.value && asked.value.integrations.length > 0 && (
        <Table
          label={t('integrations')}
          rows={asked.value.integrations}
          columns={[
            { title: t('name'), cell: (one) => <a href={`/console/integrations/${one.id}`}>{one.name}</a> },
            { title: t('integration.type'), cell: (one) => t(`permit.${one.permitType}`) },
            { title: t('permissions'), number: true, cell: (one) => one.permissions.length },
            { title: t('tokens.live'), number: true, cell: (one) => one.tokens.filter(({ revokedAt }) => !revokedAt).length },
            { title: t('request.last'), cell: (one) => <When time={one.lastRequestAt} relative /> },
          ]}
        />
      )}
      {isAdding && asked.value && (
        <FormDialog
          title={t('integration.add')}
          onClose={() => setAdding(false)}
          fields={[{ name: 'name', label: t('name'), required: true, max: 100 }, ...integrationFields(asked.value.permissions)]}
          submit={t('add')}
          send={async (values) => {
            await answer(api.POST('/console/api/integrations', { body: { name: values.need('name'), ...integrationBody(values) } }));
            say(t('integration.added', { name: values.need('name') }));
            setAdding(false);
            asked.again();
          }}
        />
      )}
    </Page>
  );
}
