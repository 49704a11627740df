// Callers of the violations endpoints whose server may die in the middle of a reply.
import assert from 'node:assert/strict';
import http from 'node:http';

// POSTs to an endpoint under violations/; gives the status (null if no reply began), the text that
// came, and whether it came whole.
export function ask(caller, verb, attributes = {}) {
  const body = JSON.stringify({ apiToken: caller.token, ...attributes });
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
  const path = `/api/${caller.client}/v1/violations/${verb}`;
  const options = {
    host: '127.0.0.1',
    port: caller.server.port,
    method: 'POST',
    path,
    headers,
    agent: false,
  };
  return new Promise((resolve) => {
    let status = null;
    const pieces = [];
    const settle = (whole) => resolve({ status, whole, text: Buffer.concat(pieces).toString() });
    const request = http.request(options, (response) => {
      status = response.statusCode;
      response.on('data', (piece) => pieces.push(piece));
      response.on('error', () => settle(false));
      response.on('end', () => settle(response.complete));
    });
    request.on('error', () => settle(false));
    request.end(body);
  });
}

// A reply that must come, as an object.
export async function asked(caller, verb, attributes) {
  const reply = await ask(caller, verb, attributes);
  assert.ok(reply.whole, `${verb} broke off after ${reply.text.length} characters`);
  assert.equal(reply.status, 200, `${verb}: ${reply.text}`);
  return reply;
}

export const pull = (caller) => ask(caller, 'send_overdue_to_collections');

// A pull's reply, or null if it is not complete JSON.
export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// The records of a reply as they stand in its text.
export function recordsText(text) {
  const [from, to] = [text.indexOf('['), text.lastIndexOf('],"state":')];
  assert.ok(from > 0 && to > 0, `no reply of violations: ${text.slice(0, 100)}`);
  return text.slice(from, to + 1);
}
