// Processes of a test: each in a process group of its own, its output in a file, all of them ended
// with the test.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Sends `signal` to a process, or with a negative id to a group; none such is no fault. */
export function send(signal, id) {
  try {
    process.kill(id, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** A process and all that descend from it. */
export function familyOf(id) {
  const children = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It has ended meanwhile.
    }
  }
  const family = [id];
  for (const member of family) family.push(...(children.get(member) ?? []));
  return family;
}

export class Processes {
  #running = new Set();

  /** `owner`, where this runs as root: { uid, gid } of who may run a database server. */
  constructor(folder, owner) {
    this.folder = folder;
    this.owner = owner;
  }

  /** Starts a program; its output is added to NAME.log. */
  start(name, program, args, env = {}) {
    const log = openSync(path.join(this.folder, `${name}.log`), 'a');
    const child = spawn(program, args, {
      ...this.owner,
      cwd: this.folder,
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH, LANG: 'C.UTF-8', HOME: this.folder, ...env },
    });
    closeSync(log);
    const running = {
      name,
      pid: child.pid,
      ended: new Promise((done) => {
        child.once('error', (error) => done(error.message));
        child.once('exit', (code, signal) => done(signal ?? `status ${code}`));
      }),
    };
    this.#running.add(running);
    running.ended.then((how) => {
      running.how = how;
      this.#running.delete(running);
    });
    return running;
  }

  /** Runs a program to its end; gives its output, throws unless it ends with 0. */
  run(program, args, { env = {}, input = '', limit = 60_000 } = {}) {
    return new Promise((done, failed) => {
      const child = spawn(program, args, {
        ...this.owner,
        cwd: this.folder,
        env: { PATH: process.env.PATH, LANG: 'C.UTF-8', HOME: this.folder, ...env },
      });
      const out = [];
      let errors = '';
      child.stdout.on('data', (bytes) => out.push(bytes));
      child.stderr.on('data', (bytes) => (errors += bytes));
      const timer = setTimeout(() => child.kill('SIGKILL'), limit);
      child.once('error', failed);
      child.once('close', (code, signal) => {
        clearTimeout(timer);
        if (code === 0) done(Buffer.concat(out).toString());
        else failed(new Error(`${path.basename(program)} ended with ${signal ?? code}: ${errors}`));
      });
      child.stdin.on('error', () => {});
      child.stdin.end(input);
    });
  }

  /** Ends all that still runs, at once. */
  killAll() {
    for (const { pid } of this.#running) {
      for (const member of familyOf(pid)) send('SIGKILL', member);
    }
  }
}
