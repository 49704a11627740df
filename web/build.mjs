// Writes what the server carries besides its program: the OpenAPI description as JSON, the API
// reference page, the landing page and the console.
//
//   node build.mjs OUTDIR
//
// OUTDIR/assets.txt lists every file for the build that embeds them, one a line:
// URL path, content type and file (relative to OUTDIR), separated by tabs.

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { buildConsole } from './console.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const swaggerUi = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const html = 'text/html; charset=utf-8';
const css = 'text/css; charset=utf-8';
const javascript = 'text/javascript; charset=utf-8';
const text = 'text/plain; charset=utf-8';

const own = (name) => readFile(join(here, 'src', name), 'utf8');

/** A file of Swagger UI without the link to its source map, which is not shipped. */
async function packaged(name) {
  const content = await readFile(join(swaggerUi, name), 'utf8');
  return content.replace(/\n?(\/\/|\/\*)# sourceMappingURL=\S+( ?\*\/)?\s*$/, '\n');
}

async function description() {
  const yaml = await readFile(join(here, '../api/openapi.yaml'), 'utf8');
  return `${JSON.stringify(parse(yaml))}\n`;
}

async function licences() {
  const files = ['NOTICE', 'LICENSE', 'swagger-ui-bundle.js.LICENSE.txt'];
  const parts = await Promise.all(files.map(packaged));
  return ['The API reference page contains Swagger UI.\n', ...parts].join('\n\n');
}

const assets = [
  ['/', html, 'index.html', own('index.html')],
  ['/docs/home.js', javascript, 'docs/home.js', own('home.js')],
  ['/openapi.json', 'application/json', 'openapi.json', description()],
  ['/docs', html, 'docs/index.html', own('docs.html')],
  ['/docs/docs.js', javascript, 'docs/docs.js', own('docs.js')],
  ['/docs/docs.css', css, 'docs/docs.css', own('docs.css')],
  ['/docs/page.css', css, 'docs/page.css', own('page.css')],
  ['/docs/favicon.svg', 'image/svg+xml', 'docs/favicon.svg', own('favicon.svg')],
  ['/docs/swagger-ui.js', javascript, 'docs/swagger-ui.js', packaged('swagger-ui-bundle.js')],
  ['/docs/swagger-ui.css', css, 'docs/swagger-ui.css', packaged('swagger-ui.css')],
  ['/docs/licences.txt', text, 'docs/licences.txt', licences()],
];

const outDir = process.argv[2];
if (!outDir || process.argv.length > 3) {
  console.error('usage: node build.mjs OUTDIR');
  process.exit(2);
}
await rm(join(outDir, 'console'), { recursive: true, force: true });
for (const folder of ['docs', 'console']) await mkdir(join(outDir, folder), { recursive: true });
assets.push(...(await buildConsole(outDir)));
for (const [, , file, content] of assets) {
  if (content !== null) await writeFile(join(outDir, file), await content);
}
const list = assets.map(([url, type, file]) => `${url}\t${type}\t${file}\n`);
await writeFile(join(outDir, 'assets.txt'), list.join(''));
