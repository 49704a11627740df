// Zone names that matched nothing: connected in one step, and the permits follow.

import { useState } from 'preact/hooks';
import { answer, api } from '../api';
import { useAsk } from '../ask';
import { count } from '../format';
import { useZones } from '../lists';
import { Busy, Empty, Page, Refused } from '../parts/basics';
import { FormDialog } from '../parts/form';
import { Table } from '../parts/table';
import { say } from '../parts/toast';
import { t } from '../words';

interface Name {
  id: number;
  name: string;
  permits: number;
  nearest: number | null;
}

export function Disconnected() {
  const asked = useAsk(async () => (await answer(api.GET('/console/api/disconnected'))).names, []);
  const zones = useZones();
  const [chosen, choose] = useState<Name>();
  const zoneName = (id: number | null) => zones.value?.find((zone) => zone.id === id)?.name ?? '–';
  return (
    <Page title={t('disconnected')} lead={t('disconnected.lead')}>
      <Refused refusal={asked.refusal ?? zones.refusal} />
      {!asked.value && !asked.refusal && <Busy />}
      {asked.value?.length === 0 && <Empty>{t('disconnected.none')}</Empty>}
      {asked.value && asked.value.length > 0 && (
        <Table
          label={t('disconnected')}
          rows={asked.value}
          columns={[
            { title: t('zone.as_sent'), cell: (name) => <strong>{name.name}</strong> },
            { title: t('permits'), number: true, cell: (name) => count(name.permits) },
            { title: t('disconnected.nearest'), cell: (name) => zoneName(name.nearest) },
            {
              title: t('action'),
              cell: (name) => (
                <button type="button" class="btn btn-outline" onClick={() => choose(name)}>
                  {t('connect')}
                </button>
              ),
            },
          ]}
        />
      )}
      {chosen && (
        <FormDialog
          title={t('connect.title', { name: chosen.name })}
          onClose={() => choose(undefined)}
          fields={[
            {
              name: 'zone',
              label: t('connect.to'),
              kind: 'select',
              required: true,
              value: chosen.nearest ?? '',
              none: t('choose'),
              options: [...(zones.value ?? []).map(({ id, name }) => ({ value: id, label: name })), { value: 'new', label: t('connect.new', { name: chosen.name }) }],
            },
            { name: 'capacity', label: t('capacity'), kind: 'number', min: 0, hint: t('connect.capacity.hint') },
          ]}
          submit={t('connect')}
          send={async (values) => {
            const isNew = values.text('zone') === 'new';
            const body = isNew ? { zone: null, capacity: values.number('capacity') } : { zone: values.number('zone') };
            await answer(api.POST('/console/api/disconnected/{id}/connect', { params: { path: { id: chosen.id } }, body }));
            say(t('connect.done', { name: chosen.name, count: chosen.permits }));
            choose(undefined);
            asked.again();
            zones.again();
          }}
        />
      )}
    </Page>
  );
}
