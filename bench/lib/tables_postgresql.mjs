// The text below the figures of a run on PostgreSQL.
import { median } from './figures.mjs';
import { best } from './figures_postgresql.mjs';
import { machineLines, probes, table, unsteadyDisk } from './tables.mjs';

const of = (rounds, kind) => rounds.map((round) => round[kind]);

function rateTable({ raw, settings }) {
  const wide = (kind, at) => raw.pushes.map((round) => round[kind][at]);
  const widths = raw.pushes[0].pushes.map((run) => run.connections);
  const { connections } = settings;
  const runs = {
    ...Object.fromEntries(
      widths.flatMap((width, at) => [
        [`inserts by pgbench, ${width} connections`, wide('pgbench', at)],
        [`pushes, ${width} connections`, wide('pushes', at)],
      ]),
    ),
    [`pushes to Fastify, ${connections} connections`]: of(raw.pushes, 'peer'),
    'pushes to one server, two generators': of(raw.replicas, 'one'),
    'pushes to two replicas': of(raw.replicas, 'two'),
    checks: of(raw.checks, 'checks'),
    'checks by Fastify': of(raw.checks, 'peer'),
  };
  const time = (list, name) =>
    list[0][name] === undefined ? '' : `${median(list.map((run) => run[name])).toFixed(1)} µs`;
  return table(
    ['closed loop', 'requests/s', "service's processor time each", "PostgreSQL's", 'all runs'],
    Object.entries(runs).map(([name, list]) => [
      name,
      Math.round(median(list.map((run) => run.perSecond))).toLocaleString('en'),
      time(list, 'serverCpuMicroseconds'),
      time(list, 'databaseCpuMicroseconds'),
      list.map((run) => Math.round(run.perSecond)).join(' '),
    ]),
  );
}

function dayLine({ day }) {
  const number = (value) => value.toLocaleString('en');
  return (
    `- the day: ${number(day.rights)} rights, ${number(day.stops)} stops, ${number(day.checks)} checks;` +
    ` p50 ${day.p50_ms.toFixed(2)} ms, p99 ${day.p99_ms.toFixed(2)} ms, most ${day.max_ms.toFixed(0)} ms`
  );
}

const shortly = (runs) => [...new Set(runs.map((run) => run.connections))].join(', ');

function machineList({ machine, settings, raw, date }) {
  const { version, settings: values } = raw.postgresql;
  const peers = raw.peers
    .map((run) => `${Math.round(run.perSecond).toLocaleString('en')}/s with ${run.workers}`)
    .join(', ');
  return [
    ...machineLines(machine),
    `- compiler: ${machine.compiler}`,
    `- PostgreSQL ${version}, default settings: ${values.join(', ')}; reached through its Unix socket`,
    '- fdatasync after appending 64 KiB, p50 of each probe in ms:',
    `  - before each round of pushes: ${probes(of(raw.pushes, 'fsync'))}`,
    `  - before each round with replicas: ${probes(of(raw.replicas, 'fsync'))}`,
    `  - before the day: ${probes([raw.fsyncBeforeDay])}`,
    `- one push at a time, on one connection: p50 ${(raw.alone.p50_us / 1000).toFixed(3)} ms`,
    `- best were pgbench with ${shortly(raw.pushes.map((round) => best(round.pgbench)))} connections and` +
      ` pushes with ${shortly(raw.pushes.map((round) => best(round.pushes)))}`,
    `- Fastify on Node ${process.version}: ${peers} processes before the rounds; measured with ${raw.workers}`,
    dayLine(raw),
    `- load: ${settings.runs} runs of ${settings.seconds} s each, ${settings.rest} s of rest before each round of` +
      ` pushes, wrk and pgbench with ${settings.wrkThreads} threads; servers with` +
      ` \`--log-level ${settings.logLevel}\` and otherwise default settings`,
    `- measured on ${date}`,
  ].join('\n');
}

export function detailsOfPostgresql(results) {
  const { raw } = results;
  const fsyncs = [...raw.pushes, ...raw.replicas].map((run) => run.fsync).concat(raw.fsyncBeforeDay);
  return [...unsteadyDisk(fsyncs), rateTable(results), machineList(results)];
}
