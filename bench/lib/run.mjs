import { mkdtempSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Load } from './load.mjs';
import { day } from './day.mjs';
import { faultsOf, markdown } from './engines.mjs';
import { describeMachine, fileSystem } from './machine.mjs';
import { Measurement } from './measure.mjs';
import { PostgresMeasurement } from './measure_postgresql.mjs';
import { endWithin, removeAtExit, start } from './processes.mjs';
import { resultsFile, writeResults } from './write.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

function readSettings() {
  const option = (type) => ({ type });
  const { values } = parseArgs({
    options: {
      postgresql: option('boolean'),
      quick: option('boolean'),
      permits: option('string'),
      violations: option('string'),
      seconds: option('string'),
      runs: option('string'),
      rest: option('string'),
      connections: option('string'),
      'wrk-threads': option('string'),
      'log-level': option('string'),
      write: option('boolean'),
      'build-dir': option('string'),
    },
  });
  const number = (name, least, most, fallback) => {
    const text = values[name] ?? String(fallback);
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new Error(`--${name} is a number from ${least} to ${most}, not '${text}'`);
    }
    return value;
  };
  const quick = values.quick ?? false;
  if (quick && values.write) throw new Error('--quick measures nothing worth writing down');
  const postgresql = values.postgresql ?? false;
  const many = postgresql ? 10_000_000 : 1_000_000;
  const settings = {
    quick,
    permits: number('permits', 1000, 10_000_000, quick ? 50_000 : many),
    day: day(quick ? 1 / 40 : 1),
    violations: number('violations', 1000, 10_000_000, quick ? 5000 : 1_000_000),
    slowSeconds: quick ? 3 : 60,
    seconds: number('seconds', 1, 120, quick ? 1 : 10),
    runs: number('runs', quick ? 1 : 3, 9, quick ? 3 : 5),
    rest: number('rest', 0, 600, quick && postgresql ? 0 : 1),
    connections: number('connections', 1, 1000, 64),
    wrkThreads: number('wrk-threads', 1, 16, 2),
    logLevel: values['log-level'] ?? 'warn',
  };
  if (settings.wrkThreads > settings.connections) {
    throw new Error('--wrk-threads cannot exceed --connections');
  }
  return {
    engine: postgresql ? 'postgresql' : 'sqlite',
    settings,
    write: values.write ?? false,
    buildDirectory: values['build-dir'],
  };
}

async function build() {
  for (const args of [['--preset', 'bench'], ['--build', '--preset', 'bench']]) {
    const child = start('cmake', args, { cwd: root, stdio: ['ignore', 2, 2] });
    const end = await endWithin(child, 3600, `cmake ${args.join(' ')}`);
    if (end.status !== 0) throw new Error(`cmake ${args.join(' ')} failed`);
  }
}

async function run({ engine, settings, write, buildDirectory }) {
  if (buildDirectory === undefined) await build();
  const place = resolve(buildDirectory ?? join(root, 'build', 'bench'));
  const kind = await fileSystem(place);
  if (kind === 'tmpfs' || kind === 'ramfs') {
    throw new Error(`the build directory is on ${kind}, where nothing is durable`);
  }

  const directory = mkdtempSync(join(place, 'tmp-'));
  removeAtExit(directory);
  const load = new Load(settings, join(place, 'bench'));
  const Kind = engine === 'postgresql' ? PostgresMeasurement : Measurement;
  const measurement = new Kind({
    settings,
    directory,
    place,
    load,
    binary: join(place, 'lotkeeper'),
  });
  const results = {
    engine,
    date: new Date().toISOString().slice(0, 10),
    settings,
    machine: await describeMachine(place),
    raw: await measurement.all(),
  };

  writeFileSync(join(place, resultsFile(engine)), `${JSON.stringify(results, null, 2)}\n`);
  process.stdout.write(`\n${markdown(results)}`);
  if (write) writeResults(results);
  return faultsOf(results).length === 0 ? 0 : 1;
}

let wanted;
try {
  wanted = readSettings();
} catch (error) {
  console.error(`bench/run: ${error.message}`);
  console.error('Try bench/run --help.');
  process.exit(2);
}
try {
  process.exitCode = await run(wanted);
} catch (error) {
  console.error(`bench/run: ${error.message}`);
  process.exit(1);
}
