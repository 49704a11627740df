// Every page of the console: at a phone's and a desk's size, in both themes and languages.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launchChromium } from '../support/chromium.mjs';
import { assertAccessible, assertClean, assertFits, checkPlate, desk, filledIn, paths, phone, settled, shoot, signIn, signedIn, visit } from '../support/console.mjs';
import { startDemo } from '../support/server.mjs';

const k_first_load = 250 * 1024;
const k_check = 100 * 1024;

/** Counts what a page receives, as it comes over the wire. */
async function countBytes(context, page) {
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  const bytes = { received: 0 };
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes.received += encodedDataLength));
  return bytes;
}

describe('the pages of the console', () => {
  let browser;
  let server;

  before(async () => {
    browser = await launchChromium();
    server = await startDemo();
    await checkPlate(browser, server);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  for (const [size, options] of Object.entries({ phone, desk })) {
    for (const colorScheme of ['light', 'dark']) {
      it(`every page is readable, ${size}, ${colorScheme}`, { timeout: 180_000 }, async () => {
        const locale = colorScheme === 'dark' ? 'fr-CA' : 'en-CA';
        const { context, page, seen } = await signedIn(browser, server, { ...options, colorScheme, locale });
        for (const pattern of paths) {
          const path = pattern.includes('{') ? await filledIn(page, pattern) : pattern;
          await visit(page, server, path);
          assert.equal(await page.locator('html').getAttribute('lang'), locale.slice(0, 2));
          assert.deepEqual(await page.locator('.alert-danger').allTextContents(), [], path);
          await assertFits(page, path);
          await assertAccessible(page, `${path}, ${size}, ${colorScheme}`);
          await shoot(page, `${pattern.replace(/[{}]/g, '').replace(/[/?=]/g, '-')}-${size}-${colorScheme}`);
        }
        assertClean(seen);
        await context.close();
      });
    }
  }

  it('what an officer touches is at least 44 px high', async () => {
    const { context, page } = await signedIn(browser, server, phone);
    for (const path of ['check', 'violations/new', await filledIn(page, 'violations/{id}')]) {
      await visit(page, server, path);
      const small = await page.locator('main').locator('button, select, input:not([type=checkbox], [type=file]), .btn, label.check').evaluateAll((all) =>
        all.filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML),
      );
      assert.deepEqual(small, [], path);
    }
    await context.close();
  });

  /** Opens the console at `path`, as for the first time, up to `sign`; what was received must be little. */
  async function loadFirst(path, sign) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const bytes = await countBytes(context, page);
    await page.goto(`${server.url}/console/${path}`);
    await signIn(page, 'demo', 'demo');
    await page.locator(sign).first().waitFor();
    await page.waitForLoadState('networkidle');
    assert.ok(bytes.received > 10_000 && bytes.received <= k_first_load, `first load: ${bytes.received} bytes`);
    return { context, page, bytes };
  }

  it('the first load of the overview, with its charts, is small', async () => {
    const { context } = await loadFirst('overview', 'main canvas');
    await context.close();
  });

  it('the first load of a plate check is small, and so is each check', async () => {
    const { context, page, bytes } = await loadFirst('check', '#plate');
    bytes.received = 0;
    await page.locator('#plate').fill('PL8RDR');
    await page.keyboard.press('Enter');
    await page.locator('.verdict').waitFor();
    await page.waitForLoadState('networkidle');
    assert.ok(bytes.received > 0 && bytes.received < k_check, `a check: ${bytes.received} bytes`);
    await context.close();
  });

  it('language and theme are chosen and kept', async () => {
    const { context, page, seen } = await signedIn(browser, server, { ...desk, colorScheme: 'light' });
    await page.getByRole('button', { name: 'Français' }).click();
    await page.getByRole('heading', { name: 'Aperçu' }).waitFor();
    await page.getByLabel('Thème').selectOption('dark');
    await page.reload();
    await page.getByRole('heading', { name: 'Aperçu' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'fr');
    assert.equal(await page.locator('html').getAttribute('data-bs-theme'), 'dark');
    assertClean(seen);
    await context.close();
  });

  it('a violation prints on one page of A6', async () => {
    const { context, page, seen } = await signedIn(browser, server);
    // The page prints itself, and a page prints one thing at a time.
    await page.addInitScript(() => (window.print = () => {}));
    await visit(page, server, await filledIn(page, 'violations/{id}/print'));
    await page.locator('.slip-plate').waitFor();
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    assert.equal(pdf.match(/\/Type\s*\/Page\b/g).length, 1);
    const [, width, height] = pdf.match(/\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/);
    assert.deepEqual([Math.round(width), Math.round(height)], [298, 420]);
    await assertAccessible(page, 'print');
    await shoot(page, 'print');
    assertClean(seen);
    await context.close();
  });

  it('the printed ticket opens the dialog at once, and a ticket\u2019s page prints the ticket alone', async () => {
    const { context, page, seen } = await signedIn(browser, server);
    await page.addInitScript(() => {
      window.prints = 0;
      window.print = () => (window.prints += 1);
    });
    await visit(page, server, await filledIn(page, 'violations/{id}/print'));
    await page.waitForFunction(() => window.prints === 1);
    await page.locator('.slip-text[lang=fr]').waitFor();

    await visit(page, server, await filledIn(page, 'violations/{id}'));
    await page.locator('.print-only .slip-text[lang=en]').waitFor({ state: 'attached' });
    assert.equal(await page.locator('.print-only').isVisible(), false);
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('.print-only .slip').isVisible(), true);
    assert.equal(await page.locator('.page-actions').isVisible(), false);
    assert.equal(await page.locator('nav').first().isVisible(), false);
    await shoot(page, 'ticket-printed');
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    assert.equal(pdf.match(/\/Type\s*\/Page\b/g).length, 1);
    assertClean(seen);
    await context.close();
  });

  it('the keyboard alone finds a plate', async () => {
    const { context, page } = await signedIn(browser, server);
    await visit(page, server, 'check');
    await page.keyboard.type('no-permit-9');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Not paid' }).waitFor();
    await settled(page);
    await assertAccessible(page, 'not paid');
    await shoot(page, 'not-paid');
    await context.close();
  });
});
