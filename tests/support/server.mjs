// Starts the built server for a test, on a port of the kernel's choice and with its own data.
//
//   const server = await startDemo();           // or startServer({ args: ['--rate-limit', '5'] })
//   await fetch(`${server.url}/healthz`);
//   await server.stop();
//
// Without `dataDir` a temporary directory is made, and removed again by stop() and kill();
// a `dataDir` that the caller gives is the caller's own and stays, so a test can start on it again.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../', import.meta.url));

/** The program under test: $LOTKEEPER, else the release build. */
export const binary = process.env.LOTKEEPER
  ? resolve(process.env.LOTKEEPER)
  : join(repository, 'build/release/lotkeeper');

const startLimit = 30_000;
const stopLimit = 15_000;

/** The server of script/with-postgresql, if the tests run on PostgreSQL. */
export const postgresql = process.env.LOTKEEPER_TEST_POSTGRESQL || undefined;

/** A test whose subject is SQLite's own: its file. */
export const testOnSqlite = postgresql ? () => {} : test;

/**
 * Starts `lotkeeper demo` with the demo client, token and data, and at most `descriptors` open files.
 * Without its town, unless the test is about it, because a few rows are easier to tell apart.
 */
export function startDemo({ args = [], env = {}, dataDir, descriptors, withTown = false } = {}) {
  const place = (dir) => (postgresql ? ['--database', databaseIn(dir)] : ['--data', dir]);
  const size = withTown ? [] : ['--small'];
  return start((dir) => ['demo', '--listen', '127.0.0.1:0', ...size, ...place(dir), ...args], env, dataDir, descriptors);
}

/** Starts `lotkeeper serve` on the database of its data directory. */
export function startServer({ args = [], env = {}, dataDir } = {}) {
  const database = (dir) => (args.includes('--database') ? [] : ['--database', databaseIn(dir)]);
  const listen = args.includes('--listen') ? [] : ['--listen', '127.0.0.1:0'];
  return start((dir) => ['serve', ...listen, ...database(dir), ...args], env, dataDir);
}

/**
 * The database URL that startServer and startDemo use in `dir`; admin commands take it too. On
 * PostgreSQL a database of the server, made at the first call, stands for the directory.
 */
export function databaseIn(dir) {
  return postgresql ? databaseOf(dir) : `sqlite:${join(dir, 'lotkeeper.db')}`;
}

const databases = new Map();

function databaseOf(dir) {
  if (!databases.has(dir)) {
    const name = `e2e_${process.pid}_${databases.size + 1}`;
    psql(postgresql, `CREATE DATABASE ${name}`);
    databases.set(dir, postgresql.replace(/(:\/\/[^/]*)\/[^?]*/, `$1/${name}`));
  }
  return databases.get(dir);
}

/** Runs one statement with PostgreSQL's own client and gives what it printed. */
export function psql(url, sql) {
  const options = { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 };
  return execFileSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-c', sql, url], options);
}

/** The caller's environment without its LOTKEEPER_ settings, which would change what is tested. */
export function cleanEnvironment(extra = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('LOTKEEPER'));
  return { ...Object.fromEntries(kept), ...extra };
}

// What runs and what listens keeps a file's process alive: a test that failed in its midst would
// leave the runner waiting for ever, its failure untold. A file's own hooks, which come later, have
// their time first.
const leftRunning = new Set();
after(() => setTimeout(closeAll, stopLimit + 5_000).unref());
process.once('exit', closeAll);

function closeAll() {
  for (const close of leftRunning) {
    try {
      close();
    } catch (error) {
      console.error(`left running: ${error.message}`);
    }
  }
}

/** Lets `close` be called some time after the file's tests are over, and when its process ends. */
export function closeAtTheEnd(close) {
  leftRunning.add(close);
}

async function start(commandLine, env, givenDir, descriptors) {
  const dataDir = givenDir ?? mkdtempSync(join(tmpdir(), 'lotkeeper-test-'));
  const removeData = () => {
    if (!givenDir) rmSync(dataDir, { recursive: true, force: true });
  };

  const limit = descriptors ? ['prlimit', `--nofile=${descriptors}`] : [];
  const [program, ...words] = [...limit, binary, ...commandLine(dataDir)];
  const child = spawn(program, words, {
    cwd: dataDir,
    env: cleanEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => (output[name] += text));
  }
  const ended = new Promise((done) => {
    child.once('error', (error) => done({ error }));
    child.once('close', (code, signal) => done({ code, signal }));
  });
  const close = () => {
    child.kill('SIGKILL');
    removeData();
  };
  closeAtTheEnd(close);

  const end = async (signal, limit) => {
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), limit);
    const result = await ended;
    clearTimeout(timer);
    leftRunning.delete(close);
    removeData();
    return result;
  };

  let url;
  try {
    url = await listeningAddress(child, output, ended);
  } catch (error) {
    await end('SIGKILL', stopLimit);
    throw error;
  }

  return {
    url,
    port: Number(new URL(url).port),
    process: child,
    dataDir,
    database: databaseIn(dataDir),
    /** What the server has printed so far. */
    output: () => output.stdout,
    /** What the server has logged so far. */
    log: () => output.stderr,
    /** Settles with { code, signal } when the process has gone, however it went. */
    ended,
    /** SIGTERM; fails unless the server then exits with status 0 in time. */
    async stop() {
      const { code, signal } = await end('SIGTERM', stopLimit);
      if (code !== 0) {
        throw new Error(`the server stopped with ${describe(code, signal)}\n${output.stderr}`);
      }
    },
    /** SIGKILL, as a power cut would. */
    async kill() {
      await end('SIGKILL', stopLimit);
    },
  };
}

function listeningAddress(child, output, ended) {
  return new Promise((found, failed) => {
    const fail = (why) => failed(new Error(`${binary}: ${why}\n${output.stderr}`));
    const timer = setTimeout(() => fail(`not listening after ${startLimit} ms`), startLimit);
    const settle = (action) => {
      clearTimeout(timer);
      child.stdout.removeListener('data', look);
      action();
    };
    const look = () => {
      const line = /^listening on (https?:\/\/\S+)\r?\n/.exec(output.stdout);
      if (line) settle(() => found(line[1]));
    };
    child.stdout.on('data', look);
    ended.then(({ error, code, signal }) =>
      settle(() => fail(error ? error.message : `ended early with ${describe(code, signal)}`)),
    );
  });
}

function describe(code, signal) {
  return signal ? `signal ${signal}` : `status ${code}`;
}
