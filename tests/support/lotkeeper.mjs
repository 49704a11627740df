// Runs the built binary's commands, and programs beside it, for a test.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { binary, cleanEnvironment } from './server.mjs';

const directories = [];
process.once('exit', () => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

// A directory that lasts as long as the test process, so that a server can be started on it again.
export function scratch(name = 'lotkeeper') {
  const directory = mkdtempSync(path.join(tmpdir(), `${name}-`));
  directories.push(directory);
  return directory;
}

// Runs any program to its end and gives what it printed; never throws for an exit code.
export function runProgram(program, args, { env = {}, input = '', cwd, timeout = 20_000 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: cleanEnvironment(env), cwd });
    let stdout = '';
    let stderr = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), timeout);
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr });
    });
    // A program that ends without reading its input is no fault of the test.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

// One `lotkeeper` command, with whatever outcome.
export function run(args, options) {
  return runProgram(binary, args, options);
}

// One administration command that must succeed, on the database of `server`; gives its stdout.
export async function command(server, ...args) {
  const result = await run([...args, '--database', server.database]);
  const shown = `lotkeeper ${args.join(' ')}: ${result.stderr}${result.stdout}`;
  assert.equal(result.code, 0, shown);
  return result.stdout;
}

// One administration command that must be refused; gives what it said.
export async function refusedCommand(server, ...args) {
  const result = await run([...args, '--database', server.database]);
  const shown = `lotkeeper ${args.join(' ')}: ${result.stderr}${result.stdout}`;
  assert.ok(result.code > 0, `must be refused with a status, not a signal: ${shown}`);
  assert.equal(result.stdout, '', 'a refusal belongs on stderr');
  assert.notEqual(result.stderr.trim(), '', 'a refusal says why');
  return result.stderr;
}

// Tries `check` until it no longer throws; what it throws at the end of the time is the failure.
export async function within(milliseconds, check) {
  const end = Date.now() + milliseconds;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() >= end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

// A port that was free a moment ago, for programs that cannot choose one themselves.
export function freePort() {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
