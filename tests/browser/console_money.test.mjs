// Money and Reconcile as an office in Quebec uses them: in French, with decimal commas.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { launchChromium } from '../support/chromium.mjs';
import { Caller } from '../support/api.mjs';
import { assertAccessible, assertClean, assertFits, desk, phone, settled, shoot, signedIn, visit } from '../support/console.mjs';
import { startDemo } from '../support/server.mjs';

const always = { startTime: '2026-01-01T00:00:00', endTime: '2036-01-01T00:00:00' };

describe('money in the console', () => {
  let browser;
  let server;

  before(async () => {
    browser = await launchChromium();
    server = await startDemo();
    const feed = new Caller(server, 'OC_TOMA', 'YOUR-API-TOKEN');
    await feed.pushed({ plate: 'PAID1', zone: 'zone1', permitNo: 'V-1', amount: '3.50', ...always });
    await feed.pushed({ plate: 'PAID2', zone: 'zone1', permitNo: 'V-2', amount: '1234.00', ...always });
    await feed.pushed({ plate: 'FREE1', zone: 'zone1', permitNo: 'V-3', ...always });
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  for (const [size, options] of Object.entries({ phone, desk })) {
    it(`a French statement is compared, and what is unclear is listed (${size})`, async () => {
      const { context, page, seen } = await signedIn(browser, server, { ...options, locale: 'fr-CA' });
      await visit(page, server, 'reconcile');
      const statement = 'No de billet;Montant\nV-1;3,50\nV-2;1,234\n;12,00\n';
      await page.locator('#statement').setInputFiles({ name: 'mai.csv', mimeType: 'text/csv', buffer: Buffer.from(statement) });
      await page.getByRole('button', { name: 'Comparer' }).click();
      await page.getByRole('heading', { name: 'Lignes à vérifier · 2' }).waitFor();
      await page.getByText('Le montant peut se lire de deux façons').waitFor();
      await page.getByRole('heading', { name: 'Concordants · 1' }).waitFor();
      await page.getByRole('heading', { name: 'Montant différent · 0' }).waitFor();
      const left = page.getByText(/sans montant/).first();
      await left.waitFor();
      await assertFits(page, 'reconcile');
      await assertAccessible(page, 'reconcile');
      await shoot(page, `reconcile-fr-${size}`);

      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'CSV', exact: true }).first().click();
      assert.equal((await saved).suggestedFilename(), 'unclear.csv');
      assert.match(await readFile(await (await saved).path(), 'utf8'), /^"row","ticket","amount","reason"\n3,"V-2","1,234","twoReadings"\n/);

      await page.getByLabel('Permis gratuits').selectOption({ index: 1 });
      await page.getByRole('button', { name: 'Comparer' }).click();
      await page.getByText(/sans montant/).first().waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'V-3' }).waitFor();
      assertClean(seen);
      await context.close();
    });
  }

  it('a payment is in the takings of its day, and its ticket in the month of its issue', async () => {
    const { context, page, seen } = await signedIn(browser, server, desk);
    await visit(page, server, 'violations');
    const unpaid = await page.evaluate(async () => {
      const { violations } = await (await fetch('/console/api/violations')).json();
      return violations.find((one) => one.owedCents > 1000 && one.state !== 'appealed').id;
    });
    await visit(page, server, `violations/${unpaid}`);
    await page.locator('.page-actions').getByRole('button', { name: 'Take a payment' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Amount').fill('1,234');
    await dialog.getByRole('button', { name: 'Take a payment' }).click();
    await dialog.getByText('Leave out the thousands separator').first().waitFor();
    await dialog.getByLabel('Amount').fill('USD 7.25');
    await dialog.getByRole('button', { name: 'Take a payment' }).click();
    await dialog.getByText('Amounts here are in CAD.').first().waitFor();
    await dialog.getByLabel('Amount').fill('7,25 $');
    await dialog.getByRole('button', { name: 'Take a payment' }).click();
    await dialog.waitFor({ state: 'detached' });

    await visit(page, server, 'money');
    const takings = page.locator('section', { has: page.getByRole('heading', { name: /^Takings/ }) });
    const byMethod = takings.getByRole('table', { name: 'By method' });
    await byMethod.getByRole('row', { name: /Cash/ }).getByText('$7.25').first().waitFor();
    const fines = page.locator('section', { has: page.getByRole('heading', { name: 'Fines by month' }) });
    await fines.getByRole('table', { name: 'Fines by month' }).last().getByRole('row', { name: /Total/ }).waitFor();
    const files = [];
    for (const card of [takings, fines]) {
      const saved = page.waitForEvent('download');
      await card.getByRole('link', { name: 'CSV' }).click();
      files.push(await readFile(await (await saved).path(), 'utf8'));
    }
    assert.match(files[0], /^"day","method","operator",.*\n"\d{4}-\d\d-\d\d","cash","demo",1,7\.25,0,0\.00,7\.25\n/);
    assert.match(files[1], /^"month","violations","issuedAmount",.*\n/);
    assertClean(seen);
    await context.close();
  });

  for (const [size, options] of Object.entries({ phone, desk })) {
    for (const colorScheme of ['light', 'dark']) {
      it(`both reports fit and are accessible (${size}, ${colorScheme})`, async () => {
        const { context, page, seen } = await signedIn(browser, server, { ...options, colorScheme, locale: 'fr-CA' });
        await visit(page, server, 'money');
        await page.getByRole('heading', { name: /^Encaissements/ }).waitFor();
        await page.locator('summary', { hasText: 'Par jour, mode et opérateur' }).click();
        await settled(page);
        await assertFits(page, 'money');
        await assertAccessible(page, 'money');
        await shoot(page, `money-fr-${size}-${colorScheme}`);
        assertClean(seen);
        await context.close();
      });
    }
  }
});
