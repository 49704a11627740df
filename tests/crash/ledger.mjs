// What the crash test's workers did and what the server acknowledged of it, permit by permit.

const k_zones = ['Lot 1', 'Lot 2', 'Nowhere', null];
const k_types = ['standard', 'temp', 'validator'];
const k_day = Date.UTC(2024, 5, 1);

// A random source that a printed seed reproduces.
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function stamp(milliseconds) {
  return new Date(milliseconds).toISOString().slice(0, 19);
}

// One permit: what is known to stand (`values`, `deleted`), and the request whose answer is missing.
class Entry {
  constructor(plate, values) {
    this.plate = plate;
    this.reference = null;
    this.values = values;
    this.deleted = false;
    this.pending = null;
  }
}

export class Ledger {
  #random;
  #next = 0;

  constructor(random) {
    this.#random = random;
    this.entries = [];
    this.acknowledged = { push: 0, update: 0, delete: 0 };
  }

  pick(list) {
    return list[Math.floor(this.#random() * list.length)];
  }

  // The next request of a worker, which changes only permits of its own.
  nextRequest(own) {
    const live = own.filter((entry) => entry.reference && !entry.deleted && !entry.pending);
    const dice = this.#random();
    if (live.length === 0 || dice < 0.6) return this.#push(own);
    const entry = this.pick(live);
    return dice < 0.85 ? this.#update(entry) : this.#delete(entry);
  }

  #push(own) {
    this.#next += 1;
    const n = this.#next;
    const values = {
      end: k_day + (60 + (n % 600)) * 60_000,
      cents: this.#random() < 0.5 ? 1 + (n % 99_999) : null,
      zone: this.pick(k_zones),
      type: this.pick(k_types),
    };
    const entry = new Entry(`CRASH${n}N`, values);
    own.push(entry);
    this.entries.push(entry);
    return this.#request(entry, 'push', values, {
      plate: entry.plate,
      startTime: stamp(k_day),
      endTime: stamp(values.end),
      amount: values.cents === null ? undefined : (values.cents / 100).toFixed(2),
      zone: values.zone ?? undefined,
      permitType: values.type,
      permitNo: `N${n}`,
    });
  }

  #update(entry) {
    const values = {
      ...entry.values,
      end: entry.values.end + 60_000,
      cents: 1 + Math.floor(this.#random() * 99_999),
    };
    return this.#request(entry, 'update', values, {
      referenceID: entry.reference,
      endTime: stamp(values.end),
      amount: (values.cents / 100).toFixed(2),
    });
  }

  #delete(entry) {
    return this.#request(entry, 'delete', entry.values, { referenceID: entry.reference });
  }

  #request(entry, verb, values, attributes) {
    const key = this.#random() < 0.4 ? `${verb}-${entry.plate}-${this.#random()}` : null;
    entry.pending = { entry, verb, values, attributes, key };
    return entry.pending;
  }

  // The answer to `request` arrived as a success with this reference.
  acknowledge(request, reference) {
    const { entry, verb, values } = request;
    this.acknowledged[verb] += 1;
    entry.pending = null;
    entry.reference = reference;
    entry.values = values;
    entry.deleted = verb === 'delete';
  }

  // Every state that `entry` may be found in; `applied` where its unanswered request took effect.
  static possible(entry) {
    const { reference, deleted, values, pending } = entry;
    const stands = { exists: reference !== null, deleted, values, applied: false };
    if (!pending) return [stands];
    const after = { deleted: pending.verb === 'delete', values: pending.values };
    return [stands, { exists: true, ...after, applied: true }];
  }
}
