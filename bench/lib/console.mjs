// What the console's user waits for: a plate check, and the bytes of the first page.
import { request } from 'node:http';

const header = { 'X-Lotkeeper-Console': '1' };

function ask(port, method, path, { cookie, body } = {}) {
  const headers = { ...header, 'Accept-Encoding': 'gzip', ...(cookie ? { Cookie: cookie } : {}) };
  return new Promise((done, failed) => {
    const sent = request({ port, method, path, headers }, (reply) => {
      const pieces = [];
      reply.on('data', (piece) => pieces.push(piece));
      reply.on('end', () => done({ reply, body: Buffer.concat(pieces) }));
      reply.on('error', failed);
    });
    sent.on('error', failed);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Signs in and gives the session's cookie. */
export async function signIn(port, name, password) {
  const { reply } = await ask(port, 'POST', '/console/api/session', { body: { name, password } });
  return reply.headers['set-cookie']?.[0].split(';')[0];
}

/** `count` plate checks, one after another, each with its row of evidence: microseconds of each. */
export async function checkPlates(port, cookie, plates) {
  const times = [];
  let errors = 0;
  for (const plate of plates) {
    const began = process.hrtime.bigint();
    const { reply } = await ask(port, 'POST', '/console/api/plate-checks', { cookie, body: { plate } });
    times.push(Number(process.hrtime.bigint() - began) / 1000);
    if (reply.statusCode !== 200) ++errors;
  }
  times.sort((a, b) => a - b);
  return {
    requests: times.length,
    errors,
    p50_us: times[Math.floor(times.length / 2)],
    p99_us: times[Math.floor(times.length * 0.99)],
  };
}

/** Bytes, compressed, of the console's page and all that it names. */
export async function firstLoad(port) {
  const page = await ask(port, 'GET', '/console');
  let bytes = page.body.length;
  const html = page.reply.headers['content-encoding'] === 'gzip'
    ? (await import('node:zlib')).gunzipSync(page.body).toString()
    : page.body.toString();
  const named = [...html.matchAll(/(?:src|href)="(\/console\/[^"]+)"/g)].map((found) => found[1]);
  for (const path of new Set(named)) bytes += (await ask(port, 'GET', path)).body.length;
  return { bytes, files: named.length + 1, errors: page.reply.statusCode === 200 ? 0 : 1 };
}
