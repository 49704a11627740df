// The permits of bench/wrk/permit.lua, made within PostgreSQL: ten million pushes would take an hour.
const rowsAtOnce = 500_000;

// What a push of number n brings; the same in permits_csv.mjs, permit.lua and permit_request.cpp.
const rows = (from, to, epoch) => `
  WITH owner AS (SELECT client_id, integration_id, token_id FROM token),
  names AS (
    SELECT client_id, array_agg(zone_name_id ORDER BY name) AS ids FROM zone_name GROUP BY client_id),
  numbered AS (
    SELECT n, n * 7368787 % 456976000 / 1000 AS letters, n * 7368787 % 1000 AS digits,
      ${epoch}::bigint AS epoch
    FROM generate_series(${from}::bigint, ${to - 1}::bigint) AS n),
  plated AS (
    SELECT *, chr((65 + letters / 17576)::int) || chr((65 + letters / 676 % 26)::int)
      || chr((65 + letters / 26 % 26)::int) || chr((65 + letters % 26)::int)
      || lpad(digits::text, 3, '0') AS plate
    FROM numbered)
  INSERT INTO permit (client_id, permit_id, integration_id, token_id, permit_type, plate, plate_norm,
    plate_shape, zone_name_id, permit_no, start_at, end_at, amount_cents, currency, version, created_at)
  SELECT owner.client_id,
    (lpad(to_hex(epoch * 1000 - 86400000 + n), 12, '0') || '7000' || '8000'
      || lpad(to_hex(n), 12, '0'))::uuid,
    integration_id, token_id, 2, plate, plate, translate(plate, 'OQDILZSB', '00011258'),
    ids[n % cardinality(ids) + 1], 'B-' || lpad(n::text, 9, '0'),
    (epoch - 60 - n % 21600) * 1000, (epoch + 7200 + (n / 21600 + n) % 43200) * 1000,
    (10 + n % 90) * 100 + n % 100, 'CAD', 1, epoch * 1000
  FROM plated CROSS JOIN owner JOIN names ON names.client_id = owner.client_id`;

const counters = `
  INSERT INTO permit_count (client_id, zone_name_id, permit_type, replica, total)
  SELECT client_id, zone_name_id, permit_type, 0, count(*) FROM permit
  GROUP BY client_id, zone_name_id, permit_type`;

/**
 * Stores permits 0 to `count` - 1 of the one integration there is and counts them, in a database
 * that has none yet. The indexes are built afterwards, as a restore would.
 */
export async function fillPermits(database, count, epoch) {
  const began = performance.now();
  const indexes = [];
  for (const name of ['permit_live', 'permit_number']) {
    indexes.push(await database.sql(`SELECT pg_get_indexdef('${name}'::regclass)`));
    await database.sql(`DROP INDEX ${name}`);
  }
  for (let from = 0; from < count; from += rowsAtOnce) {
    await database.sql(rows(from, Math.min(count, from + rowsAtOnce), epoch), 600);
    if (count > rowsAtOnce) process.stderr.write(`${Math.floor((100 * from) / count)} % ... `);
  }
  for (const index of indexes) await database.sql(index, 3600);
  await database.sql(counters, 3600);
  await database.sql('VACUUM (ANALYZE)', 3600);
  const seconds = (performance.now() - began) / 1000;
  return { seconds, perSecond: count / seconds, errors: 0 };
}
