// The examples in deploy/: filled in, each is accepted by the program that it is for; the container
// file copies and runs what there is.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runProgram, scratch } from '../support/lotkeeper.mjs';
import { binary, startServer } from '../support/server.mjs';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const deploy = path.join(repository, 'deploy');
const example = path.join(deploy, 'values.example');
const fill = (template, values = example) =>
  runProgram(path.join(deploy, 'fill'), [path.join(deploy, template), values]);

async function filled(template) {
  const { code, stdout, stderr } = await fill(template);
  assert.equal(code, 0, stderr);
  const file = path.join(scratch('deploy'), template);
  writeFileSync(file, stdout);
  return file;
}

test('each program accepts its filled template', async () => {
  const checks = [
    ['haproxy', '-c', '-f', await filled('haproxy.cfg')],
    ['patroni', '--validate-config', await filled('patroni.yml')],
  ];
  for (const [program, ...args] of checks) {
    const { code, stdout, stderr } = await runProgram(program, args);
    assert.equal(code, 0, `${program}: ${stdout}${stderr}`);
  }
  // etcd has no check of its own: it must get as far as its data.
  const text = readFileSync(await filled('etcd.yml'), 'utf8');
  const nowhere = path.join(scratch('deploy'), 'etcd.yml');
  writeFileSync(nowhere, text.replace(/^data-dir: .*$/m, 'data-dir: /proc/nowhere'));
  const { code, stdout, stderr } = await runProgram('etcd', ['--config-file', nowhere]);
  assert.notEqual(code, 0);
  assert.match(stdout + stderr, /\/proc\/nowhere/);
});

test('a template that lacks a value is not filled, and the value is named', async () => {
  const values = path.join(scratch('deploy'), 'values');
  writeFileSync(values, readFileSync(example, 'utf8').replace(/^(TTL|REPLICA_1)=.*\n/gm, ''));
  const lacking = await fill('patroni.yml', values);
  assert.deepEqual([lacking.code, lacking.stdout], [1, '']);
  assert.match(lacking.stderr, /gives no value to: TTL\n/);
  assert.match((await fill('haproxy.cfg', values)).stderr, /gives no value to: REPLICA_1\n/);
});

test('a value is inserted unchanged', async () => {
  const values = path.join(scratch('deploy'), 'values');
  const odd = 'a&b\\1 $HOME "quoted"/*';
  writeFileSync(values, `${readFileSync(example, 'utf8')}SUPERUSER_PASSWORD=${odd}\n`);
  assert.ok((await fill('patroni.yml', values)).stdout.includes(odd), 'the later line wins');
});

const containerFile = readFileSync(path.join(deploy, 'Containerfile'), 'utf8').replaceAll(
  '\\\n',
  ' ',
);

test('the image runs the package’s program, as the package’s user, on its volume', async () => {
  const image = containerFile.slice(containerFile.lastIndexOf('\nFROM '));
  const one = (word) => new RegExp(`^${word} (.*)$`, 'm').exec(image)[1];
  const unit = readFileSync(path.join(deploy, 'lotkeeper.service'), 'utf8');
  const ofUnit = (name) => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)[1];
  const [program, command] = [JSON.parse(one('ENTRYPOINT')), JSON.parse(one('CMD'))];
  assert.deepEqual([...program, ...command], ofUnit('ExecStart').split(' ').slice(0, 2));
  const held = await runProgram('dpkg-deb', ['--contents', process.env.LOTKEEPER_PACKAGE]);
  assert.match(held.stdout, new RegExp(` \\.${program[0]}$`, 'm'));
  assert.equal(one('USER'), ofUnit('User'));
  assert.equal(one('VOLUME'), ofUnit('WorkingDirectory'));
  assert.equal(one('WORKDIR'), one('VOLUME'));

  const help = await runProgram(binary, ['serve', '--help']);
  const settings = Object.fromEntries(
    [...containerFile.matchAll(/\b(LOTKEEPER_[A-Z_]+)=(\S+)/g)].map(([, ...pair]) => pair),
  );
  for (const name of Object.keys(settings)) assert.ok(help.stdout.includes(name), name);
  assert.ok(settings.LOTKEEPER_DATABASE.startsWith(`sqlite:${one('VOLUME')}/`));
  assert.ok(settings.LOTKEEPER_LISTEN.endsWith(`:${one('EXPOSE')}`));
  for (const [, base] of containerFile.matchAll(/^FROM (\S+)/gm)) {
    // A short name means a different image to each builder, or makes it ask the user.
    assert.match(base, /^docker\.io\/library\/debian:12-slim$/);
  }
});

test('built, installed and stored files are not sent to the image builder', () => {
  const ignored = readFileSync(path.join(repository, '.dockerignore'), 'utf8').split('\n');
  for (const line of ['.git', 'build', '**/node_modules', '**/*.db*']) {
    assert.ok(ignored.includes(line), line);
  }
});

test('the container file copies files that exist, and its health check works', async () => {
  const text = containerFile;
  for (const [, source] of text.matchAll(/^COPY (?!--from)(\S+) /gm)) {
    assert.ok(existsSync(path.join(repository, source)), source);
  }
  for (const [, script] of text.matchAll(/(script\/[a-z]+)/g)) {
    assert.ok(existsSync(path.join(repository, script)), script);
  }
  const [program, ...args] = JSON.parse(/HEALTHCHECK .*? CMD (\[.*\])/.exec(text)[1]);
  const server = await startServer();
  const check = () =>
    runProgram(program, args.map((arg) => arg.replace('/8080', `/${server.port}`)));
  assert.equal((await check()).code, 0);
  await server.stop();
  assert.notEqual((await check()).code, 0);
});
