// The order of the runs on PostgreSQL. Whatever one figure divides by another alternates with it.
import { sleep } from './processes.mjs';
import { Server, zones } from './server.mjs';
import { assertAlike } from './likeness.mjs';
import { Peer, installPeer } from './peer.mjs';
import { PostgreSql } from './postgresql.mjs';
import { Progress, errors, milliseconds, perSecond } from './progress.mjs';
import { fillPermits } from './permits_sql.mjs';
import { insertWithPgbench } from './pgbench.mjs';

const few = 1000;
const peerConnections = 20;
export const connectionsTried = [8, 32, 64];

const isTried = ({ connections }) => connectionsTried.at(-1) === connections;

export class PostgresMeasurement {
  #fastest = 1;

  constructor({ settings, binary, directory, place, load }) {
    Object.assign(this, { settings, binary, directory, place, load });
    this.progress = new Progress(18 + (isTried(settings) ? 15 : 16) * settings.runs);
    this.raw = { pushes: [], replicas: [], stats: [], checks: [], faults: [] };
  }

  async all() {
    await installPeer();
    this.postgresql = await PostgreSql.start(this.place);
    this.raw.postgresql = await this.postgresql.describe();
    await this.#comparing();
    await this.#pushing();
    await this.#reading();
    await this.postgresql.stop();
    return this.raw;
  }

  #fault(part, text) {
    this.raw.faults.push({ part, text });
  }

  async #start(name) {
    const { directory, binary, settings } = this;
    const database = await this.postgresql.database(name);
    const server = await Server.start({
      binary,
      directory,
      name,
      logLevel: settings.logLevel,
      database,
    });
    return { server, database };
  }

  async #probe() {
    await sleep(this.settings.rest);
    return this.progress.step(
      'fdatasync of 64 KiB',
      () => this.load.fsync(this.directory),
      (result) => milliseconds(result.p50_us),
    );
  }

  /** A run, and what PostgreSQL's processes took of the processor for each of its requests. */
  async #watched(work) {
    const before = this.postgresql.cpuSeconds();
    const run = await work();
    const seconds = this.postgresql.cpuSeconds() - before;
    return { ...run, databaseCpuMicroseconds: (1e6 * seconds) / run.requests };
  }

  #pushes(name, server, options) {
    return this.progress.step(
      name,
      () => this.#watched(() => this.load.pushes(server, options)),
      perSecond,
    );
  }

  // What is measured against Lotkeeper does the same work.
  async #comparing() {
    const [ours, theirs] = [await this.#start('ours'), await this.#start('theirs')];
    const peer = await this.#startPeer(theirs.server, theirs.database, 1);
    await this.progress.step(
      "Fastify's answers beside Lotkeeper's",
      () => assertAlike(ours.server, peer),
      () => 'alike',
    );
    await peer.stop();
    for (const { server, database } of [ours, theirs]) {
      await server.stop();
      await database.remove();
    }
  }

  async #pushing() {
    const { load, progress, settings, raw } = this;
    const { server, database } = await this.#start('pushes');
    await this.#checkNames(database);
    const warmUp = { seconds: Math.min(3, settings.seconds) };
    raw.alone = await progress.step(
      'pushes on one connection',
      () => load.fill(server, settings.quick ? 200 : 1000, 1),
      (run) => `${milliseconds(run.p50_us)} each`,
    );
    await this.#pushes('warm-up', server, warmUp);
    const peers = await this.#choosePeer(server, database);

    const peer = await this.#startPeer(server, database, this.#fastest);
    await this.#pushes('warm-up, Fastify', peer, warmUp);
    let inserted = 0;
    for (let run = 1; run <= settings.runs; ++run) {
      const of = `run ${run} of ${settings.runs}`;
      const round = { fsync: await this.#probe(), pgbench: [], pushes: [] };
      for (const connections of connectionsTried) {
        const wide = `${connections} connections, ${of}`;
        const pgbench = await progress.step(
          `inserts by pgbench, ${wide}`,
          () => this.#pgbench(database, connections),
          perSecond,
        );
        inserted += pgbench.inserted;
        round.pgbench.push(pgbench);
        const pushes = await this.#pushes(`pushes, ${wide}`, server, { connections });
        round.pushes.push({ ...pushes, connections });
      }
      const { connections } = settings;
      const beside = isTried(settings) ? round.pushes.at(-1) : undefined;
      round.beside = beside ?? (await this.#pushes(`pushes, ${of}`, server, { connections }));
      round.peer = await this.#pushes(`pushes to Fastify, ${of}`, peer, { connections });
      raw.pushes.push(round);
    }
    await peer.stop();

    const replica = await this.#replicating(server);
    await this.#recount(server, database, [server, replica, peer, ...peers], inserted);
    await replica.stop();
    raw.memory = server.memory();
    await server.stop();
    await database.remove();
  }

  // pgbench's script names the client, its integration, token and zones by their numbers.
  async #checkNames(database) {
    const found = await database.sql(
      `SELECT client_id, integration_id, token_id, (SELECT min(zone_name_id) FROM zone_name),
         (SELECT max(zone_name_id) FROM zone_name) FROM token`,
    );
    if (found !== `1|1|1|1|${zones.length}`) {
      throw new Error(`client, integration, token and zones have other numbers than 1: ${found}`);
    }
  }

  #pgbench(database, connections) {
    const { seconds, wrkThreads: threads } = this.settings;
    const { epoch } = this.load;
    return insertWithPgbench({ database, connections, seconds, threads, epoch, zones: zones.length });
  }

  #startPeer(server, database, workers) {
    return Peer.start({ server, database, workers, connections: peerConnections });
  }

  // The service as one process and as two; the faster one is measured.
  async #choosePeer(server, database) {
    const peers = [];
    this.raw.peers = [];
    for (const workers of [1, 2]) {
      const name = `pushes to Fastify, ${workers === 1 ? 'one process' : `${workers} processes`}`;
      const peer = await this.#startPeer(server, database, workers);
      await this.#pushes(`warm-up, ${name}`, peer, { seconds: Math.min(3, this.settings.seconds) });
      this.raw.peers.push({ workers, ...(await this.#pushes(name, peer)) });
      await peer.stop();
      peers.push(peer);
    }
    const [one, two] = this.raw.peers;
    this.#fastest = two.perSecond > one.perSecond ? two.workers : one.workers;
    this.raw.workers = this.#fastest;
    return peers;
  }

  async #replicating(server) {
    const { load, progress, settings, raw } = this;
    const replica = await server.replica('replica');
    const spread = (name, servers) =>
      progress.step(name, () => this.#watched(() => load.spreadPushes(servers)), perSecond);
    await spread('warm-up, two replicas', [server, replica]);
    for (let run = 1; run <= settings.runs; ++run) {
      const of = `run ${run} of ${settings.runs}`;
      raw.replicas.push({
        fsync: await this.#probe(),
        one: await spread(`pushes to one server, ${of}`, [server, server]),
        two: await spread(`pushes to two replicas, ${of}`, [server, replica]),
      });
    }
    return replica;
  }

  // What was acknowledged must be there, and beside it no more than what was under way when a closed
  // loop broke off. The counters know nothing of what pgbench inserted.
  async #recount(server, database, pushers, inserted) {
    const sum = (name) => pushers.reduce((total, pusher) => total + pusher[name], 0);
    const [acknowledged, unanswered] = [sum('acknowledged'), sum('unanswered')];
    const [rows, counted] = await this.progress.step(
      'recount of the permits',
      async () => [(await database.rows('permit')) - inserted, await server.stored()],
      ([stored]) => `${stored} stored, ${acknowledged} acknowledged`,
    );
    for (const [what, number] of [['holds', rows], ['counts', counted]]) {
      if (number >= acknowledged && number <= acknowledged + unanswered) continue;
      this.#fault(
        'pushes',
        `${acknowledged} pushes were acknowledged, at most ${unanswered} left unanswered, and the` +
          ` database ${what} ${number}`,
      );
    }
  }

  async #fill(name, database, count) {
    return this.progress.step(
      `filling with ${count} permits`,
      () => fillPermits(database, count, this.load.epoch),
      perSecond,
    );
  }

  async #reading() {
    const { load, progress, settings, raw } = this;
    const { server: large, database } = await this.#start('large');
    const small = await this.#start('small');
    raw.fill = await this.#fill('large', database, settings.permits);
    await this.#fill('small', small.database, few);
    const counted = await large.stored();
    if (counted !== settings.permits) {
      this.#fault('large', `the database was filled with ${settings.permits} and counts ${counted}`);
    }

    // Half of the checks ask for numbers that are never pushed.
    large.reserve(2 * settings.permits);

    const seconds = Math.ceil(settings.seconds / 2);
    const time = (name, server, of) =>
      progress.step(
        `stats, ${name} permits, ${of}`,
        () => load.stats(server, seconds),
        (run) => `${milliseconds(run.p50_us)}${errors(run)}`,
      );
    for (let run = 1; run <= settings.runs; ++run) {
      const of = `run ${run} of ${settings.runs}`;
      raw.stats.push({
        large: await time(settings.permits, large, of),
        small: await time(few, small.server, of),
      });
    }
    await small.server.stop();
    await small.database.remove();

    await this.#checking(large, database);
    await this.#day(large, database);
    raw.memoryAtEnd = large.memory();
    await large.stop();
    await database.remove();
  }

  async #checking(server, database) {
    const { load, progress, settings, raw } = this;
    const peer = await this.#startPeer(server, database, this.#fastest);
    const warmUp = Math.min(3, settings.seconds);
    for (const [name, asked] of [['Lotkeeper', server], ['Fastify', peer]]) {
      await progress.step(
        `warm-up, checks by ${name}`,
        () => load.checks(asked, warmUp),
        perSecond,
      );
    }
    for (const [name, asked] of [['Lotkeeper', server], ['Fastify', peer]]) {
      const sample = await progress.step(
        `checks by ${name}, replies read`,
        () => load.checks(asked, Math.min(2, settings.seconds), true),
        (run) => `${run.valid} of ${run.requests} valid`,
      );
      const share = sample.valid / sample.requests;
      if (!(share > 0.45 && share < 0.55)) {
        this.#fault('checks', `${(100 * share).toFixed(1)} % of ${name}'s checks found a permit, not half`);
      }
    }
    const checks = (name, asked) =>
      progress.step(name, () => this.#watched(() => load.checks(asked)), perSecond);
    for (let run = 1; run <= settings.runs; ++run) {
      const of = `run ${run} of ${settings.runs}`;
      raw.checks.push({
        checks: await checks(`checks, ${of}`, server),
        peer: await checks(`checks by Fastify, ${of}`, peer),
      });
    }
    await peer.stop();
  }

  async #day(server, database) {
    const { load, progress, settings, raw } = this;
    const before = await database.rows('permit');
    raw.fsyncBeforeDay = await this.#probe();
    raw.day = await progress.step(
      'a day of rights, stops and checks',
      () => load.day(server, settings.day),
      (run) => `${run.seconds.toFixed(1)} s${errors(run)}`,
    );
    const found = {
      rights: (await database.rows('permit')) - before,
      stops: await database.rows('permit_history'),
    };
    for (const [kind, number] of Object.entries(found)) {
      if (number === raw.day[kind]) continue;
      this.#fault('day', `${raw.day[kind]} ${kind} were acknowledged, and the database has ${number}`);
    }
    if (raw.day.wrong > 0) this.#fault('day', `${raw.day.wrong} checks got the wrong answer`);
  }
}
