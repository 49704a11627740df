// How plates are compared: normalised for every comparison, shown as sent, near misses of cameras.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addClient, assertStored } from '../support/api.mjs';
import { assertRefused } from '../support/faults.mjs';
import { startServer } from '../support/server.mjs';

const k_noon = '2024-06-01T12:00:00';

let server;
let caller;
let clients = 0;

before(async () => {
  server = await startServer();
});
after(() => server?.stop());

function permit(plate, changes = {}) {
  return { startTime: '2024-06-01T09:00:00', endTime: '2024-06-01T17:00:00', plate, ...changes };
}

// Each test has a client to itself, so that plates of one are not near those of another.
async function freshClient(options) {
  clients += 1;
  caller = await addClient(server, `PLATES_${clients}`, options);
}

test('plates are the same when only case, white space and punctuation differ', async () => {
  await freshClient();
  for (const [sent, asked, normalised] of [
    ['PL8RDR', 'pl8 rdr', 'PL8RDR'],
    ['ab-12.cd', 'AB12CD', 'AB12CD'],
    ['straße 1', 'STRASSE1', 'STRASSE1'],
    ['STRASSE 2', 'Straße-2', 'STRASSE2'],
    ['ẞ77', 'ss77', 'SS77'],
    ['ＡＢＣ１２３', 'abc123', 'ABC123'],
    ['xyz９', 'ＸＹＺ9', 'XYZ9'],
    ['а123вс', 'А123ВС', 'А123ВС'],
    ['ΣΑΣ1', 'σας1', 'ΣΑΣ1'],
    ['ﬁn5', 'FIN5', 'FIN5'],
    ['É1', 'e\u03011', 'É1'],
    ['Ⅷ-9', 'viii9', 'VIII9'],
    ['K²', 'k2', 'K2'],
    ['ǆ1', 'Ǆ1', 'DŽ1'],
    ['京A·12345', '京a12345', '京A12345'],
    ['٣٤٥ م', '٣٤٥م', '٣٤٥م'],
  ]) {
    const reference = assertStored(await caller.push(permit(sent)));
    const reply = await caller.checked({ plate: asked, at: k_noon });
    assert.equal(reply.valid, true, `${sent} as ${asked}`);
    assert.equal(reply.plate, normalised, sent);
    assert.deepEqual(
      reply.permits.map((found) => found.reference_id),
      [reference],
      sent,
    );
    const twin = assertRefused(await caller.push(permit(asked)), 9022);
    assert.equal(twin.reference_id, reference, `${sent} as ${asked}`);
  }
});

test('letters of different scripts stay different', async () => {
  await freshClient();
  await caller.pushed(permit('А123ВС'));
  assert.equal((await caller.checked({ plate: 'A123BC', at: k_noon })).valid, false);
});

test('accents make a different plate', async () => {
  await freshClient();
  await caller.pushed(permit('É500'));
  assert.equal((await caller.checked({ plate: 'E500', at: k_noon })).valid, false);
});

test('a plate of 25 characters that normalises to more is stored and found', async () => {
  await freshClient();
  const plate = 'ß'.repeat(25);
  await caller.pushed(permit(plate));
  assert.equal((await caller.checked({ plate, at: k_noon })).plate, 'S'.repeat(50));
  assert.equal((await caller.checked({ plate: 'S'.repeat(50), at: k_noon })).valid, true);
});

test('a check takes plates of up to 50 characters', async () => {
  await freshClient();
  assert.equal((await caller.checked({ plate: 'P'.repeat(50), at: k_noon })).valid, false);
  assertRefused(await caller.check({ plate: 'P'.repeat(51) }), 9030, { field: 'plate' });
  assertRefused(await caller.check({ plate: '- -' }), 9006, { field: 'plate' });
  assertRefused(await caller.check({}), 9006, { field: 'plate' });
});

test('plates that cameras confuse are near, shown as sent, and never make a plate valid', async () => {
  for (const [stored, seen] of [
    ['ab-0cd', 'ABOCD'],
    ['OOOO', '0Q0D'],
    ['Q77', 'D77'],
    ['X1Y', 'XIY'],
    ['XLY', 'X1Y'],
    ['ILI', 'L1L'],
    ['Z99', '299'],
    ['5TAR', 'STAR'],
    ['8OSS', 'B055'],
    ['lot 15', 'L0T IS'],
  ]) {
    await freshClient();
    const reference = await caller.pushed(permit(stored, { permitNo: 'N' }));
    const reply = await caller.checked({ plate: seen, at: k_noon });
    assert.equal(reply.valid, false, `${stored} seen as ${seen}`);
    assert.deepEqual(reply.permits, []);
    assert.equal(reply.near.length, 1, `${stored} seen as ${seen}`);
    assert.deepEqual(
      { ...reply.near[0] },
      {
        reference_id: reference,
        type: 'temp',
        zone: null,
        permitNo: 'N',
        startTime: '2024-06-01T09:00:00Z',
        endTime: '2024-06-01T17:00:00Z',
        plate: stored,
      },
    );
  }
});

test('characters that cameras do not confuse are not near', async () => {
  await freshClient();
  await caller.pushed(permit('CAR123'));
  for (const seen of ['GAR123', 'CAR12', 'CAR1234', 'CAR132', 'OAR123', 'C4R123']) {
    const { valid, near } = await caller.checked({ plate: seen, at: k_noon });
    assert.deepEqual({ valid, near }, { valid: false, near: [] }, seen);
  }
});

test('the asked plate’s own permits are not near', async () => {
  await freshClient();
  await caller.pushed(permit('B0B'));
  await caller.pushed(permit('BOB'));
  const { valid, permits, near } = await caller.checked({ plate: 'b-0-b', at: k_noon });
  assert.equal(valid, true);
  assert.equal(permits.length, 1);
  assert.deepEqual(
    near.map(({ plate }) => plate),
    ['BOB'],
  );
});

test('only permits that are valid then and there are near', async () => {
  await freshClient({ zones: ['Lot 1', 'Lot 2'] });
  await caller.pushed(
    permit('S5S', { startTime: '2024-06-01T06:00:00', endTime: '2024-06-01T07:00:00' }),
  );
  await caller.pushed(permit('SS5', { zone: 'Lot 2' }));
  const deleted = await caller.pushed(permit('5SS'));
  assertStored(await caller.delete({ reference_id: deleted }));
  await caller.pushed(permit('55S', { zone: 'Lot 1' }));
  const { near } = await caller.checked({ plate: 'SSS', zone: 'Lot 1', at: k_noon });
  assert.deepEqual(
    near.map(({ plate }) => plate),
    ['55S'],
  );
});

test('at most five are near', async () => {
  await freshClient();
  for (const plate of ['O0O', '0O0', '00O', 'O00', 'DDD', 'QQQ', 'QD0'])
    await caller.pushed(permit(plate));
  const { valid, near } = await caller.checked({ plate: 'OOO', at: k_noon });
  assert.equal(valid, false);
  assert.equal(near.length, 5);
});
