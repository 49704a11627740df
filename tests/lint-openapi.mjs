// Checks api/openapi.yaml and api/console.yaml with Redocly's linter, offline; any error or warning makes it fail.
// Redocly's engine is called directly: its command line brings 200 packages more, and telemetry.

import { fileURLToPath } from 'node:url';
import redocly from '@redocly/openapi-core';

const { BaseResolver, formatProblems, lintDocument, loadConfig } = redocly;
const path = (name) => fileURLToPath(new URL(`../api/${name}`, import.meta.url));

const config = await loadConfig({ configPath: path('redocly.yaml') });
const externalRefResolver = new BaseResolver(config.resolve);

async function lint(name) {
  const document = await externalRefResolver.resolveDocument(null, path(name), true);
  if (document instanceof Error) throw document;
  const problems = await lintDocument({
    document,
    config: config.styleguide,
    externalRefResolver,
  });
  formatProblems(problems, {
    format: 'codeframe',
    totals: { errors: 0, warnings: 0, ignored: 0 },
    version: '',
  });
  return { parsed: document.parsed, problems };
}

const { parsed, problems } = await lint('openapi.yaml');
problems.push(...(await lint('console.yaml')).problems);

// The introduction's table is what people read, the enumeration what programs read.
const { info, components } = parsed;
const tabled = [...info.description.matchAll(/^\| (9\d{3}) \| \S.*\. \| \d{3}.* \|$/gm)].map((row) =>
  Number(row[1]),
);
const enumerated = components.schemas.ErrorCode.enum;
const tablesAgree = tabled.join() === enumerated.join();
if (!tablesAgree) {
  console.error(`error codes differ:\n  table       ${tabled}\n  enumeration ${enumerated}`);
}

process.exitCode = problems.length > 0 || !tablesAgree ? 1 : 0;
