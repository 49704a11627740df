// lotkeeper import permits: what goes in, what is present, what is rejected and how; with a server on
// the database and without one; killed in the middle and run again.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { addCaller, addClient, assertStored, Caller, issueToken } from '../support/api.mjs';
import { assertRefused } from '../support/faults.mjs';
import { command, refusedCommand, run, scratch } from '../support/lotkeeper.mjs';
import { select } from '../support/rows.mjs';
import { binary, cleanEnvironment, databaseIn, startServer } from '../support/server.mjs';

const k_start = '2024-06-01T09:00:00';
const k_end = '2024-06-01T17:00:00';
const k_uuid = (n) => `0b3c4d5e-0000-4000-8000-${String(n).padStart(12, '0')}`;

const folder = scratch('lotkeeper-import');
let files = 0;

// A file with this content.
function fileOf(content) {
  files += 1;
  const file = path.join(folder, `permits ${files}.csv`);
  writeFileSync(file, content);
  return file;
}

function table(...rows) {
  return rows.map((row) => `${row}\n`).join('');
}

const rejectedOf = (file) =>
  existsSync(`${file}.rejected.csv`) ? readFileSync(`${file}.rejected.csv`, 'utf8') : null;

// Imports a file and checks its summary and exit code; gives what went to stderr.
async function imported(target, file, expected, { integration = 'Pay stations', client } = {}) {
  const result = await run(
    [
      ...['import', 'permits', file, '--client', client ?? target.client],
      ...['--integration', integration, '--database', target.server.database],
    ],
    { timeout: 120_000 },
  );
  const [count, present, rejected] = expected;
  const see = rejected ? ` (see ${file}.rejected.csv)` : '';
  assert.equal(
    result.stdout,
    `imported ${count}, present ${present}, rejected ${rejected}${see}\n`,
    result.stderr,
  );
  assert.equal(result.code, rejected ? 1 : 0);
  if (!rejected) assert.equal(rejectedOf(file), null);
  return result.stderr;
}

// Every permit of a client as it is stored.
function permitsOf({ server, client }) {
  return select(
    server.database,
    `SELECT permit.plate, lower(hex(permit.permit_id)) AS reference, permit.permit_no, permit.start_at,
            permit.end_at, permit.amount_cents, permit.currency, permit.permit_type, zone_name.name AS zone
     FROM permit JOIN client USING (client_id)
     LEFT JOIN zone_name ON zone_name.client_id = permit.client_id
       AND zone_name.zone_name_id = permit.zone_name_id
     WHERE client.code = '${client}' ORDER BY permit.plate, permit.permit_no`,
  );
}

// The counters of the whole database and a recount.
async function assertCounted(database) {
  const counted = `SELECT client_id, zone_name_id, permit_type, sum(total) AS total FROM permit_count
    GROUP BY 1, 2, 3 HAVING sum(total) <> 0 ORDER BY 1, 2, 3`;
  const recount = `SELECT client_id, zone_name_id, permit_type, count(*) AS total FROM permit
    WHERE deleted_at IS NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`;
  assert.deepEqual(await select(database, counted), await select(database, recount));
}

function many(file, count, from = 0) {
  return new Promise((resolve, reject) => {
    const out = createWriteStream(file);
    out.on('finish', resolve).on('error', reject);
    out.write('plate,startTime,endTime,zone,permitNo\n');
    for (let n = from; n < from + count; n += 1) {
      out.write(`P${n}X,${k_start},${k_end},Lot ${n % 3},N${n}\n`);
    }
    out.end();
  });
}

for (const withServer of [true, false]) {
  describe(withServer ? 'while a server runs' : 'while no server runs', () => {
    let target;
    before(async () => {
      const dataDir = scratch();
      const server = await startServer({ dataDir });
      target = await addClient(server, 'IMPORTS', {
        zones: ['Lot 0', 'Lot 1'],
        timeZone: 'America/Toronto',
        currency: 'USD',
      });
      await addCaller(server, 'IMPORTS', { integration: 'Other' });
      if (!withServer) {
        await server.stop();
        target.server = { database: databaseIn(dataDir) };
      }
    });
    after(() => withServer && target.server.stop());

    test('every attribute of a push goes in under any of its names', async () => {
      const names = fileOf(
        table(
          'LicencePlate,StartDateUtc,EndDateUtc,ParkingZoneName,TicketNumber,Amount,CurrencyID,type',
          `ALL 1,${k_start},${k_end},lot  1,T-1,14.50,cad,validator`,
          `ALL 2,${k_start},${k_end},,,,,`,
        ),
      );
      await imported(target, names, [2, 0, 0]);
      const local = fileOf(
        table('PLATE,starttime,EndTime,Amount', `ALL 3,${k_start},${k_end}Z,0.50`),
      );
      await imported(target, local, [1, 0, 0]);
      const utc = (text) => Date.parse(`${text}Z`);
      const rows = (await permitsOf(target)).filter(({ plate }) => plate.startsWith('ALL'));
      assert.deepEqual(
        rows.map(({ reference, ...rest }) => rest),
        [
          {
            plate: 'ALL 1',
            permit_no: 'T-1',
            start_at: utc(k_start),
            end_at: utc(k_end),
            amount_cents: 1450,
            currency: 'CAD',
            permit_type: 3,
            zone: 'Lot 1',
          },
          {
            plate: 'ALL 2',
            permit_no: '',
            start_at: utc(k_start),
            end_at: utc(k_end),
            amount_cents: null,
            currency: null,
            permit_type: 2,
            zone: null,
          },
          {
            plate: 'ALL 3',
            permit_no: '',
            start_at: utc('2024-06-01T13:00:00'),
            end_at: utc(k_end),
            amount_cents: 50,
            currency: 'USD',
            permit_type: 2,
            zone: null,
          },
        ],
      );
    });

    test('what is rejected is kept to the letter, can be mended, and the rest goes in', async () => {
      const file = fileOf(
        table(
          'plate,startTime,endTime,zone,Note,reference_id',
          `RJ1,${k_start},${k_end},Lot 0,fine,`,
          `,${k_start},${k_end},"Lot 0, rear","say ""no""",`,
          `RJ3,${k_end},${k_start},Lot 0,,`,
          `RJ4,${k_start},${k_end},Lot 0,x,,one too many`,
          `RJ5,${k_start},${k_end},Lot 0,,not-a-uuid`,
          `RJ6,yesterday`,
          ',,,,,',
          `RJ7,${k_start},${k_end}`,
        ),
      );
      const stderr = await imported(target, file, [2, 0, 5]);
      assert.match(stderr, /^lotkeeper: The column "Note" is no attribute of permits and was ignored\.$/m);
      assert.equal(
        rejectedOf(file),
        table(
          'plate,startTime,endTime,zone,Note,reference_id,ErrorCode,Reason',
          `,${k_start},${k_end},"Lot 0, rear","say ""no""",,9006,"Send the plate as ""plate"" or ""LicencePlate""."`,
          `RJ3,${k_end},${k_start},Lot 0,,,9005,The end is not after the start; send a later end time.`,
          `RJ4,${k_start},${k_end},Lot 0,x,,one too many,9003,` +
            'The row has 7 cells and the header 6; put a cell that has the separator in it between quotes.',
          `RJ5,${k_start},${k_end},Lot 0,,not-a-uuid,9009,` +
            'This is no reference of a permit; send the reference_id that its push was answered with.',
          'RJ6,yesterday,,,,,9007,"Send the start time as YYYY-MM-DDTHH:MM:SS, a date and time that exist, such as ' +
            '""2018-07-02T09:30:00"". Send the end time as ""endTime"" or ""EndDateUtc""."',
        ),
      );

      const mended = fileOf(
        rejectedOf(file)
          .replace(/^,/m, 'RJ2,')
          .replace(`RJ3,${k_end},${k_start}`, `RJ3,${k_start},${k_end}`)
          .replace(',one too many', '')
          .replace('not-a-uuid', ''),
      );
      const again = await imported(target, mended, [4, 0, 1]);
      assert.doesNotMatch(again, /ErrorCode|Reason/);
      assert.match(rejectedOf(mended), /^plate,startTime,endTime,zone,Note,reference_id,ErrorCode,Reason\nRJ6,/);
      assert.equal(rejectedOf(mended).split('\n').length, 3, 'one row, with one code and reason');
    });

    test('running it again doubles nothing, and an earlier rejected file is replaced', async () => {
      const file = fileOf(
        table('plate,startTime,endTime', `TW1,${k_start},${k_end}`, `TW 1,${k_start},${k_end}`, 'TW2,,'),
      );
      await imported(target, file, [1, 1, 1]);
      const first = rejectedOf(file);
      await imported(target, file, [0, 2, 1]);
      assert.equal(rejectedOf(file), first);
      writeFileSync(file, table('plate,startTime,endTime', `TW1,${k_start},${k_end}`));
      await imported(target, file, [0, 1, 0]);
      const rows = (await permitsOf(target)).filter(({ plate }) => plate.startsWith('TW'));
      assert.equal(rows.length, 1);
      await assertCounted(target.server.database);
    });

    test("a vendor's references live on, and clash with nobody's", async () => {
      const header = 'plate,startTime,endTime,zone,amount,referenceID';
      const one = `REF1,${k_start},${k_end},Lot 0,5.00`;
      const file = fileOf(table(header, `${one},${k_uuid(1).toUpperCase()}`));
      await imported(target, file, [1, 0, 0]);
      await imported(target, file, [0, 1, 0]);
      const [row] = (await permitsOf(target)).filter(({ plate }) => plate === 'REF1');
      assert.equal(row.reference, k_uuid(1).replaceAll('-', ''));

      const clashes = fileOf(
        table(
          header,
          `REF2,${k_start},${k_end},Lot 0,5.00,${k_uuid(1)}`,
          `${one.replace('Lot 0', 'Lot 1')},${k_uuid(1)}`,
          `${one.replace('5.00', '6.00')},${k_uuid(1)}`,
          `${one},${k_uuid(2)}`,
          `REF3,${k_start},${k_end},,,${k_uuid(3)}`,
          `REF4,${k_start},${k_end},,,${k_uuid(3)}`,
          `REF3,${k_start},${k_end},,,${k_uuid(3)}`,
        ),
      );
      await imported(target, clashes, [1, 1, 5]);
      const changed = 'A permit with this reference stands with other values; change it with permits/update.';
      assert.deepEqual(
        rejectedOf(clashes)
          .split('\n')
          .slice(1, -1)
          .map((line) => line.split(',').slice(-2)),
        [
          ['9022', changed],
          ['9022', changed],
          ['9022', changed],
          ['9022', `The same permit stands under the reference ${k_uuid(1)}; leave this one out.`],
          ['9022', changed],
        ],
      );

      const foreign = fileOf(table(header, `${one},${k_uuid(1)}`, `${one},`));
      await imported(target, foreign, [1, 0, 1], { integration: 'Other' });
      assert.match(rejectedOf(foreign), /,9022,Another integration has this reference; leave it out or send another\.\n/);
      await assertCounted(target.server.database);
    });

    test('files as spreadsheets write them are read', async () => {
      const mark = '\uFEFF';
      const excel = fileOf(
        `${mark}plate;startTime;endTime;Amount;zone\r\n` +
          `XL1;${k_start};${k_end};5.00;"Lot ""0"""\r\nXL2;${k_start};never;5.00;É\r\n`,
      );
      await imported(target, excel, [1, 0, 1]);
      assert.equal(
        rejectedOf(excel),
        `${mark}plate;startTime;endTime;Amount;zone;ErrorCode;Reason\n` +
          `XL2;${k_start};never;5.00;É;9005;"Send the end time as YYYY-MM-DDTHH:MM:SS, a date and time that ` +
          'exist, such as ""2018-07-02T09:30:00""."\n',
      );
      const tabs = fileOf(`plate\tstartTime\tendTime\r\nXL3\t${k_start}\t${k_end}\r\n\r\n`);
      await imported(target, tabs, [1, 0, 0]);
      const lines = fileOf(
        table('plate,startTime,endTime,"Remark"', `XL4,${k_start},${k_end},"two\nlines, one cell"`),
      );
      await imported(target, lines, [1, 0, 0]);
      const latin = fileOf(
        Buffer.from(table('plate,startTime,endTime,zone', `XL5,${k_start},${k_end},\xC9tage`), 'latin1'),
      );
      await imported(target, latin, [0, 0, 1]);
      assert.deepEqual(
        readFileSync(`${latin}.rejected.csv`),
        Buffer.from(
          table(
            'plate,startTime,endTime,zone,ErrorCode,Reason',
            `XL5,${k_start},${k_end},\xC9tage,9003,The row is not valid UTF-8; save the file as CSV in UTF-8.`,
          ),
          'latin1',
        ),
      );
    });

    test('what cannot be imported at all is refused before anything is written', async () => {
      const before = await permitsOf(target);
      const good = table('plate,startTime,endTime', `NO1,${k_start},${k_end}`);
      const named = ['--integration', 'Pay stations'];
      const wrong = [];
      for (const [content, options, said] of [
        ['', named, /empty.*header/],
        ['\r\n\n', named, /empty.*header/],
        [good.replace('plate', 'plates'), named, /"plate" or "LicencePlate".*"plates": did you mean "plate"\?/],
        [good.replace('endTime', 'until'), named, /"endTime" or "EndDateUtc"/],
        [good.replace('startTime', 'endTime'), named, /"endTime" twice/],
        [Buffer.from(good, 'utf16le'), named, /no CSV in UTF-8/],
        [Buffer.from(`\uFEFF${good}`, 'utf16le'), named, /no CSV in UTF-8/],
        [Buffer.from('pl\xE9te,startTime\n', 'latin1'), named, /UTF-8/],
        [good, [], /--integration.*integration list/],
        [good, ['--integration', 'Nobody'], /integration list/],
        [good, ['--integration', 'Other', '--client', 'NOBODY'], /client list/],
        [null, named, /cannot be read/],
      ]) {
        const file = content === null ? path.join(folder, 'none.csv') : fileOf(content);
        const client = options.includes('--client') ? [] : ['--client', target.client];
        const text = await refusedCommand(target.server, 'import', 'permits', file, ...client, ...options);
        if (!said.test(text)) wrong.push({ content: String(content), options, text });
        assert.equal(rejectedOf(file), null);
      }
      assert.deepEqual(wrong, []);
      assert.deepEqual(await permitsOf(target), before);
    });

    test('a table that breaks off goes in up to there', async () => {
      const file = fileOf(`plate,startTime,endTime\nBR1,${k_start},${k_end}\nBR2,"${k_start},${k_end}\n`);
      const said = await refusedCommand(
        target.server,
        ...['import', 'permits', file, '--client', target.client, '--integration', 'Pay stations'],
      );
      assert.match(said, /quote that is never closed.*\n.*imported 1, present 0, rejected 0/);
      const rows = (await permitsOf(target)).filter(({ plate }) => plate.startsWith('BR'));
      assert.equal(rows.length, 1);
    });

    test('columns that are nearly an attribute are hinted at, and zones that are none counted', async () => {
      const file = fileOf(
        table('plate,startTime,endTime,zone,permit_nr,', `HT1,${k_start},${k_end},Nowhere,7,`, `HT2,${k_start},${k_end},Nowhere,,`),
      );
      const stderr = await imported(target, file, [2, 0, 0]);
      assert.match(stderr, /"permit_nr" is no attribute of permits and was ignored\. Did you mean "permitNo"\?/);
      assert.match(stderr, /A column without a name was ignored/);
      assert.match(stderr, /lotkeeper: 2 rows: The zone matches no zone/);
    });
  });
}

describe('beside the API', () => {
  let server;
  before(async () => (server = await startServer()));
  after(() => server?.stop());

  test('an imported reference is updated and deleted over HTTP, and stats count it', async () => {
    const caller = await addClient(server, 'LIVE', { zones: ['Lot 1'] });
    const file = fileOf(
      table(
        'plate,startTime,endTime,zone,reference_id',
        `LV1,${k_start},${k_end},Lot 1,${k_uuid(11)}`,
        `LV2,${k_start},${k_end},Lot 1,${k_uuid(12)}`,
        `LV3,${k_start},${k_end},Lot 1,`,
      ),
    );
    await imported(caller, file, [3, 0, 0]);
    const total = async () => (await caller.counted()).data[0].total;
    assert.equal(await total(), '3');
    const updated = await caller.update({ referenceid: k_uuid(11), endTime: '2024-06-01T18:00:00' });
    assert.equal(updated.json.reference_id, k_uuid(11), updated.text);
    assert.equal((await caller.delete({ referenceid: k_uuid(12) })).status, 200);
    assert.equal(await total(), '2');

    const pushed = await caller.push({ plate: 'lv-3', startTime: k_start, endTime: k_end, zone: 'lot 1' });
    assertRefused(pushed, 9022);
    await imported(caller, file, [0, 1, 2]);
    assert.match(rejectedOf(file), /LV1,.*,9022,A permit with this reference stands with other values/);
    assert.match(rejectedOf(file), /LV2,.*,9022,The permit with this reference was deleted/);
    assert.equal(await total(), '2');
  });

  test('what was pushed before counts as present', async () => {
    const caller = await addClient(server, 'BEFORE', { zones: ['Lot 1'] });
    assertStored(await caller.push({ plate: 'BF1', startTime: k_start, endTime: k_end, zone: 'Lot 1' }));
    const file = fileOf(table('plate,startTime,endTime,zone', `bf 1,${k_start},${k_end},LOT 1`));
    await imported(caller, file, [0, 1, 0]);
  });

  test('where the rejected rows cannot be kept, nothing is begun', async () => {
    const caller = await addClient(server, 'READONLY');
    const file = fileOf(table('plate,startTime,endTime', `RO1,${k_start},${k_end}`));
    mkdirSync(`${file}.rejected.csv`);
    const said = await refusedCommand(
      server,
      ...['import', 'permits', file, '--client', 'READONLY', '--integration', 'Pay stations'],
    );
    assert.match(said, /rejected\.csv cannot be written: Is a directory/);
    assert.deepEqual(await permitsOf(caller), []);
  });

  test('other commands and pushes go on while 100,000 rows come in, in bounded memory', async () => {
    const caller = await addClient(server, 'LARGE', { zones: ['Lot 0'] });
    const file = path.join(folder, 'large.csv');
    await many(file, 100_000);
    const importing = spawn(
      binary,
      [
        ...['import', 'permits', file, '--client', 'LARGE'],
        ...['--integration', 'Pay stations', '--database', server.database],
      ],
      { env: cleanEnvironment() },
    );
    let stdout = '';
    let stderr = '';
    importing.stdout.on('data', (text) => (stdout += text));
    importing.stderr.on('data', (text) => (stderr += text));
    const ended = new Promise((resolve) => importing.on('close', resolve));
    const memory = (pid, name) => {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) / 1000;
    };
    let most = 0;
    let pushes = 0;
    while (importing.exitCode === null) {
      assertStored(await caller.push({ plate: `LP${pushes}`, startTime: k_start, endTime: k_end }));
      pushes += 1;
      if (pushes % 5 === 1) await command(server, 'zone', 'list', 'LARGE');
      if (importing.exitCode === null) most = Math.max(most, memory(importing.pid, 'VmHWM'));
    }
    assert.equal(await ended, 0, stderr);
    assert.equal(stdout, 'imported 100000, present 0, rejected 0\n');
    assert.ok(pushes > 1, 'pushes went on');
    assert.ok(most > 1 && most < 40, `the importer took ${most} MB`);
    assert.ok(memory(server.process.pid, 'VmHWM') < 150, 'the server keeps its bounds');
    const total = (await caller.counted()).data.find(({ zone }) => zone === 'Lot 0').total;
    assert.equal(total, '33334');
    await assertCounted(server.database);
  });
});

test('killed in the middle and run again, nothing is doubled and nothing lost', async () => {
  const dataDir = scratch();
  const server = await startServer({ dataDir });
  const caller = await addClient(server, 'KILLED', { zones: ['Lot 0', 'Lot 1', 'Lot 2'] });
  const file = path.join(folder, 'killed.csv');
  const count = 30_000;
  await many(file, count);
  const args = [
    ...['import', 'permits', file, '--client', 'KILLED'],
    ...['--integration', 'Pay stations', '--database', server.database],
  ];
  const stored = async () =>
    (await select(server.database, 'SELECT count(*) AS n FROM permit'))[0].n;
  // Kills `victim` as soon as rows are in.
  const killInTheMiddle = async (victim, importing) => {
    const ended = new Promise((resolve) => importing.on('close', resolve));
    const before = await stored();
    while (importing.exitCode === null && (await stored()) < before + 1_000) await pause(5);
    victim.kill('SIGKILL');
    await ended;
  };
  const start = () => spawn(binary, args, { env: cleanEnvironment(), stdio: 'ignore' });

  let importing = start();
  await killInTheMiddle(importing, importing);
  const first = await stored();
  assert.ok(first >= 1_000 && first < count, `${first} rows were in`);
  assert.equal((await caller.counted()).data.length, 3, 'the server goes on');

  importing = start();
  await killInTheMiddle(server.process, importing);
  assert.notEqual(importing.exitCode, 0, 'the importer says that the server went away');
  await server.ended;

  importing = start();
  await killInTheMiddle(importing, importing);
  const third = await stored();
  assert.ok(third >= first && third < count, `${third} rows were in`);

  const offline = { client: 'KILLED', server: { database: databaseIn(dataDir) } };
  await imported(offline, file, [count - (await stored()), await stored(), 0]);
  const [{ n, different }] = await select(
    server.database,
    'SELECT count(*) AS n, count(DISTINCT plate_norm) AS different FROM permit',
  );
  assert.deepEqual([n, different], [count, count]);
  await assertCounted(server.database);
  const again = await startServer({ dataDir });
  const token = await issueToken(again, 'KILLED', 'Pay stations');
  const { data } = await new Caller(again, 'KILLED', token).counted();
  assert.deepEqual(data.map(({ total }) => total), ['10000', '10000', '10000']);
  await again.stop();
});
