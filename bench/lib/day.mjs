// The Dutch national parking register's average day of 2017: 290 million operations in the year, of
// which 87 million rights, 79 million stops, and 112 million checks and 12 million other queries,
// which are asked as checks here.
const year = { rights: 87_000_000, stops: 79_000_000, checks: 112_000_000 + 12_000_000 };

/** How many of each kind there are in a day, or in a share of it. */
export function day(share = 1) {
  return Object.fromEntries(
    Object.entries(year).map(([kind, count]) => [kind, Math.round((count * share) / 365)]),
  );
}

export const operations = ({ rights, stops, checks }) => rights + stops + checks;
