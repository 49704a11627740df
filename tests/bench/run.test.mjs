// bench/run from its beginning to its end, as small as it can be: it measures every figure, and leaves
// alone what is kept of earlier runs.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../support/lotkeeper.mjs';
import { binary } from '../support/server.mjs';

const bench = fileURLToPath(new URL('../../bench/', import.meta.url));
const kept = ['RESULTS.md', 'figures.json', 'results.svg'];
const contents = () => kept.map((name) => readFileSync(path.join(bench, name), 'utf8'));

// A build directory as bench/run wants one; beside the build, because /tmp may be memory.
function makePlace() {
  const build = path.dirname(binary);
  const place = mkdtempSync(path.join(build, 'bench-test-'));
  chmodSync(place, 0o755); // PostgreSQL runs as another user
  symlinkSync(path.join(build, 'bench/yardstick'), path.join(place, 'lotkeeper'));
  symlinkSync(path.join(build, 'bench'), path.join(place, 'bench'));
  return place;
}

const smallest = ['--quick', '--permits', '1000', '--violations', '1000', '--runs', '1', '--rest', '0'];

for (const [engine, options, results] of [
  ['SQLite', [], 'results.json'],
  ['PostgreSQL', ['--postgresql'], 'results-postgresql.json'],
]) {
  test(`every figure is measured on ${engine}, and nothing is written down unasked`, async () => {
    const place = makePlace();
    try {
      const before = contents();
      const { code, stdout, stderr } = await runProgram(
        path.join(bench, 'run'),
        ['--build-dir', place, ...smallest, ...options],
        { timeout: 300_000 },
      );
      assert.equal(code, 0, `${stderr.slice(-2000)}${stdout}`);
      assert.match(stdout, /^A small run: these are not the figures\.$/m);
      assert.doesNotMatch(stdout, /invalid/i);
      assert.deepEqual(contents(), before);
      const { raw } = JSON.parse(readFileSync(path.join(place, results), 'utf8'));
      assert.deepEqual(raw.faults, []);
      const left = readdirSync(place).sort();
      assert.deepEqual(left, ['bench', 'lotkeeper', results], 'it removes what it made');
    } finally {
      rmSync(place, { recursive: true });
    }
  });
}

test('a mistake on its command line is refused before anything is started', async () => {
  for (const [args, why] of [
    [['--quick', '--write'], /--quick measures nothing worth writing down/],
    [['--runs', '1'], /--runs is a number from 3 to 9, not '1'/],
    [['--permits', 'many'], /--permits is a number from 1000 to/],
    [['--bogus'], /Unknown option '--bogus'/],
  ]) {
    const { code, stdout, stderr } = await runProgram(path.join(bench, 'run'), [
      ...['--build-dir', '/nowhere', ...args],
    ]);
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    assert.match(stderr, why);
  }
});
