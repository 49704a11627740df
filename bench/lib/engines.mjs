// What a run on SQLite and one on PostgreSQL have of their own, and the text that both make.
import { figuresOf } from './figures.mjs';
import { figuresOfPostgresql } from './figures_postgresql.mjs';
import { ratesOf, ratesOfPostgresql } from './side_by_side.mjs';
import { details, figureTable } from './tables.mjs';
import { detailsOfPostgresql } from './tables_postgresql.mjs';

export const engines = {
  sqlite: { part: 'figures', figuresOf, ratesOf, details },
  postgresql: {
    part: 'figures on PostgreSQL',
    figuresOf: figuresOfPostgresql,
    ratesOf: ratesOfPostgresql,
    details: detailsOfPostgresql,
  },
};

export const engineOf = (results) => results.engine ?? 'sqlite';

/** What makes figures of `results` invalid, a sentence each. */
export function faultsOf(results) {
  return engines[engineOf(results)]
    .figuresOf(results)
    .flatMap(({ name, reasons }) => reasons.map((reason) => `${name}: ${reason}`));
}

/** The figures as Markdown that also reads well in a terminal. */
export function markdown(results) {
  const engine = engines[engineOf(results)];
  const parts = [];
  if (results.settings.quick) parts.push('A small run: these are not the figures.');
  parts.push(figureTable(engine.figuresOf(results)));
  parts.push(...faultsOf(results).map((fault) => `**Invalid:** ${fault}.`));
  parts.push(...engine.details(results));
  return `${parts.join('\n\n')}\n`;
}
