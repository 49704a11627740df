// Sends what no honest caller sends, and holds the server to it: a refusal stores nothing, and the
// server goes on answering.
import assert from 'node:assert/strict';
import { assertRefused } from './faults.mjs';
import { exchange, postBytes } from './raw.mjs';
import { writesNothing } from './rows.mjs';

export const k_push = '/api/OC_TOMA/v1/permits/push';

// A push that would be stored if nothing were wrong with it.
export const k_good_push = {
  apiToken: 'YOUR-API-TOKEN',
  amount: '14.50',
  currency: 'CAD',
  startTime: '2018-07-02T09:00:00',
  endTime: '2018-07-02T09:30:00',
  plate: 'HOSTILE1',
  permitNo: 'H-1',
  zone: 'Lot 4',
  permitType: 'temp',
};

// The same as JSON text, with `member` (raw text such as `"plate": [1]`) in place of that attribute.
export function pushText(name, rawValue) {
  const members = Object.entries(k_good_push).map(
    ([key, value]) => `${JSON.stringify(key)}: ${key === name ? rawValue : JSON.stringify(value)}`,
  );
  return `{${members.join(', ')}}`;
}

export async function stillAnswers(server) {
  const body = JSON.stringify({ apiToken: 'YOUR-API-TOKEN', zones: 'Lot 4' });
  const reply = await exchange(server.port, postBytes('/api/OC_TOMA/v1/permits/stats', body));
  assert.equal(reply.status, 200, `the server goes on: ${reply.text}`);
}

// POSTs the body over a socket and requires the refusal, an unchanged store and a living server.
export async function refuses(server, body, code, { target = k_push, headers, ...expected } = {}) {
  return writesNothing(server, async () => {
    const reply = await exchange(server.port, postBytes(target, body, headers));
    assertRefused(reply, code, expected);
    await stillAnswers(server);
    return reply;
  });
}

// The counterpart: this body is no fault at all. The permit is deleted again.
export async function accepts(server, body, { headers } = {}) {
  const reply = await exchange(server.port, postBytes(k_push, body, headers));
  assert.equal(reply.status, 200, reply.text);
  const { reference_id } = reply.json;
  const removal = JSON.stringify({ apiToken: 'YOUR-API-TOKEN', reference_id });
  const removed = await exchange(server.port, postBytes('/api/OC_TOMA/v1/permits/delete', removal));
  assert.equal(removed.status, 200, removed.text);
  return reply;
}
