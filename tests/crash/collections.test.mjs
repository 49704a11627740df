// kill -9 while eight pull overdue violations, again and again: each is handed out once, in one batch,
// and every batch comes again as it was. CRASH_SEED repeats the random choices of a run (not the
// timing of the machine), CRASH_ROUNDS changes the number of rounds.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { addClient } from '../support/api.mjs';
import { scratch, within } from '../support/lotkeeper.mjs';
import { startServer } from '../support/server.mjs';
import { inspectBatches } from './database.mjs';
import { randomFrom } from './ledger.mjs';
import { importViolations } from './overdue.mjs';
import { ask, asked, parsed, pull, recordsText } from './puller.mjs';

const k_seed = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const k_rounds = Number(process.env.CRASH_ROUNDS ?? 30);
const k_pullers = 8;
const k_fewest = 400;
const k_most = 2400;
// How long the server may take to close what a crash left open.
const k_patience = 20_000;

const digest = (text) => createHash('sha256').update(text).digest('hex');

// What is known of the batches so far, over all rounds.
class Batches {
  #digests = new Map();
  batchOf = new Map();

  get ids() {
    return [...this.#digests.keys()];
  }

  // Fetches a batch that is new, twice; gives the text of its records.
  async learn(caller, { id, count }, round) {
    const shown = `round ${round}: batch ${id}`;
    const { text } = await asked(caller, 'batches', { batch: id });
    const again = await asked(caller, 'batches', { batch: id });
    assert.ok(text === again.text, `${shown} is re-issued the same twice`);
    const { records, batch } = JSON.parse(text);
    assert.deepEqual(batch, { id, count }, shown);
    assert.equal(records.length, count, shown);
    let last = 0;
    for (const { ViolationID: violation } of records) {
      assert.ok(violation > last, `${shown}: violation ${violation} follows ${last}`);
      const other = this.batchOf.get(violation);
      assert.equal(other, undefined, `${shown}: violation ${violation} is also in batch ${other}`);
      this.batchOf.set(violation, id);
      last = violation;
    }
    this.#digests.set(id, digest(text));
    return recordsText(text);
  }

  // Fetches every batch once more: none has changed since it was learned.
  async confirm(caller) {
    for (const [id, expected] of this.#digests) {
      const { text } = await asked(caller, 'batches', { batch: id });
      assert.equal(digest(text), expected, `at the end: batch ${id} is as it was`);
    }
  }

  // Each violation that is stored in a batch was re-issued in that one.
  compare({ violations }, round) {
    for (const { id, batch } of violations) {
      if (batch === null) continue;
      assert.equal(this.batchOf.get(id), batch, `round ${round}: the stored batch of ${id}`);
    }
  }
}

// Pulls until nothing is left; gives the replies.
async function pullTheRest(caller) {
  const replies = [];
  for (;;) {
    const reply = await asked(caller, 'send_overdue_to_collections');
    if (JSON.parse(reply.text).batch === null) return replies;
    replies.push(reply);
  }
}

// What the pullers have of which batch: the texts that are whole. A transfer that broke off must not
// look like one, or half would be taken for all; where only its end mark was lost it has everything,
// and is held to that.
function receivedOf(replies, round) {
  const received = [];
  for (const { status, whole, text } of replies) {
    if (whole) assert.equal(status, 200, `round ${round}: ${text.slice(0, 500)}`);
    const reply = parsed(text);
    assert.ok(reply !== null || !whole, `round ${round}: a whole reply is JSON`);
    if (reply?.batch) received.push({ batch: reply.batch.id, text: recordsText(text) });
    else if (reply !== null) assert.deepEqual(reply.records, [], `round ${round}`);
  }
  return received;
}

// Kills the server again while it finishes the interrupted batch and a client asks for it.
async function killWhileItFinishes(server, caller, ids, wait) {
  const replies = ids.map((batch) => ask(caller, 'batches', { batch }));
  await pause(wait);
  await server.kill();
  await Promise.all(replies);
}

// Notes what a kill hit, for the last line of the test.
function note(seen, replies, { violations, batches }, overdue) {
  const ids = new Set(overdue);
  seen.whole += replies.filter(({ whole }) => whole).length;
  seen.broken += replies.filter(({ status, whole }) => status !== null && !whole).length;
  seen.early += violations.some(({ id, batch }) => batch === null && ids.has(id)) ? 1 : 0;
  seen.open += batches.filter(({ closed_at }) => closed_at === null).length;
  seen.unrendered += batches.filter(({ rendered_at }) => rendered_at === null).length;
}

// Closed batches, as the server lists them, once all of `started` are among them.
function closedBatches(caller, started, round) {
  return within(k_patience, async () => {
    const { batches } = JSON.parse((await asked(caller, 'batches')).text);
    const closed = new Set(batches.map(({ id }) => id));
    const open = started.filter(({ id }) => !closed.has(id));
    assert.deepEqual(open, [], `round ${round}: batches that the server does not close`);
    return batches;
  });
}

// Learns what is new and holds it against what is overdue, what was received, and what was marked
// when the server was killed.
async function settle(caller, known, { round, overdue, replies, left }) {
  const reissued = new Map();
  const old = new Set(known.ids);
  for (const batch of await closedBatches(caller, left.batches, round)) {
    if (!old.has(batch.id)) reissued.set(batch.id, await known.learn(caller, batch, round));
  }
  const handedOut = [...known.batchOf.keys()].filter((id) => id >= overdue[0]);
  assert.deepEqual(
    handedOut.sort((a, b) => a - b),
    overdue,
    `round ${round}: what was handed out`,
  );
  for (const { batch, text } of receivedOf(replies, round)) {
    const shown = `round ${round}: batch ${batch} was received as it is re-issued`;
    assert.ok(reissued.get(batch) === text, shown);
  }
  known.compare(left, round);
}

test(`every overdue violation is handed out once through ${k_rounds} kills (CRASH_SEED=${k_seed})`, async (t) => {
  console.log(`collections crash test: CRASH_SEED=${k_seed}`);
  const random = randomFrom(k_seed);
  const dataDir = scratch('lotkeeper-collections');
  let server = await startServer({ dataDir });
  t.after(() => server.kill());
  const caller = await addClient(server, 'COLLECT');
  const restart = async () => {
    server = await startServer({ dataDir });
    caller.server = server;
  };
  const known = new Batches();
  const seen = { overdue: 0, whole: 0, broken: 0, early: 0, open: 0, unrendered: 0 };
  let next = 1;
  let millisecondsEach = 0;

  // Round 0 has no kill: it shows how long a violation takes here. Kills that come too late shorten it.
  for (let round = 0; round <= k_rounds; round += 1) {
    const count = k_fewest + Math.floor(random() * (k_most - k_fewest));
    const overdue = await importViolations(server, caller.client, next, count);
    next += count;
    seen.overdue += overdue.length;

    const began = performance.now();
    const pulling = Promise.all(Array.from({ length: k_pullers }, () => pull(caller)));
    let left = { batches: [], violations: [] };
    if (round === 0) {
      await pulling;
      millisecondsEach = (1.25 * (performance.now() - began)) / count;
    } else {
      // Half of the kills come early: marking is much quicker than rendering and sending.
      const moment = random() ** (random() < 0.5 ? 1 : 3);
      await pause(moment * millisecondsEach * count);
      await server.kill();
      left = inspectBatches(dataDir, round);
      await restart();
      if (random() < 0.3) {
        const ids = left.batches.slice(-k_pullers).map(({ id }) => id);
        await killWhileItFinishes(server, caller, ids, random() * 100);
        await restart();
      }
    }
    const replies = await pulling;
    if (replies.every(({ whole }) => whole)) millisecondsEach *= 0.8;
    note(seen, replies, left, overdue);
    replies.push(...(await pullTheRest(caller)));
    await settle(caller, known, { round, overdue, replies, left });
  }

  await known.confirm(caller);
  await server.stop();
  const stored = inspectBatches(dataDir, 'end');
  known.compare(stored, 'end');
  assert.equal(known.batchOf.size, seen.overdue, 'nothing else was handed out');
  assert.equal(stored.violations.filter(({ batch }) => batch !== null).length, seen.overdue);
  assert.equal(stored.batches.length, known.ids.length, 'no batch is hidden');
  const unfinished = stored.batches.filter((b) => b.closed_at === null || b.rendered_at === null);
  assert.deepEqual(unfinished, [], 'every batch is closed and rendered');
  console.log(
    `collections crash test: ${k_rounds} kills under ${k_pullers} pullers, ${seen.overdue} overdue ` +
      `violations in ${known.ids.length} batches; ${seen.early} kills came before all were marked, ` +
      `left ${seen.open} batches open and ${seen.unrendered} unrendered, and broke ${seen.broken} ` +
      `replies; ${seen.whole} came whole`,
  );
  assert.ok(seen.unrendered >= k_rounds, 'kills hit batches on their way');
});
