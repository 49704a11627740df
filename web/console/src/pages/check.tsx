// The evidence of one plate check: what the officer was shown, as it was then.

import { useRoute } from 'preact-iso';
import { type Schemas, answer, api } from '../api';
import { useAsk } from '../ask';
import { Badge, Busy, Card, Facts, Page, Plate, Refused, When } from '../parts/basics';
import { Shown } from '../parts/shown';
import { t } from '../words';

export function Check() {
  const id = Number(useRoute().params['id']);
  const asked = useAsk(() => answer(api.GET('/console/api/plate-checks/{id}', { params: { path: { id } } })), [id]);
  const check = asked.value;
  if (!check) return <Page title={t('evidence.of', { id })}>{asked.refusal ? <Refused refusal={asked.refusal} /> : <Busy />}</Page>;
  return (
    <Page title={t('evidence.of', { id })} lead={t(check.shown ? 'evidence.lead' : 'evidence.ids_only')}>
      <Card>
        <Facts
          facts={[
            [t('plate'), <Plate plate={check.plate} />],
            [t('answer'), <Badge tone={check.valid ? 'good' : 'bad'}>{t(check.valid ? 'paid' : 'not_paid')}</Badge>],
            [t('checked'), <When time={check.checkedAt} />],
            [t('as_of'), <When time={check.at} />],
            [t('zone'), check.zone ?? t('zone.all')],
            [t('operator'), check.operator ?? t('unknown')],
          ]}
        />
      </Card>
      {check.shown ? <Shown shown={check.shown} isEvidence /> : <Card title={t('found')}><FoundLinks row={check} /></Card>}
    </Page>
  );
}

/** What a check found, by id: links to what became of it. */
export function FoundLinks({ row }: { row: Schemas['PlateCheck'] }) {
  const permits = [
    ...row.permits.map((id) => ({ id, words: t('found.permit') })),
    ...row.otherZones.map((id) => ({ id, words: t('found.other_zone') })),
    ...row.justExpired.map((id) => ({ id, words: t('found.expired') })),
    ...row.near.map((id) => ({ id, words: t('found.near') })),
  ];
  if (permits.length + row.violations.length === 0) return <>–</>;
  return (
    <>
      {permits.map(({ id, words }) => (
        <div>
          <a href={`/console/permits/${id}`}>{words}</a>
        </div>
      ))}
      {row.violations.map((id) => (
        <div>
          <a href={`/console/violations/${id}`}>{t('found.violation')}</a>
        </div>
      ))}
    </>
  );
}
