// The Debian package: what it holds, that what it holds runs, and, for which the test has to run as
// root, that it can be installed, serves from its installed place, and can be removed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { runProgram, scratch } from '../support/lotkeeper.mjs';

const packed = process.env.LOTKEEPER_PACKAGE;
const service = '/lib/systemd/system/lotkeeper.service';

async function output(program, ...args) {
  const { code, stdout, stderr } = await runProgram(program, args, { timeout: 120_000 });
  assert.equal(code, 0, `${program} ${args.join(' ')}: ${stderr}${stdout}`);
  return stdout;
}

function isInstalled() {
  return runProgram('dpkg-query', ['-W', '-f=${db:Status-Status}', 'lotkeeper']).then(
    ({ stdout }) => stdout === 'installed',
  );
}

// The command of the unit's ExecStart, with changes. It runs as the unit's user, in its folder.
function startAsService(changes) {
  const unit = readFileSync(service, 'utf8');
  const command = /^ExecStart=(.*)$/m.exec(unit)[1].split(' ');
  const user = /^User=(.*)$/m.exec(unit)[1];
  const as = ['--reuid', user, '--regid', user, '--clear-groups', '--no-new-privs', '--'];
  return spawn('setpriv', [...as, ...command, ...changes], {
    cwd: /^WorkingDirectory=(.*)$/m.exec(unit)[1],
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function addressOf(child) {
  return new Promise((found, failed) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part) => {
      text += part;
      const line = /^listening on (\S+)\n/.exec(text);
      if (line) found(line[1]);
    });
    child.once('exit', (code) => failed(new Error(`it ended with ${code}`)));
  });
}

test('the package declares its dependencies and has the right files', async () => {
  const fields = await output('dpkg-deb', '--field', packed);
  assert.match(fields, /^Package: lotkeeper$/m);
  const depends = /^Depends: (.*)$/m.exec(fields)[1];
  for (const needed of ['adduser', 'tzdata', 'libc6', 'libpq5', 'libsqlite3-0', 'libssl3']) {
    assert.ok(depends.includes(needed), `${needed} is missing in: ${depends}`);
  }
  const held = (await output('dpkg-deb', '--contents', packed)).split('\n');
  for (const line of held.filter(Boolean)) {
    assert.match(line, /^[d-]rw[x-]r-[x-]r-[x-] root\/root /, 'owned by root, written by nobody else');
  }
  for (const file of [
    '/usr/bin/lotkeeper',
    '/lib/systemd/system/lotkeeper.service',
    '/etc/lotkeeper/lotkeeper.toml',
    '/usr/share/doc/lotkeeper/copyright',
    '/usr/share/doc/lotkeeper/changelog.gz',
    '/usr/share/doc/lotkeeper/README.md',
    '/usr/share/doc/lotkeeper/examples/haproxy.cfg',
  ]) {
    assert.ok(held.some((line) => line.endsWith(` .${file.replace(/^\/lib/, '/usr/lib')}`)), file);
  }
  const conffiles = await output('dpkg-deb', '--info', packed, 'conffiles');
  assert.equal(conffiles, '/etc/lotkeeper/lotkeeper.toml\n');
});

test('its program runs where it is unpacked', async () => {
  const folder = scratch('package');
  await output('dpkg-deb', '--extract', packed, folder);
  const binary = path.join(folder, 'usr/bin/lotkeeper');
  assert.match(await output(binary, '--version'), /^lotkeeper \d+\.\d+\.\d+\n/);
  const unit = path.join(folder, 'usr', service);
  const { stdout } = await runProgram('systemd-analyze', ['security', '--offline=true', unit]);
  const exposure = /Overall exposure level for \S+: ([\d.]+)/.exec(stdout);
  assert.ok(exposure && Number(exposure[1]) <= 1.5, stdout.slice(-200));
});

test('it is installed, serves, and is purged, but for the permits', async () => {
  assert.equal(process.getuid(), 0, 'only root can install a package: run this test as root');
  assert.equal(await isInstalled(), false, 'lotkeeper is installed here already; remove it first');
  const before = existsSync('/var/lib/lotkeeper');
  assert.equal(before, false, '/var/lib/lotkeeper is there already');

  try {
    await output('dpkg', '--install', packed);
    assert.match(await output('/usr/bin/lotkeeper', '--version'), /^lotkeeper /);
    assert.match(await output('getent', 'passwd', 'lotkeeper'), /\/var\/lib\/lotkeeper:\/usr\/sbin\/nologin/);
    assert.equal(statSync('/var/lib/lotkeeper').mode & 0o777, 0o700);
    await output('systemd-analyze', 'verify', service);

    const child = startAsService(['--listen', '127.0.0.1:0']);
    const url = await addressOf(child);
    assert.equal((await fetch(`${url}/readyz`)).status, 200);
    const database = ['--database', 'sqlite:/var/lib/lotkeeper/lotkeeper.db'];
    await output('lotkeeper', 'client', 'add', 'INSTALLED', ...database);

    // The service's environment comes before its settings, for commands as well.
    const cwd = scratch('elsewhere');
    const list = ['lotkeeper', 'client', 'list'];
    assert.match((await runProgram(list[0], list.slice(1), { cwd })).stdout, /INSTALLED/);
    const secret = 'LOTKEEPER_DATABASE=postgresql://127.0.0.1:1/none\n';
    writeFileSync('/etc/lotkeeper/lotkeeper.env', secret, { mode: 0o600 });
    const byRoot = await runProgram(list[0], list.slice(1), { cwd });
    assert.equal(byRoot.code, 1, byRoot.stdout);
    assert.match(byRoot.stderr, /PostgreSQL cannot be reached/);
    const as = ['--reuid', 'lotkeeper', '--regid', 'lotkeeper', '--clear-groups', '--'];
    const byOther = await runProgram('setpriv', [...as, ...list], { cwd: '/' });
    assert.equal(byOther.code, 1, byOther.stdout);
    assert.match(byOther.stderr, /lotkeeper\.env may name the service's database, but this user cannot read it; name the database/);
    rmSync('/etc/lotkeeper/lotkeeper.env');

    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    assert.equal(await ended, 0);

    await output('dpkg', '--remove', 'lotkeeper');
    assert.ok(existsSync('/etc/lotkeeper/lotkeeper.toml'), 'a removal leaves the settings');
  } finally {
    const purged = await output('dpkg', '--purge', 'lotkeeper');
    assert.match(purged, /the permits in \/var\/lib\/lotkeeper are kept/);
  }
  assert.equal(existsSync('/etc/lotkeeper'), false);
  assert.equal(existsSync('/usr/bin/lotkeeper'), false);
  assert.ok(readdirSync('/var/lib/lotkeeper').includes('lotkeeper.db'));
  await output('rm', '-r', '/var/lib/lotkeeper');
  await output('deluser', '--quiet', '--system', 'lotkeeper');
});
