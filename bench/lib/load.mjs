// The load generators: wrk for closed loops, open_loop for a fixed rate, fsync_probe for the disk.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { output, sleep } from './processes.mjs';

// More than any one closed-loop run can push, so that no two runs share a permit.
const mostPushes = 10_000_000;

const scriptOf = { vehicles: 'vehicle.lua', profiles: 'profile.lua' };

const scripts = fileURLToPath(new URL('../wrk/', import.meta.url));

const cores = allowedCores();

// "0-1,4" as the kernel lists them.
function allowedCores() {
  const status = readFileSync('/proc/self/status', 'utf8');
  const [, list] = /^Cpus_allowed_list:\s+(.*)$/m.exec(status);
  return list.split(',').flatMap((range) => {
    const [from, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  });
}

function pin(pid, list) {
  return output('taskset', ['--all-tasks', '--cpu-list', '--pid', list, String(pid)]);
}

export class Load {
  #settings;
  #tools;
  #seed = 0;

  /** Every permit that is pushed is valid from now until two hours later. */
  constructor(settings, tools) {
    this.#settings = settings;
    this.#tools = tools;
    this.epoch = Math.floor(Date.now() / 1000);
  }

  async pushes(server, { seconds = this.#settings.seconds, connections, threads, core } = {}) {
    const run = await this.#wrk(server, 'push.lua', 'permits/push', {
      seconds,
      connections,
      threads,
      core,
      FIRST: server.reserve(mostPushes),
    });
    server.acknowledged += run.requests - run.refused;
    server.unanswered += connections ?? this.#settings.connections;
    return run;
  }

  /** Pushes spread over two servers, or over one as if it were two, each with half the connections. */
  async spreadPushes(servers) {
    const half = { connections: Math.max(1, this.#settings.connections >> 1), threads: 1 };
    const runs = await Promise.all(servers.map((server) => this.pushes(server, half)));
    const sum = (name) => runs.reduce((total, run) => total + run[name], 0);
    return { requests: sum('requests'), errors: sum('errors'), perSecond: sum('perSecond') };
  }

  /** Pushes of `kind`, vehicles or profiles, all of them new. */
  async records(server, kind, seconds = this.#settings.seconds) {
    const run = await this.#wrk(server, scriptOf[kind], `${kind}/push`, {
      seconds,
      FIRST: server.reserve(mostPushes),
    });
    server.records[kind].acknowledged += run.requests - run.refused;
    server.records[kind].unanswered += this.#settings.connections;
    return run;
  }

  decodes(server, seconds = this.#settings.seconds) {
    return this.#wrk(server, 'push.lua', 'bench/decode', { seconds, FIRST: 0 });
  }

  checks(server, seconds = this.#settings.seconds, countValid = false) {
    return this.#wrk(server, 'check.lua', 'permits/check', {
      seconds,
      PERMITS: this.#settings.permits,
      SEED: ++this.#seed,
      COUNT_VALID: countValid ? 1 : 0,
    });
  }

  /** On one connection, with a processor core each for the server and the generator. */
  async stats(server, seconds) {
    const [ours, theirs] = [cores.at(0), cores.at(-1)];
    await pin(server.pid, String(theirs));
    const run = await this.#wrk(server, 'stats.lua', 'permits/stats', {
      seconds,
      connections: 1,
      threads: 1,
      core: ours,
    });
    await pin(server.pid, cores.join(','));
    return run;
  }

  /**
   * Pushes on one connection, beside `crowd` others that pipeline. The server has a processor core
   * to itself, and the two generators share another.
   */
  async polite(server, crowd) {
    const { seconds } = this.#settings;
    const [core, theirs] = [cores.at(0), cores.at(-1)];
    await pin(server.pid, String(theirs));
    const one = { seconds, connections: 1, threads: 1, core };
    const many = { ...one, seconds: seconds + 1, connections: crowd };
    const pipelining = crowd > 0 ? this.#wrk(server, 'pipeline.lua', 'healthz', many) : undefined;
    await sleep(crowd > 0 ? 0.5 : 0);
    const run = await this.pushes(server, one);
    const others = await pipelining;
    await pin(server.pid, cores.join(','));
    return { ...run, errors: run.errors + (others?.errors ?? 0), others: others?.perSecond ?? 0 };
  }

  /** Pushes at `rate` a second whatever the server does. */
  pushesAtRate(server, rate) {
    const count = Math.round(rate * this.#settings.seconds);
    const limit = this.#settings.seconds + 30;
    return this.#openLoop(server, { rate, count, limit, connections: this.#settings.connections });
  }

  /** Runs `work` while the server has a processor core to itself. */
  async apart(server, work) {
    await pin(server.pid, String(cores.at(-1)));
    try {
      return await work();
    } finally {
      await pin(server.pid, cores.join(','));
    }
  }

  /** A few pushes a second by one integration, made on the first core: how long each waits. */
  politePushes(server, seconds = this.#settings.seconds) {
    const rate = 100;
    const limit = seconds + 30;
    const count = rate * seconds;
    return this.#openLoop(server, { rate, count, limit, connections: 8, core: cores.at(0) });
  }

  /** Pushes under `token` on 1,000 connections, with ten requests under way on each. */
  async flood(server, token, seconds) {
    const caller = { api: server.api, token, cpuSeconds: () => server.cpuSeconds() };
    return this.#wrk(caller, 'flood.lua', 'permits/push', {
      seconds,
      connections: 1000,
      core: cores.at(0),
      FIRST: server.reserve(mostPushes),
    });
  }

  /** Pushes `count` permits as fast as they are answered. */
  fill(server, count, connections = this.#settings.connections) {
    return this.#openLoop(server, { rate: 0, count, limit: 60 + count / 500, connections });
  }

  /** A day of rights, stops and checks, each an exact number, as fast as they are answered. */
  async day(server, { rights, stops, checks }) {
    const limit = 60 + (rights + stops + checks) / 500;
    const options = {
      port: server.port,
      path: `${new URL(server.api).pathname}/permits`,
      rights,
      stops,
      checks,
      first: server.reserve(rights),
      never: server.reserve(mostPushes),
      epoch: this.epoch,
      connections: this.#settings.connections,
      'time-limit': Math.ceil(limit),
    };
    return this.#generate('day', server, options, limit);
  }

  async fsync(directory) {
    const rounds = this.#settings.quick ? '100' : '200';
    return JSON.parse(
      await output(join(this.#tools, 'fsync_probe'), [directory, '--rounds', rounds]),
    );
  }

  async #wrk(server, script, route, { seconds, connections, threads, core, ...variables }) {
    connections ??= this.#settings.connections;
    threads ??= this.#settings.wrkThreads;
    const env = { ...process.env };
    const all = { TOKEN: server.token, EPOCH: this.epoch, THREADS: threads, ...variables };
    for (const [name, value] of Object.entries(all)) env[`LOTKEEPER_BENCH_${name}`] = String(value);
    const cpu = server.cpuSeconds();
    const args = [`-t${threads}`, `-c${connections}`, `-d${seconds}s`, '--timeout', '10s'];
    const command = ['wrk', ...args, '-s', join(scripts, script), `${server.api}/${route}`];
    if (core !== undefined) command.unshift('taskset', '-c', String(core));
    const [program, ...rest] = command;
    const text = await output(program, rest, { env, seconds: seconds + 30, what: `wrk on ${route}` });
    const run = JSON.parse(/^RESULT (.*)$/m.exec(text)?.[1] ?? 'null');
    if (run === null) throw new Error(`wrk on ${route} gave no result:\n${text.slice(-1000)}`);
    const answered = run.requests - run.refused;
    return {
      ...run,
      errors: run.refused + run.broken,
      perSecond: answered / run.seconds,
      serverCpuMicroseconds: (1e6 * (server.cpuSeconds() - cpu)) / run.requests,
    };
  }

  async #openLoop(server, { rate, count, limit, connections, core }) {
    const options = {
      port: server.port,
      path: `${new URL(server.api).pathname}/permits/push`,
      rate,
      count,
      first: server.reserve(count),
      epoch: this.epoch,
      connections,
      'time-limit': Math.ceil(limit),
    };
    const run = await this.#generate('open_loop', server, options, limit, core);
    server.acknowledged += run.requests;
    return run;
  }

  async #generate(tool, server, options, limit, core) {
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const pinned = core === undefined ? [] : ['taskset', '-c', String(core)];
    const [program, ...rest] = [...pinned, join(this.#tools, tool), ...args];
    const text = await output(program, rest, {
      env: { ...process.env, LOTKEEPER_BENCH_TOKEN: server.token },
      seconds: limit + 30,
      what: tool,
    });
    return JSON.parse(text);
  }
}
