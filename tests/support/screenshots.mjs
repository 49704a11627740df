// The README's pictures of the console, from the demo's town: see script/screenshots.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchChromium } from './chromium.mjs';

const k_binary = process.env.LOTKEEPER ?? fileURLToPath(new URL('../../build/release/lotkeeper', import.meta.url));
const k_folder = resolve(process.argv[2]);
const k_most_bytes = 300_000;
const k_desk = { viewport: { width: 1360, height: 900 } };
const k_phone = { viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true };

/** Starts the demo with its town and gives its address. */
async function startDemo() {
  const child = spawn(k_binary, ['demo', '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'ignore'] });
  for await (const text of child.stdout.setEncoding('utf8')) {
    const line = /^listening on (\S+)/.exec(text);
    if (line) return { url: line[1], child };
  }
  throw new Error(`${k_binary} did not start`);
}

const { url, child } = await startDemo();
const browser = await launchChromium();
const converter = await browser.newPage();

/** A page of the console, signed in as `name`. */
async function open(options, name = 'demo') {
  const context = await browser.newContext({ locale: 'en-CA', timezoneId: 'America/Toronto', deviceScaleFactor: 2, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  await page.goto(`${url}/console`);
  await page.locator('input[name=name]').fill(name);
  await page.locator('input[name=password]').fill('demo');
  await page.keyboard.press('Enter');
  await page.locator('.shell h1').waitFor();
  // Operators of the town alone have it already.
  const chosen = await page.evaluate(async () => {
    const headers = { 'Content-Type': 'application/json', 'X-Lotkeeper-Console': '1' };
    const body = JSON.stringify({ client: 'TOWN' });
    return (await fetch('/console/api/session/client', { method: 'PUT', headers, body })).status;
  });
  assert.equal(chosen, 200);
  return page;
}

async function visit(page, path) {
  await page.goto(`${url}/console/${path}`);
  await page.locator('main h1').waitFor();
  await page.waitForLoadState('networkidle');
  await page.locator('.busy').waitFor({ state: 'detached' });
}

const ask = (page, path) => page.evaluate(async (where) => (await fetch(`/console/api/${where}`)).json(), path);

/** The picture as WebP, which is a third of a PNG. Playwright makes none itself. */
async function toWebp(png) {
  const data = await converter.evaluate(async (base64) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', 0.9);
  }, png.toString('base64'));
  return Buffer.from(data.split(',')[1], 'base64');
}

async function shoot(page, name) {
  await page.evaluate(() => document.fonts.ready);
  const picture = await toWebp(await page.screenshot({ animations: 'disabled', caret: 'hide' }));
  const path = join(k_folder, `${name}.webp`);
  assert.ok(picture.length < k_most_bytes, `${path} would have ${picture.length} bytes, more than ${k_most_bytes}`);
  writeFileSync(path, picture);
  console.log(`${path}: ${Math.ceil(picture.length / 1024)} KiB`);
}

/** Of the latest that were paid, the violation to which most happened. */
async function eventfulViolation(page) {
  const { violations } = await ask(page, 'violations?limit=200&state=paid');
  let best;
  for (const { id } of violations.slice(0, 120)) {
    const violation = await ask(page, `violations/${id}`);
    if (!best || violation.events.length > best.events.length) best = violation;
  }
  return best.id;
}

/** A check that found no permit but something to know: an expired one, or what is owed. */
async function unpaidCheck(page) {
  const { checks } = await ask(page, 'plate-checks?limit=200');
  return (
    checks.find((check) => !check.valid && check.violations.length > 1 && check.vehicles.length > 0) ??
    checks.find((check) => !check.valid)
  );
}

async function check(page, plate) {
  await visit(page, 'check');
  await page.locator('#plate').fill(plate);
  await page.keyboard.press('Enter');
  await page.locator('.verdict').waitFor();
  await page.waitForLoadState('networkidle');
}

try {
  mkdirSync(k_folder, { recursive: true });

  const desk = await open({ ...k_desk, colorScheme: 'light' });
  // Its tiles in one row, its vendors below.
  const wide = await open({ ...k_desk, viewport: { width: 1520, height: 1500 }, colorScheme: 'light' });
  await visit(wide, 'overview');
  await wide.locator('canvas').first().waitFor();
  await shoot(wide, 'overview');
  await visit(desk, `violations/${await eventfulViolation(desk)}`);
  await shoot(desk, 'violation');
  const unpaid = await unpaidCheck(desk);
  await check(desk, unpaid.plate);
  await shoot(desk, 'plate-check');
  await visit(desk, 'money?by=integration');
  await desk.locator('canvas').first().waitFor();
  await shoot(desk, 'money');
  const { integrations } = await ask(desk, 'integrations');
  await visit(desk, `integrations/${integrations.find(({ name }) => name === 'Parking app').id}`);
  await desk.getByText('LicensePlate').first().waitFor();
  await desk.getByRole('heading', { name: 'Requests' }).evaluate((heading) => {
    scrollTo(0, heading.getBoundingClientRect().top + scrollY - 90);
  });
  await shoot(desk, 'vendor');
  const { permits } = await ask(desk, 'permits?limit=200');
  const paid = permits.find(({ state, zone }) => state === 'valid' && zone !== null);

  const phone = await open({ ...k_phone, colorScheme: 'light' }, 'amelie');
  await check(phone, paid.plate);
  await shoot(phone, 'plate-check-phone');

  const dark = await open({ ...k_desk, colorScheme: 'dark' });
  await visit(dark, 'overview');
  await dark.locator('canvas').first().waitFor();
  await shoot(dark, 'overview-dark');
} finally {
  await browser.close();
  child.kill('SIGTERM');
}
