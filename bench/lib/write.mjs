// Puts the figures into bench/RESULTS.md, between the markers of their engine, and bench/results.svg.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chart } from './chart.mjs';
import { engineOf, engines, markdown } from './engines.mjs';
import { sideBySide } from './side_by_side.mjs';

const page = fileURLToPath(new URL('../RESULTS.md', import.meta.url));
const picture = fileURLToPath(new URL('../results.svg', import.meta.url));
// The last figures of each engine, so that a run of one leaves the other's in table and chart.
const kept = fileURLToPath(new URL('../figures.json', import.meta.url));

/** The page with `text` between the markers of `part` in place of what stood there. */
export function between(page, part, text) {
  const begin = `<!-- ${part}: begin (written by bench/run --write) -->`;
  const end = `<!-- ${part}: end -->`;
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`RESULTS.md lacks the line ${begin} or ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n${page.slice(to)}`;
}

/** Where in the build directory all that a run measured is left. */
export const resultsFile = (engine) =>
  engine === 'postgresql' ? 'results-postgresql.json' : 'results.json';

export function writeResults(results) {
  if (results.settings.quick) throw new Error('a quick run measures nothing worth keeping');
  const engine = engineOf(results);
  const figures = JSON.parse(readFileSync(kept, 'utf8'));
  figures[engine] = {
    date: results.date,
    figures: engines[engine].figuresOf(results),
    rates: engines[engine].ratesOf(results),
  };

  const image = '![Each figure against its target](results.svg)\n';
  const text = readFileSync(page, 'utf8');
  const beside = between(text, 'side by side', `${image}\n${sideBySide(figures)}\n`);
  writeFileSync(page, between(beside, engines[engine].part, markdown(results)));
  writeFileSync(kept, `${JSON.stringify(figures, null, 2)}\n`);
  writeFileSync(picture, chart(figures));
}
