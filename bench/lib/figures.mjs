// From raw runs to the figures. All arithmetic on measurements is here.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const errorsOf = (runs) => runs.reduce((sum, run) => sum + run.errors, 0);

export function figure({ name, atLeast, atMost, digits, unit = '', values, measured, runs, faults, detail }) {
  const bound = atLeast ?? atMost;
  const value = measured ?? median(values);
  const errors = errorsOf(runs);
  const reasons = faults.map((fault) => fault.text);
  if (errors > 0) reasons.push(`${errors} replies were not a 200 or did not come`);
  if (!Number.isFinite(value) || !Number.isFinite(bound)) reasons.push('nothing was measured');
  const met = atLeast === undefined ? value <= bound : value >= bound;
  return {
    name,
    unit,
    digits,
    bound,
    value,
    values,
    detail,
    more: atLeast !== undefined,
    verdict: reasons.length > 0 ? 'INVALID' : met ? 'pass' : 'FAIL',
    reasons,
  };
}

export const rate = (runs) => Math.round(median(runs.map((run) => run.perSecond))).toLocaleString('en');
const perSecond = (pull) => Math.round(pull.records / pull.seconds).toLocaleString('en');
export const ms = (microseconds, digits = 2) => (microseconds / 1000).toFixed(digits);

/** The probes that the target for p99 rests on. */
export function fsyncAroundLatency(raw) {
  return [...raw.latency.map((round) => round.fsync), raw.fsyncAfter];
}

/** The figures of `results`, as bench/run saves them, each with its verdict. */
export function figuresOf({ settings, raw }) {
  const runs = (rounds, kind) => rounds.map((round) => round[kind]);
  const pushes = runs(raw.decoding, 'pushes');
  const decodes = runs(raw.decoding, 'decodes');
  const grouped = runs(raw.grouping, 'pushes');
  const oneByOne = runs(raw.grouping, 'oneByOne');
  const checks = runs(raw.checks, 'checks');
  const plain = runs(raw.checks, 'decodes');
  const large = runs(raw.stats, 'large');
  const small = runs(raw.stats, 'small');
  const halved = runs(raw.latency, 'pushes');
  const politeAlone = runs(raw.polite, 'alone');
  const politeBeside = runs(raw.polite, 'beside');
  const imports = runs(raw.imports, 'imports');
  const besideImports = runs(raw.imports, 'pushes');
  const permitsBeside = runs(raw.records, 'permits');
  const vehicles = runs(raw.records, 'vehicles');
  const profiles = runs(raw.records, 'profiles');
  const { pull, before, beside, after } = raw.collections;
  const without = (before.perSecond + after.perSecond) / 2;
  const fsync = median(fsyncAroundLatency(raw).map((probe) => probe.p50_us));
  const violations = settings.violations.toLocaleString('en');
  const permits = settings.permits.toLocaleString('en');
  const ratios = (tops, bottoms) => tops.map((top, at) => top.perSecond / bottoms[at].perSecond);
  const fairness = raw.fairness ?? [];
  const alone = runs(fairness, 'alone');
  const besideFlood = runs(fairness, 'beside');
  const faults = (...parts) => raw.faults.filter((fault) => parts.includes(fault.part));

  return [
    figure({
      name: `durable pushes/s ÷ decoding alone, ${settings.connections} connections`,
      atLeast: 0.5,
      digits: 2,
      values: ratios(pushes, decodes),
      runs: [...pushes, ...decodes],
      faults: faults('grouping'),
      detail: `${rate(pushes)} ÷ ${rate(decodes)}`,
    }),
    figure({
      name: 'durable pushes/s ÷ the same with group size 1',
      atLeast: 5,
      digits: 1,
      values: ratios(grouped, oneByOne),
      runs: [...grouped, ...oneByOne],
      faults: faults('grouping', 'one-by-one'),
      detail: `${rate(grouped)} ÷ ${rate(oneByOne)}`,
    }),
    figure({
      name: `checks/s ÷ decoding alone, ${permits} permits stored`,
      atLeast: 0.7,
      digits: 2,
      values: ratios(checks, plain),
      runs: [...checks, ...plain, raw.fill],
      faults: faults('large', 'checks'),
      detail: `${rate(checks)} ÷ ${rate(plain)}`,
    }),
    figure({
      name: `time of stats, ${permits} permits ÷ 1,000`,
      atMost: 1.2,
      digits: 2,
      values: large.map((run, at) => run.p50_us / small[at].p50_us),
      runs: [...large, ...small, raw.fill, raw.fillFew],
      faults: faults('large'),
      detail: [large, small]
        .map((runs) => `${ms(median(runs.map((run) => run.p50_us)), 3)} ms`)
        .join(' ÷ '),
    }),
    figure({
      name: 'p99 of a push at half the top rate',
      atMost: (10 * fsync) / 1000 + 2,
      digits: 2,
      unit: ' ms',
      values: halved.map((run) => run.p99_us / 1000),
      runs: halved,
      faults: faults('grouping'),
      detail: `at ${Math.round(halved[0].rate).toLocaleString('en')}/s`,
    }),
    figure({
      name: 'a polite connection beside 400 that pipeline: p99 of a push ÷ alone',
      atMost: 10,
      digits: 1,
      values: politeBeside.map((run, at) => run.p99_us / politeAlone[at].p99_us),
      runs: [...politeAlone, ...politeBeside],
      faults: faults('grouping'),
      detail: [politeBeside, politeAlone]
        .map((runs) => `${ms(median(runs.map((run) => run.p99_us)))} ms`)
        .join(' ÷ '),
    }),
    figure({
      name: `import of ${permits} permits from CSV: rows/s ÷ durable pushes/s`,
      atLeast: 1.5,
      digits: 2,
      values: ratios(imports, besideImports),
      runs: [...imports, ...besideImports],
      faults: faults('grouping', 'import'),
      detail: `${rate(imports)} ÷ ${rate(besideImports)}`,
    }),
    figure({
      name: `resident memory after ${permits} pushes`,
      atMost: 150,
      digits: 1,
      unit: ' MB',
      measured: raw.memory.resident / 1e6,
      runs: [raw.fill],
      faults: faults('large'),
      detail: `${(raw.memoryAtEnd.highest / 1e6).toFixed(1)} MB at most, checks included`,
    }),
    ...[['vehicle', vehicles], ['profile', profiles]].map(([kind, list]) =>
      figure({
        name: `${kind} push: durable requests/s ÷ permit push`,
        atLeast: 0.6,
        digits: 2,
        values: ratios(list, permitsBeside),
        runs: [...list, ...permitsBeside],
        faults: faults('records'),
        detail: `${rate(list)} ÷ ${rate(permitsBeside)}`,
      }),
    ),
    // Results that were kept from before do not have it.
    ...(fairness.length === 0 ? [] : [
      figure({
        name: "an integration's p99 beside another's flood of 1,000 × 10 in flight ÷ alone, no rate limit set",
        atMost: 5,
        digits: 1,
        values: besideFlood.map((run, at) => run.p99_us / alone[at].p99_us),
        runs: [...alone, ...besideFlood],
        faults: faults('fairness'),
        detail: [besideFlood, alone]
          .map((runs) => `${ms(median(runs.map((run) => run.p99_us)), 1)} ms`)
          .join(' ÷ '),
      }),
    ]),
    figure({
      name: `${violations} overdue violations pulled in one call: growth of resident memory`,
      atMost: 64,
      digits: 1,
      unit: ' MB',
      measured: (pull.highest - pull.before) / 1e6,
      runs: [],
      faults: faults('collections'),
      detail: `from ${(pull.before / 1e6).toFixed(1)} MB, ${perSecond(pull)} violations/s`,
    }),
    figure({
      name: `pushes/s in the first ${settings.slowSeconds} s of a pull that is read at 1 MB/s ÷ without it`,
      atLeast: 0.8,
      digits: 2,
      measured: beside.perSecond / without,
      runs: [before, beside, after],
      faults: faults('collections'),
      detail: `${rate([beside])} ÷ ${rate([before, after])}`,
    }),
    figure({
      name: 'the WAL file meanwhile',
      atMost: 128,
      digits: 1,
      unit: ' MB',
      measured: beside.log / 1e6,
      runs: [beside],
      faults: faults('collections'),
      detail: `${(before.log / 1e6).toFixed(1)} MB without it`,
    }),
    figure({
      name: `p99 of a plate check in the console, ${permits} permits stored`,
      atMost: 50,
      digits: 1,
      unit: ' ms',
      measured: raw.console.p99_us / 1000,
      runs: [raw.console],
      faults: faults('large'),
      detail: `${ms(raw.console.p50_us)} ms in the middle`,
    }),
    figure({
      name: 'first load of the console, compressed',
      atMost: 250,
      digits: 0,
      unit: ' KB',
      measured: raw.firstLoad.bytes / 1000,
      runs: [raw.firstLoad],
      faults: [],
      detail: `${raw.firstLoad.files} files`,
    }),
  ];
}
