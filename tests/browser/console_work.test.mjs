// A day's work at the console, against the real server.

import { within } from '../support/lotkeeper.mjs';
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { launchChromium } from '../support/chromium.mjs';
import { Caller } from '../support/api.mjs';
import { chapterOf } from '../support/document.mjs';
import { assertClean, desk, k_png, phone, settled, shoot, signedIn, visit } from '../support/console.mjs';
import { startDemo } from '../support/server.mjs';

const k_script = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>';
const always = { startTime: '2026-01-01T00:00:00', endTime: '2036-01-01T00:00:00' };

describe('work at the console', () => {
  let browser;
  let server;
  let feed;

  before(async () => (browser = await launchChromium()));
  after(() => browser?.close());
  beforeEach(async () => {
    server = await startDemo();
    feed = new Caller(server, 'OC_TOMA', 'YOUR-API-TOKEN');
  });
  afterEach(() => server?.stop());

  async function check(page, plate) {
    await visit(page, server, 'check');
    await page.locator('#plate').fill(plate);
    await page.keyboard.press('Enter');
    await page.locator('.verdict').waitFor();
  }

  async function write(page, { comment = 'Blocked the ramp' } = {}) {
    await page.getByLabel('Province or state').selectOption({ index: 1 });
    await page.getByLabel('Plate type').selectOption({ index: 1 });
    await page.locator('input[name=types]').first().check();
    await page.getByLabel('Location').selectOption({ index: 1 });
    await page.getByLabel('Comment').fill(comment);
    await page.locator('input[type=file]').setInputFiles({ name: 'car.png', mimeType: 'image/png', buffer: k_png });
    await page.getByRole('button', { name: 'Write the ticket' }).click();
    await page.getByRole('heading', { name: /^Ticket / }).waitFor();
    await settled(page);
  }

  /** Chooses an act of a violation's page, fills its dialog in, and waits for the toast. */
  async function act(page, name, fields, done) {
    await page.locator('.page-actions').getByRole('button', { name, exact: true }).click();
    const dialog = page.getByRole('dialog');
    for (const [label, value] of Object.entries(fields)) {
      const field = dialog.getByLabel(label);
      if ((await field.evaluate((one) => one.tagName)) === 'SELECT') await field.selectOption(value);
      else await field.fill(value);
    }
    await dialog.getByRole('button', { name, exact: true }).click();
    await page.getByText(done).waitFor();
  }

  it('a violation is written on a phone with a photo, and is appealed, paid and cancelled at a desk', async () => {
    const lot = await signedIn(browser, server, {
      ...phone, permissions: ['geolocation'], geolocation: { latitude: 43.65, longitude: -79.38 },
    });
    await check(lot.page, 'GONE 404');
    await lot.page.getByRole('link', { name: 'Write a violation' }).click();
    await lot.page.getByRole('heading', { name: 'Write a violation' }).waitFor();
    assert.equal(await lot.page.getByLabel('Plate', { exact: true }).inputValue(), 'GONE 404');
    await lot.page.getByRole('button', { name: 'Add my location' }).click();
    await lot.page.getByText(/^Found, accurate to/).waitFor();
    await shoot(lot.page, 'write-phone');
    await write(lot.page);
    await lot.page.getByText(/Plate check \d+/).waitFor();
    await lot.page.getByText('43.65000, -79.38000').waitFor();
    const photo = lot.page.locator('.photos img');
    await photo.scrollIntoViewIfNeeded();
    await lot.page.waitForFunction(() => document.querySelector('.photos img')?.naturalWidth === 1);
    const address = new URL(lot.page.url()).pathname.replace('/console/', '');
    assertClean(lot.seen);
    await lot.context.close();

    const { context, page, seen } = await signedIn(browser, server, desk);
    await visit(page, server, address);
    await act(page, 'Adjust the fine', { 'New fine': '40', Reason: 'Signs were covered by snow' }, 'The fine was adjusted.');
    await act(page, 'Record an appeal', { 'What the driver says': 'The meter was broken' }, 'The appeal was recorded.');
    await page.getByRole('button', { name: 'Decide the appeal' }).click();
    const decide = page.getByRole('dialog');
    await decide.getByText(/^If you uphold the ticket or reduce the fine, the ticket is due on /).waitFor();
    assert.deepEqual(await decide.getByLabel('Decision').locator('option').allInnerTexts(), ['Uphold the ticket', 'Reduce the fine', 'Cancel the ticket']);
    await shoot(page, 'decide-desk');
    await page.keyboard.press('Escape');
    await act(page, 'Decide the appeal', { Decision: 'reduce', 'Reduced fine': '25.50', 'Reply to the driver': 'As a courtesy' }, 'The appeal was decided.');
    await act(page, 'Take a payment', { Amount: '5.50', Method: 'cash' }, 'The payment was recorded.');
    await page.locator('.ticket-owed').getByText('$20.00').waitFor();
    await act(page, 'Take a payment', { Method: 'card' }, 'The payment was recorded.');
    await page.locator('.ticket-head').getByText('Paid', { exact: true }).waitFor();

    // The second payment was another ticket's: it is taken back, and the ticket may be cancelled again once nothing is paid.
    for (const left of ['$20.00', '$25.50']) {
      await page.locator('.facts').getByRole('button', { name: 'Reverse' }).last().click();
      await page.getByRole('dialog').getByLabel('Reason').fill('Of another ticket');
      await page.getByRole('dialog').getByRole('button', { name: 'Reverse the payment' }).click();
      await page.getByText('The payment was reversed.').waitFor();
      await page.locator('.ticket-owed').getByText(left).waitFor();
    }
    await page.getByRole('button', { name: 'Cancel the ticket' }).click();
    await page.getByRole('heading', { name: /^Cancel the ticket 1-\d+\?$/ }).waitFor();
    await shoot(page, 'cancel-desk');
    await page.getByRole('button', { name: 'Keep it' }).click();
    assert.equal(await page.getByRole('dialog').count(), 0);
    await page.locator('.ticket-owed').getByText('$25.50').waitFor();
    const life = await page.locator('.life').innerText();
    for (const word of ['Written', 'Signs were covered by snow', 'The meter was broken', 'As a courtesy', 'Paid', 'Payment reversed', 'Of another ticket', 'demo']) assert.ok(life.includes(word), `${word}: ${life}`);
    await shoot(page, 'violation-paid-desk');
    assertClean(seen);
    await context.close();
  });

  it('a refused payment says what would be right and stores nothing', async () => {
    const { context, page, seen } = await signedIn(browser, server);
    await check(page, 'GONE 404');
    await page.getByRole('link', { name: 'Write a violation' }).click();
    await write(page);
    const owed = await page.locator('.ticket-owed').innerText();
    await page.getByRole('button', { name: 'Take a payment' }).click();
    await page.getByLabel('Amount').fill('99999');
    await page.getByRole('dialog').getByRole('button', { name: 'Take a payment' }).click();
    const fault = page.getByRole('dialog').getByText(/^That is more than the \$[\d.]+ owed\.$/);
    await fault.waitFor();
    assert.equal(await page.getByRole('dialog').getByRole('alert').count(), 1, 'it is said once, at the field');
    await shoot(page, 'overpaid');
    await page.reload();
    await settled(page);
    assert.equal(await page.locator('.ticket-owed').innerText(), owed);
    assertClean(seen);
    await context.close();
  });

  it('a name that matches nothing is connected, and its permits follow', async () => {
    await feed.pushed({ plate: 'FOLLOW1', zone: 'Lot four', ...always }).catch(() => feed.push({ plate: 'FOLLOW1', zone: 'Lot four', ...always }));
    const { context, page, seen } = await signedIn(browser, server);
    await visit(page, server, 'disconnected');
    const row = page.getByRole('row').filter({ hasText: 'Lot four' });
    await row.getByRole('button', { name: 'Connect' }).click();
    await page.getByRole('dialog').getByLabel('Connect to zone').selectOption({ label: 'Lot 4' });
    await page.getByRole('dialog').getByRole('button', { name: 'Connect' }).click();
    await page.getByText('“Lot four” is connected. 1 permit was moved to the zone.').waitFor();
    await check(page, 'FOLLOW1');
    await page.locator('.found-grid').getByText('Lot 4', { exact: true }).waitFor();
    assertClean(seen);
    await context.close();
  });

  it('a token is made, shown once, used, and revoked', async () => {
    const { context, page, seen } = await signedIn(browser, server);
    await visit(page, server, 'integrations/1');
    await page.getByRole('button', { name: 'Make a token' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Make a token' }).click();
    const token = await page.locator('.secret code').innerText();
    // Escape, again and again, with the token uncopied: it asks, and stays.
    const questions = [];
    const refuse = (dialog) => {
      questions.push(dialog.message());
      return dialog.dismiss();
    };
    page.on('dialog', refuse);
    for (let i = 0; i < 3; i += 1) await page.keyboard.press('Escape');
    // The browser asks, and the page shows the token again, a moment after the key.
    await within(5_000, () => assert.ok(questions.length > 0));
    assert.ok(questions.every((asked) => asked.includes('not copied')), questions.join());
    await page.locator('.secret code').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Copy' }).click();
    await page.getByText('Copied.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    page.off('dialog', refuse);
    assert.ok(!(await page.locator('body').innerText()).includes(token));
    const headings = await page.getByRole('table', { name: 'Tokens' }).getByRole('columnheader').allInnerTexts();
    assert.deepEqual(headings.slice(-2), ['State', 'Action']);
    const made = new Caller(server, 'OC_TOMA', token);
    await made.pushed({ plate: 'TOKEN1', zone: 'zone1', ...always });

    page.on('dialog', (dialog) => dialog.accept());
    await page.getByRole('row').filter({ hasText: token.slice(0, 4) }).getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('Revoked', { exact: true }).waitFor();
    assert.equal((await made.push({ plate: 'TOKEN2', zone: 'zone1', ...always })).json.ErrorCode, 9002);
    assertClean(seen);
    await context.close();
  });

  it("the document's own sample is paid at its own time, and found", async () => {
    await feed.pushed(JSON.parse(chapterOf('permits/push').javascript));
    const { context, page, seen } = await signedIn(browser, server);
    await visit(page, server, 'check');
    await page.locator('#plate').fill('pl8 rdr');
    await page.getByLabel('At another time').fill('09:15');
    await page.getByLabel('On another day').fill('2018-07-02');
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByRole('heading', { name: 'Paid', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Back to now' }).click();
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByRole('heading', { name: 'Not paid' }).waitFor();
    await visit(page, server, 'permits?number=L4-1138');
    await page.getByRole('cell', { name: 'PL8RDR' }).waitFor();
    assertClean(seen);
    await context.close();
  });

  it('near plates and other zones are shown, and not counted', async () => {
    await feed.pushed({ plate: 'ABO 815', zone: 'Lot 4', ...always });
    const { context, page, seen } = await signedIn(browser, server);
    await check(page, 'AB0 8I5');
    await page.getByRole('heading', { name: 'Not paid' }).waitFor();
    await page.locator('.is-near').getByText('ABO 815').waitFor();
    await page.locator('.check-more select').selectOption({ label: 'zone1' });
    await page.locator('#plate').fill('ABO815');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Valid in another zone' }).waitFor();
    await page.getByRole('heading', { name: 'Not paid' }).waitFor();
    assertClean(seen);
    await context.close();
  });

  it('scripts in plates, zones, names and comments show as text', async () => {
    const plate = '<b>X1</b>';
    await feed.push({ plate, zone: k_script, ...always });
    const { context, page, seen } = await signedIn(browser, server);
    await check(page, plate);
    await page.locator('.found-grid').getByText(k_script).waitFor();
    await visit(page, server, 'disconnected');
    await page.getByText(k_script).first().waitFor();
    await visit(page, server, 'settings?list=location');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill(k_script.slice(0, 45));
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: k_script.slice(0, 45), exact: true }).waitFor();
    await visit(page, server, `violations/new?plate=${encodeURIComponent(plate)}`);
    await write(page, { comment: k_script });
    await page.getByText(k_script).first().waitFor();
    await page.getByText(plate).first().waitFor();
    assert.equal(await page.evaluate(() => window.ran), undefined);
    assertClean(seen);
    await context.close();
  });

  it('an entry and an alias are removed once that is confirmed, and one in use stays', async () => {
    await feed.pushed({ plate: 'ALIAS1', zone: 'zone1', ...always });
    const { context, page, seen } = await signedIn(browser, server);
    let asked = '';
    let isAgreed = false;
    page.on('dialog', (dialog) => {
      asked = dialog.message();
      return isAgreed ? dialog.accept() : dialog.dismiss();
    });

    await visit(page, server, 'settings?list=location');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill(k_script.slice(0, 45));
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    const entry = page.getByRole('cell', { name: k_script.slice(0, 45), exact: true });
    await entry.waitFor();
    const remove = page.getByRole('button', { name: `Remove: ${k_script.slice(0, 45)}` });
    await remove.click();
    assert.match(asked, /You can only remove an entry that no vehicle, person or violation uses/);
    assert.equal(await entry.count(), 1, 'it was not agreed to');
    isAgreed = true;
    await remove.click();
    await entry.waitFor({ state: 'detached' });
    await visit(page, server, 'settings?list=province');
    await page.getByRole('button', { name: 'Remove: Ontario' }).click();
    await page.getByRole('alert').getByText(/is in use by \d+ vehicles?.* and was not removed; rename it/).waitFor();
    assert.equal(await page.getByRole('cell', { name: 'Ontario', exact: true }).count(), 1);

    await visit(page, server, 'settings?list=zones');
    await page.getByRole('button', { name: 'Add an alias: zone1' }).click();
    await page.getByRole('dialog').getByLabel('Alias').fill(`${k_script} & more`);
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    const alias = page.getByRole('button', { name: 'Remove the alias: <img' });
    await alias.click();
    assert.match(asked, /of zone1\? Past and future permits with this name leave the zone/);
    await alias.waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => window.ran), undefined);
    assertClean(seen, /status of 422/);
    await context.close();
  });

  it("a vendor's statement is compared with what was pushed", async () => {
    await feed.pushed({ plate: 'PAID1', zone: 'zone1', permitNo: 'T-1', amount: '14.50', ...always });
    const { context, page, seen } = await signedIn(browser, server);
    await visit(page, server, 'reconcile');
    const statement = 'ticket,amount\nT-1,14.50\nT-2,3.00\n';
    await page.locator('#statement').setInputFiles({ name: 'may.csv', mimeType: 'text/csv', buffer: Buffer.from(statement) });
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('heading', { name: 'Matched · 1' }).waitFor();
    await page.getByRole('heading', { name: 'Missing here · 1' }).waitFor();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV', exact: true }).first().click();
    assert.equal((await saved).suggestedFilename(), 'missingHere.csv');
    assertClean(seen);
    await context.close();
  });
});
