// pgbench with the one-row insert that a push makes, into Lotkeeper's own table with its indexes.
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeAtExit } from './processes.mjs';

// The texts are numbers of the lengths that pushes bring (a plate of 7, a ticket number of 11), so
// that no expression has to make them. Like the pushes' they come at random in the index on plates,
// and their ids in the order of time in the key.
const script = `
\\set i :i + 1
\\set high :began + :i
\\set low 1000000000000000 + :client_id * 1000000000 + random(0, 999999999)
\\set plate random(1000000, 9999999)
\\set ticket random(10000000000, 99999999999)
\\set zone random(1, :zones)
\\set start :epoch - 60000 - random(0, 21599) * 1000
\\set end :epoch + 7200000 + random(0, 43199) * 1000
\\set cents random(1000, 9999)
INSERT INTO permit (client_id, permit_id, integration_id, token_id, permit_type, plate, plate_norm, plate_shape, zone_name_id, permit_no, start_at, end_at, amount_cents, currency, version, created_at) VALUES (1, (:high::text || :low::text)::uuid, 1, 1, 2, :plate, :plate, :plate, :zone, :ticket, :start, :end, :cents, 'CAD', 1, :epoch) ON CONFLICT DO NOTHING;
`;

let file;
function scriptFile() {
  if (file === undefined) {
    file = join(tmpdir(), `lotkeeper-bench-${process.pid}.pgbench`);
    writeFileSync(file, script);
    removeAtExit(file);
  }
  return file;
}

/** Inserts with so many connections for so many seconds; `inserted` is how many were committed. */
export async function insertWithPgbench({ database, connections, seconds, threads, epoch, zones }) {
  const variables = { i: 0, began: Date.now() * 1000, epoch: epoch * 1000, zones };
  const processes = database.server.processes();
  const cpu = database.server.cpuSeconds();
  const text = await database.server.run(
    'pgbench',
    [
      ...['-n', '-M', 'prepared', '-c', connections, '-j', Math.min(threads, connections)],
      // Connecting takes some of its time, though none of what its rate is reckoned from.
      ...['-T', seconds + 1, '-f', scriptFile()],
      ...Object.entries(variables).flatMap(([name, value]) => ['-D', `${name}=${value}`]),
      database.url,
    ].map(String),
    seconds + 60,
  );
  await database.server.settle(processes);
  const number = (pattern) => Number(pattern.exec(text)?.[1] ?? NaN);
  const inserted = number(/^number of transactions actually processed: (\d+)/m);
  const run = {
    connections,
    inserted,
    perSecond: number(/^tps = ([\d.]+) \(without/m),
    errors: number(/^number of failed transactions: (\d+)/m),
    latency_ms: number(/^latency average = ([\d.]+) ms/m),
    databaseCpuMicroseconds: (1e6 * (database.server.cpuSeconds() - cpu)) / inserted,
  };
  if (!(run.perSecond > 0) || !(run.errors >= 0)) throw new Error(`pgbench gave no result:\n${text}`);
  return run;
}
