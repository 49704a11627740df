// The two endpoints. Each request is one statement on one connection of the pool.
import { randomFillSync } from 'node:crypto';
import Fastify from 'fastify';
import pg from 'pg';
import { refusal, readCheck, readPush } from './attributes.mjs';
import { Directory } from './directory.mjs';
import { checkPlate, findStanding, insertPermit } from './statements.mjs';

const receipt = {
  type: 'object',
  properties: {
    status: { type: 'string' },
    reference_id: { type: 'string' },
    InternalReferenceID: { type: 'string' },
  },
};

export function service({ database, connections, firstCounter }) {
  const app = Fastify({ logger: false, bodyLimit: 65536 });
  const pool = new pg.Pool({ connectionString: database, max: connections });
  const directory = new Directory(pool);

  // Which counters a statement adds to follows from its connection, so that no two wait for a row.
  let nextCounter = firstCounter;
  pool.on('connect', (client) => {
    client.counter = nextCounter++;
  });

  const withClient = async (work) => {
    const client = await pool.connect();
    try {
      return await work(client);
    } finally {
      client.release();
    }
  };

  app.setErrorHandler((error, request, reply) => {
    const known = error.refusal ?? refusal(error.statusCode === 400 ? 9003 : 9104).refusal;
    reply.code(known.status).send(known.body);
  });

  const push = { schema: { response: { 200: receipt } } };
  app.post('/api/:client/v1/permits/push', push, async (request) => {
    const holder = await directory.holder(request.params.client, request.body, 'permits.push');
    const permit = readPush(request.body, holder);
    permit.id = uuidV7();
    permit.zoneName = permit.zone === undefined ? 0 : await directory.zoneName(holder, permit.zone);
    return withClient(async (client) => {
      const { rows } = await client.query(insertPermit(holder, permit, client.counter));
      if (rows.length > 0) return answered(permit.id);
      const standing = await client.query(findStanding(holder, permit));
      throw refusal(9022, { reference_id: standing.rows[0]?.permit_id });
    });
  });

  app.post('/api/:client/v1/permits/check', async (request) => {
    const holder = await directory.holder(request.params.client, request.body, 'permits.check');
    const check = readCheck(request.body);
    const zone = check.zone === undefined ? undefined : await directory.zone(holder, check.zone);
    const { rows } = await withClient((client) => client.query(checkPlate(holder, check)));
    return checkReply(check, zone, rows[0]);
  });

  app.addHook('onClose', () => pool.end());
  return app;
}

const answered = (id) => ({ status: 'success', reference_id: id, InternalReferenceID: id });

// RFC 9562: the time in front, so that permits lie in the table's key as they came.
const random = Buffer.alloc(8192);
let used = random.length;
function uuidV7() {
  if (used + 10 > random.length) {
    randomFillSync(random);
    used = 0;
  }
  const time = Date.now().toString(16).padStart(12, '0');
  random[used] = 0x70 | (random[used] & 0x0f);
  random[used + 2] = 0x80 | (random[used + 2] & 0x3f);
  const tail = random.toString('hex', used, used + 10);
  used += 10;
  return `${time.slice(0, 8)}-${time.slice(8)}-${tail.slice(0, 4)}-${tail.slice(4, 8)}-${tail.slice(8)}`;
}

const typeNames = { 1: 'standard', 2: 'temp', 3: 'validator' };
const utc = (milliseconds) => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
const mostNear = 5;

function shown(row) {
  return {
    reference_id: row.permit_id,
    type: typeNames[row.permit_type],
    zone: row.zone_title ?? row.sent_zone,
    permitNo: row.permit_no === '' ? null : row.permit_no,
    startTime: utc(row.start_at),
    endTime: utc(row.end_at),
  };
}

function checkReply(check, zone, { permits, vehicles }) {
  const valid = [];
  const near = [];
  for (const row of permits ?? []) {
    const holds =
      check.zone === undefined ||
      row.sent_zone === null ||
      (row.zone_id === null ? row.sent_zone_norm === check.zone.norm : row.zone_id === zone);
    if (!holds) continue;
    if (row.plate_norm === check.norm) valid.push(shown(row));
    else if (near.length < mostNear) near.push({ ...shown(row), plate: row.plate });
  }
  const reply = {
    status: 'success',
    valid: valid.length > 0,
    plate: check.norm,
    at: utc(check.at),
    permits: valid,
    vehicles: vehicles ?? [],
    near,
  };
  if (check.zone !== undefined && zone === undefined) {
    reply.warnings = [
      'This client has no such zone. Permits for its other zones do not count.',
    ];
  }
  return reply;
}
