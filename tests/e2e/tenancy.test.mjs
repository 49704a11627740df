// The administration commands: clients, integrations and zones, with a server on the database and
// without one; what they say when something is wrong.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Caller, assertStored } from '../support/api.mjs';
import { assertRefused } from '../support/faults.mjs';
import { command, refusedCommand, run, scratch, within } from '../support/lotkeeper.mjs';
import { select } from '../support/rows.mjs';
import { databaseIn, postgresql, startServer } from '../support/server.mjs';

function permit(plate, changes = {}) {
  return { startTime: '2024-06-01T09:00:00', endTime: '2024-06-01T17:00:00', plate, ...changes };
}

describe('while a server runs on the database', () => {
  let server;
  before(async () => (server = await startServer()));
  after(() => server?.stop());

  test('a client set up on the command line can push within a second', async () => {
    await command(
      server,
      'client',
      'add',
      'NEW-1',
      '--name',
      'New one',
      '--time-zone',
      'America/Toronto',
    );
    await command(
      server,
      'integration',
      'add',
      'NEW-1',
      'Meters',
      '--allow',
      'permits.push,permits.check',
    );
    await command(server, 'zone', 'add', 'NEW-1', 'Lot 9', '--capacity', '40');
    const token = (await command(server, 'token', 'issue', 'NEW-1', 'Meters')).trim();
    const caller = new Caller(server, 'new_1', token);
    await within(1_000, async () =>
      assertStored(await caller.push(permit('A1', { zone: 'Lot 9' }))),
    );
  });

  test('a permission that is taken away is gone within a second, and back when given', async () => {
    await command(server, 'client', 'add', 'RIGHTS');
    await command(server, 'integration', 'add', 'RIGHTS', 'Meters', '--allow', 'all');
    const token = (await command(server, 'token', 'issue', 'RIGHTS', 'Meters')).trim();
    const caller = new Caller(server, 'RIGHTS', token);
    await within(1_000, async () => assert.equal((await caller.stats()).status, 200));

    await command(server, 'integration', 'set', 'RIGHTS', 'Meters', '--allow', 'permits.push');
    await within(1_000, async () => assertRefused(await caller.stats(), 9002));
    assertStored(await caller.push(permit('R1')));

    await command(server, 'integration', 'set', 'RIGHTS', 'Meters', '--allow', 'all');
    await within(1_000, async () => assert.equal((await caller.stats()).status, 200));
  });

  test('each permission opens its own endpoint and no other', async () => {
    const verbs = ['push', 'update', 'delete', 'stats', 'check'];
    await command(server, 'client', 'add', 'EACH');
    for (const allowed of verbs) {
      await command(server, 'integration', 'add', 'EACH', allowed, '--allow', `permits.${allowed}`);
      const token = (await command(server, 'token', 'issue', 'EACH', allowed)).trim();
      const caller = new Caller(server, 'EACH', token);
      await within(1_000, async () => {
        const reply = await caller.post(allowed);
        assert.notEqual(reply.json.ErrorCode, 9002, `${allowed}: ${reply.text}`);
      });
      for (const verb of verbs) {
        if (verb !== allowed) assertRefused(await caller.post(verb), 9002, { field: 'apiToken' });
      }
    }
  });

  test('lists show what was added, and no token', async () => {
    await command(
      server,
      'client',
      'add',
      'LISTED',
      '--name',
      'Town of Listed',
      '--currency',
      'USD',
    );
    await command(server, 'integration', 'add', 'LISTED', 'HotSpot', '--allow', 'permits.push');
    await command(server, 'integration', 'add', 'LISTED', 'Banner', '--allow', 'all');
    await command(server, 'zone', 'add', 'LISTED', 'Lot 7');
    await command(server, 'zone', 'alias', 'LISTED', 'P7', 'Lot 7');
    const token = (await command(server, 'token', 'issue', 'LISTED', 'HotSpot')).trim();

    const clients = await command(server, 'client', 'list');
    assert.match(clients, /LISTED/);
    assert.match(clients, /Town of Listed/);
    assert.match(clients, /USD/);
    assert.match(await command(server, 'integration', 'list'), /HotSpot/);
    const integrations = await command(server, 'integration', 'list', 'LISTED');
    assert.match(integrations, /HotSpot/);
    assert.match(integrations, /Banner/);
    assert.match(await command(server, 'zone', 'list', 'LISTED'), /Lot 7/);
    const tokens = await command(server, 'token', 'list', 'LISTED');
    assert.match(tokens, /HotSpot/);
    assert.ok(tokens.includes(token.slice(0, 4)), 'the first four characters');
    assert.ok(!tokens.includes(token.slice(0, 8)), 'and not many more');
  });

  test('client set changes only what it names', async () => {
    await command(
      server,
      'client',
      'add',
      'SETS',
      '--name',
      'Old',
      '--time-zone',
      'America/Toronto',
    );
    await command(server, 'client', 'set', 'SETS', '--name', 'New name');
    const line = (await command(server, 'client', 'list'))
      .split('\n')
      .find((text) => /SETS/.test(text));
    assert.match(line, /New name/);
    assert.match(line, /America\/Toronto/);
  });

  test('client set keeps the days after an appeal and the text on tickets, within bounds', async () => {
    await command(server, 'client', 'add', 'PRINTS');
    const settings = async () => {
      const [row] = await select(
        server.database,
        "SELECT appeal_days, ticket_text_en, ticket_text_fr FROM client WHERE code = 'PRINTS'",
      );
      return Object.values(row);
    };
    const set = (...args) => command(server, 'client', 'set', 'PRINTS', ...args);
    assert.deepEqual(await settings(), [15, '', '']);
    const english = 'Pay at <town.example>.\nAppeal within 15 days.';
    await set('--appeal-days', '0', '--ticket-text-en', english, '--ticket-text-fr', 'Payez à la mairie.');
    assert.deepEqual(await settings(), [0, english, 'Payez à la mairie.']);
    await set('--ticket-text-en', '');
    await set('--appeal-days', '3650');
    assert.deepEqual(await settings(), [3650, '', 'Payez à la mairie.']);
    await set('--ticket-text-en', 'x'.repeat(2000));

    const before = await settings();
    for (const args of [
      ['--appeal-days', '-1'], ['--appeal-days', '3651'], ['--appeal-days', 'soon'],
      ['--ticket-text-en', 'x'.repeat(2001)], ['--ticket-text-fr', 'a\u001bb'], ['--ticket-text-fr', 'a\u007fb'],
    ]) {
      await refusedCommand(server, 'client', 'set', 'PRINTS', ...args);
    }
    assert.deepEqual(await settings(), before);
  });

  test('two codes that differ in case or dash only are one client', async () => {
    await command(server, 'client', 'add', 'SAME-CODE');
    for (const code of ['SAME-CODE', 'same-code', 'SAME_CODE']) {
      assert.match(await refusedCommand(server, 'client', 'add', code), /SAME[-_]CODE/i);
    }
    await command(server, 'zone', 'add', 'same_code', 'Lot 1');
    assert.match(await command(server, 'zone', 'list', 'Same-Code'), /Lot 1/);
  });

  test('a refusal says what would be right and changes nothing', async () => {
    await command(server, 'client', 'add', 'FAULTS');
    await command(server, 'integration', 'add', 'FAULTS', 'Meters', '--allow', 'all');
    await command(server, 'zone', 'add', 'FAULTS', 'Lot 1');
    const counts = () =>
      select(
        server.database,
        `SELECT (SELECT count(*) FROM client), (SELECT count(*) FROM integration),
                (SELECT count(*) FROM integration_permission), (SELECT count(*) FROM token),
                (SELECT count(*) FROM zone), (SELECT count(*) FROM zone_name)`,
      );
    const before = await counts();
    const unhelpful = [];
    for (const [args, advice] of [
      [['integration', 'add', 'NOBODY', 'X', '--allow', 'all'], /client (add|list)/],
      [['zone', 'add', 'NOBODY', 'Lot 1'], /client (add|list)/],
      [['zone', 'list', 'NOBODY'], /client (add|list)/],
      [['client', 'set', 'NOBODY', '--name', 'N'], /client (add|list)/],
      [['token', 'issue', 'NOBODY', 'Meters'], /client (add|list)/],
      [['token', 'issue', 'FAULTS', 'Nothing'], /integration (add|list)/],
      [['integration', 'set', 'FAULTS', 'Nothing', '--allow', 'all'], /integration (add|list)/],
      [['integration', 'add', 'FAULTS', 'Y', '--allow', 'permits.pusch'], /permits\.push/],
      [
        ['integration', 'add', 'FAULTS', 'Y', '--permit-type', 'monthly'],
        /standard.*temp.*validator/s,
      ],
      [['integration', 'add', 'FAULTS', 'meters', '--allow', 'all'], /integration (set|list)/],
      [['zone', 'add', 'FAULTS', ' lot  1 '], /zone (list|rename)|already/],
      [['zone', 'alias', 'FAULTS', 'P1', 'Lot 2'], /zone (add|list)/],
      [['zone', 'rename', 'FAULTS', 'Lot 2', 'Lot 3'], /zone (add|list)/],
      [['token', 'revoke', '999999'], /token list/],
      [['client', 'add', 'BADTIME', '--time-zone', 'Mars/Olympus'], /America\/|Europe\/|IANA/],
      [['client', 'add', 'BADMONEY', '--currency', 'EUR'], /CAD.*USD|USD.*CAD/],
      [['client', 'add', ''], /code/i],
      [['client', 'add', 'a/b'], /code/i],
      [
        ['token', 'issue', 'FAULTS', 'Meters', '--expires', 'tomorrow'],
        /\d{4}-\d{2}-\d{2}|YYYY-MM-DD/,
      ],
      [['token', 'issue', 'FAULTS', 'Meters', '--expires', '2020-12-31'], /is past .* later day or time/],
      [['token', 'issue', 'FAULTS', 'Meters', '--expires', '2020-12-31T18:00:00Z'], /is past/],
    ]) {
      const said = await refusedCommand(server, ...args);
      if (!advice.test(said)) unhelpful.push({ command: args.join(' '), said, advice });
    }
    assert.deepEqual(unhelpful, []);
    assert.deepEqual(await counts(), before);
  });
});

describe('while no server runs', () => {
  const dataDir = scratch();
  const database = databaseIn(dataDir);

  test('a database is set up from nothing and a server started on it knows all of it', async () => {
    const offline = { database };
    await command(offline, 'client', 'add', 'OFFLINE', '--currency', 'USD');
    await command(offline, 'integration', 'add', 'OFFLINE', 'Meters', '--allow', 'all');
    await command(offline, 'zone', 'add', 'OFFLINE', 'Lot 1');
    const token = (await command(offline, 'token', 'issue', 'OFFLINE', 'Meters')).trim();
    assert.match(await command(offline, 'client', 'list'), /OFFLINE/);

    const server = await startServer({ dataDir });
    const caller = new Caller(server, 'OFFLINE', token);
    assertStored(await caller.push(permit('OFF1', { zone: 'Lot 1' })));
    await server.stop();

    await command(offline, 'zone', 'rename', 'OFFLINE', 'Lot 1', 'Lot A');
    assert.match(await command(offline, 'zone', 'list', 'OFFLINE'), /Lot A/);
    caller.server = await startServer({ dataDir });
    assert.deepEqual(await caller.counted(), {
      data: [{ type: 'temp', zone: 'Lot A', total: '1' }],
    });
    await caller.server.stop();
  });

  test('commands find a database left by a server that was killed', async () => {
    const killed = await startServer({ dataDir });
    await killed.kill();
    await command({ database }, 'client', 'add', 'AFTER-KILL');
    assert.match(await command({ database }, 'client', 'list'), /AFTER-KILL/);
  });

  test('LOTKEEPER_DATABASE names the database; without it lotkeeper.db is used if it exists', async () => {
    const elsewhere = scratch();
    const env = { LOTKEEPER_DATABASE: databaseIn(elsewhere) };
    assert.equal((await run(['client', 'add', 'BY-ENV'], { env, cwd: scratch() })).code, 0);
    const listed = await run(['client', 'list'], { cwd: elsewhere, env: postgresql ? env : {} });
    assert.equal(listed.code, 0, listed.stderr);
    assert.match(listed.stdout, /BY-ENV/);
  });

  test('a database that cannot be opened is named in a sentence', async () => {
    const missing = path.join(scratch(), 'no', 'such', 'folder', 'lotkeeper.db');
    const said = await refusedCommand({ database: `sqlite:${missing}` }, 'client', 'add', 'X');
    assert.ok(said.includes('no/such/folder'), said);
    assert.match(await refusedCommand({ database: 'mysql://x/y' }, 'client', 'list'), /sqlite:/);
  });
});

describe('help', () => {
  const commands = {
    serve: [
      '--config',
      '--listen',
      '--database',
      '--io-threads',
      '--group-size',
      '--queue-limit',
      '--body-limit',
      '--always-200',
      '--cors-origin',
      '--tls-certificate',
      '--tls-key',
      '--metrics-listen',
      '--metrics-token',
      '--rate-limit',
      '--log-level',
    ],
    demo: ['--listen', '--data'],
    'client add': ['--name', '--time-zone', '--currency', '--database'],
    'client set': ['--name', '--time-zone', '--currency', '--database'],
    'client list': ['--database'],
    'integration add': ['--allow', '--permit-type', '--database'],
    'integration set': ['--allow', '--permit-type', '--database'],
    'integration list': ['--database'],
    'token issue': ['--expires', '--database'],
    'token list': ['--database'],
    'token revoke': ['--database'],
    'zone add': ['--capacity', '--database'],
    'zone rename': ['--database'],
    'zone alias': ['--database'],
    'zone list': ['--database'],
    import: ['--client', '--integration', '--database', 'permits', 'rejected.csv'],
  };

  test('--help names every command', async () => {
    const { code, stdout } = await run(['--help']);
    assert.equal(code, 0);
    for (const name of ['serve', 'demo', 'client', 'integration', 'token', 'zone', 'import']) {
      assert.match(stdout, new RegExp(`\\b${name}\\b`));
    }
  });

  for (const [name, options] of Object.entries(commands)) {
    test(`${name} --help names its options and opens no database`, async () => {
      const { code, stdout, stderr } = await run([...name.split(' '), '--help'], { cwd: '/' });
      assert.equal(code, 0, stderr);
      for (const option of options) assert.ok(stdout.includes(option), `${option} in:\n${stdout}`);
    });
  }

  test('an unknown command or option and a missing argument point to the help', async () => {
    for (const args of [
      ['clientt'],
      ['client', 'remove', 'X'],
      ['client', 'add'],
      ['zone', 'alias', 'X'],
      ['serve', '--no-such-option'],
      ['demo', '--listen'],
    ]) {
      const { code, stderr, stdout } = await run(args, { cwd: scratch() });
      assert.ok(code > 0, `lotkeeper ${args.join(' ')}`);
      assert.match(stderr + stdout, /--help|Usage/i, `lotkeeper ${args.join(' ')}`);
    }
  });
});
