// kill -9 under load, again and again: what was acknowledged is there, nothing is there twice, the
// counters equal a recount and the database is sound. CRASH_SEED repeats the random choices of a run
// (not the timing of the machine), CRASH_ROUNDS changes the number of rounds.
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { addClient } from '../support/api.mjs';
import { scratch } from '../support/lotkeeper.mjs';
import { startServer } from '../support/server.mjs';
import { inspectCopy } from './database.mjs';
import { Ledger, randomFrom } from './ledger.mjs';

const k_seed = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const k_rounds = Number(process.env.CRASH_ROUNDS ?? 30);
const k_connections = 16;
const k_shortest_load = 50;
const k_longest_load = 900;

class Load {
  constructor(caller, ledger) {
    Object.assign(this, { caller, ledger });
    this.workers = Array.from({ length: k_connections }, () => []);
    this.killed = false;
  }

  // Lets every worker send one request after another until the server is gone.
  async run() {
    this.killed = false;
    this.agent = new http.Agent({ keepAlive: true, maxSockets: k_connections });
    await Promise.all(this.workers.map((own) => this.#work(own)));
    this.agent.destroy();
  }

  async #work(own) {
    while (!this.killed) {
      const request = this.ledger.nextRequest(own);
      let reply;
      try {
        reply = await this.send(request);
      } catch (error) {
        if (!this.killed) throw error;
        return;
      }
      this.#accept(request, reply);
    }
  }

  #accept(request, { status, text, replayed }) {
    const shown = `${request.verb} ${request.entry.plate}: ${status} ${text}`;
    assert.equal(status, 200, shown);
    assert.equal(replayed, false, `a first answer is no replay: ${shown}`);
    const { reference_id } = JSON.parse(text);
    if (request.verb !== 'push') assert.equal(reference_id, request.entry.reference, shown);
    this.ledger.acknowledge(request, reference_id);
  }

  send({ verb, attributes, key }, agent = this.agent) {
    const body = JSON.stringify({ apiToken: this.caller.token, ...attributes });
    const headers = {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      ...(key ? { 'Idempotency-Key': key } : {}),
    };
    const path = `/api/${this.caller.client}/v1/permits/${verb}`;
    const { port } = this.caller.server;
    return new Promise((resolve, reject) => {
      const options = { agent, host: '127.0.0.1', port, method: 'POST', path, headers };
      const request = http.request(options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (more) => (text += more));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode,
            text,
            replayed: 'idempotent-replay' in response.headers,
          }),
        );
      });
      request.on('error', reject);
      request.end(body);
    });
  }
}

// Holds the stored permits against the ledger. An unanswered request is wholly there or not at all.
function compare(rows, ledger, round) {
  const found = new Map();
  for (const row of rows) {
    assert.ok(!found.has(row.plate), `round ${round}: ${row.plate} is there twice`);
    found.set(row.plate, row);
  }
  let known = 0;
  for (const entry of ledger.entries) {
    const row = found.get(entry.plate);
    if (row) known += 1;
    const state = Ledger.possible(entry).find((candidate) => matches(candidate, entry, row));
    assert.ok(
      state,
      `round ${round}: ${describe(entry)} is stored as ${JSON.stringify(row ?? null)}`,
    );
    entry.found = state;
  }
  assert.equal(known, rows.length, `round ${round}: permits that nobody pushed`);
}

function describe(entry) {
  return JSON.stringify(entry, (name, value) => (name === 'entry' ? undefined : value));
}

function matches(state, entry, row) {
  if (!state.exists || !row) return !state.exists && !row;
  return (
    (row.deleted_at !== null) === state.deleted &&
    row.end_at === state.values.end &&
    row.amount_cents === state.values.cents &&
    row.zone === state.values.zone &&
    row.type === state.values.type &&
    (entry.reference === null || row.reference === entry.reference.replaceAll('-', ''))
  );
}

// Sends every unanswered request again, as an honest caller would, and learns how it ended.
async function resolvePending(load, ledger, round) {
  const pending = ledger.entries.filter((entry) => entry.pending).map((entry) => entry.pending);
  for (const request of pending) {
    const { entry, verb, key, values } = request;
    const committed = entry.found.applied;
    const reply = await load.send(request, http.globalAgent);
    const shown = `round ${round}: ${verb} ${entry.plate} again: ${reply.status} ${reply.text}`;
    const json = JSON.parse(reply.text);
    if (key) {
      assert.equal(reply.status, 200, shown);
      assert.equal(reply.replayed, committed, `key and record commit together: ${shown}`);
    } else if (verb === 'update') {
      assert.equal(reply.status, 200, shown);
    } else if (verb === 'push') {
      assert.equal(reply.status, committed ? 409 : 200, shown);
    } else {
      assert.equal(reply.status, committed ? 404 : 200, shown);
    }
    const reference = json.reference_id ?? entry.reference;
    if (entry.reference) assert.equal(reference, entry.reference, shown);
    assert.match(reference, /^[0-9a-f-]{36}$/, shown);
    Object.assign(entry, { pending: null, reference, values, deleted: verb === 'delete' });
  }
  return pending.length;
}

// What a stats reply must say of the permits in the ledger.
function expectedStats(ledger) {
  const totals = new Map();
  for (const { deleted, values } of ledger.entries) {
    if (deleted) continue;
    const row =
      values.zone === 'Nowhere' || values.zone === null
        ? values.zone
        : `${values.zone}\0${values.type}`;
    totals.set(row, (totals.get(row) ?? 0) + 1);
  }
  const data = [];
  for (const zone of ['Lot 1', 'Lot 2']) {
    for (const type of ['standard', 'temp', 'validator']) {
      const total = totals.get(`${zone}\0${type}`);
      if (total) data.push({ type, zone, total: String(total) });
    }
  }
  const stats = { data };
  if (totals.get('Nowhere'))
    stats.disconnected = [{ zone: 'Nowhere', total: String(totals.get('Nowhere')) }];
  if (totals.get(null)) stats.withoutZone = String(totals.get(null));
  return stats;
}

test(`no acknowledged permit is lost or doubled by ${k_rounds} kills (CRASH_SEED=${k_seed})`, async (t) => {
  console.log(`crash test: CRASH_SEED=${k_seed}`);
  const random = randomFrom(k_seed);
  const dataDir = scratch('lotkeeper-crash');
  let server = await startServer({ dataDir });
  t.after(() => server.kill());
  const caller = await addClient(server, 'CRASH', { zones: ['Lot 1', 'Lot 2'] });
  const ledger = new Ledger(random);
  const load = new Load(caller, ledger);
  let inFlight = 0;

  for (let round = 1; round <= k_rounds; round += 1) {
    const wait = k_shortest_load + random() * (k_longest_load - k_shortest_load);
    const working = load.run();
    // A worker's failure is reported below; until then it must not end the process.
    working.catch(() => {});
    await pause(wait);
    load.killed = true;
    await server.kill();
    await working;

    compare(inspectCopy(dataDir, round), ledger, round);
    server = await startServer({ dataDir });
    caller.server = server;
    inFlight += await resolvePending(load, ledger, round);
    assert.deepEqual(await caller.counted(), expectedStats(ledger), `round ${round}: stats`);
  }

  await server.kill();
  compare(inspectCopy(dataDir, 'end'), ledger, 'end');
  const { push, update, delete: removed } = ledger.acknowledged;
  console.log(
    `crash test: ${k_rounds} rounds, acknowledged ${push} pushes, ${update} updates, ` +
      `${removed} deletes; ${inFlight} requests were in flight when the server was killed`,
  );
  assert.ok(push > k_rounds * k_connections, 'there was load in every round');
  assert.ok(update > k_rounds && removed > k_rounds, 'updates and deletes were among it');
  assert.ok(inFlight > k_rounds, 'kills hit requests in flight');
});
