// The figures of `bench/run --postgresql`.
import { day, operations } from './day.mjs';
import { figure, median, ms, rate } from './figures.mjs';

/** The run of the most requests a second. */
export const best = (runs) =>
  runs.reduce((most, run) => (run.perSecond > most.perSecond ? run : most));

const wholeDaySeconds = 60;

export function figuresOfPostgresql({ settings, raw }) {
  const runs = (rounds, kind) => rounds.map((round) => round[kind]);
  const top = raw.pushes.map((round) => best(round.pushes));
  const topInserts = raw.pushes.map((round) => best(round.pgbench));
  const beside = runs(raw.pushes, 'beside');
  const peer = runs(raw.pushes, 'peer');
  const checks = runs(raw.checks, 'checks');
  const peerChecks = runs(raw.checks, 'peer');
  const [one, two] = [runs(raw.replicas, 'one'), runs(raw.replicas, 'two')];
  const [large, small] = [runs(raw.stats, 'large'), runs(raw.stats, 'small')];
  const ratios = (tops, bottoms) => tops.map((run, at) => run.perSecond / bottoms[at].perSecond);
  const faults = (...parts) => raw.faults.filter((fault) => parts.includes(fault.part));
  const permits = settings.permits.toLocaleString('en');
  const asked = operations(settings.day);
  const { connections } = settings;

  return [
    figure({
      name: 'durable pushes/s ÷ one-row inserts by pgbench, best of 8, 32, 64 connections each',
      atLeast: 1.5,
      digits: 2,
      values: ratios(top, topInserts),
      runs: raw.pushes.flatMap((round) => [...round.pushes, ...round.pgbench]),
      faults: faults('pushes'),
      detail: `${rate(top)} ÷ ${rate(topInserts)}`,
    }),
    figure({
      name: `durable pushes/s ÷ a Fastify service's, ${connections} connections`,
      atLeast: 4,
      digits: 1,
      values: ratios(beside, peer),
      runs: [...beside, ...peer],
      faults: faults('pushes'),
      detail: `${rate(beside)} ÷ ${rate(peer)}`,
    }),
    figure({
      name: `checks/s ÷ the Fastify service's, ${permits} permits stored`,
      atLeast: 3,
      digits: 1,
      values: ratios(checks, peerChecks),
      runs: [...checks, ...peerChecks],
      faults: faults('large', 'checks'),
      detail: `${rate(checks)} ÷ ${rate(peerChecks)}`,
    }),
    figure({
      name: 'pushes/s to two replicas ÷ to one',
      atLeast: 0.95,
      digits: 2,
      values: ratios(two, one),
      runs: [...one, ...two],
      faults: faults('pushes'),
      detail: `${rate(two)} ÷ ${rate(one)}`,
    }),
    figure({
      name: `time of stats, ${permits} permits ÷ 1,000`,
      atMost: 1.2,
      digits: 2,
      values: large.map((run, at) => run.p50_us / small[at].p50_us),
      runs: [...large, ...small],
      faults: faults('large'),
      detail: [large, small]
        .map((list) => `${ms(median(list.map((run) => run.p50_us)), 3)} ms`)
        .join(' ÷ '),
    }),
    figure({
      name: `${asked.toLocaleString('en')} rights, stops and checks, ${permits} permits stored`,
      atMost: (wholeDaySeconds * asked) / operations(day()),
      digits: 1,
      unit: ' s',
      measured: raw.day.seconds,
      runs: [raw.day],
      faults: faults('large', 'day'),
      detail: `${Math.round(asked / raw.day.seconds).toLocaleString('en')}/s`,
    }),
  ];
}
