// The permits of bench/wrk/permit.lua as a table for `lotkeeper import`.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

const [zones, starts, ends] = [20, 21600, 43200];
const [plateStep, plates] = [7368787, 26 ** 4 * 1000];
const rowsAtOnce = 1000;

const padded = (number, length) => String(number).padStart(length, '0');
const stamp = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 19);

/** The plate of permit `n`. */
export function plateOf(n) {
  const serial = (n * plateStep) % plates;
  let letters = Math.floor(serial / 1000);
  let text = '';
  for (let at = 0; at < 4; ++at) {
    text = String.fromCharCode(65 + (letters % 26)) + text;
    letters = Math.floor(letters / 26);
  }
  return text + padded(serial % 1000, 3);
}

function rowOf(n, epoch) {
  const start = stamp(epoch - 60 - (n % starts));
  const end = stamp(epoch + 7200 + ((Math.floor(n / starts) + n) % ends));
  const amount = `${10 + (n % 90)}.${padded(n % 100, 2)}`;
  const zone = `Lot ${padded((n % zones) + 1, 2)}`;
  return `${amount},CAD,${plateOf(n)},${zone},B-${padded(n, 9)},${start},${end}\n`;
}

/** Writes permits 0 to `count` - 1 into `file`, with a header row. */
export async function writePermits(file, count, epoch) {
  const out = createWriteStream(file);
  out.write('Amount,CurrencyID,LicencePlate,zone,permitNo,startTime,endTime\n');
  for (let n = 0; n < count; n += rowsAtOnce) {
    let text = '';
    for (let at = n; at < Math.min(count, n + rowsAtOnce); ++at) text += rowOf(at, epoch);
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end();
  await finished(out);
}
