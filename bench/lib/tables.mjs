// The figures as Markdown that also reads well in a terminal.
import { fsyncAroundLatency, median } from './figures.mjs';

export function table(head, rows) {
  const widths = head.map((_, at) => Math.max(3, ...[head, ...rows].map((row) => row[at].length)));
  const line = (row) => `| ${row.map((cell, at) => cell.padEnd(widths[at])).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

export const show = (figure, value) => `${value.toFixed(figure.digits)}${figure.unit}`;

export const target = (figure) => `${figure.more ? '≥' : '≤'} ${show(figure, figure.bound)}`;

export function figureTable(figures) {
  return table(
    ['figure', 'target', 'measured', 'from', 'all runs', 'verdict'],
    figures.map((figure) => [
      figure.name,
      target(figure),
      show(figure, figure.value),
      figure.detail,
      figure.values?.map((value) => value.toFixed(figure.digits)).join(' ') ?? 'one run',
      figure.verdict,
    ]),
  );
}

function rateTable(raw) {
  const runs = {
    pushes: raw.decoding.map((run) => run.pushes),
    'decoding alone': raw.decoding.map((run) => run.decodes),
    'pushes, beside imports': raw.imports.map((run) => run.pushes),
    'pushes, later': raw.grouping.map((run) => run.pushes),
    'pushes with group size 1': raw.grouping.map((run) => run.oneByOne),
    'pushes, beside vehicles and profiles': raw.records.map((run) => run.permits),
    'pushes of vehicles': raw.records.map((run) => run.vehicles),
    'pushes of profiles': raw.records.map((run) => run.profiles),
    'pushes before and after a slow pull': [raw.collections.before, raw.collections.after],
    'pushes beside a slow pull': [raw.collections.beside],
    checks: raw.checks.map((run) => run.checks),
    'decoding alone, later': raw.checks.map((run) => run.decodes),
  };
  return table(
    ['closed loop', 'requests/s', "server's processor time each", 'all runs'],
    Object.entries(runs).map(([name, list]) => [
      name,
      Math.round(median(list.map((run) => run.perSecond))).toLocaleString('en'),
      `${median(list.map((run) => run.serverCpuMicroseconds)).toFixed(1)} µs`,
      list.map((run) => Math.round(run.perSecond)).join(' '),
    ]),
  );
}

function latencyTable(raw) {
  const ms = (microseconds) => (microseconds / 1000).toFixed(2);
  return table(
    ['pushes at', 'p50', 'p90', 'p99', 'p99.9', 'most', 'generator, processor'],
    raw.latency.map(({ pushes: run }) => [
      `${run.achieved.toFixed(0)}/s of ${run.rate.toFixed(0)}/s`,
      ...[run.p50_us, run.p90_us, run.p99_us, run.p999_us, run.max_us].map((us) => `${ms(us)} ms`),
      `${((100 * run.generator_cpu_seconds) / run.seconds).toFixed(0)} % of a core`,
    ]),
  );
}

export function probes(list) {
  const each = list.map((probe) => (probe.p50_us / 1000).toFixed(2)).join(' ');
  const p99 = median(list.map((probe) => probe.p99_us / 1000)).toFixed(2);
  return `${each} (p99 ${p99})`;
}

// If the disk slows down between two runs, every figure that waits for it changes.
export function unsteadyDisk(fsyncs) {
  const all = fsyncs.map((probe) => probe.p50_us / 1000);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  if (most < 2 * least) return [];
  return [
    `**Unsteady disk:** fdatasync took ${least.toFixed(2)} ms at one time and ${most.toFixed(2)} ms at` +
      ' another. Figures that wait for the disk vary as much.',
  ];
}

/** The machine of a run, on either engine. */
export const machineLines = (machine) => [
  `- processor: ${machine.processor}, ${machine.cores} cores, shared with the load generator`,
  `- memory: ${machine.memoryGb.toFixed(1)} GB`,
  `- disk: ${machine.disk}`,
  `- system: ${machine.system}, Linux ${machine.kernel}`,
];

function machineList({ machine, settings, raw, date }) {
  return [
    ...machineLines(machine),
    '- fdatasync after appending 64 KiB, p50 of each probe in ms:',
    `  - beside pushing and decoding: ${probes(raw.decoding.map((run) => run.fsync))}`,
    `  - beside pushing at half the top rate: ${probes(fsyncAroundLatency(raw))}; their median is the` +
      ' fsync time in the target for p99',
    `  - beside imports: ${probes(raw.imports.flatMap((run) => [run.fsync, run.fsyncBetween]))}`,
    `  - beside vehicles and profiles: ${probes(raw.records.map((run) => run.fsync))}`,
    `  - beside pushing with group size 1: ${probes(raw.grouping.map((run) => run.fsync))}`,
    `- one push at a time, on one connection: p50 ${(raw.alone.p50_us / 1000).toFixed(3)} ms`,
    `- compiler: ${machine.compiler}; SQLite ${machine.sqlite}`,
    `- load: ${settings.runs} runs of ${settings.seconds} s each, ${settings.rest} s of rest before each round of` +
      ` pushes, ${settings.connections} connections,` +
      ` wrk with ${settings.wrkThreads} threads; servers with \`--log-level ${settings.logLevel}\`` +
      ' and otherwise default settings',
    `- measured on ${date}`,
  ].join('\n');
}

/** The text below the figures of a run on SQLite. */
export function details(results) {
  const { raw } = results;
  const fsyncs = [...raw.decoding, ...raw.grouping, ...raw.records]
    .map((run) => run.fsync)
    .concat(fsyncAroundLatency(raw));
  return [...unsteadyDisk(fsyncs), rateTable(raw), latencyTable(raw), machineList(results)];
}
