// script/failover's own: rounds in which the PostgreSQL that leads fails while permits are pushed.
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Cluster, until } from './cluster.mjs';
import { timings } from './machine.mjs';
import { Processes } from './processes.mjs';
import { Pusher } from './pusher.mjs';

const takeoverLimit = 90_000;
const rejoinLimit = 120_000;

/** How the primary fails, and what heals it. */
const faults = [
  {
    name: 'killed',
    strike: (machine) => machine.crash(),
    heal: (machine) => machine.restart(),
  },
  {
    name: 'stopped',
    strike: (machine) => machine.freeze(),
    heal: (machine) => machine.thaw(),
  },
  {
    name: 'cut off',
    strike: (machine) => machine.cut({ clients: true }),
    heal: (machine) => machine.mend(),
  },
  {
    name: 'cut off from its peers',
    strike: (machine) => machine.cut({ clients: false }),
    heal: (machine) => machine.mend(),
  },
];

function refuse(why) {
  console.error(`script/failover: ${why}; see script/failover --help`);
  process.exit(2);
}

function readOptions() {
  const known = {
    lotkeeper: { type: 'string' },
    memory: { type: 'string' },
    uid: { type: 'string' },
    gid: { type: 'string' },
    rounds: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '4' },
    rate: { type: 'string', default: '300' },
    callers: { type: 'string', default: '32' },
    fault: { type: 'string' },
    keep: { type: 'boolean', default: false },
  };
  try {
    return parseArgs({ options: known }).values;
  } catch (error) {
    return refuse(error.message.split('. ')[0]);
  }
}
const options = readOptions();

function wholeNumber(name, most) {
  const number = Number(options[name]);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  return refuse(`--${name} takes a whole number from 1 to ${most}`);
}
const rounds = wholeNumber('rounds', 10_000);
const seconds = wholeNumber('seconds', 3_600);
const rate = wholeNumber('rate', 100_000);
const callers = wholeNumber('callers', 1_000);
const chosen = options.fault ? faults.filter(({ name }) => name === options.fault) : faults;
if (chosen.length === 0) {
  refuse(`--fault takes one of ${faults.map(({ name }) => `"${name}"`).join(', ')}`);
}

const began = Date.now();
const say = (text) => {
  const passed = Math.round((Date.now() - began) / 1000);
  console.log(`${String(passed).padStart(5)} s  ${text}`);
};
const inSeconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

/** What is stored, against what was acknowledged before. */
async function compare(cluster, pusher) {
  const acknowledged = [...pusher.acknowledged];
  const answer = await cluster.psql('lotkeeper', ['SELECT permit_no, permit_id FROM permit']);
  const stored = new Map();
  let doubled = 0;
  for (const line of answer.split('\n').filter(Boolean)) {
    const [ticket, reference] = line.split('\t');
    if (stored.has(ticket)) doubled += 1;
    stored.set(ticket, [...(stored.get(ticket) ?? []), reference]);
  }
  let lost = 0;
  for (const [ticket, reference] of acknowledged) {
    if (!stored.get(ticket)?.includes(reference)) lost += 1;
  }
  const counted = await cluster.psql('lotkeeper', [
    'SELECT coalesce(sum(total), 0) - (SELECT count(*) FROM permit) FROM permit_count',
  ]);
  return { stored: stored.size, lost, doubled, miscounted: Number(counted) };
}

async function runRound(number, cluster, pusher) {
  const fault = chosen[(number - 1) % chosen.length];
  const primary = await cluster.complete(rejoinLimit);
  await pause(seconds * 1000);
  const before = pusher.acknowledged.size;

  const struck = Date.now();
  fault.strike(primary);
  const next = await until('a standby takes over', takeoverLimit, () => cluster.leader(primary));
  const takeover = Date.now() - struck;
  const atTakeover = pusher.acknowledged.size;
  await until('permits are acknowledged again', takeoverLimit, () => {
    return pusher.acknowledged.size > atTakeover + rate;
  });
  await pause(seconds * 1000);

  const healed = Date.now();
  await fault.heal(primary);
  await cluster.complete(rejoinLimit);
  const rejoin = Date.now() - healed;

  const { lost, doubled } = await compare(cluster, pusher);
  const { failures, longestStall, slowestAnswer } = pusher.take();
  const failed = [...failures].map(([code, count]) => `${count} × ${code}`).join(', ') || 'none';
  say(
    `round ${number} of ${rounds}: ${primary.name} ${fault.name}, ${next.name} leads after ` +
      `${inSeconds(takeover)}, stall ${inSeconds(longestStall)}, back after ${inSeconds(rejoin)}; ` +
      `${pusher.acknowledged.size - before} acknowledged, failed: ${failed}; ` +
      `so far ${lost} lost, ${doubled} doubled`,
  );
  return { fault: fault.name, takeover, rejoin, longestStall, slowestAnswer, failures };
}

function printTable(results, pusher, { stored, lost, doubled, miscounted }) {
  const failures = new Map();
  for (const result of results) {
    for (const [code, count] of result.failures) failures.set(code, (failures.get(code) ?? 0) + count);
  }
  const most = (list, field) => Math.max(...list.map((result) => result[field]));
  console.log('\nthe primary was          rounds  new primary after  longest stall  slowest answer');
  for (const { name } of chosen) {
    const own = results.filter(({ fault }) => fault === name);
    if (own.length === 0) continue;
    const cells = ['takeover', 'longestStall', 'slowestAnswer'].map((field) => most(own, field));
    const [takeover, stall, answer] = cells.map(inSeconds);
    console.log(
      `${name.padEnd(25)}${String(own.length).padStart(6)}${takeover.padStart(19)}` +
        `${stall.padStart(15)}${answer.padStart(16)}`,
    );
  }
  const rows = [
    ['sent', pusher.sent],
    ['acknowledged', pusher.acknowledged.size],
    ['failed requests', pusher.sent - pusher.acknowledged.size],
    ...[...failures].sort().map(([code, count]) => [`  of these ${code}`, count]),
    ['stored', stored],
    ['lost', lost],
    ['doubled', doubled],
    ['counters differ by', miscounted],
    ['longest stall', inSeconds(most(results, 'longestStall'))],
  ];
  console.log();
  for (const [name, value] of rows) console.log(`${name.padEnd(25)}${String(value).padStart(10)}`);
}

const folder = mkdtempSync(path.join(options.memory, 'lotkeeper-failover-'));
const owner = options.uid && { uid: Number(options.uid), gid: Number(options.gid) };
const cluster = new Cluster(new Processes(folder, owner || undefined), say);
let keep = options.keep;
let status = 1;
const end = async () => {
  await cluster.close();
  if (keep) console.log(`logs and configuration are kept in ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => end().then(() => process.exit(130)));
}

try {
  await cluster.start(path.resolve(options.lotkeeper));
  const timing = Object.entries(timings).map(([name, value]) => `${name.toLowerCase()} ${value} s`);
  say(`Patroni works with ${timing.join(', ')}; ${rate} pushes a second are sent`);
  const pusher = new Pusher({ port: cluster.port, token: cluster.token, callers, rate });
  pusher.start();
  const results = [];
  for (let number = 1; number <= rounds; ++number) {
    results.push(await runRound(number, cluster, pusher));
  }
  await pusher.stop();
  const found = await compare(cluster, pusher);
  printTable(results, pusher, found);
  const ends = await cluster.stopReplicas();
  for (const how of ends) if (how !== 'status 0') console.error(`a Lotkeeper server ended: ${how}`);
  const good = ends.every((how) => how === 'status 0');
  status = good && found.lost === 0 && found.doubled === 0 && found.miscounted === 0 ? 0 : 1;
} catch (error) {
  keep = true;
  console.error(`script/failover: ${error.message}`);
} finally {
  await end();
}
process.exit(status);
