// Days of a calendar, without a gap: a chart's axis has the empty ones too.

const k_day_ms = 86_400_000;

/** `2026-05-03`, `2026-05-04`, … from the first to the last. */
export function everyDay(first: string, last: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(`${first}T00:00:00Z`); at <= Date.parse(`${last}T00:00:00Z`); at += k_day_ms) {
    days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}
