// Where one is in the console: addresses that can be gone back to, and what must be in sight.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Caller } from '../support/api.mjs';
import { launchChromium } from '../support/chromium.mjs';
import { addOperator, assertClean, k_password, phone, settled, signedIn, visit } from '../support/console.mjs';
import { startDemo } from '../support/server.mjs';

const always = { startTime: '2026-01-01T00:00:00', endTime: '2036-01-01T00:00:00' };
const small_desk = { viewport: { width: 1280, height: 800 } };

describe('places in the console', () => {
  let browser;
  let server;
  let feed;

  before(async () => {
    browser = await launchChromium();
    server = await startDemo();
    feed = new Caller(server, 'OC_TOMA', 'YOUR-API-TOKEN');
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function check(page, plate) {
    await page.locator('#plate').fill(plate);
    await page.keyboard.press('Enter');
    await page.locator('.verdict').getByText(plate).waitFor();
  }

  it('a plate check has an address, and Back shows the one before', async () => {
    await addOperator(server, 'lot', 'officer');
    const { context, page, seen } = await signedIn(browser, server, phone, 'lot', k_password);
    await visit(page, server, 'check');
    await check(page, 'FIRST1');
    const first = page.url();
    assert.match(first, /\/console\/checks\/\d+$/);
    await check(page, 'SECOND2');
    assert.notEqual(page.url(), first);
    await page.goBack();
    await page.locator('.verdict').getByText('FIRST1').waitFor();
    assert.equal(await page.locator('#plate').inputValue(), 'FIRST1');
    assert.equal(page.url(), first);
    await page.goBack();
    await page.waitForURL(/\/console\/check$/);
    await page.goForward();
    await page.reload();
    await settled(page);
    await page.getByText('FIRST1').first().waitFor();
    assertClean(seen);
    await context.close();
  });

  it('"Failures only" is in the address: a reload and Back keep it', async () => {
    await feed.push({ plate: '', zone: 'Lot 4', ...always });
    await feed.pushed({ plate: 'GOOD1', zone: 'Lot 4', ...always });
    const { context, page, seen } = await signedIn(browser, server, small_desk);
    await visit(page, server, 'integrations/1');
    await page.getByLabel('Failures only').check();
    await page.waitForURL(/outcome=failed/);
    await page.reload();
    await settled(page);
    assert.ok(await page.getByLabel('Failures only').isChecked());
    await page.goBack();
    await settled(page);
    assert.ok(!(await page.getByLabel('Failures only').isChecked()));
    assertClean(seen);
    await context.close();
  });

  it('signing out, the language, every list and the whole table are in sight at a small desk', async () => {
    await feed.push({ plate: 'NOWHERE1', zone: 'Some Lot With A Long Name', permitNo: 'L4-1138-22', amount: '14.50', ...always });
    const { context, page, seen } = await signedIn(browser, server, small_desk);
    for (const path of ['overview', 'account']) {
      await visit(page, server, path);
      for (const name of ['Sign out', 'Français']) {
        const box = await page.getByRole('button', { name }).boundingBox();
        assert.ok(box && box.y >= 0 && box.y + box.height <= 800, `${name} on ${path}`);
      }
    }
    await visit(page, server, 'permits');
    const frame = page.locator('.table-frame').first();
    const cut = await frame.evaluate((element) => element.scrollWidth - element.clientWidth);
    assert.ok(cut <= 0, `the table is cut by ${cut} px`);
    await visit(page, server, 'settings');
    for (const tab of await page.locator('.tabs a').all()) {
      const box = await tab.boundingBox();
      assert.ok(box && box.x >= 0 && box.x + box.width <= 1280, await tab.innerText());
    }
    await visit(page, server, 'overview');
    const tops = await page.locator('.figures a').evaluateAll((tiles) => tiles.map((tile) => tile.getBoundingClientRect().top));
    assert.equal(tops.length, 7);
    assert.equal(new Set(tops).size, 1, 'the tiles stand in one row');
    assertClean(seen);
    await context.close();
  });

  it('a permit shows its state and keeps its end; "Valid at" finds what was valid', async () => {
    const { reference_id } = (await feed.push({ plate: 'STATE1', zone: 'Lot 4', startTime: '2020-01-01T10:00:00', endTime: '2020-01-01T12:00:00' })).json;
    await feed.pushed({ plate: 'STATE2', zone: 'Lot 4', startTime: '2020-01-01T12:00:00', endTime: '2020-01-01T14:00:00' });
    const { context, page, seen } = await signedIn(browser, server, small_desk);
    await visit(page, server, 'permits?valid=2020-01-01T11:00');
    await page.getByRole('cell', { name: 'STATE1' }).waitFor();
    assert.equal(await page.getByRole('cell', { name: 'STATE2' }).count(), 0);
    await page.getByRole('cell', { name: 'Expired' }).first().waitFor();
    await feed.delete({ reference_id });
    await visit(page, server, 'permits?plate=STATE1');
    const row = page.getByRole('row').filter({ hasText: 'STATE1' });
    await row.getByText('Deleted').waitFor();
    assert.equal(await row.locator('time').count(), 2, 'start and end');
    assertClean(seen);
    await context.close();
  });

  it('a name with another number than the zone\'s preselects nothing, and says what would become valid', async () => {
    await feed.push({ plate: 'LOT44', zone: 'Lot 44', ...always });
    const { context, page, seen } = await signedIn(browser, server, small_desk);
    await visit(page, server, 'disconnected');
    await page.getByRole('row').filter({ hasText: 'Lot 44' }).getByRole('button', { name: 'Connect' }).click();
    const dialog = page.getByRole('dialog');
    assert.equal(await dialog.getByLabel('Means this zone').inputValue(), '');
    await dialog.getByText('1 of them is valid now').waitFor();
    assertClean(seen);
    await context.close();
  });
});
