// Who may ask, and the zones: read from the database, and kept for a second as Lotkeeper keeps them.
import { createHash } from 'node:crypto';
import { refusal } from './attributes.mjs';

const kept = 1000;

const holderByHash = {
  name: 'holder',
  text: `SELECT t.client_id, t.integration_id, t.token_id, t.expires_at, i.permit_type, c.currency,
      array(SELECT p.permission FROM integration_permission p
        WHERE p.client_id = t.client_id AND p.integration_id = t.integration_id) AS permissions
    FROM client c JOIN token t ON t.client_id = c.client_id
    JOIN integration i ON i.client_id = t.client_id AND i.integration_id = t.integration_id
    WHERE c.code_norm = $1 AND t.hash = $2 AND t.revoked_at IS NULL`,
};
const zoneByName = {
  name: 'zone',
  text: `SELECT zone_name_id, zone_id FROM zone_name WHERE client_id = $1 AND name_norm = $2`,
};

class Cache {
  #entries = new Map();
  #since = 0;

  /** What `key` was found to be within the last second, else what `find` finds. */
  async get(key, find) {
    const now = Date.now();
    if (now - this.#since > kept) {
      this.#entries.clear();
      this.#since = now;
    }
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const finding = find();
    this.#entries.set(key, finding);
    return finding;
  }
}

export class Directory {
  #pool;
  #holders = new Cache();
  #zones = new Cache();

  constructor(pool) {
    this.#pool = pool;
  }

  async #first(statement, values) {
    return (await this.#pool.query({ ...statement, values })).rows[0];
  }

  /** The token's integration, if it has the permission. */
  async holder(client, body, permission) {
    const token = body?.apiToken;
    if (token === undefined || token === null || token === '') throw refusal(9001);
    if (typeof token !== 'string' || !/^[A-Za-z0-9-]{1,50}$/.test(token)) throw refusal(9002);
    const code = client.toUpperCase().replaceAll('-', '_');
    const hash = createHash('sha256').update(token).digest();
    const holder = await this.#holders.get(`${code} ${hash.toString('latin1')}`, () =>
      this.#first(holderByHash, [code, hash]),
    );
    const good =
      holder?.permissions.includes(permission) &&
      (holder.expires_at === null || Number(holder.expires_at) > Date.now());
    if (!good) throw refusal(9002);
    return holder;
  }

  #zoneName(holder, zone) {
    return this.#zones.get(`${holder.client_id} ${zone.norm}`, () =>
      this.#first(zoneByName, [holder.client_id, zone.norm]),
    );
  }

  /** The number of a zone's name for a permit. Only names that stand are taken here. */
  async zoneName(holder, zone) {
    const found = await this.#zoneName(holder, zone);
    if (found === undefined) throw refusal(9033, { Field: 'zone' });
    return found.zone_name_id;
  }

  /** The zone that a name means, undefined if it means none. */
  async zone(holder, zone) {
    const found = await this.#zoneName(holder, zone);
    return found?.zone_id == null ? undefined : Number(found.zone_id);
  }
}
