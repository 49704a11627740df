// Holds docs/conformance.md against the API document, the tests that exist and api/openapi.yaml.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import redocly from '@redocly/openapi-core';
import { k_chapters, k_error_messages } from './document.mjs';

const inRepository = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

export function readPage() {
  return readFileSync(inRepository('docs/conformance.md'), 'utf8');
}

export async function readOpenApi() {
  const resolver = new redocly.BaseResolver();
  const found = await resolver.resolveDocument(null, inRepository('api/openapi.yaml'), true);
  if (found instanceof Error) throw found;
  return found.parsed;
}

/**
 * The tests that exist: `scenarios`, what each row of the scenario tables claims, by "table_row";
 * `cases`, the other C++ tests as "Suite.name"; and `titles`, patterns of the titles in each file of
 * tests/e2e and tests/browser.
 */
export function readTests() {
  const programs = process.env.TEST_PROGRAMS ?? inRepository('build/release/tests');
  const scenarios = new Map();
  const cases = new Set();
  for (const program of ['api', 'store', 'transport', 'unit']) {
    const list = execFileSync(`${programs}/${program}`, ['--gtest_list_tests'], {
      encoding: 'utf8',
      maxBuffer: 16 * 1024 * 1024,
    });
    let suite = '';
    for (const line of list.split('\n')) {
      const [, name, parameter] = /^ {2}(\S+)(?: +# GetParam\(\) = (.*))?$/.exec(line) ?? [];
      if (!name) suite = line.trim();
      else if (suite === 'Api/Scenarios.') scenarios.set(name.split('/')[1], claimOf(parameter));
      else cases.add(suite.split('/').at(-1) + name);
    }
  }
  return { scenarios, cases, titles: readTitles() };
}

// "permits/push 422 9030 amount, 9033 zone"
function claimOf(parameter) {
  const [, endpoint, status, errors] = /^(\S+) (\d{3})(?: (.*))?$/.exec(parameter) ?? [];
  if (!status) throw new Error(`the test program does not tell what a row claims: ${parameter}`);
  return { endpoint, status: Number(status), errors: errors ? errors.split(', ') : [] };
}

function readTitles() {
  const titles = new Map();
  for (const folder of ['e2e', 'browser']) {
    for (const file of readdirSync(inRepository(`tests/${folder}`))) {
      if (!file.endsWith('.test.mjs')) continue;
      const source = readFileSync(inRepository(`tests/${folder}/${file}`), 'utf8');
      const found = source.matchAll(/\b(?:test|it)\(\s*(['"`])((?:\\.|(?!\1).)+)\1/g);
      const name = `${folder}/${file.replace('.test.mjs', '')}`;
      titles.set(name, [...found].map(([, quote, title]) => patternOf(title, quote)));
    }
  }
  return titles;
}

// A title as a pattern: what a template fills in may be anything.
function patternOf(title, quote) {
  const texts = quote === '`' ? title.split(/\$\{[^}]*\}/) : [title];
  const literal = (text) =>
    text.replace(/\\(.)/g, '$1').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${texts.map(literal).join('.+')}$`);
}

/** What the page says, by heading: the rows of its tables, each a list of cells. */
export function tablesOf(page) {
  const tables = new Map();
  let rows = [];
  for (const line of page.split('\n')) {
    const heading = /^## (.+)$/.exec(line);
    if (heading) tables.set(heading[1], (rows = []));
    const row = /^\|(.*)\|$/.exec(line);
    if (row) rows.push(row[1].split('|').map((cell) => cell.trim()));
  }
  // The heads of the tables and the lines below them are no rows.
  for (const [heading, all] of tables) {
    const isRule = (row) => row !== undefined && row.every((cell) => /^-+$/.test(cell));
    tables.set(
      heading,
      all.filter((row, n) => !isRule(row) && !isRule(all[n + 1])),
    );
  }
  return tables;
}

/** The tests that a cell names: "`push.zone_null_is_absent`, `e2e/zones: a title`". */
const testsIn = (cell) => [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name);

const codesIn = (cell) => (cell.match(/\b9\d{3}\b/g) ?? []).map(Number);

/** All faults of the page, as sentences. Empty if there are none. */
export function faultsOf(page, { tests, openapi }) {
  const tables = tablesOf(page);
  const faults = [];
  const claimed = (where, cell) => {
    const names = testsIn(cell);
    if (names.length === 0) faults.push(`${where}: no test is named`);
    for (const name of names) {
      if (!exists(name, tests)) faults.push(`${where}: there is no test ${name}`);
    }
    return names.map((name) => tests.scenarios.get(asScenario(name))).filter(Boolean);
  };
  // The rows that must stand under a heading, by their first cells.
  const rowsOf = (heading, expected, keys) => {
    const rows = tables.get(heading) ?? [];
    const keyOf = (row) => row.slice(0, keys).join(' | ');
    const found = rows.map(keyOf);
    for (const key of expected) {
      if (!found.includes(key)) faults.push(`${heading}: no row for ${key}`);
    }
    for (const [n, key] of found.entries()) {
      if (!expected.includes(key)) faults.push(`${heading}: the document has no ${key}`);
      else if (found.indexOf(key) !== n) faults.push(`${heading}: two rows for ${key}`);
    }
    if (faults.length === 0 && found.join('\n') !== expected.join('\n')) {
      faults.push(`${heading}: the rows are not in the document's order`);
    }
    return rows.map((row) => ({ row, where: `${heading}, ${keyOf(row)}` }));
  };

  const messages = Object.entries(k_error_messages);
  const errors = messages.map(([code, message]) => `${code} | ${message}`);
  for (const { row, where } of rowsOf('API Error Codes', errors, 2)) {
    const [code, message, status, cell] = row;
    for (const claim of claimed(where, cell)) {
      if (claim.status !== Number(status) || !claim.errors.some((e) => e.startsWith(code))) {
        faults.push(`${where}: a test answers ${claim.status} ${claim.errors.join(', ')}`);
      }
    }
    if (!openapi.info.description.includes(`| ${code} | ${message} | ${status}`)) {
      faults.push(`${where}: not so in the OpenAPI file`);
    }
  }

  for (const chapter of k_chapters) {
    const expected = chapter.rules.map((rule) => ` | ${rule}`);
    const schema = requestOf(openapi, chapter.endpoint);
    for (const { title, names, required, limits } of chapter.attributes) {
      for (const text of [...names.map((name) => `\`${name}\``), required, ...limits]) {
        expected.push(`${title} | ${text}`);
      }
      for (const name of names) {
        if (!(name in schema)) {
          faults.push(`${chapter.endpoint}: the OpenAPI file lacks the name ${name}`);
        }
      }
    }
    for (const { row, where } of rowsOf(chapter.title, expected, 2)) {
      const [title, , answer = '', cell] = row;
      const claims = claimed(where, cell);
      const attribute = chapter.attributes.find((one) => one.title === title);
      faults.push(...faultsOfAnswer(where, answer, claims, chapter.endpoint, attribute));
    }
  }

  const samples = k_chapters.flatMap(({ endpoint }) =>
    ['raw', 'JavaScript', 'reply'].map((sample) => `\`${endpoint}\` | ${sample}`),
  );
  samples.unshift('any | error');
  for (const { row, where } of rowsOf('Samples', samples, 2)) claimed(where, row[2]);

  const decisions = tables.get('Decisions') ?? [];
  if (decisions.length === 0) faults.push('Decisions: there are none');
  for (const row of decisions) claimed(`Decisions, ${row[0]}`, row[2]);
  return faults;
}

// The tests of a row go to its endpoint, and each code that it names is answered by one of them for
// that attribute; if it names none, they succeed.
function faultsOfAnswer(where, answer, claims, endpoint, attribute) {
  const faults = [];
  for (const claim of claims) {
    if (claim.endpoint !== endpoint) faults.push(`${where}: a test goes to ${claim.endpoint}`);
  }
  const codes = codesIn(answer);
  const mayBeNamed = (field) =>
    attribute === undefined ||
    attribute.names.includes(field) ||
    attribute.required.split(' ').includes(field);
  const answers = (claim, code) =>
    claim.errors.some((error) => {
      const [number, field] = error.split(' ');
      return Number(number) === code && mayBeNamed(field);
    });
  for (const code of codes) {
    if (!claims.some((claim) => answers(claim, code))) {
      faults.push(`${where}: no test is answered with ${code}`);
    }
  }
  if (codes.length === 0 && claims.some((claim) => claim.status !== 200)) {
    faults.push(`${where}: a test is refused`);
  }
  return faults;
}

const asScenario = (name) => name.replace('.', '_');

function exists(name, { scenarios, cases, titles }) {
  const [file, title] = name.split(/: (.*)/);
  if (titles.has(file)) return titles.get(file).some((pattern) => pattern.test(title ?? ''));
  return scenarios.has(asScenario(name)) || cases.has(name);
}

// The properties of an endpoint's request.
function requestOf(openapi, endpoint) {
  const operation = openapi.paths[`/api/{client}/v1/${endpoint}`].post;
  const { schema } = operation.requestBody.content['application/json'];
  const name = schema.$ref?.replace('#/components/schemas/', '');
  return (name ? openapi.components.schemas[name] : schema).properties;
}
