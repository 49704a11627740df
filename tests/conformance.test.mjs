// docs/conformance.md lists every attribute, name, limit and error code of the API document with the
// test that shows it. Here it is compared with the document, the tests and api/openapi.yaml. The
// check itself is tried on wrong pages. The test programs are those of the release build, or of
// the folder that TEST_PROGRAMS names.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { faultsOf, readOpenApi, readPage, readTests, tablesOf } from './support/conformance.mjs';
import { chapterOf, k_chapters, k_error_messages } from './support/document.mjs';

const page = readPage();
let openapi;
let tests;
before(async () => {
  openapi = await readOpenApi();
  tests = readTests();
});

const faults = (changed = page, rest = {}) => faultsOf(changed, { tests, openapi, ...rest });
const without = (line) => page.replace(`${line}\n`, '');
const rowWith = (text) => page.split('\n').find((line) => line.includes(text));

test('every attribute, name, limit and code of the document has its row and tests', () => {
  assert.deepEqual(faults(), []);
});

test('the rows are as many as the document has codes, names, limits and samples', () => {
  const tables = tablesOf(page);
  assert.equal(Object.keys(k_error_messages).length, 27);
  assert.equal(tables.get('API Error Codes').length, 27);
  assert.deepEqual(
    k_chapters.map(({ attributes }) => attributes.length),
    [2, 2, 8, 6, 14, 1, 25, 1],
  );
  assert.equal(tables.get('Samples').length, 25);
  for (const { title, attributes, rules } of k_chapters) {
    const texts = attributes.flatMap(({ names, limits }) => [...names, 'required', ...limits]);
    assert.equal(tables.get(title).length, rules.length + texts.length, title);
  }
});

test('the samples that the browser runs have the bodies that the document prints', () => {
  const folder = new URL('browser/samples/', import.meta.url);
  const bodies = readdirSync(folder).map((name) => {
    const sample = readFileSync(new URL(name, folder), 'utf8');
    const [, endpoint] = /\/v1\/([\w/]+)'/.exec(sample);
    const [, body] = /var body = (\{[^]*?\n\})/.exec(sample);
    assert.equal(body.replace(/\s/g, ''), chapterOf(endpoint).javascript.replace(/\s/g, ''), name);
    return endpoint;
  });
  assert.deepEqual(bodies.sort(), k_chapters.map((chapter) => chapter.endpoint).sort());
});

describe('the check tells', () => {
  test('any row that is taken out', () => {
    const held = page.slice(0, page.indexOf('## Decisions'));
    const rows = held.match(/(?<!\n)\n\|.+\|(?=\n)/g).filter((row) => !row.startsWith('\n|--'));
    assert.ok(rows.length > 250, String(rows.length));
    for (const line of rows.map((row) => row.slice(1))) {
      assert.match(faults(without(line)).join('\n'), /no row for/, line);
    }
  });

  test('a row that the document does not have', () => {
    const row = rowWith('`push.amount_absent_stores_none`');
    const more = page.replace(row, `${row}\n${row.replace('Optional', 'Sometimes')}`);
    assert.match(faults(more).join('\n'), /the document has no Amount \| Sometimes/);
    assert.match(faults(page.replace(row, `${row}\n${row}`)).join('\n'), /two rows/);
  });

  test('rows in another order', () => {
    const [first, second] = [9004, 9005].map((code) => rowWith(`| ${code} |`));
    const swapped = page.replace(`${first}\n${second}`, `${second}\n${first}`);
    assert.match(faults(swapped).join('\n'), /order/);
  });

  test('a message that is not to the letter', () => {
    assert.notDeepEqual(faults(page.replace('The Plate Type is', 'The plate type is')), []);
  });

  test('a test that does not exist', () => {
    const scenario = page.replace('`push.plate_absent_is_missing`', '`push.plate_lost_is_missing`');
    assert.match(faults(scenario).join('\n'), /there is no test push\.plate_lost_is_missing/);
    const title = page.replace(
      'both spellings of the client code that the document prints are one client',
      'both spellings are one',
    );
    assert.match(faults(title).join('\n'), /no test e2e\/document_samples: both spellings/);
  });

  test('a row without a test', () => {
    const row = rowWith('`push.amount_absent_stores_none`');
    const bare = row.replace('`push.amount_absent_stores_none`', '');
    assert.match(faults(page.replace(row, bare)).join('\n'), /no test is named/);
  });

  test('a test that is answered otherwise, or goes elsewhere', () => {
    const change = (from, to) => faults(page.replaceAll(`\`${from}\``, `\`${to}\``)).join('\n');
    assert.match(change('push.end_absent_is_missing', 'push.start_absent_is_missing'), /9004/);
    assert.match(
      change('push.amount_absent_stores_none', 'push.plate_absent_is_missing'),
      /a test is refused/,
    );
    assert.match(
      change('push.plate_absent_is_missing', 'vehicle.plate_absent_is_missing'),
      /a test goes to vehicles\/push/,
    );
  });

  test('a code that is answered for another attribute', () => {
    const row = rowWith('| Ticket Number | 50-characters |');
    const other = row.replace(/`.*`/, '`push.zone_of_201_characters_is_too_long`');
    assert.match(faults(page.replace(row, other)).join('\n'), /no test is answered with 9030/);
  });

  test('a name that the OpenAPI file lacks', () => {
    const lesser = structuredClone(openapi);
    delete lesser.components.schemas.PermitPush.properties.ParkingZoneName;
    assert.match(
      faults(page, { openapi: lesser }).join('\n'),
      /permits\/push: the OpenAPI file lacks the name ParkingZoneName/,
    );
  });
});
