// The console in a browser: signing in, the pages that there are, and what each must be free of.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openWatchedPage } from './chromium.mjs';
import { run } from './lotkeeper.mjs';

export const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
export const desk = { viewport: { width: 1360, height: 900 } };

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = fileURLToPath(new URL('../../build/screenshots/', import.meta.url));

/** The smallest picture that is one. */
export const k_png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** Every page of the console. */
export const paths = [
  'overview', 'check', 'violations', 'violations/{id}', 'violations/new', 'permits', 'vehicles', 'vehicles/{id}', 'profiles', 'profiles/{id}',
  'permits/{reference}', 'checks', 'checks/{id}', 'disconnected', 'integrations', 'integrations/1', 'money', 'reconcile', 'batches', 'batches/1', 'settings',
  'settings?list=zones', 'settings?list=violation-type', 'operators', 'account', 'no-such-page',
];

/** A page of a context of its own, signed in; `seen` is what it must be clean of. */
export async function signedIn(browser, server, options = desk, name = 'demo', password = 'demo') {
  const context = await browser.newContext({ locale: 'en-CA', ...options });
  context.setDefaultTimeout(15_000);
  const { page, seen } = await openWatchedPage(context, server.url);
  await page.goto(`${server.url}/console`);
  await signIn(page, name, password);
  await page.locator('.shell h1').waitFor();
  return { context, page, seen };
}

export async function signIn(page, name, password) {
  await page.locator('input[name=name]').fill(name);
  await page.locator('input[name=password]').fill(password);
  await page.keyboard.press('Enter');
}

/** Opens a path of the console and waits until it is complete. */
export async function visit(page, server, path) {
  await page.goto(`${server.url}/console/${path}`);
  await settled(page);
}

export async function settled(page) {
  await page.locator('main h1').waitFor();
  await page.waitForLoadState('networkidle');
  await page.locator('.busy').waitFor({ state: 'detached' });
}

/** The path with the id of the list's first record, which depends on what the demo brings. */
export const filledIn = async (page, path) => {
  const id = await page.evaluate(async (list) => {
    const records = await (await fetch(`/console/api/${list === 'checks' ? 'plate-checks' : list}`)).json();
    return String(records[list][0].id ?? records[list][0].reference);
  }, path.split('/')[0]);
  return path.replace(/\{\w+\}/, id);
};

/** One check, as there is none before. */
export async function checkPlate(browser, server) {
  // And a batch for collections, of which there is none before either.
  const body = JSON.stringify({ apiToken: 'YOUR-API-TOKEN' });
  const pull = `${server.url}/api/OC_TOMA/v1/violations/send_overdue_to_collections`;
  assert.equal((await fetch(pull, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })).status, 200);
  const { context, page } = await signedIn(browser, server);
  await visit(page, server, 'check');
  await page.locator('#plate').fill('DEMO 003');
  await page.keyboard.press('Enter');
  await page.locator('.verdict').waitFor();
  await context.close();
}

export async function addOperator(server, name, role, client = 'OC_TOMA') {
  const { code, stderr } = await run(
    ['operator', 'add', name, '--role', role, '--client', client, '--database', server.database],
    { input: `${k_password}\n` },
  );
  assert.equal(code, 0, stderr);
}
export const k_password = 'correct horse battery';

/** Nothing wrong by axe's rules, with a contrast of 7:1 for text. */
export async function assertAccessible(page, where) {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const found = await window.axe.run(document, { rules: { 'color-contrast-enhanced': { enabled: true } } });
    return found.violations.map(({ id, impact, nodes }) => `${id} (${impact}): ${nodes.map(({ html }) => html).slice(0, 3).join(' ')}`);
  });
  assert.deepEqual(violations, [], where);
}

export async function assertFits(page, where) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(over <= 0, `${where} is ${over} px too wide`);
}

/** No message in the console but those of refusals that the test asked for. */
export function assertClean(seen, expected = /^$/) {
  assert.deepEqual(seen.errors.filter((text) => !expected.test(text)), []);
  assert.deepEqual(seen.violations, []);
  assert.deepEqual(seen.foreign, []);
}

export async function shoot(page, name) {
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`) });
}
