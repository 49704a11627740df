// The service under bench/peers/fastify, on the database of a Lotkeeper server.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { childrenOf, cpuSecondsOf, endWithin, firstLineOf, output, start } from './processes.mjs';

const folder = fileURLToPath(new URL('../peers/fastify/', import.meta.url));

/** Installs what the service is made of, as its lock file has it. */
export async function installPeer() {
  if (existsSync(`${folder}node_modules/.package-lock.json`)) return;
  await output('npm', ['ci', '--silent', '--no-progress'], { cwd: folder, seconds: 600, what: 'npm ci' });
}

export class Peer {
  #child;
  acknowledged = 0;
  unanswered = 0;

  /** Starts it with so many processes; permits get numbers that `server` was not given. */
  static async start({ server, database, workers, connections }) {
    const peer = new Peer();
    const args = [`${folder}server.mjs`, '--database', database.url];
    peer.#child = start('node', [...args, '--workers', `${workers}`, '--connections', `${connections}`], {
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const line = await firstLineOf(peer.#child, 20);
    const port = /^listening on http:\/\/127\.0\.0\.1:(\d+)$/.exec(line)?.[1];
    if (port === undefined) throw new Error('the Fastify service did not start');
    Object.assign(peer, { server, workers, token: server.token, pid: peer.#child.pid });
    peer.api = `http://127.0.0.1:${port}${new URL(server.api).pathname}`;
    return peer;
  }

  reserve(count) {
    return this.server.reserve(count);
  }

  /** Processor time of its processes. */
  cpuSeconds() {
    const pids = [this.pid, ...childrenOf(this.pid)];
    return pids.reduce((sum, pid) => sum + cpuSecondsOf(pid), 0);
  }

  async stop() {
    this.#child.kill('SIGTERM');
    await endWithin(this.#child, 20, 'the Fastify service, told to stop,');
  }
}
