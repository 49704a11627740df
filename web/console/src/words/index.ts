// What the page says, in the language that was chosen. A language is one file; `fr.ts` must have
// exactly the keys of `en.ts`, which the compiler checks.

import { IntlMessageFormat } from 'intl-messageformat';
import type { Language } from '../look';
import type { en } from './en';

export type Key = keyof typeof en;
export type Words = Readonly<Record<Key, string>>;

let words: Words;
let spoken: Language = 'en';
const formats = new Map<Key, IntlMessageFormat>();

/** Loads a language's words; `t` speaks it from then on. */
export async function speak(language: Language): Promise<void> {
  words = language === 'fr' ? (await import('./fr')).fr : (await import('./en')).en;
  spoken = language;
  formats.clear();
  document.documentElement.lang = language;
}

/** The words of a key, with plurals and values filled in. */
export function t(key: Key, values?: Record<string, string | number>): string {
  if (!values) return words[key];
  let format = formats.get(key);
  if (!format) {
    format = new IntlMessageFormat(words[key], locale(), undefined, { ignoreTag: true });
    formats.set(key, format);
  }
  return String(format.format(values));
}

/** The words of a key that is made from what the server sent, or the text itself where it is new. */
export function named(prefix: string, text: string): string {
  const key = `${prefix}.${text}`;
  return key in words ? words[key as Key] : text;
}

export function locale(): string {
  return spoken === 'fr' ? 'fr-CA' : 'en-CA';
}
