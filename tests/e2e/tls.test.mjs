// TLS: served, asked for, and a certificate that is read again while the server runs.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { after, test } from 'node:test';
import tls from 'node:tls';
import { addClient, assertStored, postWith } from '../support/api.mjs';
import { run, scratch, within } from '../support/lotkeeper.mjs';
import { exchange, headBytes } from '../support/raw.mjs';
import { binary, cleanEnvironment, databaseIn, startServer } from '../support/server.mjs';

const k_times = { startTime: '2024-06-01T09:00:00', endTime: '2024-06-01T17:00:00' };

const started = new Set();
after(async () => {
  for (const server of started) await server.kill();
});

async function running(start, options) {
  const server = await start(options);
  started.add(server);
  server.ended.then(() => started.delete(server));
  return server;
}

function makeCertificate() {
  const directory = scratch();
  const [certificate, key] = ['server.crt', 'server.key'].map((name) => path.join(directory, name));
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
      .concat(['-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'])
      .concat(['-keyout', key, '-out', certificate]),
    { stdio: 'ignore' },
  );
  return { certificate, key };
}

test('with a certificate and a key the API is served over TLS', async () => {
  const { certificate, key } = makeCertificate();
  const server = await running(startServer, {
    args: ['--tls-certificate', certificate, '--tls-key', key],
  });
  assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/);
  const caller = await addClient(server, 'SECURE');
  const agent = new https.Agent({ ca: readFileSync(certificate), keepAlive: true });
  for (const plate of ['TLS1', 'TLS2']) {
    const reply = await postWith(agent, server.port, caller, { ...k_times, plate }, https);
    assertStored({ ...reply, text: JSON.stringify(reply.json) });
  }
  agent.destroy();
  const plain = await exchange(server.port, headBytes('GET', '/healthz', { Host: 'a' }));
  assert.equal(plain.status, 400);
  assert.equal(plain.json.ErrorCode, 9003);
  assert.match(plain.json.Detail, /^This port uses TLS/);
  await server.stop();
});

test('SIGHUP reads the certificate again; a bad one leaves the old one in use', async () => {
  const [first, second] = [makeCertificate(), makeCertificate()];
  const args = ['--tls-certificate', first.certificate, '--tls-key', first.key];
  const server = await running(startServer, { args });
  const shown = () =>
    new Promise((found, failed) => {
      const socket = tls.connect({ port: server.port, rejectUnauthorized: false }, () => {
        found(socket.getPeerCertificate().fingerprint256);
        socket.destroy();
      });
      socket.on('error', failed);
    });
  const hangUp = async (line) => {
    const before = server.log().length;
    server.process.kill('SIGHUP');
    await within(10_000, () => assert.match(server.log().slice(before), line));
  };
  const old = await shown();
  copyFileSync(second.certificate, first.certificate);
  await hangUp(/SIGHUP: the old TLS certificate stays in use: .*key/);
  assert.equal(await shown(), old);
  copyFileSync(second.key, first.key);
  await hangUp(/SIGHUP: reloaded the TLS certificate/);
  assert.notEqual(await shown(), old);
  await server.stop();
});

test('a terminal that is closed ends the server that was started in it', async () => {
  const database = `sqlite:${scratch()}/lotkeeper.db`;
  const serve = `exec ${binary} serve --listen 127.0.0.1:0 --database ${database}`;
  const terminal = spawn('script', ['-qec', `echo "pid $$"; ${serve}`, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: cleanEnvironment({ SHELL: '/bin/sh' }),
  });
  let said = '';
  terminal.stdout.setEncoding('utf8').on('data', (text) => (said += text));
  const ended = new Promise((done) => terminal.once('exit', done));
  await within(10_000, () => assert.match(said, /listening on/));
  process.kill(Number(/pid (\d+)/.exec(said)[1]), 'SIGHUP');
  assert.equal(await ended, 0, said);
  assert.match(said, /stopped/);
});

test('SIGHUP without TLS does nothing but tell', async () => {
  const server = await running(startServer, {});
  server.process.kill('SIGHUP');
  await within(10_000, () => assert.match(server.log(), /SIGHUP: there is no TLS certificate/));
  assert.equal((await exchange(server.port, headBytes('GET', '/healthz', { Host: 'a' }))).status, 200);
  await server.stop();
});

test('a certificate without its key is refused with a sentence', async () => {
  const args = ['serve', '--listen', '127.0.0.1:0', '--database', databaseIn(scratch())];
  const missing = path.join(scratch(), 'missing.crt');
  for (const more of [
    ['--tls-certificate', missing],
    ['--tls-certificate', missing, '--tls-key', missing],
  ]) {
    const { code, stderr } = await run([...args, ...more]);
    assert.ok(code > 0);
    assert.match(stderr, /key|missing\.crt/);
  }
});
