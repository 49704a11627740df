// Where one is in the console: addresses that can be gone back to, and what must be in sight.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Caller } from '../support/api.mjs';
import { launchChromium } from '../support/chromium.mjs';
import { addOperator, assertClean, k_password, phone, settled, signIn, signedIn, visit } from '../support/console.mjs';
import { run } from '../support/lotkeeper.mjs';
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

  it('an answer is gone after a switch of client, and no ticket takes its check along', async () => {
    await run(['client', 'add', 'YONDER', '--name', 'Yonder', '--database', server.database]);
    const { context, page, seen } = await signedIn(browser, server, small_desk);
    await visit(page, server, 'check');
    await check(page, 'OURS1');
    const address = page.url();
    await page.locator('.client-choice select:visible').selectOption('YONDER');
    await page.waitForURL(/\/console$/);
    await page.goBack();
    assert.equal(page.url(), address);
    await page.getByRole('alert').waitFor();
    assert.equal(await page.getByText('OURS1').count(), 0);
    assertClean(seen, /404/);
    await context.close();
  });

  it('the next operator to sign in does not see the last answer', async () => {
    for (const name of ['early', 'late']) await addOperator(server, name, 'officer');
    const { context, page, seen } = await signedIn(browser, server, small_desk, 'early', k_password);
    await visit(page, server, 'check');
    await check(page, 'MINE1');
    const address = page.url();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await signIn(page, 'late', k_password);
    await page.locator('.shell h1').waitFor();
    assert.equal(page.url(), address);
    // Officers see only their own checks.
    await page.getByRole('alert').waitFor();
    assert.equal(await page.getByText('MINE1').count(), 0);
    assertClean(seen, /404/);
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

  it('signing out, the language, every list and the whole table are visible on a small desk screen', async () => {
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
    await page.getByRole('button', { name: 'Français' }).click();
    await page.getByRole('heading', { name: 'Aperçu' }).waitFor();
    const over = await page.locator('.figures a').evaluateAll((tiles) => tiles.filter((tile) => tile.scrollWidth > tile.clientWidth).map((tile) => tile.innerText));
    assert.deepEqual(over, [], 'words stay in their tiles');
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
    assert.equal(await dialog.getByLabel('Connect to zone').inputValue(), '');
    await dialog.getByText('1 is valid now').waitFor();
    assertClean(seen);
    await context.close();
  });

  it('a zone that only resembles a name is not preselected, the same zone is', async () => {
    await run(['zone', 'add', 'OC_TOMA', 'Garage A', '--database', server.database]);
    await feed.push({ plate: 'GAR1', zone: 'Garage B', ...always });
    await feed.push({ plate: 'GAR2', zone: 'garage-a', ...always });
    const { context, page, seen } = await signedIn(browser, server, small_desk);
    await visit(page, server, 'disconnected');
    for (const [name, chosen] of [['Garage B', ''], ['garage-a', 'Garage A']]) {
      const row = page.getByRole('row').filter({ hasText: name });
      await row.getByRole('cell', { name: 'Garage A', exact: true }).waitFor();
      await row.getByRole('button', { name: 'Connect' }).click();
      const zone = page.getByRole('dialog').getByLabel('Connect to zone');
      assert.equal(await zone.evaluate((select) => (select.value ? select.selectedOptions[0].text : '')), chosen, name);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    assertClean(seen);
    await context.close();
  });

  it('the dialog says so if the number of valid permits is unknown', async () => {
    await feed.push({ plate: 'TOLD1', zone: 'Terrace', ...always });
    const { context, page } = await signedIn(browser, server, small_desk);
    await visit(page, server, 'disconnected');
    const busy = { error: 'busy', detail: 'Try again in a second.', requestId: 'r' };
    await page.route(/\/disconnected\/\d+$/, (route) => route.fulfill({ status: 503, json: busy }));
    await page.getByRole('row').filter({ hasText: 'Terrace' }).getByRole('button', { name: 'Connect' }).click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await context.close();
  });

  it('the last of 600 locations can be chosen', async () => {
    const { context, page, seen } = await signedIn(browser, server, small_desk);
    await page.evaluate(async () => {
      const add = (name) =>
        fetch('/console/api/lists/location', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'X-Lotkeeper-Console': '1' },
          body: JSON.stringify({ name }),
        });
      for (let i = 1; i <= 600; i += 20) {
        const many = await Promise.all(Array.from({ length: 20 }, (_, k) => add(`Place ${i + k}`)));
        if (!many.every(({ ok }) => ok)) throw new Error(`${many.map(({ status }) => status)}`);
      }
    });
    await visit(page, server, 'violations/new');
    await page.getByLabel('Location').selectOption({ label: 'Place 600' });
    assertClean(seen);
    await context.close();
  });
});
