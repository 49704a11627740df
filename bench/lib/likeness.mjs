// Holds the Fastify service's answers against Lotkeeper's before the two are measured.
import { isDeepStrictEqual } from 'node:util';

const permit = {
  Amount: '14.50',
  CurrencyID: 'CAD',
  LicencePlate: 'like 001',
  zone: 'Lot 01',
  permitNo: 'L-1',
  startTime: '2018-07-02T09:30:00',
  endTime: '2018-07-02T11:30:00',
};

// Verb, attributes, and what is particular: the token is the server's unless the case has one.
const cases = [
  ['push', permit],
  ['push', permit],
  ['push', { ...permit, permitNo: 'L-2', zone: 'LOT  01', Amount: '0.50', CurrencyID: undefined }],
  ['push', { ...permit, apiToken: undefined }],
  ['push', { ...permit, apiToken: 'no-such-token' }],
  ['push', { ...permit, Amount: '1' }],
  ['push', { ...permit, Amount: '1450' }],
  ['push', { ...permit, Amount: '1234567.50' }],
  ['push', { ...permit, CurrencyID: 'EUR' }],
  ['push', { ...permit, startTime: undefined }],
  ['push', { ...permit, startTime: '2018-02-30T09:30:00' }],
  ['push', { ...permit, endTime: undefined }],
  ['push', { ...permit, endTime: '2018-07-02T09:30:00' }],
  ['push', { ...permit, LicencePlate: '--' }],
  ['push', { ...permit, LicencePlate: 'A'.repeat(26) }],
  ['push', { ...permit, permitNo: '1'.repeat(51) }],
  ['check', { plate: 'LIKE001', zone: 'Lot 01', at: '2018-07-02T10:00:00' }],
  ['check', { plate: 'LIKE001', zone: 'Lot 02', at: '2018-07-02T10:00:00' }],
  ['check', { plate: '1IKEO0I', at: '2018-07-02T10:00:00' }],
  ['check', { plate: 'LIKE001', at: '2018-07-02T12:00:00' }],
  ['check', { plate: 'LIKE001', zone: 'Nowhere', at: '2018-07-02T10:00:00' }],
  ['check', {}],
];

const reference = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

// References differ, and what Lotkeeper adds to an error beyond code and message is its own.
function comparable(value) {
  if (typeof value === 'string' && reference.test(value)) return 'a reference';
  if (Array.isArray(value)) return value.map((item) => comparable(item));
  if (value === null || typeof value !== 'object') return value;
  const own = 'ErrorCode' in value ? ['Detail', 'RequestId', 'Errors', 'Field'] : [];
  return Object.entries(value)
    .filter(([name]) => !own.includes(name))
    .map(([name, item]) => [name, comparable(item)]);
}

async function ask(service, verb, attributes) {
  const reply = await fetch(`${service.api}/permits/${verb}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ apiToken: service.token, ...attributes }),
  });
  return { status: reply.status, body: comparable(await reply.json()) };
}

/** Throws where `peer` answers otherwise than `server`, each on a database of its own. */
export async function assertAlike(server, peer) {
  for (const [verb, attributes] of cases) {
    const [ours, theirs] = [await ask(server, verb, attributes), await ask(peer, verb, attributes)];
    if (isDeepStrictEqual(ours, theirs)) continue;
    throw new Error(
      `Fastify answers ${verb} of ${JSON.stringify(attributes)} with ${JSON.stringify(theirs)},` +
        ` Lotkeeper with ${JSON.stringify(ours)}`,
    );
  }
}
