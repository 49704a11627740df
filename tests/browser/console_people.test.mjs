// Who may see what: signing in, being locked out, roles, and clients apart from each other.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { launchChromium, openWatchedPage } from '../support/chromium.mjs';
import { addOperator, assertAccessible, assertClean, desk, k_password, phone, settled, shoot, signIn, signedIn, visit } from '../support/console.mjs';
import { addClient } from '../support/api.mjs';
import { command } from '../support/lotkeeper.mjs';
import { startDemo, startServer } from '../support/server.mjs';

const refused = /status of (401|403|404|429)/;

describe('people at the console', () => {
  let browser;
  let server;

  before(async () => (browser = await launchChromium()));
  after(() => browser?.close());
  beforeEach(async () => (server = await startDemo()));
  afterEach(() => server?.stop());

  it('a wrong password is refused, and guessing waits', async () => {
    const context = await browser.newContext(phone);
    const { page, seen } = await openWatchedPage(context, server.url);
    await page.goto(`${server.url}/console`);
    await assertAccessible(page, 'sign in');
    await shoot(page, 'sign-in-phone');
    await signIn(page, 'demo', 'wrong');
    await page.getByRole('alert').getByText('The name or the password is wrong.').waitFor();
    for (let tries = 0; tries < 20; tries += 1) {
      const reply = page.waitForResponse('**/console/api/session');
      await signIn(page, 'demo', `wrong ${tries}`);
      if ((await reply).status() === 429) break;
    }
    await page.getByRole('alert').getByText('Too many attempts.').waitFor();
    assert.equal(await page.locator('.shell').count(), 0);
    assertClean(seen, refused);
    await context.close();
  });

  it('signing out ends the session', async () => {
    const { context, page, seen } = await signedIn(browser, server);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto(`${server.url}/console/permits`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    assertClean(seen);
    await context.close();
  });

  it('an officer has the lot, not the office', async () => {
    await addOperator(server, 'olga', 'officer');
    const { context, page, seen } = await signedIn(browser, server, desk, 'olga', k_password);
    await page.locator('#plate').waitFor();
    const places = await page.locator('.side .places a').allTextContents();
    assert.ok(places.includes('Violations'));
    for (const closed of ['Operators', 'Integrators', 'Disconnected names', 'Profiles']) assert.ok(!places.includes(closed), closed);
    await page.goto(`${server.url}/console/operators`);
    await page.getByRole('alert').first().getByText('Your role does not allow this.').waitFor();
    assertClean(seen, refused);
    await context.close();
  });

  it("another client's data is never shown", async () => {
    const other = await addClient(server, 'ELSEWHERE', { zones: ['Harbour'] });
    const reference = await other.pushed({ plate: 'SECRET1', startTime: '2026-01-01T00:00:00', endTime: '2036-01-01T00:00:00', zone: 'Harbour' });
    await addOperator(server, 'olga', 'administrator');
    const { context, page, seen } = await signedIn(browser, server, desk, 'olga', k_password);
    for (const path of ['overview', 'permits', 'permits?plate=SECRET1', `permits/${reference}`, 'settings?list=zones', 'integrations', 'operators']) {
      await page.goto(`${server.url}/console/${path}`);
      await settled(page);
      const text = await page.locator('body').innerText();
      assert.ok(!/Harbour|ELSEWHERE|SECRET1 ·/.test(text), `${path}: ${text}`);
    }
    await visit(page, server, 'check');
    await page.locator('#plate').fill('SECRET1');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Not paid' }).waitFor();
    assertClean(seen, refused);
    await context.close();
  });

  it('an administrator of several clients switches between them', async () => {
    await addClient(server, 'ELSEWHERE', { zones: ['Harbour'] });
    const { context, page, seen } = await signedIn(browser, server);
    await page.locator('.client-choice select:visible').selectOption('ELSEWHERE');
    await page.getByText('Harbour').waitFor();
    assertClean(seen);
    await context.close();
  });
});

describe('the first administrator', () => {
  it('is made by the link that a command prints, once', async () => {
    const browser = await launchChromium();
    const server = await startServer();
    try {
      const link = /(\/console\/welcome#\S+)/.exec(await command(server, 'operator', 'link'))?.[1];
      assert.ok(link);
      const context = await browser.newContext(desk);
      const { page, seen } = await openWatchedPage(context, server.url);
      await page.goto(server.url + link);
      await signIn(page, 'marie', k_password);
      await page.getByRole('heading', { name: 'The first client' }).waitFor();
      await page.getByLabel('Code').fill('OC_TOMA');
      await page.getByRole('button', { name: 'Add' }).click();
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      assertClean(seen);
      await context.close();

      const second = await openWatchedPage(await browser.newContext(desk), server.url);
      await second.page.goto(server.url + link);
      await signIn(second.page, 'mallory', k_password);
      await second.page.getByRole('alert').waitFor();
    } finally {
      await browser.close();
      await server.stop();
    }
  });
});
