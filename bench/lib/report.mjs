import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { markdown } from './tables.mjs';
import { writeResults } from './write.mjs';

const latest = fileURLToPath(new URL('../../build/bench/results.json', import.meta.url));

try {
  const { values, positionals } = parseArgs({
    options: { write: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (positionals.length > 1) throw new Error('at most one file of results');
  const results = JSON.parse(readFileSync(positionals[0] ?? latest, 'utf8'));
  process.stdout.write(markdown(results));
  if (values.write) writeResults(results);
} catch (error) {
  const absent = error.code === 'ENOENT' ? ' (bench/run measures and leaves it there)' : '';
  console.error(`bench/report: ${error.message}${absent}`);
  process.exitCode = 2;
}
