// Bodies and values that no honest caller sends: each is refused with the documented code, stores
// nothing and leaves the server answering.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertWarnings } from '../support/api.mjs';
import { accepts, k_good_push, k_push, pushText, refuses } from '../support/hostile.mjs';
import { exchange, postBytes } from '../support/raw.mjs';
import { writesNothing } from '../support/rows.mjs';
import { startDemo } from '../support/server.mjs';

let server;
before(async () => (server = await startDemo()));
after(() => server?.stop());

const k_attributes = {
  push: {
    target: '/api/OC_TOMA/v1/permits/push',
    good: k_good_push,
    codes: {
      apiToken: 9002,
      amount: 9033,
      currency: 9033,
      startTime: 9007,
      endTime: 9005,
      plate: 9033,
      permitNo: 9033,
      zone: 9033,
      permitType: 9033,
    },
  },
  update: {
    target: '/api/OC_TOMA/v1/permits/update',
    good: {
      apiToken: 'YOUR-API-TOKEN',
      referenceid: '01900000-0000-7000-8000-000000000001',
      endTime: '2018-07-02T09:30:00',
      plate: 'HOSTILE1',
      amount: '14.50',
      currency: 'CAD',
    },
    codes: { apiToken: 9002, referenceid: 9009 },
  },
  delete: {
    target: '/api/OC_TOMA/v1/permits/delete',
    good: { apiToken: 'YOUR-API-TOKEN', referenceid: '01900000-0000-7000-8000-000000000001' },
    codes: { apiToken: 9002, referenceid: 9009 },
  },
  stats: {
    target: '/api/OC_TOMA/v1/permits/stats',
    good: { apiToken: 'YOUR-API-TOKEN', zones: 'Lot 4', activeAt: '2018-07-02T09:00:00' },
    codes: { apiToken: 9002, zones: 9033, activeAt: 9033 },
  },
  check: {
    target: '/api/OC_TOMA/v1/permits/check',
    good: {
      apiToken: 'YOUR-API-TOKEN',
      plate: 'HOSTILE1',
      zone: 'Lot 4',
      at: '2018-07-02T09:00:00',
    },
    codes: { apiToken: 9002, plate: 9033, zone: 9033, at: 9033 },
  },
};

// JSON text of `good` with the raw text `rawValue` for the attribute `name`.
function withValue(good, name, rawValue) {
  const members = Object.entries(good).map(
    ([key, value]) => `${JSON.stringify(key)}:${key === name ? rawValue : JSON.stringify(value)}`,
  );
  return `{${members.join(',')}}`;
}

test('the count of rows sees a permit that is stored', async () => {
  const body = JSON.stringify({ ...k_good_push, plate: 'STORED1' });
  const push = () => exchange(server.port, postBytes(k_push, body));
  await assert.rejects(writesNothing(server, push), /stores nothing/);
});

for (const [verb, { target, good, codes }] of Object.entries(k_attributes)) {
  for (const [name, code] of Object.entries(codes)) {
    const text = good[name];
    const middle = Math.floor(text.length / 2);
    const insert = (escape) =>
      JSON.stringify(text.slice(0, middle)).slice(0, -1) +
      escape +
      JSON.stringify(text.slice(middle)).slice(1);

    test(`${verb}: control characters in ${name} are ${code}`, async () => {
      const controls = ['\\u0000', '\\t', '\\u001f', '\\u007f'];
      const bodies = controls.map((control) => withValue(good, name, insert(control)));
      bodies.push(
        withValue(good, name, `"${text}\\u0000"`),
        withValue(good, name, `"\\u0000${text}"`),
      );
      for (const body of bodies) await refuses(server, body, code, { target, field: name });
    });

    test(`${verb}: an object, a boolean or an array in place of ${name} is ${code}`, async () => {
      const values = [
        '{}',
        `{"${name}":${JSON.stringify(text)}}`,
        'true',
        'false',
        '[{}]',
        '[1,[2]]',
      ];
      if (name !== 'zones') values.push('[]', `[${JSON.stringify(text)}]`);
      for (const value of values) {
        await refuses(server, withValue(good, name, value), code, { target, field: name });
      }
    });

    test(`${verb}: a lone surrogate, a raw NUL or invalid UTF-8 in ${name} is 9003`, async () => {
      for (const surrogate of ['\\ud800', '\\udfff', '\\ud83d\\ud83d', '\\udca9\\ud83d']) {
        await refuses(server, withValue(good, name, insert(surrogate)), 9003, { target });
      }
      const [head, tail] = withValue(good, name, insert('@')).split('@');
      for (const bytes of [
        [0x00],
        [0xff],
        [0xc0, 0x80],
        [0xed, 0xa0, 0x80],
        [0xf4, 0x90, 0x80, 0x80],
      ]) {
        const body = Buffer.concat([Buffer.from(head), Buffer.from(bytes), Buffer.from(tail)]);
        await refuses(server, body, 9003, { target });
      }
    });

    test(`${verb}: ${name} twice is 9003, even if one is spelled with escapes`, async () => {
      const escaped = `\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}`;
      for (const again of [name, escaped]) {
        const body = withValue(good, '', '').replace(/\}$/, `,"${again}":${JSON.stringify(text)}}`);
        await refuses(server, body, 9003, { target });
      }
    });
  }
}

test('a body that is no JSON object is 9003', async () => {
  const whole = JSON.stringify(k_good_push);
  const bodies = {
    empty: '',
    'white space': ' \r\n\t ',
    'an array': `[${whole}]`,
    'a string': JSON.stringify(whole),
    'a number': '5',
    null: 'null',
    true: 'true',
    'cut off': whole.slice(0, -1),
    'cut off in a string': whole.slice(0, whole.indexOf('HOSTILE1') + 3),
    'two objects': `${whole}${whole}`,
    'something after it': `${whole} x`,
    'a comment': `/* no */ ${whole}`,
    'single quotes': whole.replaceAll('"', "'"),
    'bare keys': whole.replace('"plate"', 'plate'),
    'two trailing commas': whole.replace(/\}$/, ',,}'),
    'a leading comma': whole.replace('{', '{,'),
    NaN: pushText('permitNo', 'NaN'),
    Infinity: pushText('permitNo', '-Infinity'),
    'a hexadecimal number': pushText('permitNo', '0x10'),
    'a number with a leading zero': pushText('permitNo', '0123'),
    'a number without digits after the point': pushText('permitNo', '1.'),
    'a bad escape': pushText('permitNo', '"\\x41"'),
    'a line feed in a string': pushText('permitNo', '"a\nb"'),
    'a form': new URLSearchParams(k_good_push).toString(),
    UTF16: Buffer.from(`\ufeff${whole}`, 'utf16le'),
    'a cut-off UTF-8 sequence': Buffer.concat([
      Buffer.from(whole.slice(0, -1)),
      Buffer.from([0xe2, 0x82]),
    ]),
  };
  for (const [name, body] of Object.entries(bodies)) {
    await assert.doesNotReject(refuses(server, body, 9003), name);
  }
});

test('invalid UTF-8 and lone surrogates are 9003 in keys and unknown values too', async () => {
  const open = JSON.stringify(k_good_push).slice(0, -1);
  for (const member of [
    '"\\ud800":1',
    '"x":"\\udc00"',
    '"x":["\\ud800\\u0041"]',
    '"x":{"\\udbff":1}',
  ]) {
    await refuses(server, `${open},${member}}`, 9003);
  }
  const byte = Buffer.concat([Buffer.from(`${open},"`), Buffer.from([0xfe]), Buffer.from('":1}')]);
  await refuses(server, byte, 9003);
});

test('the same key twice is 9003 in unknown objects at any depth', async () => {
  const open = JSON.stringify(k_good_push).slice(0, -1);
  for (const value of ['{"a":1,"a":1}', '[{"a":1,"\\u0061":2}]', '{"b":{"c":[{"":1,"":2}]}}']) {
    await refuses(server, `${open},"x":${value}}`, 9003);
  }
});

test('the same key in two different objects is no fault', async () => {
  await accepts(
    server,
    JSON.stringify({ ...k_good_push, x: [{ a: 1 }, { a: 1 }], y: { plate: 1 } }),
  );
});

test('a trailing comma before a closing bracket is no fault', async () => {
  const body = JSON.stringify(k_good_push).replace(/\}$/, ', "x": [1, 2, ], "y": {"a": 1,},\n}');
  await accepts(server, body);
});

test('16 levels of nesting are read and 17 are 9003', async () => {
  const nested = (levels, open, close) =>
    JSON.stringify(k_good_push).slice(0, -1) +
    `,"x":${open.repeat(levels - 1)}1${close.repeat(levels - 1)}}`;
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ]) {
    await accepts(server, nested(16, open, close));
    await refuses(server, nested(17, open, close), 9003);
    await refuses(server, nested(1_000, open, close), 9003);
  }
});

test('17 and 1,000 bare brackets are 9003, closed or not', async () => {
  for (const levels of [17, 1_000]) {
    for (const body of ['['.repeat(levels), '['.repeat(levels) + ']'.repeat(levels)]) {
      await refuses(server, body, 9003);
    }
    await refuses(server, '{"a":'.repeat(levels), 9003);
  }
});

test('a plate of emoji has no letter or digit and counts as absent, however long', async () => {
  for (const plate of ['🚗', '🚗🚙🚕', '🚗'.repeat(25), '🚗'.repeat(400), '-', ' . ', '́']) {
    await refuses(server, pushText('plate', JSON.stringify(plate)), 9006, { field: 'plate' });
  }
});

test('a plate of letters and emoji counts by its letters', async () => {
  await accepts(server, pushText('plate', '"PL8 🚗"'));
});

test('dates that the calendar does not have are refused as start and as end', async () => {
  const malformed = [
    '2023-02-29T10:00:00',
    '1900-02-29T10:00:00',
    '2100-02-29T10:00:00',
    '2024-02-30T10:00:00',
    '2024-04-31T10:00:00',
    '2024-00-10T10:00:00',
    '2024-13-10T10:00:00',
    '2024-01-00T10:00:00',
    '2024-01-32T10:00:00',
    '0000-01-01T10:00:00',
    '2024-01-10T24:00:00',
    '2024-01-10T25:00:00',
    '2024-01-10T10:60:00',
    '2016-12-31T23:59:60',
    '2024-01-10T10:00:60',
    '2024-01-10 10:00:00',
    '2024-01-10t10:00:00',
    '2024-01-10T10:00:00z',
    '2024-01-10T10:00',
    '2024-01-10T10:00:00.0',
    '2024-01-10T10:00:00.000Z',
    '2024-01-10T10:00:00+00:00',
    '2024-1-10T10:00:00',
    '2024-01-10',
    '+2024-01-10T10:00:00',
    '-024-01-10T10:00:00',
    '2024-01-10T1 :00:00',
    '２０２４-01-10T10:00:00',
    '٢٠٢٤-01-10T10:00:00',
    '1704880800',
    'now',
    'x'.repeat(5_000),
  ];
  for (const time of malformed) {
    await refuses(server, pushText('startTime', JSON.stringify(time)), 9007, {
      field: 'startTime',
    });
    await refuses(server, pushText('endTime', JSON.stringify(time)), 9005, { field: 'endTime' });
  }
});

test('29 February of a leap year is a date', async () => {
  for (const year of ['2024', '2000']) {
    const body = {
      ...k_good_push,
      startTime: `${year}-02-29T10:00:00`,
      endTime: `${year}-02-29T23:59:59`,
    };
    await accepts(server, JSON.stringify(body));
  }
});

test('a number with a huge exponent is refused without being written out', async () => {
  for (const number of ['1e999999999', '1e400', '-1e2000000000', '1e99999999999999999999']) {
    await refuses(server, pushText('permitNo', number), 9030, { field: 'permitNo' });
    await refuses(server, pushText('amount', number), 9030, { field: 'amount' });
  }
});

test('strings far over every limit are refused, not cut', async () => {
  const long = JSON.stringify('A1'.repeat(20_000));
  for (const [name, code] of Object.entries({
    apiToken: 9002,
    amount: 9030,
    currency: 9030,
    startTime: 9007,
    endTime: 9005,
    plate: 9030,
    permitNo: 9030,
    zone: 9030,
  })) {
    await refuses(server, pushText(name, long), code, { field: name });
  }
});

test('SQL and markup in values are stored as text', async () => {
  const zone = `Lot'); DROP TABLE permit; --`;
  const reply = await accepts(server, pushText('zone', JSON.stringify(zone)));
  assertWarnings(reply.json);
});
