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

/** Checks of `plates`, one after another, each with its row of evidence: microseconds of each. */
export async function checkPlates(port, cookie, plates) {
  const times = [];
  let errors = 0;
  let valid = 0;
  for (const plate of plates) {
    const began = process.hrtime.bigint();
    const { reply, body } = await ask(port, 'POST', '/console/api/plate-checks', { cookie, body: { plate } });
    times.push(Number(process.hrtime.bigint() - began) / 1000);
    if (reply.statusCode !== 200) ++errors;
    else if (JSON.parse(body).valid) ++valid;
  }
  times.sort((a, b) => a - b);
  return {
    requests: times.length,
    errors,
    valid,
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
  // A page that names nothing would be small, and empty.
  let errors = page.reply.statusCode === 200 && named.length > 1 ? 0 : 1;
  for (const path of new Set(named)) {
    const { reply, body } = await ask(port, 'GET', path);
    if (reply.statusCode !== 200) ++errors;
    bytes += body.length;
  }
  return { bytes, files: named.length + 1, errors };
}
