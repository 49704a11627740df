// A private PostgreSQL on the disk of the build directory. Every setting that affects durability or
// speed is PostgreSQL's default.
import { chownSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  childrenOf,
  cpuSecondsOf,
  endWithin,
  output,
  removeAtExit,
  sleep,
  start,
} from './processes.mjs';

const packages = '/usr/lib/postgresql';
const user = 'lotkeeper';
const shown = ['fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'max_wal_size'];

function programs() {
  try {
    const versions = readdirSync(packages).filter((name) => /^\d+$/.test(name));
    return join(packages, versions.sort((a, b) => a - b).at(-1), 'bin');
  } catch {
    throw new Error('PostgreSQL is not installed; run script/bootstrap bench');
  }
}

// The server refuses to run as root.
const isRoot = process.getuid() === 0;
const asOwner = isRoot ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] : [];

async function give(path) {
  if (!isRoot) return;
  const id = async (which) => Number(await output('id', [which, 'postgres']));
  chownSync(path, await id('-u'), await id('-g'));
}

export class PostgreSql {
  #child;
  #programs = programs();
  #sockets;

  /** Starts one whose files lie beside `directory`, on the same disk, until the benchmark ends. */
  static async start(place) {
    const server = new PostgreSql();
    const folder = mkdtempSync(join(place, 'postgresql-'));
    removeAtExit(folder);
    // The path of a socket may have no more than some hundred characters.
    server.#sockets = mkdtempSync(join(tmpdir(), 'lotkeeper-bench-'));
    removeAtExit(server.#sockets);
    await give(folder);
    await give(server.#sockets);
    server.data = join(folder, 'data');
    await server.#make(folder);
    await server.#serve(folder);
    return server;
  }

  async #make(folder) {
    const names = ['--username', user, '--auth', 'trust', '--encoding', 'UTF8', '--locale', 'C.UTF-8'];
    const command = [...asOwner, join(this.#programs, 'initdb'), '--pgdata', this.data, ...names];
    try {
      await output(command[0], command.slice(1), { cwd: '/', what: 'initdb' });
    } catch (error) {
      const hint = isRoot ? `; the user postgres must be able to reach ${folder}` : '';
      throw new Error(`${error.message}${hint}`);
    }
  }

  async #serve(folder) {
    const settings = [`unix_socket_directories=${this.#sockets}`, 'listen_addresses='];
    const command = [...asOwner, join(this.#programs, 'postgres'), '-D', this.data];
    const args = [...command.slice(1), ...settings.flatMap((text) => ['-c', text])];
    this.#child = start(command[0], args, { cwd: folder, stdio: 'ignore' });
    for (let tries = 0; ; ++tries) {
      try {
        await this.sql('postgres', 'SELECT 1');
        return;
      } catch (error) {
        if (tries >= 100) throw new Error(`PostgreSQL did not start: ${error.message}`);
        await sleep(0.1);
      }
    }
  }

  url(database) {
    return `postgresql://${user}@/${database}?host=${this.#sockets}`;
  }

  /** What one of PostgreSQL's own programs prints. */
  run(program, args, seconds) {
    return output(join(this.#programs, program), args, { seconds, what: program });
  }

  /** How many processes it has. */
  processes() {
    return childrenOf(this.#child.pid).length;
  }

  /**
   * Waits until it has no more than so many processes. While sessions end, the list of them may lack
   * some that have not: their processor time would be counted with what is run next, and one short
   * list says nothing.
   */
  async settle(processes) {
    for (let tries = 0, short = 0; short < 3 && tries < 200; ++tries) {
      short = this.processes() > processes ? 0 : short + 1;
      await sleep(0.01);
    }
  }

  /** What `text` selects, a line for each row, columns parted by |. */
  async sql(database, text, seconds = 60) {
    const args = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', this.url(database)];
    return (await this.run('psql', [...args, '-c', text], seconds)).trim();
  }

  /** A fresh database, as Server takes one. */
  async database(name) {
    await this.sql('postgres', `CREATE DATABASE ${name}`);
    return new PostgresDatabase(this, name);
  }

  /** Version, and the settings that matter here, as the server tells them. */
  async describe() {
    const [version, ...values] = (
      await this.sql(
        'postgres',
        `SELECT current_setting('server_version') UNION ALL
         SELECT name || '=' || current_setting(name) FROM unnest('{${shown}}'::text[]) AS name`,
      )
    ).split('\n');
    return { version, settings: values };
  }

  /** Processor time of all its processes, those that ended included. */
  cpuSeconds() {
    const { pid } = this.#child;
    const own = cpuSecondsOf(pid, { withEnded: true });
    return childrenOf(pid).reduce((sum, child) => sum + cpuOfSession(child), own);
  }

  async stop() {
    this.#child.kill('SIGINT');
    await endWithin(this.#child, 60, 'PostgreSQL, told to stop,');
  }
}

// A session may end while its processor time is asked for; it then counts as an ended child.
function cpuOfSession(pid) {
  try {
    return cpuSecondsOf(pid);
  } catch {
    return 0;
  }
}

class PostgresDatabase {
  constructor(server, name) {
    Object.assign(this, { server, name, url: server.url(name) });
  }

  sql(text, seconds) {
    return this.server.sql(this.name, text, seconds);
  }

  /** How many rows a table has. */
  async rows(table) {
    return Number(await this.sql(`SELECT count(*) FROM ${table}`, 600));
  }

  remove() {
    return this.server.sql('postgres', `DROP DATABASE ${this.name} WITH (FORCE)`);
  }
}
