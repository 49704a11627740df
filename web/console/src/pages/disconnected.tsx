// Zone names that matched nothing: connected in one step, and the permits follow.

import { useState } from 'preact/hooks';
import { type Schemas, answer, api } from '../api';
import { useAsk, usePages } from '../ask';
import { count } from '../format';
import { useZones } from '../lists';
import { Page, Refused } from '../parts/basics';
import { FormDialog } from '../parts/form';
import { PagedTable } from '../parts/table';
import { say } from '../parts/toast';
import { t } from '../words';

type Name = Schemas['DisconnectedName'];

export function Disconnected() {
  const pages = usePages<Name>(async (cursor) => {
    const page = await answer(api.GET('/console/api/disconnected', { params: { query: { cursor } } }));
    return { rows: page.names, next: page.next };
  }, []);
  const zones = useZones();
  const [chosen, choose] = useState<Name>();
  const zoneName = (id: number | null) => zones.value?.find((zone) => zone.id === id)?.name ?? '–';
  return (
    <Page title={t('disconnected')} lead={t('disconnected.lead')}>
      <Refused refusal={zones.refusal} />
      {zones.value && (
        <PagedTable
          label={t('disconnected')}
          pages={pages}
          empty={t('disconnected.none')}
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
      {chosen && zones.value && (
        <Connect
          name={chosen}
          zones={zones.value}
          onClose={() => choose(undefined)}
          onDone={() => {
            choose(undefined);
            pages.again();
            zones.again();
          }}
        />
      )}
    </Page>
  );
}

function Connect(props: { name: Name; zones: Schemas['Zone'][]; onClose: () => void; onDone: () => void }) {
  const { id, name, permits, nearest, nearestIsSame } = props.name;
  // Asked when it matters: it takes a look at all permits.
  const now = useAsk(() => answer(api.GET('/console/api/disconnected/{id}', { params: { path: { id } } })), [id]);
  return (
    <FormDialog
      title={t('connect.title', { name })}
      onClose={props.onClose}
      fields={[
        {
          name: 'zone',
          label: t('connect.to'),
          kind: 'select',
          required: true,
          // A zone that is merely like it may be another lot: one Enter would make its permits valid there.
          value: (nearestIsSame && nearest) || '',
          none: t('choose'),
          options: [...props.zones.map((zone) => ({ value: zone.id, label: zone.name })), { value: 'new', label: t('connect.new', { name }) }],
        },
        { name: 'capacity', label: t('capacity'), kind: 'number', min: 0, hint: t('connect.capacity.hint') },
      ]}
      submit={t('connect')}
      send={async (values) => {
        const isNew = values.text('zone') === 'new';
        const body = isNew ? { zone: null, capacity: values.number('capacity') } : { zone: values.number('zone') };
        await answer(api.POST('/console/api/disconnected/{id}/connect', { params: { path: { id } }, body }));
        say(t('connect.done', { name, count: permits }));
        props.onDone();
      }}
    >
      <Refused refusal={now.refusal} />
      <p class="note" role="status">
        {t('connect.permits', { count: permits })} {now.value && t('connect.valid', { count: now.value.validNow })}
      </p>
    </FormDialog>
  );
}
