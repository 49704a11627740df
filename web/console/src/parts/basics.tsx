// The small parts that every page is made of.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { CircleAlert, Download } from 'lucide-preact';
import type { Refusal, Schemas } from '../api';
import { moment, since } from '../format';
import { locale, named, t } from '../words';

/** A page under its heading, which takes the focus so that a screen reader says where one is. */
export function Page(props: {
  title: string;
  lead?: string;
  actions?: ComponentChildren;
  children: ComponentChildren;
  focus?: boolean;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${props.title} · Lotkeeper`;
    if (props.focus !== false) heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [props.title]);
  return (
    <main id="main" class="page">
      <header class="page-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {props.title}
          </h1>
          {props.lead && <p class="lead-line">{props.lead}</p>}
        </div>
        {props.actions && <div class="page-actions">{props.actions}</div>}
      </header>
      {props.children}
    </main>
  );
}

export function Card(props: { title?: string; actions?: ComponentChildren; children: ComponentChildren; class?: string }) {
  return (
    <section class={`card ${props.class ?? ''}`}>
      <div class="card-body">
        {(props.title || props.actions) && (
          <div class="card-head">
            {props.title && <h2 class="card-title">{props.title}</h2>}
            {props.actions}
          </div>
        )}
        {props.children}
      </div>
    </section>
  );
}

/** What was refused and what would be right; the server's own sentence is English. */
export function Refused({ refusal }: { refusal?: Refusal }) {
  if (!refusal) return null;
  const title = named('error', refusal.kind);
  const wait = refusal.retryAfter ? ` ${t('error.retry', { seconds: refusal.retryAfter })}` : '';
  return (
    <div class="alert alert-danger" role="alert">
      <CircleAlert aria-hidden="true" />
      <div>
        <strong>
          {title}
          {wait}
        </strong>
        {refusal.faults.length > 1 ? (
          <ul lang={langOfServer()}>
            {refusal.faults.map((fault) => (
              <li>{fault.detail}</li>
            ))}
          </ul>
        ) : (
          refusal.detail &&
          refusal.detail !== title && <div lang={langOfServer()}>{refusal.detail}</div>
        )}
      </div>
    </div>
  );
}

const langOfServer = () => (locale().startsWith('en') ? undefined : 'en');

export function Busy() {
  return (
    <div class="busy" role="status">
      <span class="spinner-border spinner-border-sm" aria-hidden="true" /> {t('busy')}
    </div>
  );
}

/** That there is nothing, and in `next` what to do about it. */
export const Empty = (props: { children: ComponentChildren; next?: ComponentChildren }) => (
  <div class="empty">
    <p>{props.children}</p>
    {props.next}
  </div>
);

export const NextLink = (props: { href: string; children: ComponentChildren }) => (
  <a class="btn btn-outline" href={props.href}>
    {props.children}
  </a>
);

export const NextButton = (props: { onClick: () => void; children: ComponentChildren }) => (
  <button type="button" class="btn btn-outline" onClick={props.onClick}>
    {props.children}
  </button>
);

export function When({ time, relative }: { time: string | null; relative?: boolean }) {
  if (!time) return <>–</>;
  return (
    <time dateTime={time} title={relative ? moment(time) : undefined}>
      {relative ? since(time) : moment(time)}
    </time>
  );
}

export const Plate = ({ plate }: { plate: string | null }) => <span class="plate">{plate ?? '–'}</span>;

const tones: Record<string, string> = {
  open: 'info', overdue: 'warn', appealed: 'info', collections: 'warn', paid: 'good', spoiled: 'mute', cancelled: 'mute', warning: 'mute',
};

export const State = ({ state }: { state: Schemas['ViolationSummary']['state'] }) => (
  <Badge tone={tones[state] ?? 'mute'}>{named('state', state)}</Badge>
);

export const Badge = (props: { tone: string; children: ComponentChildren }) => (
  <span class={`badge tone-${props.tone}`}>{props.children}</span>
);

/** Term and meaning, side by side; those without a value are left out. */
export function Facts({ facts }: { facts: [string, ComponentChildren][] }) {
  return (
    <dl class="facts">
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== '')
        .map(([term, value]) => (
          <div>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

export const CsvLink = ({ href, label }: { href: string; label?: string }) => (
  <a class="btn btn-quiet" href={href} download>
    <Download aria-hidden="true" /> {label ?? t('csv')}
  </a>
);
