// A violation with its whole life, and what can be done with it now.

import { useRef, useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { Camera, Printer } from 'lucide-preact';
import { type Schemas, answer, api, sendFile } from '../api';
import { useAsk, useSend } from '../ask';
import { moment, money } from '../format';
import { Busy, Card, Facts, Page, Plate, Refused, State, When } from '../parts/basics';
import { PrintedSlip } from '../parts/slip';
import { say } from '../parts/toast';
import { looks } from '../parts/violation_lines';
import { useMay } from '../session';
import { named, t } from '../words';
import { type Act, ActDialog, type Payment, ReverseDialog } from './violation_acts';
import { mostPhotos } from './write_violation';

type Whole = Schemas['Violation'];
const acts: Act[] = ['pay', 'adjust', 'appeal', 'decide', 'cancel', 'spoil'];

export function Violation() {
  const id = Number(useRoute().params['id']);
  const asked = useAsk(() => answer(api.GET('/console/api/violations/{id}', { params: { path: { id } } })), [id]);
  const [act, setAct] = useState<Act>();
  const [reversed, setReversed] = useState<Payment>();
  const violation = asked.value;
  if (!violation) {
    return <Page title={t('violation')}>{asked.refusal ? <Refused refusal={asked.refusal} /> : <Busy />}</Page>;
  }
  return (
    <Page
      title={t('violation.title', { ticket: violation.ticket })}
      actions={
        <>
          <a class="btn btn-quiet" href={`/console/violations/${id}/print`}>
            <Printer aria-hidden="true" /> {t('print')}
          </a>
          {acts
            .filter((known) => violation.may.includes(known))
            .map((known) => (
              <button type="button" class={`btn ${known === 'pay' ? 'btn-primary' : 'btn-outline'}`} onClick={() => setAct(known)}>
                {t(`act.${known}`)}
              </button>
            ))}
        </>
      }
    >
      <Head violation={violation} />
      <div class="two">
        <Card title={t('violation.what')}>
          <What violation={violation} onReverse={setReversed} />
        </Card>
        <Card title={t('violation.life')}>
          <Life violation={violation} />
        </Card>
      </div>
      <Photographs violation={violation} onChange={asked.again} />
      {violation.appeals.length > 0 && (
        <Card title={t('appeals')}>
          <ul class="lines plain">
            {violation.appeals.map((appeal) => (
              <li>
                <p>
                  <When time={appeal.openedAt} /> · {appeal.comment}
                </p>
                {appeal.decidedAt && (
                  <p>
                    <strong>{named('decided', appeal.decision ?? '')}</strong> · <When time={appeal.decidedAt} /> · {appeal.reply}
                  </p>
                )}
              </li>
            ))}
          </ul>
        </Card>
      )}
      <PrintedSlip violation={violation} />
      {reversed && (
        <ReverseDialog
          payment={reversed}
          violation={violation}
          onClose={() => setReversed(undefined)}
          onDone={(now) => {
            asked.set(now);
            setReversed(undefined);
            say(t('act.reverse.done'));
          }}
        />
      )}
      {act && (
        <ActDialog
          act={act}
          violation={violation}
          onClose={() => setAct(undefined)}
          onDone={(now) => {
            asked.set(now);
            setAct(undefined);
            say(t(`act.${act}.done`));
          }}
        />
      )}
    </Page>
  );
}

const Head = ({ violation }: { violation: Whole }) => (
  <section class="ticket-head">
    <div>
      <Plate plate={violation.plate} />
      <State state={violation.state} />
    </div>
    <div class="ticket-owed">
      <span title={t('owed.help')}>{t('owed')}</span>
      <strong>{money(violation.owedCents)}</strong>
    </div>
  </section>
);

function What({ violation, onReverse }: { violation: Whole; onReverse: (payment: Payment) => void }) {
  const { vehicle, latitude, longitude } = violation;
  const discount = violation.discountUntil && violation.discountCents > 0;
  return (
    <Facts
      facts={[
        [t('violation_type'), violation.details.map((one) => <div>{[one.type, one.code, money(one.fineCents)].filter(Boolean).join(' · ')}</div>)],
        [t('fine'), money(violation.fineCents)],
        [t('paid.amount'), violation.paidCents > 0 ? money(violation.paidCents) : ''],
        [t('discount'), discount ? <>{money(violation.discountCents)} · {t('until.short')} <When time={violation.discountUntil} /></> : ''],
        [t('adjusted'), violation.adjustedFineCents === null ? '' : `${money(violation.adjustedFineCents)} · ${violation.adjustmentReason ?? ''}`],
        [t('issued'), <When time={violation.issuedAt} />],
        [t('due'), violation.state === 'warning' ? '' : <When time={violation.dueAt} />],
        [t('location'), violation.location],
        [t('category'), violation.category],
        [t('comment'), violation.comment && <span class="as-written">{violation.comment}</span>],
        [t('officer'), violation.officer],
        [t('vehicle'), vehicle && <a href={`/console/vehicles/${vehicle.id}`}>{vehicle.plate} {looks(vehicle) && `· ${looks(vehicle)}`}</a>],
        [t('owner'), violation.drivers.length > 0 ? violation.drivers.map(({ id, name }) => <div><a href={`/console/profiles/${id}`}>{name}</a></div>) : ''],
        [t('place'), latitude !== null && longitude !== null ? `${latitude.toFixed(5)}, ${longitude.toFixed(5)} (± ${Math.round(violation.accuracyMetres ?? 0)} m)` : ''],
        [t('evidence'), violation.check && <Evidence check={violation.check} />],
        [t('sent'), violation.sentAt && <><When time={violation.sentAt} /> · <Sent batch={violation.batch} /></>],
        [t('payments'), violation.payments.length > 0 ? violation.payments.map((one) => <Paid payment={one} onReverse={violation.may.includes('reverse') ? onReverse : undefined} />) : ''],
      ]}
    />
  );
}

const Sent = ({ batch }: { batch: number | null }) => {
  const words = t('batch.n', { id: batch ?? 0 });
  return useMay('office') && batch !== null ? <a href={`/console/batches/${batch}`}>{words}</a> : <>{words}</>;
};

function Paid({ payment, onReverse }: { payment: Payment; onReverse?: (payment: Payment) => void }) {
  const words = (
    <>
      <When time={payment.at} /> · {money(payment.amountCents)} · {named('method', payment.method)}
    </>
  );
  if (payment.reversedAt) {
    return (
      <div>
        <s>{words}</s>
        <div class="line-note">{t('payment.reversed', { time: moment(payment.reversedAt), reason: payment.reversalReason ?? '' })}</div>
      </div>
    );
  }
  return (
    <div class="inline">
      <span>{words}</span>
      {onReverse && (
        <button type="button" class="btn btn-quiet" onClick={() => onReverse(payment)}>
          {t('act.reverse')}
        </button>
      )}
    </div>
  );
}

/** The office may open it; an officer is told which one it is. */
const Evidence = ({ check }: { check: number }) => {
  const words = t('evidence.of', { id: check });
  return useMay('office') ? <a href={`/console/checks/${check}`}>{words}</a> : <>{words}</>;
};

const Life = ({ violation }: { violation: Whole }) => (
  <ol class="life">
    {violation.events.map((event) => (
      <li>
        <strong>{named('event', event.action)}</strong>
        {event.amountCents !== null && ` · ${money(event.amountCents)}`}
        <div class="line-note">
          <When time={event.at} /> · {event.operator ?? t('by_machine')}
        </div>
        {event.reason && <div class="as-written">{event.reason}</div>}
      </li>
    ))}
  </ol>
);

function Photographs({ violation, onChange }: { violation: Whole; onChange: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [part, setPart] = useState(0);
  const { send, isBusy, refusal } = useSend();
  async function add() {
    const file = input.current?.files?.[0];
    if (!file) return;
    const path = `/console/api/violations/${violation.id}/photos?name=${encodeURIComponent(file.name.slice(0, 100))}`;
    if (await send(() => sendFile(path, file, file.type, setPart))) onChange();
    if (input.current) input.current.value = '';
  }
  const mayAdd = violation.may.includes('photo');
  if (!mayAdd && violation.photos.length === 0) return null;
  return (
    <Card title={t('photos')}>
      {violation.photos.length > 0 && (
        <ul class="photos">
          {violation.photos.map((photo) => {
            const path = `/console/api/violations/${violation.id}/photos/${photo.id}`;
            return (
              <li>
                {photo.hasContent ? (
                  <a href={path} target="_blank" rel="noopener">
                    <img src={path} alt={photo.note ?? photo.name} loading="lazy" />
                  </a>
                ) : (
                  <span>{photo.name}</span>
                )}
              </li>
            );
          })}
        </ul>
      )}
      <Refused refusal={refusal} />
      {isBusy && <progress value={part} max={1} aria-label={t('photo.add')} />}
      {mayAdd && violation.photos.length >= mostPhotos && <p class="line-note">{t('photo.full')}</p>}
      {mayAdd && violation.photos.length < mostPhotos && (
        <label class="btn btn-outline photo-button">
          <Camera aria-hidden="true" /> {t('photo.add')}
          <input ref={input} class="visually-hidden" type="file" accept="image/jpeg,image/png,image/webp" capture="environment" onChange={() => void add()} />
        </label>
      )}
    </Card>
  );
}
