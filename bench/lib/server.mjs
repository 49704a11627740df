// A Lotkeeper server on a fresh database, set up with the command line as an operator would.
import { openSync, closeSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cpuSecondsOf, endWithin, firstLineOf, output, start } from './processes.mjs';

export const zones = Array.from({ length: 20 }, (_, n) => `Lot ${String(n + 1).padStart(2, '0')}`);

const client = 'BENCH';

// A server's own settings in the caller's environment would change what is measured.
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('LOTKEEPER_')),
);

class SqliteFile {
  constructor(file) {
    Object.assign(this, { file, url: `sqlite:${file}` });
  }

  async rows(table) {
    const query = `SELECT count(*) FROM ${table}`;
    return Number(await output('sqlite3', ['-readonly', this.file, query]));
  }

  remove() {
    for (const end of ['', '-wal', '-shm']) rmSync(`${this.file}${end}`, { force: true });
  }
}

export class Server {
  #child;
  #log;
  #binary;
  #database;
  #logLevel;
  #nextNumber = 0;
  #first;
  acknowledged = 0;
  unanswered = 0;
  records = {
    vehicles: { acknowledged: 0, unanswered: 0 },
    profiles: { acknowledged: 0, unanswered: 0 },
  };

  /**
   * Options beyond the defaults are given as the server's own arguments; `database` has a `url`,
   * `rows(table)` and `remove()`, and is an SQLite file unless given.
   */
  static async start({ binary, directory, name, logLevel, options = [], database }) {
    const server = new Server();
    const admin = (...args) => server.#command(60, ...args);
    server.#binary = binary;
    server.#database = database ?? new SqliteFile(join(directory, `${name}.db`));
    server.file = server.#database.file;
    server.#logLevel = logLevel;
    await admin('client', 'add', client);
    await admin('integration', 'add', client, 'load', '--allow', 'all');
    for (const zone of zones) await admin('zone', 'add', client, zone);
    server.token = (await admin('token', 'issue', client, 'load')).trim();

    server.#log = join(directory, `${name}.log`);
    await server.#serve(options);
    return server;
  }

  /** Adds an integration, which may do everything, and gives its token. */
  async addIntegration(name) {
    await this.#command(60, 'integration', 'add', client, name, '--allow', 'all');
    return (await this.#command(60, 'token', 'issue', client, name)).trim();
  }

  /** A second server on the database of this one. Numbers are the first one's to give. */
  async replica(name) {
    const replica = new Server();
    replica.#binary = this.#binary;
    replica.#database = this.#database;
    replica.#logLevel = this.#logLevel;
    replica.#log = join(dirname(this.#log), `${name}.log`);
    replica.#first = this;
    replica.token = this.token;
    await replica.#serve([]);
    return replica;
  }

  async #serve(options) {
    const log = openSync(this.#log, 'w');
    const args = ['serve', '--listen', '127.0.0.1:0', '--database', this.#database.url];
    this.#child = start(this.#binary, [...args, '--log-level', this.#logLevel, ...options], {
      env: environment,
      stdio: ['ignore', 'pipe', log],
    });
    closeSync(log);
    this.port = await this.#listeningPort();
    this.pid = this.#child.pid;
    this.api = `http://127.0.0.1:${this.port}/api/${client}/v1`;
  }

  /** Starts again on the same database, with the default settings. */
  restart() {
    return this.#serve([]);
  }

  #command(seconds, ...args) {
    return output(this.#binary, [...args, '--database', this.#database.url], {
      env: environment,
      seconds,
      what: `lotkeeper ${args.slice(0, 2).join(' ')}`,
    });
  }

  /** Adds an operator of every client. */
  addOperator(name, password) {
    const args = ['operator', 'add', name, '--role', 'administrator'];
    const command = `printf '%s\\n' "$0" | "$@"`;
    return output('sh', ['-c', command, password, this.#binary, ...args, '--database', this.#database.url], {
      env: environment,
      seconds: 60,
      what: 'lotkeeper operator add',
    });
  }

  /** Imports the `rows` permits of a CSV file through the running server. */
  async importPermits(file, rows) {
    const began = performance.now();
    const args = ['import', 'permits', file, '--client', client, '--integration', 'load'];
    const text = await this.#command(60 + rows / 500, ...args);
    const seconds = (performance.now() - began) / 1000;
    const imported = Number(/^imported (\d+), present 0, rejected 0$/m.exec(text)?.[1] ?? 0);
    this.acknowledged += imported;
    return { rows, seconds, perSecond: imported / seconds, errors: rows - imported };
  }

  /** Imports the violations of a JSON file. */
  async importViolations(file) {
    const text = await this.#command(60, 'import', 'violations', file, '--client', client);
    if (!/, rejected 0$/m.test(text)) throw new Error(`import of violations: ${text}`);
  }

  /** How many rows a table has, while the server runs. */
  rows(table) {
    return this.#database.rows(table);
  }

  /** Removes the database of a server that is stopped. */
  removeDatabase() {
    return this.#database.remove();
  }

  async #listeningPort() {
    const first = await firstLineOf(this.#child, 20);
    const match = /^listening on http:\/\/127\.0\.0\.1:(\d+)$/.exec(first);
    if (!match) throw new Error(`the server did not start; it logged:\n${this.logTail()}`);
    return Number(match[1]);
  }

  logTail() {
    return readFileSync(this.#log, 'utf8').slice(-2000);
  }

  /** The first of `count` numbers of permits that this server was not given yet. */
  reserve(count) {
    if (this.#first) return this.#first.reserve(count);
    const first = this.#nextNumber;
    this.#nextNumber += count;
    return first;
  }

  /** Live permits as permits/stats counts them. */
  async stored() {
    const reply = await fetch(`${this.api}/permits/stats`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ apiToken: this.token }),
    });
    if (reply.status !== 200) throw new Error(`permits/stats answered ${reply.status}`);
    const { data } = await reply.json();
    return data.reduce((sum, row) => sum + Number(row.total), 0);
  }

  cpuSeconds() {
    return cpuSecondsOf(this.pid);
  }

  /** Resident memory in bytes: now, and at its highest. */
  memory() {
    const text = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    const bytes = (name) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)[1]);
    return { resident: bytes('VmRSS'), highest: bytes('VmHWM') };
  }

  /** Lets the highest resident memory begin anew from what is resident now. */
  forgetHighestMemory() {
    writeFileSync(`/proc/${this.pid}/clear_refs`, '5');
  }

  /** Bytes that the log of the database takes on disk. */
  logSize() {
    return statSync(`${this.file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }

  async stop() {
    this.#child.kill('SIGTERM');
    const end = await endWithin(this.#child, 20, 'the server, told to stop,');
    if (end.status !== 0) {
      const reason = end.signal ?? `status ${end.status}`;
      throw new Error(`the server ended with ${reason}; it logged:\n${this.logTail()}`);
    }
  }
}
