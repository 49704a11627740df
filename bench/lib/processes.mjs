// Everything that the benchmark starts, so that whatever ends it ends that too.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';

const ticksPerSecond = 100;

const running = new Set();
const scratch = new Set();

process.on('exit', () => {
  for (const child of running) killGroup(child, 'SIGKILL');
  for (const path of scratch) rmSync(path, { recursive: true, force: true });
});
for (const [signal, status] of [['SIGHUP', 129], ['SIGINT', 130], ['SIGTERM', 143]]) {
  process.on(signal, () => process.exit(status));
}

function killGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Removes `path` when the benchmark ends, however it ends. */
export function removeAtExit(path) {
  scratch.add(path);
}

/** Starts a program in a process group of its own; `child.ended` resolves when it is gone. */
export function start(program, args, options = {}) {
  const child = spawn(program, args, { ...options, detached: true });
  child.ended = new Promise((resolve) => {
    child.on('error', (error) => {
      running.delete(child);
      resolve({ error });
    });
    child.on('exit', (status, signal) => {
      running.delete(child);
      resolve({ status, signal });
    });
  });
  if (child.pid !== undefined) running.add(child);
  return child;
}

/** Waits for the end of `child` and kills it after `seconds`. */
export async function endWithin(child, seconds, what) {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    killGroup(child, 'SIGKILL');
  }, seconds * 1000);
  const end = await child.ended;
  clearTimeout(timer);
  if (end.error) throw new Error(`${what}: ${end.error.message}`);
  if (late) throw new Error(`${what} did not end within ${seconds} s`);
  return end;
}

/** Runs a program to its end, gives what it printed on stdout and passes on its stderr. */
export async function output(program, args, { seconds = 60, what = program, ...options } = {}) {
  const child = start(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const closed = new Promise((resolve) => child.on('close', resolve));
  const end = await endWithin(child, seconds, what);
  await closed;
  if (end.status !== 0) {
    const reason = end.signal ? `killed by ${end.signal}` : `status ${end.status}`;
    throw new Error(`${what}: ${reason}\n${(stderr || stdout).trim().slice(-2000)}`);
  }
  if (stderr) process.stderr.write(`\n${stderr.trimEnd()}\n`);
  return stdout;
}

/** The first line that a child with a piped stdout prints; '' if it ends before or takes longer. */
export function firstLineOf(child, seconds) {
  let text = '';
  const line = new Promise((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (more) => {
      text += more;
      if (text.includes('\n')) resolve(text.split('\n', 1)[0]);
    });
  });
  const timeout = new Promise((resolve) => setTimeout(resolve, seconds * 1000, '').unref());
  return Promise.race([line, child.ended.then(() => ''), timeout]);
}

/** Processor time that a process has taken, in seconds; with that of its children that ended. */
export function cpuSecondsOf(pid, { withEnded = false } = {}) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ').map(Number);
  const ticks = fields[11] + fields[12] + (withEnded ? fields[13] + fields[14] : 0);
  return ticks / ticksPerSecond;
}

/** The processes that `pid` started and that still run. */
export function childrenOf(pid) {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(' ').filter(Boolean);
}

export const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
