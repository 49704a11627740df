// The pages that the server carries: the API reference at /docs, and the landing page at /.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { launchChromium, openWatchedPage } from '../support/chromium.mjs';
import { startDemo } from '../support/server.mjs';

const policy = {
  'default-src': "'none'",
  'script-src': "'self'",
  'connect-src': "'self'",
};
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

describe('the pages of the server', () => {
  let browser;
  let server;
  let context;

  before(async () => (browser = await launchChromium()));
  after(() => browser?.close());
  beforeEach(async () => (server = await startDemo()));
  afterEach(async () => {
    await context?.close();
    await server?.stop();
  });

  async function open(path, options) {
    context = await browser.newContext(options);
    const { page, seen } = await openWatchedPage(context, server.url);
    const reply = await page.goto(server.url + path);
    assert.equal(reply.status(), 200);
    assertStrictPolicy(await reply.headerValue('Content-Security-Policy'));
    return { page, seen };
  }

  async function openDocs(options) {
    const { page, seen } = await open('/docs', options);
    await page.locator('.opblock').first().waitFor();
    return { page, seen };
  }

  it('/docs shows every operation of /openapi.json', async () => {
    const { page, seen } = await openDocs();
    const { paths } = await (await fetch(`${server.url}/openapi.json`)).json();
    const expected = operationsOf(paths);

    assert.equal(await page.title(), 'Lotkeeper API');
    const shown = await page.locator('.opblock-summary').evaluateAll((blocks) =>
      blocks.map((block) => {
        const text = (part) => block.querySelector(part).textContent.replaceAll('\u200b', '');
        return `${text('.opblock-summary-method')} ${text('.opblock-summary-path')}`;
      }),
    );
    assert.ok(expected.includes('POST /api/{client}/v1/permits/push'));
    assert.deepEqual(shown.sort(), expected.sort());
    assertClean(seen);
  });

  it('/docs begins with the operations, and beside them is a list of all that leads to each', async () => {
    const { page, seen } = await openDocs({ viewport: { width: 1280, height: 800 } });
    const { paths } = await (await fetch(`${server.url}/openapi.json`)).json();
    const links = page.locator('#index a');
    assert.equal(await links.count(), operationsOf(paths).length);
    const first = await page.locator('.opblock').first().boundingBox();
    assert.ok(first.y < 400, `the first operation stands at ${first.y}`);

    await links.filter({ hasText: 'vehicles/push' }).click();
    const block = page.locator('#operations-Vehicles-vehiclesPush');
    await block.locator('.opblock-body').waitFor();
    const { y } = await block.boundingBox();
    assert.ok(y > -5 && y < 400, `what was asked for stands at ${y}`);

    await page.locator('.bar a', { hasText: 'How it works' }).click();
    const about = await page.locator('#about').boundingBox();
    assert.ok(about.y < 400, `the explanations stand at ${about.y}`);
    assertClean(seen);
  });

  it('Execute of permits/push stores the permit that the document prints', async () => {
    const { page, seen } = await openDocs();
    const { reply, shownStatus, shownBody } = await executePush(page);

    assert.equal(new URL(reply.url()).pathname, '/api/OC_TOMA/v1/permits/push');
    assert.equal(reply.request().postDataJSON().LicencePlate, 'PL8RDR');
    assert.equal(shownStatus, '200');
    assert.deepEqual(JSON.parse(shownBody), await reply.json());
    assert.equal(JSON.parse(shownBody).status, 'success');
    assertClean(seen);
  });

  it('/docs refuses a script that is not a file of the server', async () => {
    const { page, seen } = await openDocs();
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.head.append(script);
    });
    await page.waitForFunction(() => document.scripts.length > 2);

    assert.equal(await page.evaluate(() => window.ran), undefined);
    assert.deepEqual(seen.violations, ['script-src-elem inline']);
  });

  it('/docs fits a phone, before and after Execute', async () => {
    const { page } = await openDocs(phone);
    assert.ok((await pageWidth(page)) <= phone.viewport.width);

    await executePush(page);
    assert.ok((await pageWidth(page)) <= phone.viewport.width);
  });

  it('/docs follows the colour scheme that the reader prefers', async () => {
    const { page } = await openDocs({ colorScheme: 'dark' });
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await background();
    await page.emulateMedia({ colorScheme: 'light' });
    await page.waitForFunction(() => !document.documentElement.classList.contains('dark-mode'));

    assert.notEqual(await background(), dark);
  });

  it('/ opens, and each of its links leads somewhere', async () => {
    const { page, seen } = await open('/');

    assert.equal(await page.title(), 'Lotkeeper');
    const links = await page
      .locator('a')
      .evaluateAll((anchors) => anchors.map((anchor) => anchor.getAttribute('href')));
    for (const link of ['/console', '/docs', '/openapi.json', '/healthz']) assert.ok(links.includes(link), link);
    for (const link of links) {
      assert.equal((await fetch(new URL(link, server.url))).status, 200, link);
    }
    assertClean(seen);
  });

  it("the landing page's curl example succeeds", async () => {
    const { page } = await open('/', phone);
    const example = await page.locator('pre').textContent();
    const [, url] = /^curl (\S+) /.exec(example);
    assert.ok(url.startsWith(`${server.url}/api/`), url);
    const [, type] = /-H 'Content-Type: (.+)'/.exec(example);
    const [, body] = /-d '([^']+)'$/.exec(example);
    const reply = await fetch(url.replace('YOUR-CLIENT', 'OC_TOMA'), {
      method: 'POST',
      headers: { 'Content-Type': type },
      body,
    });

    assert.equal(reply.status, 200);
    assert.deepEqual(Object.keys(await reply.json()), [
      'status',
      'reference_id',
      'InternalReferenceID',
    ]);
    assert.ok((await pageWidth(page)) <= phone.viewport.width);
  });
});

/** Opens permits/push on /docs and executes it unchanged. */
async function executePush(page) {
  const operation = page.locator('#operations-Permits-permitsPush');
  await operation.locator('.opblock-summary-control').click();
  const replied = page.waitForResponse((reply) => reply.request().method() === 'POST');
  await operation.getByRole('button', { name: 'Execute' }).click();
  const reply = await replied;
  const shown = operation.locator('.live-responses-table tbody');
  return {
    reply,
    shownStatus: await shown.locator('.response-col_status').textContent(),
    shownBody: await shown.locator('.highlight-code code').first().textContent(),
  };
}

function operationsOf(paths) {
  const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
  return Object.entries(paths).flatMap(([path, item]) =>
    methods.filter((method) => item[method]).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

function assertStrictPolicy(header) {
  const directives = Object.fromEntries(
    header.split(';').map((directive) => directive.trim().split(/ (.*)/, 2)),
  );
  for (const [name, sources] of Object.entries(policy)) assert.equal(directives[name], sources, name);
}

function assertClean(seen) {
  assert.notEqual(seen.requests.length, 0);
  assert.deepEqual(seen.foreign, []);
  assert.deepEqual(seen.errors, []);
  assert.deepEqual(seen.violations, []);
}

function pageWidth(page) {
  return page.evaluate(() => document.documentElement.scrollWidth);
}
