// A reader of violations/send_overdue_to_collections that counts and throws away what comes.
import http from 'node:http';
import { sleep } from './processes.mjs';

// A key that every record has once.
const recordKey = '"SemPermitID":';
const tailLength = 200;

/**
 * Pulls what is overdue, as fast as it comes or at `bytesPerSecond`. Gives the records that came, the
 * count that the reply's end tells, and whether the reply came whole; `signal` breaks it off.
 */
export async function pull(server, { bytesPerSecond, signal } = {}) {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const run = { records: 0, bytes: 0, whole: false };
  let tail = '';
  try {
    const response = await begin(server, signal);
    Object.assign(run, { status: response.statusCode, begunAfter: seconds() });
    for await (const piece of response.setEncoding('latin1')) {
      run.bytes += piece.length;
      // A key that was cut in two by the end of the last piece counts here, and none counts twice.
      run.records += occurrences(tail.slice(1 - recordKey.length) + piece);
      tail = (tail + piece).slice(-tailLength);
      const ahead = bytesPerSecond ? run.bytes / bytesPerSecond - (seconds() - run.begunAfter) : 0;
      if (ahead > 0) await sleep(ahead);
    }
    run.whole = response.complete;
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
  run.count = Number(/"count":(\d+)\}\}$/.exec(tail)?.[1] ?? 0);
  return { ...run, seconds: seconds() };
}

function begin(server, signal) {
  const body = JSON.stringify({ apiToken: server.token });
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const url = `${server.api}/violations/send_overdue_to_collections`;
    const request = http.request(url, { method: 'POST', headers, agent: false, signal }, resolve);
    request.on('error', reject);
    request.end(body);
  });
}

function occurrences(text) {
  let count = 0;
  for (let at = text.indexOf(recordKey); at >= 0; at = text.indexOf(recordKey, at + 1)) count += 1;
  return count;
}
