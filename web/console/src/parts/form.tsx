// Forms that are described as data: what is asked, and what is done with the values.

import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { readAmount } from '../amount';
import { useSend } from '../ask';
import { Refusal } from '../api';
import { placeCurrency } from '../format';
import { t } from '../words';
import { Refused } from './basics';
import { Dialog } from './dialog';

export interface Option {
  value: string | number;
  label: string;
}

export interface Field {
  name: string;
  label: string;
  kind?: 'text' | 'password' | 'number' | 'money' | 'date' | 'datetime-local' | 'search' | 'long' | 'select' | 'checks' | 'plate' | 'decimal';
  hint?: ComponentChildren;
  value?: string | number | string[];
  required?: boolean;
  max?: number;
  min?: number;
  options?: Option[];
  /** The select's first, empty choice. */
  none?: string;
  autocomplete?: string;
  /** Without the word that marks what may be left empty: in a search all may. */
  plain?: boolean;
}

/** What was filled in: an empty field is null. */
export class Values {
  constructor(private readonly form: FormData) {}
  text = (name: string) => String(this.form.get(name) ?? '').trim() || null;
  need = (name: string) => String(this.form.get(name) ?? '').trim();
  /** As typed: white space is part of a password. */
  secret = (name: string) => String(this.form.get(name) ?? '');
  number(name: string): number | null {
    const text = this.text(name);
    return text === null ? null : Number(text);
  }
  all = (name: string) => this.form.getAll(name).map(String);
  cents(name: string): number | null {
    const text = this.text(name);
    if (text === null) return null;
    const read = readAmount(text);
    const isRead = typeof read === 'object' && read.cents >= 0;
    const ours = placeCurrency();
    if (isRead && (!read.currency || read.currency === ours)) return read.cents;
    const detail = isRead
      ? t('error.amount.currency', { currency: ours })
      : t(read === 'ambiguous' ? 'error.amount.two_ways' : 'error.amount');
    throw new Refusal('invalid', '', [{ field: name, detail }]);
  }
}

export function Form(props: {
  fields: Field[];
  submit: string;
  danger?: boolean;
  /** What the change does, above the fields. */
  lead?: string;
  /** A button beside the submitting one that leaves all as it is. */
  keep?: { label: string; onClick: () => void };
  send: (values: Values) => Promise<unknown>;
  onDone?: () => void;
  children?: ComponentChildren;
  class?: string;
}) {
  const form = useRef<HTMLFormElement>(null);
  const { send, isBusy, refusal } = useSend();
  useEffect(() => {
    if (!refusal) return;
    const bad = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    bad?.focus();
  }, [refusal]);
  // What is said at its field is not said again below.
  const inputs = props.fields.filter(({ kind }) => kind !== 'checks').map(({ name }) => name);
  const isSaid = refusal !== undefined && refusal.faults.length > 0 && refusal.faults.every(({ field }) => field !== undefined && inputs.includes(field));
  const faultOf = (name: string) => refusal?.faults.find((fault) => fault.field === name)?.detail;

  async function submit(event: Event) {
    event.preventDefault();
    if (isBusy || !form.current) return;
    const values = new Values(new FormData(form.current));
    if (await send(() => props.send(values))) props.onDone?.();
  }

  return (
    <form ref={form} class={`stack ${props.class ?? ''}`} onSubmit={submit}>
      {props.lead && <p>{props.lead}</p>}
      {props.fields.map((field) => (
        <Input key={field.name} field={field} fault={faultOf(field.name)} />
      ))}
      {props.children}
      {!isSaid && <Refused refusal={refusal} />}
      <div class="form-actions">
        {props.keep && (
          <button type="button" class="btn btn-outline" onClick={props.keep.onClick}>
            {props.keep.label}
          </button>
        )}
        <button class={`btn ${props.danger ? 'btn-danger' : 'btn-primary'}`} aria-disabled={isBusy}>
          {isBusy && <span class="spinner-border spinner-border-sm" aria-hidden="true" />} {props.submit}
        </button>
      </div>
    </form>
  );
}

export function FormDialog(props: Parameters<typeof Form>[0] & { title: string; onClose: () => void }) {
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <Form {...props} />
    </Dialog>
  );
}

export function Input({ field, fault }: { field: Field; fault?: string }) {
  const id = useId();
  const { kind = 'text' } = field;
  const described = [field.hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ') || undefined;
  const common = {
    id,
    name: field.name,
    required: field.required,
    'aria-describedby': described,
    'aria-invalid': fault ? ('true' as const) : undefined,
  };
  if (kind === 'checks') return <Checks field={field} fault={fault} />;
  return (
    <div class="field">
      <label class="form-label" for={id}>
        {field.label}
        {!field.required && !field.plain && <span class="optional"> {t('optional')}</span>}
      </label>
      {kind === 'select' ? (
        <select {...common} class="form-select" defaultValue={String(field.value ?? '')}>
          {field.none !== undefined && <option value="">{field.none}</option>}
          {field.options?.map(({ value, label }) => (
            <option value={value} selected={String(value) === String(field.value ?? '')}>
              {label}
            </option>
          ))}
        </select>
      ) : kind === 'long' ? (
        <textarea {...common} class="form-control" rows={3} maxLength={field.max} defaultValue={String(field.value ?? '')} />
      ) : (
        <input
          {...common}
          class={`form-control ${kind === 'plate' ? 'plate-input' : ''}`}
          type={kind === 'money' || kind === 'plate' || kind === 'decimal' ? 'text' : kind}
          inputMode={kind === 'money' || kind === 'decimal' ? 'decimal' : undefined}
          maxLength={field.max}
          min={field.min}
          defaultValue={String(field.value ?? '')}
          autocomplete={field.autocomplete ?? 'off'}
          autocapitalize={kind === 'plate' ? 'characters' : undefined}
          spellcheck={kind === 'plate' ? false : undefined}
        />
      )}
      {field.hint && (
        <div class="form-text" id={`${id}-hint`}>
          {field.hint}
        </div>
      )}
      {fault && (
        <div class="fault" id={`${id}-fault`} role="alert">
          {fault}
        </div>
      )}
    </div>
  );
}

function Checks({ field, fault }: { field: Field; fault?: string }) {
  const id = useId();
  const chosen = Array.isArray(field.value) ? field.value : [];
  return (
    <fieldset class="field" aria-describedby={field.hint ? id : undefined}>
      <legend class="form-label">{field.label}</legend>
      <div class="checks">
        {field.options?.map(({ value, label }) => (
          <label class="check">
            <input
              class="form-check-input"
              type="checkbox"
              name={field.name}
              value={value}
              defaultChecked={chosen.includes(String(value))}
            />
            <span>{label}</span>
          </label>
        ))}
      </div>
      {field.hint && (
        <div class="form-text" id={id}>
          {field.hint}
        </div>
      )}
      {fault && <div class="fault">{fault}</div>}
    </fieldset>
  );
}
