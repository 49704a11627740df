// A new client: what the console says is still missing, and where each step is done.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { launchChromium } from '../support/chromium.mjs';
import { addOperator, assertAccessible, assertClean, assertFits, desk, k_password, phone, settled, shoot, signedIn, visit } from '../support/console.mjs';
import { command } from '../support/lotkeeper.mjs';
import { startDemo } from '../support/server.mjs';

const k_client = 'FRESH';

describe('a new client', () => {
  let browser;
  let server;

  before(async () => (browser = await launchChromium()));
  after(() => browser?.close());
  beforeEach(async () => {
    server = await startDemo();
    await command(server, 'client', 'add', k_client);
    await addOperator(server, 'anna', 'administrator', k_client);
  });
  afterEach(() => server?.stop());

  const open = (options = desk, name = 'anna') => signedIn(browser, server, options, name, k_password);
  const done = (page) => page.locator('.steps .is-done strong').allTextContents();

  it('is set up by following the list on its overview, which then goes', async () => {
    const { context, page, seen } = await open();
    const main = page.getByRole('main');
    const dialog = page.getByRole('dialog');
    const fill = async (fields, submit) => {
      for (const [label, value] of Object.entries(fields)) await dialog.getByLabel(label).first().fill(value);
      await dialog.getByRole('button', { name: submit, exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
    };
    // The steps' link, then the empty page's own button.
    const follow = async (name, then = name) => {
      await visit(page, server, 'overview');
      await page.locator('.steps').getByRole('link', { name, exact: true }).click();
      await settled(page);
      await main.locator('.empty').getByRole('button', { name: then, exact: true }).click();
    };

    await follow('Add a zone');
    await fill({ Name: 'Lot A' }, 'Save');
    await follow('Add a violation type', 'Add an entry');
    await fill({ Name: 'No permit', Fine: '50' }, 'Save');
    await follow('Add a location', 'Add an entry');
    await fill({ Name: 'Main Street' }, 'Save');
    await follow('Add an integration');
    await fill({ Name: 'Pay stations' }, 'Add');
    await visit(page, server, 'overview');
    assert.deepEqual(await done(page), ['Zones', 'Violation types', 'Locations', 'Integration']);
    await page.getByText('4 of 6 steps are done.').waitFor();
    await follow('Make a token');
    await dialog.getByRole('button', { name: 'Make a token' }).click();
    page.once('dialog', (question) => question.accept());
    await dialog.getByRole('button', { name: 'Close' }).click();
    await visit(page, server, 'overview');
    await page.locator('.steps').getByRole('link', { name: 'Add an operator' }).click();
    await main.getByRole('button', { name: 'Add an operator' }).click();
    await fill({ Name: 'olga', Password: k_password }, 'Save');
    await visit(page, server, 'overview');
    assert.equal(await page.locator('.steps').count(), 0);
    assertClean(seen);
    await context.close();
  });

  it('shows each role the steps that it may do, and hides the list when asked to', async () => {
    await addOperator(server, 'otto', 'office', k_client);
    await addOperator(server, 'vera', 'viewer', k_client);
    const office = await open(desk, 'otto');
    assert.deepEqual(await office.page.locator('.steps strong').allTextContents(), ['Zones', 'Violation types', 'Locations']);
    assert.equal(await office.page.locator('.empty').getByRole('link', { name: 'Add an integration' }).count(), 0);
    await office.page.getByRole('button', { name: 'Hide this list' }).click();
    await visit(office.page, server, 'overview');
    assert.equal(await office.page.locator('.steps').count(), 0);
    assertClean(office.seen);
    await office.context.close();

    const viewer = await open(desk, 'vera');
    await settled(viewer.page);
    assert.equal(await viewer.page.locator('.steps').count(), 0);
    assert.equal(await viewer.page.locator('.empty a').count(), 0);
    assertClean(viewer.seen);
    await viewer.context.close();
  });

  it('leads from the empty lists of a ticket to the page that fills them', async () => {
    await addOperator(server, 'olga', 'officer', k_client);
    const { context, page, seen } = await open();
    await visit(page, server, 'violations');
    await page.locator('.empty').getByRole('link', { name: 'Write a violation' }).click();
    await page.getByText('There is no violation type yet.').waitFor();
    await page.getByRole('link', { name: 'Add a violation type' }).click();
    await page.getByRole('heading', { name: 'Violation types' }).waitFor();
    assertClean(seen);
    await context.close();

    const officer = await open(phone, 'olga');
    await visit(officer.page, server, 'violations/new');
    await officer.page.getByText('There is no violation type yet. Ask the office to add one.').waitFor();
    assert.equal(await officer.page.getByRole('link', { name: 'Add a violation type' }).count(), 0);
    assertClean(officer.seen);
    await officer.context.close();
  });

  it('leads from a search that found nothing to the whole list', async () => {
    const { context, page, seen } = await open();
    await visit(page, server, 'permits?plate=GONE');
    await page.getByText('No permit was found.').waitFor();
    await page.getByRole('link', { name: 'Show all' }).click();
    await page.getByText('There is no permit yet. Integrations push them.').waitFor();
    assert.equal(await page.locator('.empty').getByRole('link', { name: 'Integrators' }).count(), 1);
    assertClean(seen);
    await context.close();
  });

  const empty = ['overview', 'violations', 'violations/new', 'permits', 'vehicles', 'profiles', 'checks', 'disconnected', 'integrations', 'money', 'batches', 'settings?list=zones', 'settings?list=violation-type'];
  for (const [size, options] of Object.entries({ phone, desk })) {
    for (const colorScheme of ['light', 'dark']) {
      it(`every empty page is readable, ${size}, ${colorScheme}`, { timeout: 180_000 }, async () => {
        const locale = colorScheme === 'dark' ? 'fr-CA' : 'en-CA';
        const { context, page, seen } = await open({ ...options, colorScheme, locale });
        for (const path of empty) {
          await visit(page, server, path);
          if (path === 'overview') await page.locator('.steps').waitFor();
          await assertFits(page, path);
          await assertAccessible(page, `${path}, ${size}, ${colorScheme}`);
          await shoot(page, `empty-${path.replace(/[/?=]/g, '-')}-${size}-${colorScheme}`);
        }
        assertClean(seen);
        await context.close();
      });
    }
  }
});
