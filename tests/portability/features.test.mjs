// No SQL of Lotkeeper's uses what databases that are spread over machines lack.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { featuresOf, k_features } from '../support/portability_features.mjs';

const k_repository = fileURLToPath(new URL('../../', import.meta.url));

// Every statement in C++ sources: adjacent literals are one text.
function statementsOf(source) {
  return [...source.matchAll(/"(?:[^"\\\n]|\\.)*"(?:\s*"(?:[^"\\\n]|\\.)*")*/g)]
    .map(([literals]) => literals.replace(/"\s*"/g, '').slice(1, -1))
    .filter((text) => /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|SET|BEGIN)\b/.test(text));
}

const filesIn = (folder, ending) =>
  readdirSync(path.join(k_repository, folder), { recursive: true })
    .filter((name) => name.endsWith(ending))
    .map((name) => path.join(folder, name));

test('each feature of the list is seen in its example, and has a source', () => {
  for (const feature of k_features) {
    assert.ok(featuresOf(feature.example).includes(feature), feature.name);
    assert.match(feature.source, /^https:\/\//);
    assert.notEqual(feature.lacking, '');
  }
});

test('comments and values are not taken for features', () => {
  for (const sql of [
    "SELECT 'LISTEN', a /* TRIGGER */ FROM t -- SERIAL\n",
    "INSERT INTO t VALUES ('it''s NOW() (SELECT 1)')",
    'SELECT notified, temperature FROM listener',
  ]) {
    assert.deepEqual(featuresOf(sql), [], sql);
  }
});

test('the migrations use none of them', () => {
  const files = filesIn('db/migrations', '.sql');
  assert.ok(files.length >= 3);
  for (const file of files) {
    for (const sql of readFileSync(path.join(k_repository, file), 'utf8').split(';')) {
      assert.deepEqual(featuresOf(sql), [], `${file}: ${sql}`);
    }
  }
});

test('the statements in src/store and src/database use none of them', () => {
  let seen = 0;
  for (const file of [...filesIn('src/store', '.cpp'), ...filesIn('src/database', '.cpp')]) {
    for (const sql of statementsOf(readFileSync(path.join(k_repository, file), 'utf8'))) {
      seen += 1;
      assert.deepEqual(featuresOf(sql), [], `${file}: ${sql}`);
    }
  }
  assert.ok(seen > 100, `only ${seen} statements were found`);
});

test('docs/scaling.md names every feature with its source', () => {
  const page = readFileSync(path.join(k_repository, 'docs/scaling.md'), 'utf8');
  for (const { name, lacking, source } of k_features) {
    assert.ok(page.includes(`| ${name} | ${lacking} | <${source}> |`), name);
  }
});
