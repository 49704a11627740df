// The examples that integrators get from the office: copied from the page, they must work as they are.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { launchChromium } from '../support/chromium.mjs';
import { assertClean, desk, signedIn, visit } from '../support/console.mjs';
import { startDemo } from '../support/server.mjs';

const execute = promisify(execFile);

describe('the curl of each endpoint', () => {
  let browser;
  let server;

  before(async () => {
    browser = await launchChromium();
    server = await startDemo();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** Runs it as a shell does, with what a reader has to fill in. */
  async function run(curl, reference) {
    const filled = curl.replace('YOUR-TOKEN', 'YOUR-API-TOKEN').replace('PREVIOUS-REFERENCE-ID', reference);
    const { stdout } = await execute('sh', ['-c', filled]);
    return JSON.parse(stdout);
  }

  it('is copied, runs, and is answered with a success', async () => {
    const permissions = ['clipboard-read', 'clipboard-write'];
    const { context, page, seen } = await signedIn(browser, server, { ...desk, permissions });
    await visit(page, server, 'integrations/1');
    const copyCurl = async (name) => {
      await page.getByRole('button', { name: `Copy curl for ${name}`, exact: true }).click();
      await page.getByText('Copied.').first().waitFor();
      return page.evaluate(() => navigator.clipboard.readText());
    };
    const names = await page.locator('.curl-line code').allTextContents();
    for (const name of ['permits.push', 'permits.stats', 'permits.check', 'vehicles.push', 'profiles.push']) {
      assert.ok(names.includes(name), `${name} is not among ${names}`);
    }
    let reference;
    for (const name of names) {
      const curl = await copyCurl(name);
      assert.ok(curl.includes(`/v1/${name.replaceAll('.', '/')}'`), curl);
      const reply = await run(curl, reference);
      assert.equal(reply.ErrorCode, undefined, `${curl}\n${JSON.stringify(reply)}`);
      if (name === 'permits.push') reference = reply.reference_id;
    }
    assert.ok(reference);
    assertClean(seen);
    await context.close();
  });

  it('is copied if the browser offers no clipboard, as over plain HTTP', async () => {
    const { context, page, seen } = await signedIn(browser, server, desk);
    await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await visit(page, server, 'integrations/1');
    await page.getByRole('button', { name: 'Copy curl for permits.check', exact: true }).click();
    await page.getByText('Copied.').waitFor();
    await page.evaluate(() => {
      const field = document.body.appendChild(document.createElement('textarea'));
      field.id = 'pasted';
      field.focus();
    });
    await page.keyboard.press('Control+V');
    const curl = await page.locator('#pasted').inputValue();
    assert.equal((await run(curl)).ErrorCode, undefined, curl);
    assertClean(seen);
    await context.close();
  });
});
