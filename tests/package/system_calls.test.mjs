// The service's unit forbids system calls: the server makes none of those, from its start to its end.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { addClient, assertStored } from '../support/api.mjs';
import { runProgram, scratch } from '../support/lotkeeper.mjs';
import { binary, cleanEnvironment, databaseIn } from '../support/server.mjs';

const unit = fileURLToPath(new URL('../../deploy/lotkeeper.service', import.meta.url));

// The groups of system calls that systemd knows, by name, with what each lists.
async function groupsOfSystemd() {
  const { stdout } = await runProgram('systemd-analyze', ['--no-pager', 'syscall-filter']);
  const groups = new Map();
  let group;
  for (const line of stdout.split('\n')) {
    if (line.startsWith('@')) groups.set(line.trim(), (group = []));
    else if (/^ +[@\w]/.test(line)) group?.push(line.trim());
  }
  assert.ok(groups.get('@system-service')?.length > 10, 'systemd tells its groups');
  return groups;
}

// What the unit's lines leave allowed, read in their order as systemd does.
function allowedBy(text, groups) {
  const members = (name) =>
    name.startsWith('@') ? groups.get(name).flatMap(members) : [name];
  const allowed = new Set();
  for (const [, line] of text.matchAll(/^SystemCallFilter=(.*)$/gm)) {
    const forbids = line.startsWith('~');
    for (const name of line.replace('~', '').split(' ').flatMap(members)) {
      if (forbids) allowed.delete(name);
      else allowed.add(name);
    }
  }
  return allowed;
}

async function callsOfAServer() {
  const dataDir = scratch('calls');
  const trace = path.join(dataDir, 'trace');
  const database = databaseIn(dataDir);
  const serve = [binary, 'serve', '--listen', '127.0.0.1:0', '--database', database];
  const child = spawn('strace', ['-f', '-qq', '-o', trace, ...serve], {
    cwd: dataDir,
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  while (!output.includes('\n')) output += (await once(child.stdout, 'data'))[0];
  const server = { database, url: /^listening on (\S+)/.exec(output)[1] };

  const caller = await addClient(server, 'TRACED', { zones: ['Lot 1'] });
  const permits = Array.from({ length: 50 }, (_, n) =>
    caller.push({
      plate: `CALL ${n}`,
      zone: 'Lot 1',
      startTime: '2024-06-01T09:00:00',
      endTime: '2034-06-01T17:00:00',
    }),
  );
  for (const reply of await Promise.all(permits)) assertStored(reply);
  assert.equal((await caller.check({ plate: 'CALL 1' })).json.valid, true);
  assert.equal((await caller.stats()).status, 200);

  const ended = once(child, 'exit');
  // The server is strace's only child; its id leads each of its lines.
  process.kill(Number(/^\d+/.exec(readFileSync(trace, 'utf8'))[0]), 'SIGTERM');
  assert.equal((await ended)[0], 0);
  const calls = readFileSync(trace, 'utf8').matchAll(/^\d+ +(?:<\.\.\. )?(\w+)(?:\(| resumed)/gm);
  return new Set([...calls].map(([, name]) => name));
}

test('the server makes no system call that its unit forbids', async () => {
  const allowed = allowedBy(readFileSync(unit, 'utf8'), await groupsOfSystemd());
  for (const forbidden of ['ptrace', 'mount', 'reboot', 'kexec_load', 'setpriority', 'bpf']) {
    assert.equal(allowed.has(forbidden), false, `${forbidden} is forbidden`);
  }
  const calls = await callsOfAServer();
  // SQLite calls it only as root. The service never runs as root.
  if (process.getuid() === 0) calls.delete('fchown');
  for (const made of ['execve', 'openat', 'fdatasync', 'accept']) assert.ok(calls.has(made), made);
  assert.deepEqual([...calls].filter((name) => !allowed.has(name)).sort(), []);
});
