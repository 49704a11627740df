// The order of the runs. Whatever one figure divides by another alternates with it.
import { join } from 'node:path';
import { rmSync } from 'node:fs';
import { sleep } from './processes.mjs';
import { Server } from './server.mjs';
import { median } from './figures.mjs';
import { plateOf, writePermits } from './permits_csv.mjs';
import { measureCollections } from './collections.mjs';
import { checkPlates, firstLoad, signIn } from './console.mjs';
import { Progress, errors, milliseconds, perSecond } from './progress.mjs';

const few = 1000;
const crowd = 400;

export class Measurement {
  constructor({ settings, binary, directory, load }) {
    this.settings = settings;
    this.load = load;
    this.directory = directory;
    this.binary = binary;
    this.progress = new Progress(24 + 23 * settings.runs);
    this.raw = {
      decoding: [],
      latency: [],
      grouping: [],
      polite: [],
      stats: [],
      checks: [],
      imports: [],
      records: [],
      fairness: [],
      faults: [],
    };
  }

  async all() {
    await this.#writing();
    await this.#records();
    await this.#fairness();
    await this.#collecting();
    await this.#reading();
    return this.raw;
  }

  #fault(part, text) {
    this.raw.faults.push({ part, text });
  }

  /** Runs every kind of run once a round, and keeps the rounds in `list`. */
  async #alternate(list, kinds) {
    for (let run = 1; run <= this.settings.runs; ++run) {
      const round = {};
      for (const [name, kind] of Object.entries(kinds)) {
        round[name] = await kind(`run ${run} of ${this.settings.runs}`);
      }
      list.push(round);
    }
  }

  #start(name, options) {
    const { directory, binary } = this;
    return Server.start({ binary, directory, name, logLevel: this.settings.logLevel, options });
  }

  async #probe() {
    await sleep(this.settings.rest);
    return this.progress.step(
      'fdatasync of 64 KiB',
      () => this.load.fsync(this.directory),
      (result) => milliseconds(result.p50_us),
    );
  }

  // What was acknowledged must be there, and beside it no more than what was under way when a
  // closed loop broke off.
  async #recount(server, name) {
    await this.#recountOf(name, 'pushes', server, () => server.stored());
  }

  async #recountOf(name, what, { acknowledged, unanswered }, count) {
    const stored = await this.progress.step(
      `recount of the ${name} server's ${what}`,
      count,
      (number) => `${number} stored, ${acknowledged} acknowledged`,
    );
    if (stored < acknowledged || stored > acknowledged + unanswered) {
      this.#fault(
        name,
        `the ${name} server acknowledged ${acknowledged} ${what}, left at most ${unanswered}` +
          ` unanswered, and holds ${stored}`,
      );
    }
  }

  async #finish(server, name, recount = true) {
    if (recount) await this.#recount(server, name);
    await server.stop();
    await server.removeDatabase();
  }

  // Pushing one by one syncs the most. It comes last, so that on a disk that grants a budget of
  // syncs the other figures do not pay for it.
  async #writing() {
    const { load, progress, settings, raw } = this;
    const warmUp = Math.min(3, settings.seconds);
    const grouped = await this.#start('grouping');
    raw.alone = await progress.step(
      'pushes on one connection',
      () => load.fill(grouped, settings.quick ? 200 : 1000, 1),
      (run) => `${milliseconds(run.p50_us)} each`,
    );
    await progress.step('warm-up', () => load.pushes(grouped, { seconds: warmUp }), perSecond);
    await this.#alternate(raw.decoding, {
      fsync: () => this.#probe(),
      pushes: (of) => progress.step(`pushes, ${of}`, () => load.pushes(grouped), perSecond),
      decodes: (of) => progress.step(`decoding alone, ${of}`, () => load.decodes(grouped), perSecond),
    });

    const top = median(raw.decoding.map((run) => run.pushes.perSecond));
    await this.#atHalf(grouped, Math.max(1, Math.floor(top / 2)));

    await this.#beside(grouped);
    await this.#importing(grouped);

    const single = await this.#start('one-by-one', ['--group-size', '1']);
    await progress.step('warm-up, one by one', () => load.pushes(single, { seconds: warmUp }), perSecond);
    await this.#alternate(raw.grouping, {
      fsync: () => this.#probe(),
      pushes: (of) => progress.step(`pushes, ${of}`, () => load.pushes(grouped), perSecond),
      oneByOne: (of) => progress.step(`pushes one by one, ${of}`, () => load.pushes(single), perSecond),
    });
    await this.#finish(single, 'one-by-one');
    await this.#finish(grouped, 'grouping');
  }

  async #beside(server) {
    const { load, progress, raw } = this;
    const pushes = (others, what) => (of) =>
      progress.step(
        `pushes on one connection ${what}, ${of}`,
        () => load.polite(server, others),
        (run) => `p99 ${milliseconds(run.p99_us)}${errors(run)}`,
      );
    await this.#alternate(raw.polite, {
      alone: pushes(0, 'alone'),
      beside: pushes(crowd, `beside ${crowd} that pipeline`),
    });
  }

  // Every import fills its own server, because stored rows would not be written again.
  async #importing(pushed) {
    const { load, progress, settings, raw } = this;
    const file = join(this.directory, 'permits.csv');
    await progress.step(
      `a file of ${settings.permits} permits`,
      () => writePermits(file, settings.permits, load.epoch),
      () => 'written',
    );
    await this.#alternate(raw.imports, {
      fsync: () => this.#probe(),
      pushes: (of) => progress.step(`pushes, ${of}`, () => load.pushes(pushed), perSecond),
      fsyncBetween: () => this.#probe(),
      imports: async (of) => {
        const server = await this.#start('import');
        const run = await progress.step(
          `import of ${settings.permits} permits, ${of}`,
          () => server.importPermits(file, settings.permits),
          perSecond,
        );
        await this.#finish(server, 'import');
        return run;
      },
    });
    rmSync(file);
  }

  async #records() {
    const { load, progress, settings, raw } = this;
    const server = await this.#start('records');
    const warmUp = Math.min(3, settings.seconds);
    await progress.step('warm-up, permits', () => load.pushes(server, { seconds: warmUp }), perSecond);
    const pushes = (kind) => (of) =>
      progress.step(`pushes of ${kind}, ${of}`, () => load.records(server, kind), perSecond);
    await this.#alternate(raw.records, {
      fsync: () => this.#probe(),
      permits: (of) => progress.step(`pushes of permits, ${of}`, () => load.pushes(server), perSecond),
      vehicles: pushes('vehicles'),
      profiles: pushes('profiles'),
    });
    for (const [kind, table] of [['vehicles', 'vehicle'], ['profiles', 'profile']]) {
      await this.#recountOf('records', kind, server.records[kind], () => server.rows(table));
    }
    await this.#finish(server, 'records');
  }

  // The flood begins a second before the polite pushes and ends after them. Server and generators
  // have a core each: else the figure would be about who gets a core.
  async #fairness() {
    const { load, progress, raw, settings } = this;
    const server = await this.#start('fairness');
    const token = await server.addIntegration('flood');
    await progress.step('warm-up, polite', () => load.politePushes(server, 1), (run) => milliseconds(run.p99_us));
    const told = (run) => `p99 ${milliseconds(run.p99_us)}${errors(run)}`;
    await this.#alternate(raw.fairness, {
      alone: (of) =>
        progress.step(
          `polite pushes alone, ${of}`,
          () => load.apart(server, () => load.politePushes(server)),
          told,
        ),
      beside: (of) =>
        progress.step(
          `polite pushes beside a flood, ${of}`,
          () =>
            load.apart(server, async () => {
              const flood = load.flood(server, token, settings.seconds + 2);
              await sleep(1);
              const polite = await load.politePushes(server);
              const { perSecond } = await flood;
              return { ...polite, flood: perSecond };
            }),
          told,
        ),
    });
    await this.#finish(server, 'fairness', false);
  }

  async #collecting() {
    const { directory, load, progress, settings } = this;
    const server = await this.#start('collections');
    this.raw.collections = await measureCollections({
      server,
      directory,
      load,
      progress,
      settings,
      fault: (text) => this.#fault('collections', text),
    });
    await this.#finish(server, 'collections');
  }

  async #atHalf(server, rate) {
    const { load, progress, raw } = this;
    await this.#alternate(raw.latency, {
      fsync: () => this.#probe(),
      pushes: (of) =>
        progress.step(
          `pushes at ${rate}/s, ${of}`,
          () => load.pushesAtRate(server, rate),
          (run) => `p99 ${milliseconds(run.p99_us)}${errors(run)}`,
        ),
    });
    raw.fsyncAfter = await this.#probe();
  }

  async #reading() {
    const { load, progress, settings, raw } = this;
    const large = await this.#start('large');
    const small = await this.#start('small');
    raw.fill = await progress.step(
      `filling with ${settings.permits} permits`,
      () => load.fill(large, settings.permits),
      perSecond,
    );
    raw.memory = large.memory();
    raw.fillFew = await progress.step(
      `filling with ${few} permits`,
      () => load.fill(small, few),
      perSecond,
    );
    await this.#recount(large, 'large');

    const statsSeconds = Math.ceil(settings.seconds / 2);
    const time = (name, server) => (of) =>
      progress.step(
        `stats, ${name} permits, ${of}`,
        () => load.stats(server, statsSeconds),
        (run) => `${milliseconds(run.p50_us)}${errors(run)}`,
      );
    await this.#alternate(raw.stats, {
      large: time(settings.permits, large),
      small: time(few, small),
    });
    await this.#finish(small, 'small', false);

    const sample = await progress.step(
      'checks, replies read',
      () => load.checks(large, Math.min(2, settings.seconds), true),
      (run) => `${run.valid} of ${run.requests} valid`,
    );
    const share = sample.valid / sample.requests;
    if (!(share > 0.45 && share < 0.55)) {
      this.#fault('checks', `${(100 * share).toFixed(1)} % of the checks found a permit, not half`);
    }
    await this.#alternate(raw.checks, {
      checks: (of) => progress.step(`checks, ${of}`, () => load.checks(large), perSecond),
      decodes: (of) => progress.step(`decoding alone, ${of}`, () => load.decodes(large), perSecond),
    });
    raw.memoryAtEnd = large.memory();
    await this.#console(large);
    await this.#finish(large, 'large', false);
  }

  async #console(server) {
    const { progress, raw, settings } = this;
    await server.addOperator('bench', 'a bench of two words');
    const cookie = await signIn(server.port, 'bench', 'a bench of two words');
    // One in two is stored.
    const count = settings.quick ? 100 : 500;
    const never = server.reserve(count);
    const plates = Array.from({ length: count }, (_, n) =>
      plateOf(n % 2 === 0 ? Math.floor((n * settings.permits) / count) : never + n),
    );
    raw.console = await progress.step(
      'plate checks in the console',
      () => checkPlates(server.port, cookie, plates),
      (run) => `p99 ${milliseconds(run.p99_us)}${errors(run)}`,
    );
    if (raw.console.valid !== plates.length / 2) {
      this.#fault('large', `${raw.console.valid} of the console's checks found a permit, not half`);
    }
    raw.firstLoad = await firstLoad(server.port);
  }
}
