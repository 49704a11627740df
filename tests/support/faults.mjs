// The refusals a caller can meet: codes, the document's messages letter for letter, HTTP statuses.
import assert from 'node:assert/strict';
import { k_error_messages } from './document.mjs';

const k_messages = { ...k_error_messages, 9100: 'No such endpoint.' };

const k_statuses = {
  9000: 400,
  9001: 401,
  9002: 403,
  9003: 400,
  9009: 404,
  9019: 409,
  9020: 409,
  9022: 409,
  9100: 404,
  9101: 405,
  9102: 429,
  9103: 503,
  9104: 500,
  9105: 503,
};

export function statusOf(code) {
  return k_statuses[code] ?? 422;
}

// `reply` refuses with `code`: the status, the two documented keys first and as documented, and the
// request id in both places. `field` as a string must be named, as null must be absent.
export function assertRefused(reply, code, { status = statusOf(code), field, detail } = {}) {
  const { json } = reply;
  const shown = `${reply.status} ${reply.text}`;
  assert.equal(json.ErrorCode, code, shown);
  assert.equal(reply.status, status, shown);
  assert.match(reply.headers['content-type'] ?? '', /^application\/json\b/, 'content type');
  assert.deepEqual(Object.keys(json).slice(0, 2), ['ErrorCode', 'ErrorMessage'], shown);
  if (code in k_messages) assert.equal(json.ErrorMessage, k_messages[code], shown);
  assert.equal(typeof json.ErrorMessage, 'string', shown);
  assert.equal(
    json.RequestId,
    reply.headers['x-request-id'],
    `RequestId and X-Request-Id: ${shown}`,
  );
  assert.ok(json.RequestId, shown);
  if (field === null) assert.ok(!('Field' in json), `no Field expected: ${shown}`);
  else if (field !== undefined) assert.equal(json.Field, field, shown);
  if (detail !== undefined) assert.match(json.Detail ?? '', detail, shown);
  return json;
}

// Several faults at once: [[code, field], …] in order, the first also on the top level.
export function assertAllFaults(reply, faults) {
  const json = assertRefused(reply, faults[0][0], { field: faults[0][1] });
  assert.ok(Array.isArray(json.Errors), reply.text);
  assert.deepEqual(
    json.Errors.map((fault) => [fault.ErrorCode, fault.Field]),
    faults,
    reply.text,
  );
  for (const fault of json.Errors) {
    assert.deepEqual(Object.keys(fault).slice(0, 2), ['ErrorCode', 'ErrorMessage'], reply.text);
    assert.equal(fault.ErrorMessage, k_messages[fault.ErrorCode], reply.text);
    assert.ok(fault.Detail, `a Detail for each: ${reply.text}`);
  }
  assert.equal(json.Errors[0].ErrorMessage, json.ErrorMessage);
  assert.equal(json.Errors[0].Detail, json.Detail);
}
