// Three machines with PostgreSQL, two Lotkeeper servers on that database, HAProxy in front of them.
import { chmodSync, chownSync, copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Machine, copyTemplates, passwords } from './machine.mjs';
import { freePort } from './network.mjs';
import { send } from './processes.mjs';

const startLimit = 240_000;
const lotkeeperPassword = 'of-lotkeeper';

/** Waits until `look` gives something; throws what was waited for when `limit` ms are over. */
export async function until(what, limit, look, every = 200) {
  const end = Date.now() + limit;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${limit / 1000} s`);
    await pause(every);
  }
}

function binariesOfPostgresql() {
  const versions = readdirSync('/usr/lib/postgresql').sort((a, b) => b - a);
  return `/usr/lib/postgresql/${versions[0]}/bin`;
}

export class Cluster {
  /** `say` receives a line for each step. */
  constructor(processes, say) {
    this.processes = processes;
    this.folder = processes.folder;
    this.say = say;
    this.machines = [];
    this.replicas = [];
  }

  async start(lotkeeper) {
    // The owner of the databases may not be allowed to read the repository.
    copyTemplates(this.folder);
    this.lotkeeper = path.join(this.folder, 'lotkeeper');
    copyFileSync(lotkeeper, this.lotkeeper);
    chmodSync(this.lotkeeper, 0o755);
    if (this.processes.owner) {
      const { uid, gid } = this.processes.owner;
      chownSync(this.folder, uid, gid);
    }

    this.say('starting etcd and Patroni on three machines');
    const binaries = binariesOfPostgresql();
    for (const name of ['one', 'two', 'three']) {
      this.machines.push(await Machine.prepare(name, this.processes, binaries));
    }
    for (const machine of this.machines) await machine.configure(this.machines);
    for (const machine of this.machines) machine.startEtcd();
    // Before etcd's members have agreed on a version, Patroni would take them for an old one.
    await until('etcd is formed', startLimit, async () => {
      const formed = await Promise.all(this.machines.map((machine) => machine.hasEtcd()));
      return formed.every(Boolean);
    });
    for (const machine of this.machines) machine.startPatroni();
    await this.complete(startLimit);

    this.say('starting two Lotkeeper servers and HAProxy');
    await this.psql('postgres', [
      `CREATE ROLE lotkeeper LOGIN PASSWORD '${lotkeeperPassword}'`,
      "CREATE DATABASE lotkeeper OWNER lotkeeper ENCODING 'UTF8' TEMPLATE template0",
    ]);
    const hosts = this.machines.map(({ toClients }) => `127.0.0.1:${toClients}`).join(',');
    this.url = `postgresql://lotkeeper:${lotkeeperPassword}@${hosts}/lotkeeper`;
    for (const name of ['first', 'second']) this.replicas.push(await this.#startReplica(name));
    await this.#startProxy();
    await this.#addClient();
  }

  async #startReplica(name) {
    const port = await freePort();
    const args = ['serve', '--listen', `127.0.0.1:${port}`];
    const process = this.processes.start(`lotkeeper-${name}`, this.lotkeeper, args, {
      LOTKEEPER_DATABASE: this.url,
    });
    await until(`the ${name} Lotkeeper server is ready`, 30_000, async () => {
      if (process.how) throw new Error(`the ${name} Lotkeeper server ended: ${process.how}`);
      return (await statusOf(`http://127.0.0.1:${port}/readyz`)) === 200;
    });
    return { name, port, process };
  }

  async #startProxy() {
    this.port = await freePort();
    const values = [
      `LISTEN=127.0.0.1:${this.port}`,
      ...this.replicas.map(({ port }, index) => `REPLICA_${index + 1}=127.0.0.1:${port}`),
    ];
    const inFolder = (name) => path.join(this.folder, name);
    writeFileSync(inFolder('haproxy.values'), values.join('\n'));
    const filled = await this.processes.run(inFolder('fill'), [
      inFolder('haproxy.cfg'),
      inFolder('haproxy.values'),
    ]);
    writeFileSync(inFolder('haproxy-filled.cfg'), filled);
    this.proxy = this.processes.start('haproxy', 'haproxy', ['-f', inFolder('haproxy-filled.cfg')]);
    const url = `http://127.0.0.1:${this.port}/readyz`;
    await until('HAProxy answers', 15_000, async () => (await statusOf(url)) === 200);
  }

  async #addClient() {
    const command = (...args) =>
      this.processes.run(this.lotkeeper, args, { env: { LOTKEEPER_DATABASE: this.url } });
    const on = ['--database', this.url];
    await command('client', 'add', 'FAILOVER', ...on);
    await command('zone', 'add', 'FAILOVER', 'Lot 1', ...on);
    const allowed = ['--allow', 'permits.push,permits.stats'];
    await command('integration', 'add', 'FAILOVER', 'Pay stations', ...allowed, ...on);
    this.token = (await command('token', 'issue', 'FAILOVER', 'Pay stations', ...on)).trim();
    const asking = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ apiToken: this.token }),
    };
    for (const { name, port } of this.replicas) {
      const url = `http://127.0.0.1:${port}/api/FAILOVER/v1/permits/stats`;
      const knows = async () => (await fetch(url, asking)).status === 200;
      await until(`the ${name} Lotkeeper server knows the token`, 5_000, knows);
    }
  }

  /** The machine that leads, as the others see it; `except` is not asked and does not count. */
  async leader(except) {
    for (const machine of this.machines) {
      if (machine === except) continue;
      const leads = leaderAmong((await machine.cluster()) ?? []);
      const named = this.machines.find(({ name }) => name === leads?.name);
      if (named && named !== except) return named;
    }
    return undefined;
  }

  /**
   * Waits until each machine's own Patroni sees one leader, the same, and two standbys on its timeline,
   * one of them synchronous: one that has just woken still sees what was before. Gives the leader.
   */
  async complete(limit) {
    return until('the cluster is complete', limit, async () => {
      const views = await Promise.all(this.machines.map((machine) => machine.cluster()));
      if (!views.every((members) => members && isComplete(members))) return undefined;
      const leaders = new Set(views.map((members) => leaderAmong(members).name));
      return leaders.size === 1 && this.machines.find(({ name }) => leaders.has(name));
    });
  }

  /** Runs statements on the server that leads; gives what they print. */
  async psql(database, statements, machine) {
    const asked = machine ?? (await this.leader());
    const args = ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-F', '\t'];
    const address = ['-h', '127.0.0.1', '-p', String(asked.ports.postgresql), '-U', 'postgres'];
    return this.processes.run('psql', [...args, ...address, '-d', database], {
      env: { PGPASSWORD: passwords.SUPERUSER_PASSWORD },
      input: statements.map((sql) => `${sql};\n`).join(''),
    });
  }

  /** Stops the Lotkeeper servers as an operator does; gives how each ended. */
  async stopReplicas() {
    for (const { process } of this.replicas) send('SIGTERM', process.pid);
    return Promise.all(this.replicas.map(({ process }) => process.ended));
  }

  log(name) {
    return readFileSync(path.join(this.folder, `${name}.log`), 'utf8');
  }

  async close() {
    await Promise.all(this.machines.map((machine) => machine.close()));
    this.processes.killAll();
  }
}

function leaderAmong(members) {
  return members.find(({ role }) => role === 'leader');
}

function isComplete(members) {
  const timelines = new Set(members.map(({ timeline }) => timeline));
  const runs = ({ state }) => state === 'running' || state === 'streaming';
  const count = (role) => members.filter((member) => member.role === role).length;
  return (
    members.length === 3 &&
    timelines.size === 1 &&
    members.every(runs) &&
    count('leader') === 1 &&
    count('sync_standby') === 1
  );
}

async function statusOf(url) {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).status;
  } catch {
    return undefined;
  }
}
