// Violations for the collections' crash test, in the shape of the document's record, and which of
// them are overdue.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { command } from '../support/lotkeeper.mjs';

const sample = new URL('../../db/demo/overdue_violations.json', import.meta.url);
const document = JSON.parse(readFileSync(sample, 'utf8'));

const k_far_future = '2099-01-01T20:00:00.000000Z';

// Why a violation is not overdue: each of them in turn, for one violation in `k_one_exempt_in`.
const k_reasons = ['paid', 'spoiled', 'warning', 'not due'];
const k_one_exempt_in = 12;

// A violation of its own in all that must be unique; the vehicle and its driver are everybody's.
function recordOf(id, exempt) {
  const record = structuredClone(document.records[0]);
  const digits = String(id).padStart(12, '0');
  record.ViolationID = id;
  record.Ticket = `C-${id}`;
  record.UUID = `d9a1c8bb-4ed1-411e-91b1-${digits}`;
  for (const [at, detail] of record.details.entries()) {
    detail.ViolationsDetailID = id * record.details.length + at;
    Object.assign(detail, { ViolationID: id, Ticket: record.Ticket });
  }
  for (const [at, attachment] of record.attachments.entries()) {
    attachment.attachID = id * record.attachments.length + at;
    attachment.uniqueid = `70756a09-550e-433d-b6f${at}-${digits}`;
    Object.assign(attachment, { relatedID: id, relatedNote: record.Ticket });
  }
  if (exempt === 'spoiled') record.Spoiled = 1;
  if (exempt === 'warning') record.Warning = 1;
  if (exempt === 'not due') record.Due = k_far_future;
  return record;
}

// Imports `count` violations with ids from `first` on; gives the ids of those that are overdue.
export async function importViolations(server, client, first, count) {
  const overdue = [];
  const records = [];
  const payments = ['ticket,amount,time,method'];
  for (let id = first; id < first + count; id += 1) {
    const at = id % (k_one_exempt_in * k_reasons.length);
    const exempt = at % k_one_exempt_in === 0 ? k_reasons[at / k_one_exempt_in] : null;
    const record = recordOf(id, exempt);
    records.push(record);
    if (exempt === null) overdue.push(id);
    if (exempt === 'paid') payments.push(`${record.Ticket},50.00,2016-06-10T12:00:00,cash`);
  }
  await importFile(server, client, 'violations', JSON.stringify({ ...document, records }));
  await importFile(server, client, 'payments', `${payments.join('\n')}\n`);
  return overdue;
}

async function importFile(server, client, kind, text) {
  const file = path.join(server.dataDir, kind);
  writeFileSync(file, text);
  await command(server, 'import', kind, file, '--client', client);
}
