// Amounts, currencies and permit types of permits/push.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addCaller, addClient, assertStored } from '../support/api.mjs';
import { assertRefused } from '../support/faults.mjs';
import { command, within } from '../support/lotkeeper.mjs';
import { select, writesNothing } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

let server;
let canadian;
let american;
let plates = 0;

before(async () => {
  server = await startServer();
  canadian = await addClient(server, 'CANADA', { currency: 'CAD', zones: ['Lot 1'] });
  american = await addClient(server, 'AMERICA', { currency: 'USD' });
});
after(() => server?.stop());

function permit(changes) {
  plates += 1;
  const times = { startTime: '2024-06-01T09:00:00', endTime: '2024-06-01T17:00:00' };
  return { ...times, plate: `PAID${plates}X`, ...changes };
}

// Pushes with `members` as raw JSON text, so that numbers keep the form they are written in.
function pushRaw(caller, attributes, members) {
  const open = JSON.stringify({ apiToken: caller.token, ...attributes }).slice(0, -1);
  return caller.post('push', `${open},${members}}`);
}

async function money(plate) {
  const [row] = await select(
    server.database,
    `SELECT amount_cents, currency FROM permit WHERE plate = '${plate}'`,
  );
  return row;
}

test('amounts are stored to the cent', async () => {
  for (const [amount, cents] of [
    ['"14.50"', 1450],
    ['"0.01"', 1],
    ['"999999.99"', 99999999],
    ['"1.10"', 110],
    ['"0.29"', 29],
    ['"1.15"', 115],
    ['"  8.20 "', 820],
    ['14.5', 1450],
    ['14.50', 1450],
    ['14', 1400],
    ['5', 500],
    ['0.01', 1],
    ['0.10', 10],
    ['1.15', 115],
    ['1.005e2', 10050],
    ['2e2', 20000],
    ['999999.99', 99999999],
    ['1.500', 150],
  ]) {
    const attributes = permit();
    assertStored(await pushRaw(canadian, attributes, `"amount":${amount}`));
    assert.deepEqual(
      await money(attributes.plate),
      { amount_cents: cents, currency: 'CAD' },
      amount,
    );
  }
});

test('an invalid amount is refused with the code of its fault', async () => {
  for (const [amount, code] of [
    ['"1000000.00"', 9030],
    ['"0000000014.50"', 9030],
    ['"5"', 9032],
    ['"55"', 9032],
    ['"5.0"', 9032],
    ['".50"', 9032],
    ['"$5.0"', 9032],
    ['"0.00"', 9033],
    ['"000"', 9033],
    ['"1450"', 9033],
    ['"14.5"', 9033],
    ['"145."', 9033],
    ['"14.505"', 9033],
    ['"14,50"', 9033],
    ['"1,450.00"', 9033],
    ['"$14.50"', 9033],
    ['"-14.50"', 9033],
    ['"+14.50"', 9033],
    ['"14 .50"', 9033],
    ['"14.50CAD"', 9033],
    ['"1.45e1"', 9033],
    ['0', 9033],
    ['0.001', 9033],
    ['14.505', 9033],
    ['-14.5', 9033],
    ['1000000', 9030],
    ['1e7', 9030],
  ]) {
    await writesNothing(server, async () => {
      const reply = await pushRaw(canadian, permit(), `"amount":${amount}`);
      assertRefused(reply, code, { field: 'amount' });
    });
  }
});

test('CAD and USD are read in any case and stored in upper case', async () => {
  for (const [sent, kept] of Object.entries({
    CAD: 'CAD',
    cad: 'CAD',
    Usd: 'USD',
    ' usd ': 'USD',
  })) {
    const attributes = permit({ amount: '1.00', currency: sent });
    assertStored(await canadian.push(attributes));
    assert.equal((await money(attributes.plate)).currency, kept);
  }
});

test('another currency is 9033, over 10 characters 9030', async () => {
  await writesNothing(server, async () => {
    for (const currency of ['EUR', 'CA', 'CADD', 'C A D', '$', 124, 'ＣＡＤ', 'DOLLARSCAD']) {
      assertRefused(await canadian.push(permit({ currency })), 9033, { field: 'currency' });
    }
    for (const currency of ['DOLLARS-CAD', 'CAD'.repeat(4)]) {
      assertRefused(await canadian.push(permit({ currency })), 9030, { field: 'currency' });
    }
  });
});

test('an amount without a currency is in the client’s currency', async () => {
  const attributes = permit({ amount: '3.00' });
  assertStored(await american.push(attributes));
  assert.deepEqual(await money(attributes.plate), { amount_cents: 300, currency: 'USD' });
});

test('a permit without an amount has none', async () => {
  const attributes = permit();
  assertStored(await american.push(attributes));
  assert.equal((await money(attributes.plate)).amount_cents, null);
});

async function typeOf(caller, attributes) {
  const { permits } = await caller.checked({ plate: attributes.plate, at: '2024-06-01T12:00:00' });
  assert.equal(permits.length, 1);
  return permits[0].type;
}

test('permitType is read in any case and temporary means temp', async () => {
  for (const [sent, kept] of [
    ['standard', 'standard'],
    ['STANDARD', 'standard'],
    ['Temp', 'temp'],
    ['temporary', 'temp'],
    ['Temporary', 'temp'],
    ['Validator', 'validator'],
  ]) {
    for (const name of ['permitType', 'type', 'PERMITTYPE', 'Type']) {
      const attributes = permit({ [name]: sent });
      assertStored(await canadian.push(attributes));
      assert.equal(await typeOf(canadian, attributes), kept, `${name}: ${sent}`);
    }
  }
});

test('permitType wins over type', async () => {
  const attributes = permit({ type: 'standard', permitType: 'validator' });
  assertStored(await canadian.push(attributes), { warnings: true });
  assert.equal(await typeOf(canadian, attributes), 'validator');
});

test('a permit type that does not exist is 9033', async () => {
  await writesNothing(server, async () => {
    for (const type of ['permanent', 'standards', '1', 2, 'temp orary']) {
      assertRefused(await canadian.push(permit({ type })), 9033, { field: 'permitType' });
    }
  });
});

test('a push without a type gets the default type of its integration', async () => {
  const validators = await addCaller(server, 'CANADA', {
    integration: 'Shop validators',
    permitType: 'validator',
  });
  const attributes = permit();
  assertStored(await validators.push(attributes));
  assert.equal(await typeOf(validators, attributes), 'validator');
  const own = permit({ permitType: 'standard' });
  assertStored(await validators.push(own));
  assert.equal(await typeOf(validators, own), 'standard');
});

test('a changed default type holds within a second', async () => {
  const changing = await addCaller(server, 'CANADA', {
    integration: 'Changing',
    permitType: 'temp',
  });
  await command(server, 'integration', 'set', 'CANADA', 'Changing', '--permit-type', 'standard');
  await within(1_000, async () => {
    const attributes = permit();
    assertStored(await changing.push(attributes));
    assert.equal(await typeOf(changing, attributes), 'standard');
  });
});
