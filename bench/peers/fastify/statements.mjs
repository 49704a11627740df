// Each is prepared once on each connection, under its name.

// One statement, so one transaction and one commit: the permit, and one more in its counter.
const insert = `
  WITH stored AS (
    INSERT INTO permit (client_id, permit_id, integration_id, token_id, permit_type, plate,
      plate_norm, plate_shape, zone_name_id, permit_no, start_at, end_at, amount_cents, currency,
      version, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1, $15)
    ON CONFLICT DO NOTHING
    RETURNING client_id, zone_name_id, permit_type)
  INSERT INTO permit_count (client_id, zone_name_id, permit_type, replica, total)
  SELECT client_id, zone_name_id, permit_type, $16::bigint, 1 FROM stored
  ON CONFLICT (client_id, zone_name_id, permit_type, replica)
  DO UPDATE SET total = permit_count.total + 1
  RETURNING 1`;

export function insertPermit(holder, permit, counter) {
  return {
    name: 'push',
    text: insert,
    values: [
      holder.client_id,
      permit.id,
      holder.integration_id,
      holder.token_id,
      permit.type,
      permit.plate.sent,
      permit.plate.norm,
      permit.plate.shape,
      permit.zoneName,
      permit.permitNo,
      permit.start,
      permit.end,
      permit.amount,
      permit.currency,
      Date.now(),
      counter,
    ],
  };
}

const standing = `
  SELECT permit_id FROM permit
  WHERE client_id = $1 AND plate_shape = $2 AND end_at = $3 AND start_at = $4 AND plate_norm = $5
    AND integration_id = $6 AND zone_name_id = $7 AND permit_no = $8 AND deleted_at IS NULL`;

export function findStanding(holder, permit) {
  return {
    name: 'standing',
    text: standing,
    values: [
      holder.client_id,
      permit.plate.shape,
      permit.end,
      permit.start,
      permit.plate.norm,
      holder.integration_id,
      permit.zoneName,
      permit.permitNo,
    ],
  };
}

const check = `
  SELECT
    (SELECT json_agg(found) FROM (
      SELECT p.permit_id, p.permit_type, p.plate, p.plate_norm, p.permit_no, p.start_at, p.end_at,
        n.name AS sent_zone, n.name_norm AS sent_zone_norm, n.zone_id, z.name AS zone_title
      FROM permit p
      LEFT JOIN zone_name n ON n.client_id = p.client_id AND n.zone_name_id = p.zone_name_id
      LEFT JOIN zone z ON z.client_id = n.client_id AND z.zone_id = n.zone_id
      WHERE p.client_id = $1 AND p.plate_shape = $2 AND p.end_at > $3 AND p.start_at <= $3
        AND p.deleted_at IS NULL
      ORDER BY p.end_at, p.start_at, p.permit_id) found) AS permits,
    (SELECT json_agg(found) FROM (
      SELECT v.vehicle_id::text AS vehicle_id, plate_type.name AS "plateType",
        province.code AS province, make.name AS make, vehicle_type.name AS type,
        colour.name AS colour
      FROM vehicle v
      LEFT JOIN list_item plate_type ON plate_type.client_id = v.client_id
        AND plate_type.kind = 'plate-type' AND plate_type.item_id = v.plate_type_id
      LEFT JOIN list_item province ON province.client_id = v.client_id
        AND province.kind = 'province' AND province.item_id = v.province_id
      LEFT JOIN list_item make ON make.client_id = v.client_id
        AND make.kind = 'make' AND make.item_id = v.make_id
      LEFT JOIN list_item vehicle_type ON vehicle_type.client_id = v.client_id
        AND vehicle_type.kind = 'type' AND vehicle_type.item_id = v.vehicle_type_id
      LEFT JOIN list_item colour ON colour.client_id = v.client_id
        AND colour.kind = 'colour' AND colour.item_id = v.colour_id
      WHERE v.client_id = $1 AND v.plate_norm = $4
      ORDER BY v.province_id, v.plate_type_id) found) AS vehicles`;

export function checkPlate(holder, asked) {
  return {
    name: 'check',
    text: check,
    values: [holder.client_id, asked.shape, asked.at, asked.norm],
  };
}
