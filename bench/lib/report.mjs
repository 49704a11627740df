import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { markdown } from './engines.mjs';
import { resultsFile, writeResults } from './write.mjs';

const build = new URL('../../build/bench/', import.meta.url);

try {
  const { values, positionals } = parseArgs({
    options: {
      write: { type: 'boolean', default: false },
      postgresql: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  if (positionals.length > 1) throw new Error('at most one file of results');
  const latest = new URL(resultsFile(values.postgresql ? 'postgresql' : 'sqlite'), build);
  const results = JSON.parse(readFileSync(positionals[0] ?? fileURLToPath(latest), 'utf8'));
  process.stdout.write(markdown(results));
  if (values.write) writeResults(results);
} catch (error) {
  const absent = error.code === 'ENOENT' ? ' (bench/run measures and leaves it there)' : '';
  console.error(`bench/report: ${error.message}${absent}`);
  process.exitCode = 2;
}
