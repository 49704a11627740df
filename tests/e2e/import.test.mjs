// lotkeeper import permits: what goes in, what is present, what is rejected and how; with a server on
// the database and without one.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { addCaller, addClient } from '../support/api.mjs';
import {
  assertCounted,
  fileOf,
  folder,
  imported,
  k_end,
  k_start,
  k_uuid,
  permitsOf,
  rejectedOf,
  table,
} from '../support/import.mjs';
import { refusedCommand, scratch } from '../support/lotkeeper.mjs';
import { databaseIn, startServer } from '../support/server.mjs';

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

    test('rejected rows are kept unchanged and can be fixed, and the others are imported', async () => {
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
      assert.match(
        stderr,
        /^lotkeeper: The column "Note" is not an attribute of permits and was ignored\.$/m,
      );
      assert.equal(
        rejectedOf(file),
        table(
          'plate,startTime,endTime,zone,Note,reference_id,ErrorCode,Reason',
          `,${k_start},${k_end},"Lot 0, rear","say ""no""",,9006,"Send the plate as ""plate"" or ""LicencePlate""."`,
          `RJ3,${k_end},${k_start},Lot 0,,,9005,The end must be after the start. Send a later end time.`,
          `RJ4,${k_start},${k_end},Lot 0,x,,one too many,9003,` +
            'The row has 7 cells but the header has 6. Put quotes around a cell that contains the separator.',
          `RJ5,${k_start},${k_end},Lot 0,,not-a-uuid,9009,` +
            'This is not a permit reference. Send the reference_id that the push returned.',
          'RJ6,yesterday,,,,,9007,"Send the start time as YYYY-MM-DDTHH:MM:SS, a real date and time, such as ' +
            '""2018-07-02T09:30:00"". It does not begin with a date in the form YYYY-MM-DD. Send the end time as ""endTime"" or ""EndDateUtc""."',
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
      assert.match(
        rejectedOf(mended),
        /^plate,startTime,endTime,zone,Note,reference_id,ErrorCode,Reason\nRJ6,/,
      );
      assert.equal(rejectedOf(mended).split('\n').length, 3, 'one row, with one code and reason');
    });

    test('running it again doubles nothing, and an earlier rejected file is replaced', async () => {
      const file = fileOf(
        table(
          'plate,startTime,endTime',
          `TW1,${k_start},${k_end}`,
          `TW 1,${k_start},${k_end}`,
          'TW2,,',
        ),
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

    test("a vendor's references are kept, and clash with no other's", async () => {
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
      const changed =
        'A permit with this reference already exists with other values. Change it with permits/update.';
      assert.deepEqual(
        rejectedOf(clashes)
          .split('\n')
          .slice(1, -1)
          .map((line) => line.split(',').slice(-2)),
        [
          ['9022', changed],
          ['9022', changed],
          ['9022', changed],
          ['9022', `The same permit already exists under the reference ${k_uuid(1)}. Leave this one out.`],
          ['9022', changed],
        ],
      );

      const foreign = fileOf(table(header, `${one},${k_uuid(1)}`, `${one},`));
      await imported(target, foreign, [1, 0, 1], { integration: 'Other' });
      assert.match(
        rejectedOf(foreign),
        /,9022,Another integration already uses this reference\. Leave it out or send another\.\n/,
      );
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
          `XL2;${k_start};never;5.00;É;9005;"Send the end time as YYYY-MM-DDTHH:MM:SS, a real date and time, ` +
          'such as ""2018-07-02T09:30:00"". It does not begin with a date in the form YYYY-MM-DD."\n',
      );
      const tabs = fileOf(`plate\tstartTime\tendTime\r\nXL3\t${k_start}\t${k_end}\r\n\r\n`);
      await imported(target, tabs, [1, 0, 0]);
      const lines = fileOf(
        table('plate,startTime,endTime,"Remark"', `XL4,${k_start},${k_end},"two\nlines, one cell"`),
      );
      await imported(target, lines, [1, 0, 0]);
      const latin = fileOf(
        Buffer.from(
          table('plate,startTime,endTime,zone', `XL5,${k_start},${k_end},\xC9tage`),
          'latin1',
        ),
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
        [
          good.replace('plate', 'plates'),
          named,
          /"plate" or "LicencePlate".*"plates": did you mean "plate"\?/,
        ],
        [good.replace('endTime', 'until'), named, /"endTime" or "EndDateUtc"/],
        [good.replace('startTime', 'endTime'), named, /"endTime" twice/],
        [Buffer.from(good, 'utf16le'), named, /not CSV in UTF-8/],
        [Buffer.from(`\uFEFF${good}`, 'utf16le'), named, /not CSV in UTF-8/],
        [Buffer.from('pl\xE9te,startTime\n', 'latin1'), named, /UTF-8/],
        [good, [], /--integration.*integration list/],
        [good, ['--integration', 'Nobody'], /integration list/],
        [good, ['--integration', 'Other', '--client', 'NOBODY'], /client list/],
        [null, named, /cannot be read/],
      ]) {
        const file = content === null ? path.join(folder, 'none.csv') : fileOf(content);
        const client = options.includes('--client') ? [] : ['--client', target.client];
        const text = await refusedCommand(
          target.server,
          'import',
          'permits',
          file,
          ...client,
          ...options,
        );
        if (!said.test(text)) wrong.push({ content: String(content), options, text });
        assert.equal(rejectedOf(file), null);
      }
      assert.deepEqual(wrong, []);
      assert.deepEqual(await permitsOf(target), before);
    });

    test('a table that breaks off goes in up to there', async () => {
      const file = fileOf(
        `plate,startTime,endTime\nBR1,${k_start},${k_end}\nBR2,"${k_start},${k_end}\n`,
      );
      const said = await refusedCommand(
        target.server,
        ...['import', 'permits', file, '--client', target.client, '--integration', 'Pay stations'],
      );
      assert.match(said, /quote that is never closed.*\n.*imported 1, present 0, rejected 0/);
      const rows = (await permitsOf(target)).filter(({ plate }) => plate.startsWith('BR'));
      assert.equal(rows.length, 1);
    });

    test('misspelled columns get a hint, and unknown zones are counted', async () => {
      const file = fileOf(
        table(
          'plate,startTime,endTime,zone,permit_nr,',
          `HT1,${k_start},${k_end},Nowhere,7,`,
          `HT2,${k_start},${k_end},Nowhere,,`,
        ),
      );
      const stderr = await imported(target, file, [2, 0, 0]);
      assert.match(
        stderr,
        /"permit_nr" is not an attribute of permits and was ignored\. Did you mean "permitNo"\?/,
      );
      assert.match(stderr, /A column without a name was ignored/);
      assert.match(stderr, /lotkeeper: 2 rows: This client has no such zone/);
    });
  });
}
