// script/failover refuses what it does not understand, and starts nothing then.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../support/lotkeeper.mjs';
import { binary } from '../support/server.mjs';

const script = fileURLToPath(new URL('../../script/failover', import.meta.url));

test('script/failover refuses unknown options and says which ones exist', async () => {
  for (const [args, why] of [
    [['--rounds', '0'], /--rounds takes a whole number from 1 to/],
    [['--seconds', 'ten'], /--seconds takes a whole number from 1 to/],
    [['--fault', 'unplugged'], /--fault takes one of "killed", "stopped", "cut off"/],
    [['--bogus'], /Unknown option '--bogus'/],
  ]) {
    const { code, stdout, stderr } = await runProgram(script, args, { env: { LOTKEEPER: binary } });
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    assert.match(stderr, why);
  }
});
