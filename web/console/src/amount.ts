// Amounts as people type them. The server reads a vendor's statement by the same rules
// (src/domain/money.hpp); tests hold both against tests/support/written_amounts.json.

export type Doubt = 'empty' | 'ambiguous' | 'invalid';

const names: [RegExp, RegExp] = [/^(?:CAD|USD)/i, /(?:CAD|USD)$/i];
const symbols: [RegExp, RegExp] = [/^(?:CA\$|US\$|C\$|\$ ?CA(?!D)|\$ ?US(?!D)|\$)/i, /(?:CA\$|US\$|C\$|\$ ?CA|\$ ?US|\$)$/i];

export interface WrittenAmount {
  cents: number;
  /** `CAD` or `USD` where that is written; `$` says neither. */
  currency: string;
}

/** An amount, or why it is not known: "1,234" can be read in two ways. */
export function readAmount(text: string): WrittenAmount | Doubt {
  let rest = text.replace(/[\u00a0\u202f\u2009]/g, ' ').trim();
  if (!rest) return 'empty';
  let sign = 0;
  let currency = '';
  let symbol = false;
  for (let again = true; again; ) {
    again = false;
    const take = (found: RegExpMatchArray | null) => {
      if (!found || found[0].length === rest.length) return '';
      rest = (found.index === 0 ? rest.slice(found[0].length) : rest.slice(0, found.index)).trim();
      again = true;
      return found[0];
    };
    if (!sign) {
      if (/^\(.+\)$/.test(rest)) {
        rest = rest.slice(1, -1).trim();
        sign = -1;
        again = true;
        continue;
      }
      const taken = take(rest.match(/^[-\u2212+]/)) || take(rest.match(/[-\u2212]$/));
      if (taken) sign = taken === '+' ? 1 : -1;
    }
    if (!currency) currency = (take(rest.match(names[0])) || take(rest.match(names[1]))).toUpperCase();
    if (!symbol) {
      const taken = take(rest.match(symbols[0])) || take(rest.match(symbols[1]));
      if (taken) {
        if (/[a-z]/i.test(taken)) {
          if (currency) return 'invalid';
          currency = /u/i.test(taken) ? 'USD' : 'CAD';
        }
        symbol = true;
      }
    }
  }
  const cents = centsOfDigits(rest);
  return typeof cents === 'number' ? { cents: sign < 0 ? 0 - cents : cents, currency } : cents;
}

function centsOfDigits(text: string): number | Doubt {
  const marks = text.match(/[.,]/g) ?? [];
  const last = marks.at(-1);
  const spaced = text.includes(' ');
  if (!last) return cents(text, ' ', '');
  if (marks.filter((mark) => mark === last).length > 1) {
    return spaced || marks.some((mark) => mark !== last) ? 'invalid' : cents(text, last, '');
  }
  const at = text.lastIndexOf(last);
  const whole = text.slice(0, at);
  const decimals = text.slice(at + 1);
  if (marks.length > 1) return spaced ? 'invalid' : cents(whole, last === '.' ? ',' : '.', decimals);
  if (/^\d{1,3}$/.test(whole) && /^\d{3}$/.test(decimals)) return 'ambiguous';
  return decimals ? cents(whole, ' ', decimals) : 'invalid';
}

function cents(whole: string, thousands: string, decimals: string): number | Doubt {
  const groups = whole.split(thousands);
  const grouped = groups.length === 1 ? /^\d*$/.test(whole) : groups.every((group, i) => (i ? /^\d{3}$/ : /^\d{1,3}$/).test(group));
  const digits = groups.join('');
  if (!grouped || !/^(?:\d{0,2}|\d{2}0+)$/.test(decimals) || digits.length > 9 || !(digits + decimals)) return 'invalid';
  return Number(digits + decimals.slice(0, 2).padEnd(2, '0'));
}
