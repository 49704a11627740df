// French says what English says: the same keys, with the same values filled in.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { transformSync } from '../../web/node_modules/esbuild/lib/main.js';

const source = (path) => readFileSync(new URL(`../../web/console/src/${path}`, import.meta.url), 'utf8');

function wordsOf(language) {
  const lines = source(`words/${language}.ts`).matchAll(/^ {2}'([^']+)': '(.*)',$/gm);
  return new Map([...lines].map(([, key, words]) => [key, words]));
}

/** The names of the values in a message, plural branches aside. */
const valuesOf = (words) => [...new Set([...words.matchAll(/\{(\w+)[,}]/g)].map(([, name]) => name))].sort();

describe('the words of the console', () => {
  const en = wordsOf('en');
  const fr = wordsOf('fr');

  it('both languages have the same keys', () => {
    assert.ok(en.size > 300, `${en.size} keys`);
    assert.deepEqual([...fr.keys()], [...en.keys()]);
  });

  it('no message is empty, and both languages fill in the same values', () => {
    for (const [key, words] of en) {
      assert.ok(words.trim() && fr.get(key).trim(), key);
      assert.deepEqual(valuesOf(fr.get(key)), valuesOf(words), key);
    }
  });
});

describe('amounts that are typed', () => {
  it('are read as the server reads a statement', async () => {
    const script = transformSync(source('amount.ts'), { loader: 'ts', format: 'esm' }).code;
    const { readAmount } = await import(`data:text/javascript,${encodeURIComponent(script)}`);
    const rows = JSON.parse(readFileSync(new URL('../support/written_amounts.json', import.meta.url), 'utf8'));
    for (const [written, wanted, currency] of rows) {
      const read = readAmount(written);
      assert.equal(read.cents ?? read, wanted, written);
      if (currency !== undefined) assert.equal(read.currency, currency, written);
    }
  });
});
