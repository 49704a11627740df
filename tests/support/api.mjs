// A caller of the API: one client, one token, a method for each permits endpoint.
import assert from 'node:assert/strict';
import http from 'node:http';
import { command } from './lotkeeper.mjs';
import { postgresql } from './server.mjs';

export const k_reference = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export class Caller {
  constructor(server, client, token) {
    Object.assign(this, { server, client, token });
  }

  // POSTs `attributes` with the token before them (a `apiToken` of their own wins), or text as it is.
  async post(verb, attributes = {}, headers = {}) {
    const body =
      typeof attributes === 'string'
        ? attributes
        : JSON.stringify({ apiToken: this.token, ...attributes });
    const response = await fetch(`${this.server.url}/api/${this.client}/v1/permits/${verb}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body,
    });
    return replyOf(response);
  }

  push(attributes, headers) {
    return this.post('push', attributes, headers);
  }

  update(attributes, headers) {
    return this.post('update', attributes, headers);
  }

  delete(attributes, headers) {
    return this.post('delete', attributes, headers);
  }

  stats(attributes, headers) {
    return this.post('stats', attributes, headers);
  }

  check(attributes, headers) {
    return this.post('check', attributes, headers);
  }

  // A push that must succeed; gives the reference.
  async pushed(attributes, headers) {
    return assertStored(await this.push(attributes, headers));
  }

  // A check that must be answered; gives the reply's object.
  async checked(attributes) {
    const reply = await this.check(attributes);
    assert.equal(reply.status, 200, reply.text);
    return reply.json;
  }

  // Statistics that must be answered; gives the reply's object.
  async counted(attributes) {
    const reply = await this.stats(attributes);
    assert.equal(reply.status, 200, reply.text);
    return reply.json;
  }
}

export async function replyOf(response) {
  const text = await response.text();
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text,
    get json() {
      return JSON.parse(text);
    },
  };
}

// The documented reply of push, update and delete; gives the reference.
export function assertStored(reply, { warnings = false } = {}) {
  assert.equal(reply.status, 200, reply.text);
  const { json } = reply;
  const keys = ['status', 'reference_id', 'InternalReferenceID'];
  assert.deepEqual(Object.keys(json), warnings ? [...keys, 'warnings'] : keys, reply.text);
  assert.equal(json.status, 'success', reply.text);
  assert.match(json.reference_id, k_reference, reply.text);
  assert.equal(json.InternalReferenceID, json.reference_id, reply.text);
  if (warnings) assertWarnings(json);
  return json.reference_id;
}

export function assertWarnings(json) {
  assert.ok(Array.isArray(json.warnings) && json.warnings.length > 0, JSON.stringify(json));
  for (const warning of json.warnings) assert.equal(typeof warning, 'string');
}

// A client with zones, and a caller of a first integration that may do everything.
export async function addClient(server, code, { zones = [], timeZone, currency, ...rest } = {}) {
  const options = [];
  if (timeZone) options.push('--time-zone', timeZone);
  if (currency) options.push('--currency', currency);
  await command(server, 'client', 'add', code, ...options);
  for (const zone of zones) await command(server, 'zone', 'add', code, zone);
  return addCaller(server, code, rest);
}

// An integration with one token, as a caller.
export async function addCaller(
  server,
  client,
  { integration = 'Pay stations', allow = 'all', permitType } = {},
) {
  const options = permitType ? ['--permit-type', permitType] : [];
  await command(server, 'integration', 'add', client, integration, '--allow', allow, ...options);
  return Object.assign(new Caller(server, client, await issueToken(server, client, integration)), {
    integration,
  });
}

export async function issueToken(server, client, integration, ...options) {
  const token = await command(server, 'token', 'issue', client, integration, ...options);
  // On PostgreSQL commands go past the server, which looks four times a second.
  if (postgresql) await new Promise((resolve) => setTimeout(resolve, 500));
  return token.trim();
}

/** One push over an agent's connections. `client` is node's http or https. */
export function postWith(agent, port, caller, attributes, client = http) {
  const body = JSON.stringify({ apiToken: caller.token, ...attributes });
  return new Promise((resolve, reject) => {
    const request = client.request(
      {
        agent,
        host: '127.0.0.1',
        port,
        method: 'POST',
        path: `/api/${caller.client}/v1/permits/push`,
        headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (more) => (text += more));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode, json: JSON.parse(text) }));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
