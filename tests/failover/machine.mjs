// One of the three machines: a member of etcd, and a PostgreSQL under Patroni, made from the templates
// in deploy/. What others reach of it goes through relays, and so does what its Patroni reaches of the
// others' etcd: they are what is cut.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Relay, freePort } from './network.mjs';
import { familyOf, send } from './processes.mjs';

const deploy = fileURLToPath(new URL('../../deploy/', import.meta.url));

/** Small, so that a round is short; deploy/values.example has what suits real machines. */
export const timings = { TTL: 8, LOOP_WAIT: 1, RETRY_TIMEOUT: 3 };

export const passwords = {
  SUPERUSER_PASSWORD: 'of-the-superuser',
  REPLICATION_PASSWORD: 'of-replication',
  REWIND_PASSWORD: 'of-rewinding',
};

export class Machine {
  #processes;
  #patroni;
  #etcd;
  #relays = { peers: [], clients: [] };

  static async prepare(name, processes, binaries) {
    const machine = new Machine();
    machine.name = name;
    machine.#processes = processes;
    machine.binaries = binaries;
    machine.ports = {};
    for (const use of ['postgresql', 'rest', 'etcd', 'etcdPeer']) {
      machine.ports[use] = await freePort();
    }
    const relay = async (side, target) => {
      const opened = await Relay.open(target);
      machine.#relays[side].push(opened);
      return opened.port;
    };
    machine.toPeers = {
      postgresql: await relay('peers', machine.ports.postgresql),
      rest: await relay('peers', machine.ports.rest),
    };
    machine.toClients = await relay('clients', machine.ports.postgresql);
    return machine;
  }

  /** Writes the configuration, once all machines have their ports. */
  async configure(machines) {
    const local = (port) => `127.0.0.1:${port}`;
    const url = (port) => `http://${local(port)}`;
    const folder = this.#processes.folder;
    const etcdHosts = [local(this.ports.etcd)];
    for (const other of machines) {
      if (other === this) continue;
      const way = await Relay.open(other.ports.etcd);
      this.#relays.peers.push(way);
      etcdHosts.push(local(way.port));
    }
    const values = {
      NAME: this.name,
      ETCD_DATA: path.join(folder, `${this.name}-etcd`),
      ETCD_LISTEN_CLIENTS: url(this.ports.etcd),
      ETCD_CLIENT_URL: url(this.ports.etcd),
      ETCD_LISTEN_PEERS: url(this.ports.etcdPeer),
      ETCD_PEER_URL: url(this.ports.etcdPeer),
      ETCD_CLUSTER: machines.map(({ name, ports }) => `${name}=${url(ports.etcdPeer)}`).join(','),
      ETCD_HOSTS: etcdHosts.join(','),
      REST_LISTEN: local(this.ports.rest),
      REST_ADDRESS: local(this.toPeers.rest),
      POSTGRESQL_LISTEN: local(this.ports.postgresql),
      POSTGRESQL_ADDRESS: local(this.toPeers.postgresql),
      POSTGRESQL_BINARIES: this.binaries,
      POSTGRESQL_DATA: path.join(folder, `${this.name}-data`),
      POSTGRESQL_SOCKETS: folder,
      POSTGRESQL_PASSWORDS: path.join(folder, `${this.name}.pgpass`),
      NETWORK: '127.0.0.1/32',
      WATCHDOG: 'off',
      ...passwords,
      ...timings,
    };
    this.data = values.POSTGRESQL_DATA;
    const lines = Object.entries(values).map(([key, value]) => `${key}=${value}\n`);
    writeFileSync(path.join(folder, `${this.name}.values`), lines.join(''));
    for (const template of ['etcd.yml', 'patroni.yml']) await this.#fill(template);
  }

  async #fill(template) {
    const folder = this.#processes.folder;
    const filled = await this.#processes.run(path.join(folder, 'fill'), [
      path.join(folder, template),
      path.join(folder, `${this.name}.values`),
    ]);
    writeFileSync(path.join(folder, `${this.name}-${template}`), filled);
  }

  #everyRelay() {
    return [...this.#relays.peers, ...this.#relays.clients];
  }

  startEtcd() {
    const file = path.join(this.#processes.folder, `${this.name}-etcd.yml`);
    this.#etcd = this.#processes.start(`${this.name}-etcd`, 'etcd', ['--config-file', file]);
  }

  startPatroni() {
    const file = path.join(this.#processes.folder, `${this.name}-patroni.yml`);
    this.#patroni = this.#processes.start(`${this.name}-patroni`, 'patroni', [file]);
  }

  /** What runs on it. The postmaster is not Patroni's child. */
  #all() {
    const ids = [this.#etcd, this.#patroni].filter((one) => one && !one.how).map(({ pid }) => pid);
    const postmaster = this.#postmaster();
    return [...ids, ...(postmaster ? [postmaster] : [])].flatMap(familyOf);
  }

  #postmaster() {
    try {
      const id = Number(readFileSync(path.join(this.data, 'postmaster.pid'), 'utf8').split('\n')[0]);
      return readFileSync(`/proc/${id}/cmdline`, 'utf8').includes(this.data) ? id : undefined;
    } catch {
      return undefined;
    }
  }

  #sharedMemory() {
    const postmaster = this.#postmaster();
    if (!postmaster) return [];
    const maps = readFileSync(`/proc/${postmaster}/maps`, 'utf8');
    return new Set(maps.match(/\/dev\/shm\/PostgreSQL\.\d+/g));
  }

  /** kill -9 to everything on it at once: what is in flight stays half done. */
  crash() {
    // All are stopped first, so that none sees another die.
    const all = this.#all();
    for (const id of all) send('SIGSTOP', id);
    const memory = this.#sharedMemory();
    for (const id of new Set([...all, ...this.#all()])) send('SIGKILL', id);
    // A machine that went down takes its memory with it.
    for (const file of memory) rmSync(file, { force: true });
    for (const relay of this.#everyRelay()) relay.refuse();
  }

  async restart() {
    for (const relay of this.#everyRelay()) await relay.listen();
    this.startEtcd();
    this.startPatroni();
  }

  /** SIGSTOP to everything on it: its connections stay, and say nothing. */
  freeze() {
    for (const id of this.#all()) send('SIGSTOP', id);
  }

  thaw() {
    for (const id of this.#all().reverse()) send('SIGCONT', id);
  }

  /**
   * Cuts it off from the other machines; with `clients` also from those who use its database. Its
   * member of etcd is stopped meanwhile, which to the others is the same.
   */
  cut({ clients }) {
    for (const relay of this.#relays.peers) relay.cut();
    if (clients) for (const relay of this.#relays.clients) relay.cut();
    send('SIGSTOP', this.#etcd.pid);
  }

  mend() {
    send('SIGCONT', this.#etcd.pid);
    for (const relay of this.#everyRelay()) relay.mend();
  }

  /** Whether its member of etcd knows the cluster's version. */
  async hasEtcd() {
    try {
      const answer = await fetch(`http://127.0.0.1:${this.ports.etcd}/version`);
      const { etcdserver, etcdcluster } = await answer.json();
      return etcdcluster.split('.')[1] === etcdserver.split('.')[1];
    } catch {
      return false;
    }
  }

  /** What its Patroni knows of the cluster; undefined if it does not answer. */
  async cluster() {
    try {
      const answer = await fetch(`http://127.0.0.1:${this.ports.rest}/cluster`, {
        signal: AbortSignal.timeout(2_000),
      });
      return (await answer.json()).members;
    } catch {
      return undefined;
    }
  }

  /** Ends all of it; PostgreSQL so that it takes its shared memory along. */
  async close() {
    this.thaw();
    for (const one of [this.#patroni, this.#etcd]) if (one && !one.how) send('SIGKILL', one.pid);
    const postmaster = this.#postmaster();
    if (postmaster) send('SIGQUIT', postmaster);
    const end = Date.now() + 5_000;
    while (this.#postmaster() && Date.now() < end) await pause(50);
    for (const id of this.#all()) send('SIGKILL', id);
    for (const relay of this.#everyRelay()) relay.close();
  }
}

/** Copies the templates to a folder that the database's owner can read. */
export function copyTemplates(folder) {
  for (const name of ['fill', 'etcd.yml', 'patroni.yml', 'haproxy.cfg']) {
    const mode = name === 'fill' ? 0o755 : 0o644;
    writeFileSync(path.join(folder, name), readFileSync(path.join(deploy, name)), { mode });
  }
}
