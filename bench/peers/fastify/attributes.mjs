// What a body must have, as the API document says it; `readPush` and `readCheck` throw a refusal.
const messages = {
  9001: [401, 'API Token is missing from the request.'],
  9002: [403, 'The supplied API token does not have permission to perform that request.'],
  9003: [400, 'Could not parse the request.'],
  9004: [422, 'End Time is a required field.'],
  9005: [422, 'The end time value is invalid.'],
  9006: [422, 'Plate is a required field.'],
  9007: [422, 'The start time value is invalid.'],
  9022: [409, 'A record already exists with the supplied details.'],
  9030: [422, "The field's maximum number of characters was exceeded."],
  9031: [422, 'The field is required.'],
  9032: [422, 'The field has a minimum number of characters.'],
  9033: [422, "The field's value is invalid."],
  9104: [500, 'Internal error; nothing was stored.'],
};

/** An error that the service answers with. */
export function refusal(code, more = {}) {
  const [status, text] = messages[code];
  const error = new Error(text);
  error.refusal = { status, body: { ErrorCode: code, ErrorMessage: text, ...more } };
  return error;
}

const control = /[\u0000-\u001f\u007f]/;

// The first of an attribute's names that has a value: trimmed text, or undefined.
function text(body, names, most) {
  for (const name of names) {
    const sent = body[name];
    if (sent === undefined || sent === null) continue;
    if (typeof sent !== 'string' && typeof sent !== 'number') throw refusal(9033, { Field: names[0] });
    const value = String(sent).trim();
    if (value === '') continue;
    if (control.test(value)) throw refusal(9033, { Field: names[0] });
    if (most !== undefined && value.length > most) throw refusal(9030, { Field: names[0] });
    return value;
  }
  return undefined;
}

function cents(body) {
  const value = text(body, ['amount', 'Amount'], 9);
  if (value === undefined) return null;
  if (value.replace(/\D/g, '').length < 3) throw refusal(9032, { Field: 'amount' });
  const match = /^(\d+)\.(\d\d)$/.exec(value);
  const amount = match ? Number(match[1]) * 100 + Number(match[2]) : 0;
  if (amount < 1 || amount > 99_999_999) throw refusal(9033, { Field: 'amount' });
  return amount;
}

function currency(body) {
  const value = text(body, ['currency', 'CurrencyID'], 10)?.toUpperCase();
  if (value !== undefined && value !== 'CAD' && value !== 'USD') {
    throw refusal(9033, { Field: 'currency' });
  }
  return value;
}

// Wall times are read as UTC, which is the time zone of the client that the benchmark makes.
const pattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z?$/;
function time(body, names, missing, malformed) {
  const value = text(body, names);
  if (value === undefined) throw refusal(missing, { Field: names[0] });
  const match = pattern.exec(value);
  if (!match) throw refusal(malformed, { Field: names[0] });
  const [, year, month, day, hour, minute, second] = match.map(Number);
  const moment = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const exists =
    year > 99 &&
    moment.getUTCMonth() === month - 1 &&
    moment.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  if (!exists) throw refusal(malformed, { Field: names[0] });
  return moment.getTime();
}

const alike = { O: '0', Q: '0', D: '0', I: '1', L: '1', Z: '2', S: '5', B: '8' };

function plate(body, most) {
  const sent = text(body, ['plate', 'LicencePlate']);
  const norm = sent?.normalize('NFKC').toUpperCase().replace(/[^\p{L}\p{Nd}]/gu, '') ?? '';
  if (norm === '') throw refusal(9006, { Field: 'plate' });
  if (sent.length > most) throw refusal(9030, { Field: 'plate' });
  return { sent, norm, shape: norm.replace(/[OQDILZSB]/g, (letter) => alike[letter]) };
}

function zone(body) {
  const name = text(body, ['zone', 'ParkingZoneName'], 200);
  return name && { name, norm: name.toLowerCase().replace(/\s+/g, ' ') };
}

const types = { standard: 1, temp: 2, temporary: 2, validator: 3 };

function permitType(body) {
  const value = text(body, ['permitType', 'type']);
  if (value === undefined) return undefined;
  const type = types[value.toLowerCase()];
  if (type === undefined) throw refusal(9033, { Field: 'permitType' });
  return type;
}

export function readPush(body, holder) {
  const amount = cents(body);
  const sentCurrency = currency(body);
  const start = time(body, ['startTime', 'StartDateUtc'], 9031, 9007);
  const end = time(body, ['endTime', 'EndDateUtc'], 9004, 9005);
  if (end <= start) throw refusal(9005, { Field: 'endTime' });
  return {
    amount,
    currency: sentCurrency ?? (amount === null ? null : holder.currency),
    start,
    end,
    plate: plate(body, 25),
    permitNo: text(body, ['permitNo', 'TicketNumber'], 50) ?? '',
    zone: zone(body),
    type: permitType(body) ?? holder.permit_type,
  };
}

export function readCheck(body) {
  const { norm, shape } = plate(body, 50);
  const asked = text(body, ['at']);
  const at =
    asked === undefined || asked === 'now' ? Date.now() : time(body, ['at'], 9033, 9033);
  return { norm, shape, zone: zone(body), at };
}
