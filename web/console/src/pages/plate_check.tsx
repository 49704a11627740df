// Is this plate paid? One field; the answer in words that can be read at arm's length.

import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { CircleCheck, CircleX, Clock, FilePen, Search } from 'lucide-preact';
import { type Schemas, type Session, answer, api, linkTo } from '../api';
import { useSend } from '../ask';
import { ago, clock, moment } from '../format';
import { useZones } from '../lists';
import { Page, Plate, Refused } from '../parts/basics';
import { Shown } from '../parts/shown';
import { useSeat } from '../session';
import { t } from '../words';

type Answer = Schemas['PlateAnswer'];

/** What was asked for last; the next plate is mostly in the same zone. */
interface Asked {
  plate: string;
  zone: string;
  at: string;
  day: string;
}

/** A dozen Backs; older checks are shown as evidence, as after a reload. */
const k_kept_answers = 50;

// Ids of checks count for each client: an answer belongs to one operator at one client.
const answers = new Map<string, { found: Answer; asked: Asked }>();

const keyOf = ({ operator, client }: Session, id: number) => `${operator.id} ${client?.code} ${id}`;

/** Whether the answer is still there that `session` got, so that Back can show it. */
export const isAnswered = (session: Session, id: number) => answers.has(keyOf(session, id));

/** At every change of session: whoever comes next sees nothing of it. */
export const forgetAnswers = () => answers.clear();

function keep(session: Session, found: Answer, asked: Asked): void {
  answers.set(keyOf(session, found.check), { found, asked });
  const [oldest] = answers.keys();
  if (answers.size > k_kept_answers && oldest !== undefined) answers.delete(oldest);
}

export function PlateCheck() {
  const { route } = useLocation();
  const { session } = useSeat();
  const before = answers.get(keyOf(session, Number(useRoute().params['id'])));
  const field = useRef<HTMLInputElement>(null);
  const result = useRef<HTMLDivElement>(null);
  const zones = useZones();
  const [zone, setZone] = useState('');
  const [at, setAt] = useState('');
  const [day, setDay] = useState('');
  const [found, setFound] = useState<Answer>();
  const { send, isBusy, refusal } = useSend();
  useEffect(() => {
    if (field.current && before) field.current.value = before.asked.plate;
    setZone(before?.asked.zone ?? zone);
    setAt(before?.asked.at ?? '');
    setDay(before?.asked.day ?? '');
    field.current?.focus();
    field.current?.select();
  }, [before]);
  // After the page is there: a screen reader says what comes into it.
  useEffect(() => setFound(before?.found), [before]);
  useEffect(() => {
    if (found) result.current?.scrollIntoView({ block: 'nearest' });
  }, [found]);

  async function check(event: Event) {
    event.preventDefault();
    const plate = field.current?.value.trim() ?? '';
    const body = { plate, zone: zone ? Number(zone) : null, at: at && day ? `${day}T${at}:00` : at || null };
    const isThere = await send(async () => {
      const given = await answer(api.POST('/console/api/plate-checks', { body }));
      keep(session, given, { plate, zone, at, day });
      route(`/console/checks/${given.check}`);
    });
    if (!isThere) setFound(undefined);
    field.current?.select();
  }

  return (
    <Page title={t('check')} focus={false}>
      <form class="check-form" onSubmit={check} role="search">
        <label class="visually-hidden" for="plate">
          {t('plate')}
        </label>
        <div class="check-row">
          <input
            id="plate"
            ref={field}
            class="form-control plate-input check-field"
            name="plate"
            placeholder={t('plate')}
            maxLength={50}
            required
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            enterkeyhint="search"
          />
          <button class="btn btn-primary check-button" aria-disabled={isBusy}>
            <Search aria-hidden="true" /> {t('check.submit')}
          </button>
        </div>
        <div class="check-more">
          <label>
            <span class="form-label">{t('zone')}</span>
            <select class="form-select" value={zone} onChange={(event) => setZone(event.currentTarget.value)}>
              <option value="">{t('zone.all')}</option>
              {zones.value?.map(({ id, name }) => <option value={id}>{name}</option>)}
            </select>
          </label>
          <label>
            <span class="form-label">{t('check.at')}</span>
            <input class="form-control" type="time" value={at} onInput={(event) => setAt(event.currentTarget.value)} />
          </label>
          {at && (
            <>
              <label>
                <span class="form-label">{t('check.on')}</span>
                <input class="form-control" type="date" value={day} onInput={(event) => setDay(event.currentTarget.value)} />
              </label>
              <button type="button" class="btn btn-quiet" onClick={() => { setAt(''); setDay(''); }}>
                {t('check.now')}
              </button>
            </>
          )}
        </div>
      </form>
      <Refused refusal={refusal} />
      <div ref={result} aria-live="polite" aria-busy={isBusy}>
        {found && <Found found={found} />}
      </div>
    </Page>
  );
}

function Found({ found }: { found: Answer }) {
  const last = found.justExpired[0];
  return (
    <div class="found" key={found.check}>
      <section class={`verdict ${found.valid ? 'is-paid' : 'is-unpaid'}`}>
        {found.valid ? <CircleCheck aria-hidden="true" /> : <CircleX aria-hidden="true" />}
        <div>
          <h2>{t(found.valid ? 'paid' : 'not_paid')}</h2>
          <p>
            <Plate plate={found.plate} /> {found.zone && <>· {found.zone} </>}·{' '}
            {found.isNow ? t('check.as_of_now', { time: clock(found.at) }) : t('check.as_of', { time: moment(found.at) })}
          </p>
          {!found.valid && last && last.endedSecondsAgo !== null && (
            <p class="verdict-note">
              <Clock aria-hidden="true" /> {t('expired', { ago: ago(last.endedSecondsAgo) })}
            </p>
          )}
        </div>
      </section>
      {!found.valid || found.violations.length > 0 ? <Write found={found} /> : null}
      <Shown shown={found} />
    </div>
  );
}

const Write = ({ found }: { found: Answer }) => (
  <a
    class="btn btn-outline write-button"
    href={linkTo('/console/violations/new', { plate: found.plate, check: found.check, vehicle: found.vehicles[0]?.id, zone: found.zone ?? undefined })}
  >
    <FilePen aria-hidden="true" /> {t('write')}
  </a>
);
