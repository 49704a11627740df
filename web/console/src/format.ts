// Times in the client's zone, money and counts, as the chosen language writes them.

import { locale } from './words';

let zone = 'UTC';
let currency = 'CAD';

/** From now on times are shown in this zone, and money without a currency of its own in this one. */
export function setPlace(timeZone: string, clientCurrency: string): void {
  zone = timeZone;
  currency = clientCurrency;
}

/** The client's, as of `setPlace`. */
export const placeCurrency = () => currency;

function dated(options: Intl.DateTimeFormatOptions, time: string): string {
  const words = new Intl.DateTimeFormat(locale(), { timeZone: zone, hour12: false, ...options }).format(
    new Date(time),
  );
  // French writes "20 h 11 min 28 s", which must not be broken at the end of a line.
  return words.replace(/ (h|min|s)\b ?/g, (unit) => unit.replaceAll(' ', '\u00a0'));
}

/** A line may end between the day and the time, not within either. */
export const moment = (time: string) =>
  dated({ dateStyle: 'medium', timeStyle: 'short' }, time).replace(/ (?=.*, )/g, '\u00a0');
export const clock = (time: string) => dated({ timeStyle: 'short' }, time);
export const seconds = (time: string) => dated({ hour: '2-digit', minute: '2-digit', second: '2-digit' }, time);
export const hourOf = (time: string) => dated({ hour: '2-digit', minute: '2-digit' }, time);
export const longDay = (time: string) => dated({ dateStyle: 'long' }, time);

/** A day of the client's calendar, `2026-05-04`, a number of days from today. */
export function dayFromNow(days: number): string {
  const at = new Date(Date.now() + days * 86_400_000);
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(at);
}

/** A calendar day `2026-05-04`, which is no moment and has no zone. */
export function day(text: string): string {
  return new Intl.DateTimeFormat(locale(), { timeZone: 'UTC', dateStyle: 'medium' }).format(
    new Date(`${text}T00:00:00Z`),
  );
}

export function month(text: string): string {
  return new Intl.DateTimeFormat(locale(), { timeZone: 'UTC', year: 'numeric', month: 'long' }).format(
    new Date(`${text}-01T00:00:00Z`),
  );
}

export function money(cents: number, of: string = currency): string {
  return new Intl.NumberFormat(locale(), { style: 'currency', currency: of }).format(cents / 100);
}

export const part = (of: number) =>
  new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: 1 }).format(of);

/** Thousandths of a second, of which a log has microseconds. */
export const milliseconds = (micros: number) =>
  new Intl.NumberFormat(locale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(micros / 1000);

export const count = (n: number) => new Intl.NumberFormat(locale()).format(n);

/** "4 minutes ago", in the largest unit that fits. */
export function ago(seconds: number): string {
  const relative = new Intl.RelativeTimeFormat(locale(), { numeric: 'always' });
  if (seconds < 60) return relative.format(-Math.round(seconds), 'second');
  if (seconds < 5400) return relative.format(-Math.round(seconds / 60), 'minute');
  if (seconds < 129_600) return relative.format(-Math.round(seconds / 3600), 'hour');
  return relative.format(-Math.round(seconds / 86_400), 'day');
}

export const since = (time: string) => ago(Math.max(0, (Date.now() - Date.parse(time)) / 1000));

/** "2 hours", in the largest unit that fits. */
export function span(seconds: number): string {
  const [value, unit] =
    seconds < 5400 ? [seconds / 60, 'minute'] : seconds < 129_600 ? [seconds / 3600, 'hour'] : [seconds / 86_400, 'day'];
  return new Intl.NumberFormat(locale(), { style: 'unit', unit: String(unit), unitDisplay: 'long', maximumFractionDigits: 0 }).format(Number(value));
}
