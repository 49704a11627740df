// What was measured alike on both engines.
import { median } from './figures.mjs';
import { table } from './tables.mjs';

const perSecond = (runs) =>
  `${Math.round(median(runs.map((run) => run.perSecond))).toLocaleString('en')}/s`;
const milliseconds = (microseconds) => `${(microseconds / 1000).toFixed(3)} ms`;
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const of = (rounds, kind) => rounds.map((round) => round[kind]);

function rates(raw, pushes, fsyncs) {
  return {
    'durable pushes, 64 connections': perSecond(pushes),
    'one push at a time': milliseconds(raw.alone.p50_us),
    'checks, 64 connections': perSecond(of(raw.checks, 'checks')),
    'stats': milliseconds(median(of(raw.stats, 'large').map((run) => run.p50_us))),
    'resident memory after the pushes': megabytes(raw.memory.resident),
    'fdatasync of 64 KiB beside the pushes': milliseconds(median(fsyncs.map((run) => run.p50_us))),
  };
}

const stored = (settings) => ({ 'permits stored for checks and stats': settings.permits.toLocaleString('en') });

export function ratesOf({ settings, raw }) {
  return { ...rates(raw, of(raw.decoding, 'pushes'), of(raw.decoding, 'fsync')), ...stored(settings) };
}

export function ratesOfPostgresql({ settings, raw }) {
  return { ...rates(raw, of(raw.pushes, 'beside'), of(raw.pushes, 'fsync')), ...stored(settings) };
}

const absent = 'not measured';

/** A table of what each engine's last run measured; `figures` as bench/figures.json has them. */
export function sideBySide(figures) {
  const { sqlite, postgresql } = figures;
  const names = Object.keys({ ...sqlite?.rates, ...postgresql?.rates });
  return table(
    ['', 'SQLite', 'PostgreSQL'],
    [
      ...names.map((name) => [
        name,
        sqlite?.rates[name] ?? absent,
        postgresql?.rates[name] ?? absent,
      ]),
      ['measured on', sqlite?.date ?? absent, postgresql?.date ?? absent],
    ],
  );
}
