// Puts the figures into bench/RESULTS.md, between its markers, and bench/results.svg.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chart } from './chart.mjs';
import { markdown } from './tables.mjs';

const page = fileURLToPath(new URL('../RESULTS.md', import.meta.url));
const picture = fileURLToPath(new URL('../results.svg', import.meta.url));
const begin = '<!-- figures: begin (written by bench/run --write) -->';
const end = '<!-- figures: end -->';

/** The page with `text` between its markers in place of what stood there. */
export function between(page, text) {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`RESULTS.md lacks the line ${begin} or ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n${page.slice(to)}`;
}

export function writeResults(results) {
  if (results.settings.quick) throw new Error('a quick run measures nothing worth keeping');
  const image = '![Each figure against its target](results.svg)';
  writeFileSync(page, between(readFileSync(page, 'utf8'), `${image}\n\n${markdown(results)}`));
  writeFileSync(picture, chart(results));
}
