// Pulls of many overdue violations: what they cost in memory, and what they leave to the pushes.
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manyViolations, noneUnfinished, sampleViolation } from './overdue.mjs';
import { pull } from './reader.mjs';

const slowly = 1_000_000;
const sampleEvery = 100;

/** Steps and their raw results; leaves `server` running on a database that was pulled from slowly. */
export async function measureCollections({ server, directory, load, progress, settings, fault }) {
  const { violations, slowSeconds } = settings;
  const unpulled = join(directory, 'unpulled.db');
  await progress.step(
    `${violations} overdue violations`,
    () => fill(server, directory, violations, unpulled),
    () => 'stored',
  );
  const fast = await progress.step(
    'pull in one call',
    () => pullAtOnce(server, violations, fault),
    (run) => `${run.records} in ${run.seconds.toFixed(1)} s, ${growth(run)}`,
  );

  await server.stop();
  for (const end of ['-wal', '-shm']) rmSync(`${server.file}${end}`, { force: true });
  copyFileSync(unpulled, server.file);
  rmSync(unpulled);
  await server.restart();

  const shown = (run) => `${Math.round(run.perSecond)}/s, WAL file ${megabytes(run.log)}`;
  await progress.step('warm-up', () => load.pushes(server, { seconds: Math.min(3, settings.seconds) }), (run) =>
    `${Math.round(run.perSecond)}/s`,
  );
  // Pushes slow down as their table grows, so they are compared with those before and after.
  const alone = (when) =>
    progress.step(
      `pushes ${when} a slow pull`,
      () => watchLog(server, () => load.pushes(server, { seconds: slowSeconds })),
      shown,
    );
  const before = await alone('before');
  const beside = await progress.step(
    'pushes beside a slow pull',
    () => pushesBesidePull(server, load, slowSeconds, fault),
    shown,
  );
  await server.stop();
  await noneUnfinished(server.file);
  await server.restart();
  return { pull: fast, before, beside, after: await alone('after') };
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const growth = (run) => `memory +${megabytes(run.highest - run.before)}`;

// One violation comes in as an operator would bring it, and the others are copies of its rows.
async function fill(server, directory, violations, unpulled) {
  const file = join(directory, 'violations.json');
  writeFileSync(file, sampleViolation());
  await server.importViolations(file);
  rmSync(file);
  await server.stop();
  await manyViolations(server.file, violations);
  copyFileSync(server.file, unpulled);
  await server.restart();
}

async function pullAtOnce(server, violations, fault) {
  server.forgetHighestMemory();
  const before = server.memory().resident;
  const run = await pull(server);
  if (!run.whole || run.records !== violations || run.count !== violations) {
    fault(
      `a pull of ${violations} violations brought ${run.records}, said ${run.count}, and` +
        ` ${run.whole ? 'ended' : 'broke off'}`,
    );
  }
  return { ...run, before, highest: server.memory().highest };
}

async function pushesBesidePull(server, load, seconds, fault) {
  const going = new AbortController();
  const pulling = pull(server, { bytesPerSecond: slowly, signal: going.signal });
  const run = await watchLog(server, () => load.pushes(server, { seconds }));
  going.abort();
  const read = await pulling;
  if (read.status !== undefined && read.status !== 200) fault(`the slow pull answered ${read.status}`);
  return { ...run, readBytes: read.bytes, begunAfter: read.begunAfter };
}

/** Adds to what `work` gives how large the log became meanwhile. */
async function watchLog(server, work) {
  let log = 0;
  const look = () => (log = Math.max(log, server.logSize()));
  const timer = setInterval(look, sampleEvery);
  try {
    const run = await work();
    look();
    return { ...run, log };
  } finally {
    clearInterval(timer);
  }
}
