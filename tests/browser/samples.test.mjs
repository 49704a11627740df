// The document's JavaScript samples, run by a browser from a page of another origin. samples/ has them
// as the document prints them, with the `open` line that only its later samples have.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { launchChromium } from '../support/chromium.mjs';
import { startDemo } from '../support/server.mjs';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const documentedHost = 'https://controller.operationscommander.io';
const placeholder = 'PREVIOUS-REFERENCE-ID';

describe("the document's JavaScript samples, from a page of another origin", () => {
  let browser;
  let integrator;
  let server;
  let script = '';

  before(async () => {
    browser = await launchChromium();
    integrator = createServer((request, reply) => {
      const isPage = request.url === '/';
      reply.setHeader('Content-Type', isPage ? 'text/html' : 'text/javascript');
      reply.end(isPage ? '<!doctype html><script src="/sample.js"></script>' : script);
    });
    integrator.listen(0, '127.0.0.1');
    await once(integrator, 'listening');
  });
  after(async () => {
    await browser?.close();
    integrator?.close();
  });
  beforeEach(async () => (server = await startDemo()));
  afterEach(() => server?.stop());

  /** Runs a sample in a browser profile of its own; returns what it printed, and its preflights. */
  async function run(name, reference = placeholder) {
    const sample = await readFile(new URL(`samples/${name}.js`, import.meta.url), 'utf8');
    script = sample.replace(documentedHost, server.url).replace(placeholder, reference);

    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      const preflights = await watchPreflights(await context.newCDPSession(page));
      const printed = {};
      const finished = page.waitForEvent('console', (message) => {
        const [, label, text] = /^(\w+): ([^]*)$/.exec(message.text()) ?? [];
        if (label) printed[label] = text;
        return label === 'Body';
      });
      await page.goto(`http://127.0.0.1:${integrator.address().port}/`);
      await finished;
      return {
        status: Number(printed.Status),
        headers: printed.Headers,
        body: JSON.parse(printed.Body),
        requestId: await page.evaluate('request.getResponseHeader("X-Request-Id")'),
        preflights,
      };
    } finally {
      await context.close();
    }
  }

  async function push(zone) {
    const reply = await fetch(`${server.url}/api/OC_TOMA/v1/permits/push`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        apiToken: 'YOUR-API-TOKEN',
        plate: 'STAT 1',
        zone,
        startTime: '2018-07-02T09:00:00',
        endTime: '2018-07-02T09:30:00',
      }),
    });
    assert.equal(reply.status, 200);
  }

  it('push gives the documented reply', async () => {
    const { status, body } = await run('push');

    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body), ['status', 'reference_id', 'InternalReferenceID']);
    assert.equal(body.status, 'success');
    assert.match(body.reference_id, uuid);
    assert.equal(body.InternalReferenceID, body.reference_id);
  });

  it('push is preceded by a preflight, and the page can read the request id', async () => {
    const { headers, requestId, preflights } = await run('push');

    assert.deepEqual(
      preflights.map(({ path }) => path),
      ['/api/OC-TOMA/v1/permits/push'],
    );
    assert.ok([200, 204].includes(preflights[0].status), `preflight gave ${preflights[0].status}`);
    assert.match(requestId, /^[!-~]{1,64}$/);
    assert.ok(headers.includes(`x-request-id: ${requestId}`), headers);
  });

  for (const name of ['update', 'delete']) {
    it(`${name} with the placeholder reference gives 9009`, async () => {
      const { status, body, requestId } = await run(name);

      assert.equal(status, 404);
      assert.equal(body.ErrorCode, 9009);
      assert.equal(body.ErrorMessage, 'Record not found.');
      assert.equal(body.RequestId, requestId);
    });

    it(`${name} with the reference that push gave succeeds`, async () => {
      const pushed = (await run('push')).body;
      const { status, body } = await run(name, pushed.reference_id);

      assert.equal(status, 200);
      assert.deepEqual(body, pushed);
    });
  }

  it('delete a second time gives 9009', async () => {
    const { reference_id: reference } = (await run('push')).body;
    await run('delete', reference);
    const { status, body } = await run('delete', reference);

    assert.equal(status, 404);
    assert.equal(body.ErrorCode, 9009);
  });

  it('stats gives a row for each zone it names', async () => {
    await push('Lot 01');
    await push('Lot 02');
    const { status, body } = await run('stats');

    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body), ['data']);
    assert.deepEqual([...new Set(body.data.map((row) => row.zone))], ['Lot 01', 'Lot 02']);
    for (const row of body.data) {
      assert.deepEqual(Object.keys(row), ['type', 'zone', 'total']);
      assert.match(row.type, /^(standard|temp|validator)$/);
      assert.match(row.total, /^[1-9][0-9]*$/);
    }
  });

  it('vehicle gives the documented reply', async () => {
    const { status, body } = await run('vehicle');

    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body), ['status', 'vehicle_id_id', 'warnings']);
    assert.equal(body.status, 'success');
    assert.match(body.vehicle_id_id, /^[1-9][0-9]*$/);
    assert.deepEqual(body.warnings, []);
  });

  it('types gives the documented list', async () => {
    const { status, body } = await run('types');

    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body), ['status', 'user_types']);
    assert.deepEqual(body.user_types[0], {
      id: '1',
      type_name: 'Full Time Student',
      ext_info: 'Student',
    });
    assert.equal(body.user_types.length, 9);
  });

  it('profile gives the documented reply', async () => {
    const { status, body } = await run('profile');

    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body), ['status', 'reference_id']);
    assert.equal(typeof body.reference_id, 'number');
    assert.deepEqual((await run('profile')).body, body, 'the same user');
  });

  it('overdue gives the documented record, and nothing the second time', async () => {
    const { status, body } = await run('overdue');

    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body), ['records', 'state', 'batch']);
    assert.deepEqual(
      body.records.map((record) => [record.ViolationID, record.Ticket, record.vehicle.Plate]),
      [[9, '1-100013', 'AJNR123']],
    );
    assert.deepEqual((await run('overdue')).body.records, []);
  });
});

/** The preflights of a page, which its own request events do not show. */
async function watchPreflights(devtools) {
  const preflights = [];
  devtools.on('Network.responseReceived', ({ type, response }) => {
    if (type !== 'Preflight') return;
    preflights.push({ path: new URL(response.url).pathname, status: response.status });
  });
  await devtools.send('Network.enable');
  return preflights;
}
