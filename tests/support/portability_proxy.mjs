// Sits between Lotkeeper and PostgreSQL, speaks the wire protocol (version 3), and makes PostgreSQL as
// difficult as a database that is spread over machines. What it does to Lotkeeper's own sessions:
//
// - a statement with a feature that others lack (portability_features.mjs) is refused with 0A000 and counted;
// - of `conflicts` (0 to 1) of the transactions that write nothing stands: one of their statements, or their
//   COMMIT, is answered with 40001;
// - a string of several statements is refused with 42601, as Citus refuses it for tables that it has spread;
// - `doubts` (0 to 1) of their COMMITs are answered as Citus answers if its one worker failed: warnings,
//   then XX000. A third of them warn of 40001 and store nothing. Of the others half were run, half were not;
// - `cuts` (0 to 1) of their COMMITs never arrive, or are run and never answered: the connection ends.
//
// As a program it runs a command with LOTKEEPER_TEST_POSTGRESQL set to itself, before what was there:
//
//   script/with-postgresql node tests/support/portability_proxy.mjs [--conflicts 0.3] [--seed N] COMMAND…
import { spawn } from 'node:child_process';
import net from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { randomFrom } from '../crash/ledger.mjs';
import { featuresOf } from './portability_features.mjs';

const k_ssl_request = 80877103;
const k_gss_request = 80877104;
const k_cancel_request = 80877102;
const k_longest_way = 6; // statements of a transaction before the one that fails, at most

const raising = (code, why) =>
  `DO $$ BEGIN RAISE EXCEPTION '${why}' USING ERRCODE = '${code}'; END $$`;
// The worker's message comes as a warning. The error says neither the cause nor what was stored.
const k_worker_lost = ['XX000', 'server closed the connection unexpectedly'];
const k_worker_refused = ['40001', 'could not serialize access due to read/write dependencies'];
const k_commit_failed = 'could not commit transaction for shard 102457 on at least one active node';
const warningAndRaising = ([code, why]) =>
  `DO $$ BEGIN RAISE WARNING '${why}' USING ERRCODE = '${code}'; ` +
  `RAISE EXCEPTION '${k_commit_failed}' USING ERRCODE = 'XX000'; END $$`;
const k_conflict = raising('40001', 'restart transaction: the proxy says so');

function message(type, body) {
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const zero = Buffer.from([0]);
const text = (string) => Buffer.concat([Buffer.from(string), zero]);

const parse = (name, sql) => message('P', Buffer.concat([text(name), text(sql), Buffer.alloc(2)]));
// An execution of a statement that has no name, put before another. If it fails, the other is skipped.
const failing = Buffer.concat([
  parse('', k_conflict),
  message('B', Buffer.alloc(8)),
  message('E', Buffer.concat([zero, Buffer.alloc(4)])),
]);

function report(type, severity, [code, why]) {
  const fields = { S: severity, V: severity, C: code, M: why };
  const body = Object.entries(fields).map(([name, value]) => text(name + value));
  return message(type, Buffer.concat([...body, zero]));
}

// Whether anything but white space follows a semicolon, outside quoted texts and comments.
function isSeveral(sql) {
  const bare = sql
    .replace(/'(?:[^']|'')*'|"[^"]*"|\$(\w*)\$[\s\S]*?\$\1\$/g, 'x')
    .replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
  return /;\s*\S/.test(bare);
}

// Splits a stream into messages: the first of a client has no type.
class Messages {
  constructor(isClient) {
    this.rest = Buffer.alloc(0);
    this.first = isClient;
  }

  *of(chunk) {
    this.rest = this.rest.length ? Buffer.concat([this.rest, chunk]) : chunk;
    for (;;) {
      const start = this.first ? 0 : 1;
      if (this.rest.length < start + 4) return;
      const length = start + this.rest.readInt32BE(start);
      if (this.rest.length < length) return;
      const whole = this.rest.subarray(0, length);
      this.rest = this.rest.subarray(length);
      yield whole;
    }
  }
}

// One session of a client's, with its twin at PostgreSQL.
class Session {
  constructor(proxy, near) {
    Object.assign(this, { proxy, near, ours: false, plan: null, writes: false, cut: null });
    this.far = net.connect(proxy.target);
    this.fromNear = new Messages(true);
    this.fromFar = new Messages(false);
    for (const [one, other] of [
      [near, this.far],
      [this.far, near],
    ]) {
      one.setNoDelay?.(true);
      one.on('error', () => this.end()).on('close', () => other.end());
    }
    near.on('data', (chunk) => this.#take(chunk));
    this.far.on('data', (chunk) => this.#give(chunk));
  }

  end() {
    this.near.destroy();
    this.far.destroy();
  }

  #take(chunk) {
    const out = [];
    for (const whole of this.fromNear.of(chunk)) {
      const replaced = this.fromNear.first ? this.#start(whole) : this.#change(whole);
      if (replaced === null) {
        // Nothing of this pipeline arrives.
        this.end();
        return;
      }
      out.push(replaced);
    }
    if (out.length > 0 && !this.far.destroyed) this.far.write(Buffer.concat(out));
  }

  #start(whole) {
    const code = whole.readInt32BE(4);
    if (code === k_ssl_request || code === k_gss_request) {
      this.near.write('N');
      return Buffer.alloc(0);
    }
    this.fromNear.first = false;
    if (code !== k_cancel_request) {
      // Only the program that is tested: not psql.
      this.ours = /_application_name\0lotkeeper\0|application_name\0lotkeeper\0/.test(
        whole.toString('latin1'),
      );
    }
    return whole;
  }

  #change(whole) {
    if (!this.ours) return whole;
    const type = String.fromCharCode(whole[0]);
    if (type === 'P') {
      const name = whole.indexOf(0, 5);
      const end = whole.indexOf(0, name + 1);
      const sql = whole.toString('utf8', name + 1, end);
      const fate = this.#fateOf(sql, whole[5] === 0);
      if (fate === undefined || fate === null) return fate === null ? null : whole;
      return parse(whole.toString('utf8', 5, name), fate);
    }
    if (type === 'Q') {
      const fate = this.#fateOf(whole.toString('utf8', 5, whole.length - 1), true);
      if (fate === undefined || fate === null) return fate === null ? null : whole;
      return message('Q', text(fate));
    }
    // A bind of a statement that was prepared before.
    if (type === 'B' && whole[6] !== 0 && this.#isNext()) {
      this.proxy.figures.conflicts += 1;
      return Buffer.concat([failing, whole]);
    }
    return whole;
  }

  // Undefined: goes on as it is; a text: goes on in its place; null: the connection ends.
  #fateOf(sql, isRunAtOnce) {
    if (/^\s*(CREATE|DROP)\s+DATABASE\b/i.test(sql)) return undefined; // the tests' own
    if (isSeveral(sql)) {
      this.proxy.refused.push({ feature: 'several statements', sql });
      return raising('42601', 'cannot insert multiple commands into a prepared statement');
    }
    const [lacking] = featuresOf(sql);
    if (lacking) {
      this.proxy.refused.push({ feature: lacking.name, sql });
      return raising('0A000', `${lacking.name}: some databases lack it`);
    }
    if (/^\s*BEGIN\b/i.test(sql)) {
      this.writes = !/READ ONLY/i.test(sql);
      this.#begin(this.writes);
      return undefined;
    }
    if (/^\s*COMMIT\b/i.test(sql)) return this.#commit();
    if (/^\s*ROLLBACK\b/i.test(sql)) this.plan = null;
    if (isRunAtOnce && this.#isNext()) {
      this.proxy.figures.conflicts += 1;
      return k_conflict;
    }
    return undefined;
  }

  #begin(writes) {
    this.plan = null;
    if (!writes) return;
    this.proxy.figures.transactions += 1;
    if (!this.proxy.chance(this.proxy.conflicts)) return;
    const atCommit = this.proxy.chance(0.5);
    this.plan = { left: atCommit ? Infinity : Math.floor(this.proxy.random() * k_longest_way) };
  }

  #isNext() {
    if (!this.plan) return false;
    this.plan.left -= 1;
    if (this.plan.left >= 0) return false;
    this.plan = null;
    return true;
  }

  #commit() {
    if (this.plan) {
      this.plan = null;
      this.proxy.figures.conflicts += 1;
      return k_conflict;
    }
    if (!this.writes) return undefined;
    if (this.proxy.chance(this.proxy.doubts)) {
      const dice = this.proxy.random();
      if (dice < 1 / 3) this.proxy.figures.warnedConflicts += 1;
      else if (dice < 2 / 3) this.proxy.figures.doubtsBefore += 1;
      else this.cut = 'warned';
      if (dice >= 2 / 3) return undefined;
      return warningAndRaising(dice < 1 / 3 ? k_worker_refused : k_worker_lost);
    }
    if (!this.proxy.chance(this.proxy.cuts)) return undefined;
    if (this.proxy.chance(0.5)) {
      this.proxy.figures.cutBefore += 1;
      return null;
    }
    this.cut = 'after';
    return undefined;
  }

  #give(chunk) {
    const out = [];
    for (const whole of this.fromFar.of(chunk)) {
      if (this.cut && whole[0] === 0x43 && whole.toString('latin1', 5, whole.length - 1) === 'COMMIT') {
        if (this.cut === 'warned') {
          this.proxy.figures.doubtsAfter += 1;
          this.cut = null;
          out.push(report('N', 'WARNING', k_worker_lost));
          out.push(report('E', 'ERROR', ['XX000', k_commit_failed]));
          continue;
        }
        this.proxy.figures.cutAfter += 1;
        this.end();
        return;
      }
      out.push(whole);
    }
    if (out.length > 0 && !this.near.destroyed) this.near.write(Buffer.concat(out));
  }
}

export class PortabilityProxy {
  /** Before the server of script/with-postgresql that `url` names. */
  static async open(url, { conflicts = 0, cuts = 0, doubts = 0, seed }) {
    const proxy = new PortabilityProxy();
    const { searchParams } = new URL(url.replace('@/', '@unix/'));
    proxy.target = path.join(searchParams.get('host'), '.s.PGSQL.5432');
    proxy.random = randomFrom(seed);
    Object.assign(proxy, { conflicts, cuts, doubts, seed });
    proxy.figures = { transactions: 0, conflicts: 0, cutBefore: 0, cutAfter: 0 };
    Object.assign(proxy.figures, { warnedConflicts: 0, doubtsBefore: 0, doubtsAfter: 0 });
    proxy.refused = [];
    proxy.sessions = new Set();
    proxy.listener = net.createServer((near) => {
      const session = new Session(proxy, near);
      proxy.sessions.add(session);
      near.on('close', () => proxy.sessions.delete(session));
    });
    await new Promise((done) => proxy.listener.listen(0, '127.0.0.1', done));
    const { port } = proxy.listener.address();
    proxy.url = url.replace(/@\/([^?]*)\?.*/, `@127.0.0.1:${port}/$1`);
    return proxy;
  }

  chance(share) {
    return share > 0 && this.random() < share;
  }

  close() {
    this.listener.close();
    for (const session of this.sessions) session.end();
  }
}

export function newSeed() {
  return Number(process.env.PORTABILITY_SEED ?? Math.floor(Math.random() * 2 ** 31));
}

async function main(words) {
  const settings = { conflicts: 0, cuts: 0, doubts: 0, seed: newSeed() };
  while (words[0]?.startsWith('--') && words[0].slice(2) in settings) {
    settings[words.shift().slice(2)] = Number(words.shift());
  }
  const proxy = await PortabilityProxy.open(process.env.LOTKEEPER_TEST_POSTGRESQL, settings);
  console.error(`portability proxy: ${JSON.stringify(settings)}`);
  const child = spawn(words[0], words.slice(1), {
    stdio: 'inherit',
    env: { ...process.env, LOTKEEPER_TEST_POSTGRESQL: proxy.url },
  });
  const status = await new Promise((done) => child.once('close', (code) => done(code ?? 1)));
  proxy.close();
  console.error(`portability proxy: ${JSON.stringify(proxy.figures)}, seed ${proxy.seed}`);
  const { refused } = proxy;
  for (const { feature, sql } of refused) console.error(`refused, ${feature}: ${sql.slice(0, 200)}`);
  const isIdle = settings.conflicts > 0 && proxy.figures.conflicts === 0;
  if (isIdle) console.error('portability proxy: nothing was made to fail, so this shows nothing');
  process.exitCode = status !== 0 ? status : refused.length > 0 || isIdle ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(process.argv.slice(2));
