// What the console keeps of the past: the evidence of plate checks, the history of profiles, the age of counts.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launchChromium } from '../support/chromium.mjs';
import { Caller } from '../support/api.mjs';
import { assertAccessible, assertClean, assertFits, desk, phone, settled, shoot, signedIn, visit } from '../support/console.mjs';
import { startDemo } from '../support/server.mjs';

describe('the past in the console', () => {
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

  for (const [size, options] of Object.entries({ phone, desk })) {
    it(`evidence shows a permit as it was, whatever became of it, ${size}`, async () => {
      const plate = `WAS ${size}`;
      const reference = await feed.pushed({
        plate, zone: 'Lot 4', permitNo: 'E-77', startTime: '2026-01-01T00:00:00', endTime: '2036-01-01T00:00:00',
      });
      const { context, page, seen } = await signedIn(browser, server, options);
      await visit(page, server, 'check');
      await page.locator('#plate').fill(plate);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Paid', exact: true }).waitFor();
      assert.equal((await feed.delete({ referenceID: reference })).status, 200);
      await visit(page, server, `checks?plate=${encodeURIComponent(plate)}`);
      await page.locator('td a').first().click();
      await page.getByRole('heading', { name: /^Plate check \d+/ }).waitFor();
      await settled(page);
      const text = (await page.locator('main').innerText()).replaceAll(/\s+/g, ' ');
      for (const word of [plate, 'Paid', 'Lot 4', 'E-77', /from .*2026/, /until .*2036/, 'demo']) {
        assert.ok(word instanceof RegExp ? word.test(text) : text.includes(word), `${word}: ${text}`);
      }
      await assertFits(page, 'evidence');
      await assertAccessible(page, `evidence, ${size}`);
      await shoot(page, `evidence-${size}`);
      assertClean(seen);
      await context.close();
    });
  }

  it('a profile tells who changed what', async () => {
    const changed = await fetch(`${server.url}/api/OC_TOMA/v1/profiles/push`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        apiToken: 'YOUR-API-TOKEN', unique_id: 'demo-0001', login_source: 'OPSCOM', city: '<b>Halifax</b>',
        user_type_id: '7', date_of_birth: '1990-05-04',
      }),
    });
    assert.equal(changed.status, 200, await changed.text());
    for (const [size, options] of Object.entries({ phone, desk })) {
      const { context, page, seen } = await signedIn(browser, server, options);
      await visit(page, server, 'profiles?find=demo-0001');
      await page.getByRole('link', { name: 'Maya Okafor' }).click();
      await page.getByRole('heading', { name: 'History' }).waitFor();
      await settled(page);
      const text = await page.locator('section').filter({ hasText: 'History' }).innerText();
      for (const line of ['City: – → <b>Halifax</b>', 'User type: Full Time Student → Full Time Staff', 'Date of birth: changed (the value is not kept)']) {
        assert.ok(text.includes(line), `${line}: ${text}`);
      }
      assert.ok(!text.includes('1990'), text);
      await assertFits(page, 'profile');
      await assertAccessible(page, `profile, ${size}`);
      await shoot(page, `profile-${size}`);
      assertClean(seen);
      await context.close();
    }
  });

  it('the overview says when it was counted', async () => {
    const { context, page, seen } = await signedIn(browser, server);
    await visit(page, server, 'overview');
    const told = await page.locator('.lead-line').innerText();
    assert.match(told, /^Permits and violations as of \d\d:\d\d:\d\d\.$/);
    const { at } = await page.evaluate(async () => (await fetch('/console/api/overview')).json());
    const zone = await page.evaluate(async () => (await (await fetch('/console/api/session')).json()).client.timeZone);
    assert.ok(told.includes(new Date(at).toLocaleTimeString('en-GB', { timeZone: zone })), `${told} ${at}`);
    assertClean(seen);
    await context.close();
  });
});
