// What api/openapi.yaml asks of a request, as a generated client or a validator reads it.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import Ajv2020 from '@redocly/ajv/dist/2020.js';
import { readOpenApi } from './support/conformance.mjs';

let openapi;
before(async () => {
  openapi = await readOpenApi();
});

describe('openapi.yaml makes a generated client send every required attribute', () => {
  const apiToken = 'YOUR-API-TOKEN';
  const permit = { plate: 'A1', startTime: '2026-03-02T09:00:00', endTime: '2026-03-02T17:00:00' };
  const vehicle = { plate: 'A1', plateType: 'Passenger', prov: 'ON' };
  const good = {
    'permits/push': [permit, { plate: ['LicencePlate'], startTime: ['StartDateUtc'], endTime: ['EndDateUtc'] }],
    'permits/update': [{ referenceid: 'x' }, { referenceid: ['referenceID', 'reference_id'] }],
    'permits/delete': [{ referenceid: 'x' }, { referenceid: ['referenceID', 'reference_id'] }],
    'permits/check': [{ plate: 'A1' }, { plate: ['LicencePlate'] }],
    'vehicles/push': [vehicle, { plateType: ['plateTypeID'], prov: ['provID'] }],
    'profiles/push': [{ unique_id: '1', login_source: 'banner' }, {}],
  };
  for (const [endpoint, [body, aliases]] of Object.entries(good)) {
    test(endpoint, () => {
      const ajv = new Ajv2020.default({ strict: false, validateFormats: false });
      ajv.addSchema(openapi, 'openapi');
      const pointer = `openapi#/paths/~1api~1{client}~1v1~1${endpoint.replace('/', '~1')}/post/requestBody/content/application~1json/schema`;
      const judge = ajv.compile({ $ref: encodeURI(pointer) });
      const isGood = (value) => judge({ apiToken, ...value });
      const values = Object.fromEntries(
        Object.entries(body).map(([key, value]) => [key, value === 'x' ? '0190cf7e-5b1c-7d43-9a55-0f2a1c6be3d8' : value]),
      );
      assert.ok(isGood(values), JSON.stringify(judge.errors));
      for (const key of Object.keys(values)) {
        const { [key]: value, ...others } = values;
        assert.ok(!isGood(others), `without ${key}`);
        for (const alias of aliases[key] ?? []) {
          const other = alias.endsWith('ID') && alias !== 'referenceID' ? '1' : value;
          assert.ok(isGood({ ...others, [alias]: other }), `${alias}: ${JSON.stringify(judge.errors)}`);
        }
      }
    });
  }
});
