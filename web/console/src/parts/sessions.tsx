import type { Schemas } from '../api';
import { useSend } from '../ask';
import { t } from '../words';
import { Badge, Refused, When } from './basics';
import { Table } from './table';

export function Sessions(props: {
  sessions: Schemas['SessionList']['sessions'];
  end: (id: number) => Promise<unknown>;
  onEnded: () => void;
}) {
  const { send, refusal } = useSend();
  return (
    <>
      <Refused refusal={refusal} />
      <Table
        label={t('sessions')}
        rows={props.sessions}
        columns={[
          { title: t('operator'), cell: (one) => one.operator },
          { title: t('device'), cell: (one) => one.agent },
          { title: t('since'), cell: (one) => <When time={one.createdAt} /> },
          { title: t('last_seen'), cell: (one) => <When time={one.lastSeenAt} relative /> },
          {
            title: t('action'),
            cell: (one) =>
              one.isPresent ? (
                <Badge tone="info">{t('session.this')}</Badge>
              ) : (
                <button type="button" class="btn btn-quiet" onClick={() => void send(() => props.end(one.id)).then((isDone) => isDone && props.onEnded())}>
                  {t('session.end')}
                </button>
              ),
          },
        ]}
      />
    </>
  );
}
