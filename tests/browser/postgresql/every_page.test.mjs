// Every page of the console once, on PostgreSQL: what its questions say in the database's own words. What a
// person does on the pages is tried on SQLite, what the routes behind them do on both engines in C++.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchChromium } from '../../support/chromium.mjs';
import { assertClean, checkPlate, desk, filledIn, paths, signedIn, visit } from '../../support/console.mjs';
import { postgresql, startDemo } from '../../support/server.mjs';

test('every page opens on PostgreSQL', { timeout: 180_000 }, async () => {
  assert.ok(postgresql, 'to be run by script/with-postgresql');
  const browser = await launchChromium();
  const server = await startDemo();
  try {
    await checkPlate(browser, server);
    const { page, seen } = await signedIn(browser, server, desk);
    for (const pattern of paths) {
      await visit(page, server, pattern.includes('{') ? await filledIn(page, pattern) : pattern);
      assert.deepEqual(await page.locator('.alert-danger').allTextContents(), [], pattern);
    }
    assertClean(seen);
  } finally {
    await browser.close();
    await server.stop();
  }
});
