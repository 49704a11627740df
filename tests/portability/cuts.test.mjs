// Connections to PostgreSQL end around COMMIT, before it arrives or after it was run; or COMMIT is answered as
// Citus answers where its one worker refused the transaction or went away: what was acknowledged
// stands once, what was refused does not stand, and what is not known stands once or not at all.
// PORTABILITY_SEED repeats the random choices of a run (not the timing of the machine).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addClient } from '../support/api.mjs';
import { scratch } from '../support/lotkeeper.mjs';
import { newSeed, PortabilityProxy } from '../support/portability_proxy.mjs';
import { select } from '../support/rows.mjs';
import { databaseIn, postgresql, startServer } from '../support/server.mjs';

const k_workers = 12;
const k_pushes = 25; // of each

const k_counted = `
  SELECT client_id, zone_name_id, permit_type, SUM(total) AS total FROM permit_count
  GROUP BY client_id, zone_name_id, permit_type HAVING SUM(total) <> 0 ORDER BY 1, 2, 3`;
const k_recount = `
  SELECT client_id, zone_name_id, permit_type, COUNT(*) AS total FROM permit
  WHERE deleted_at IS NULL GROUP BY client_id, zone_name_id, permit_type ORDER BY 1, 2, 3`;

// Pushes, updates and deletes while `faults` (settings of the proxy) happen; gives what the proxy counted.
async function tryWith(t, faults) {
  assert.ok(postgresql, 'run it under script/with-postgresql');
  const database = databaseIn(scratch());
  const seed = newSeed();
  t.diagnostic(`PORTABILITY_SEED=${seed}`);
  const proxy = await PortabilityProxy.open(database, { seed });
  const server = Object.assign(await startServer({ args: ['--database', proxy.url] }), { database });
  const caller = await addClient(server, 'CUTS', { zones: ['Lot 1'] });

  const entries = [];
  async function ask(verb, attributes) {
    const reply = await caller.post(verb, attributes);
    const code = reply.status === 200 ? 0 : reply.json.ErrorCode;
    assert.ok([0, 9103, 9105].includes(code), `${verb}: ${reply.text}`);
    return { code, reference: reply.json.reference_id };
  }
  async function work(worker) {
    for (let n = 0; n < k_pushes; n += 1) {
      const entry = { plate: `C${worker}N${n}X`, amounts: new Set(), deleted: new Set([false]) };
      entries.push(entry);
      entry.pushed = await ask('push', {
        plate: entry.plate,
        zone: 'Lot 1',
        startTime: '2024-06-01T09:00:00',
        endTime: '2034-06-01T17:00:00',
        amount: '1.00',
      });
      entry.amounts.add(100);
      if (entry.pushed.code !== 0) continue;
      const { reference } = entry.pushed;
      const updated = await ask('update', { reference_id: reference, amount: '2.00' });
      if (updated.code === 0) entry.amounts.clear();
      if (updated.code !== 9103) entry.amounts.add(200);
      if (n % 3 > 0) continue;
      const deleted = await ask('delete', { reference_id: reference });
      if (deleted.code === 0) entry.deleted.clear();
      if (deleted.code !== 9103) entry.deleted.add(true);
    }
  }
  Object.assign(proxy, faults);
  await Promise.all(Array.from({ length: k_workers }, (_, worker) => work(worker)));
  for (const fault of Object.keys(faults)) proxy[fault] = 0;
  await server.stop();
  proxy.close();
  t.diagnostic(JSON.stringify(proxy.figures));
  assert.deepEqual(proxy.refused, []);

  const rows = await select(
    database,
    'SELECT permit_id, plate, amount_cents, deleted_at FROM permit',
  );
  for (const { plate, pushed, amounts, deleted } of entries) {
    const found = rows.filter((row) => row.plate === plate);
    const shown = `${plate} ${JSON.stringify(pushed)} ${JSON.stringify(found)}`;
    if (pushed.code === 0) assert.equal(found.length, 1, `acknowledged: ${shown}`);
    if (pushed.code === 9103) assert.equal(found.length, 0, `refused: ${shown}`);
    assert.ok(found.length <= 1, `doubled: ${shown}`);
    if (pushed.code !== 0) continue;
    assert.equal(found[0].permit_id, pushed.reference, shown);
    assert.ok(amounts.has(found[0].amount_cents), `${shown} ${[...amounts]}`);
    assert.ok(deleted.has(found[0].deleted_at !== null), `${shown} ${[...deleted]}`);
  }
  assert.equal(rows.length, entries.filter(({ plate }) => rows.some((row) => row.plate === plate)).length);
  assert.deepEqual(await select(database, k_counted), await select(database, k_recount));
  return proxy.figures;
}

test('nothing is lost or doubled if connections end around COMMIT', async (t) => {
  const { cutBefore, cutAfter } = await tryWith(t, { cuts: 0.15, conflicts: 0.15 });
  assert.ok(cutBefore > 0 && cutAfter > 0, 'no connection was cut, so this shows nothing');
});

test('nothing is lost or doubled if COMMIT fails with a warning', async (t) => {
  const figures = await tryWith(t, { doubts: 0.15 });
  for (const name of ['warnedConflicts', 'doubtsBefore', 'doubtsAfter']) {
    assert.ok(figures[name] > 0, `no ${name}, so this shows nothing`);
  }
});
