// Builds the console: types from api/console.yaml, examples from api/openapi.yaml, the TypeScript checked
// and bundled, split by page.
//
//   node console.mjs OUTDIR   (build.mjs calls this)

import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import openapiTypes, { astToString } from 'openapi-typescript';
import { parse } from 'yaml';

const here = dirname(fileURLToPath(import.meta.url));
const console_ = join(here, 'console');
const generated = join(console_, 'generated');
const require = createRequire(import.meta.url);
const html = 'text/html; charset=utf-8';
const css = 'text/css; charset=utf-8';
const javascript = 'text/javascript; charset=utf-8';

/** Writes the types of the console's API and a request for each endpoint of the integrators' one. */
async function generate() {
  await mkdir(generated, { recursive: true });
  const types = await openapiTypes(parse(await readFile(join(here, '../api/console.yaml'), 'utf8')));
  await writeFile(join(generated, 'console.d.ts'), astToString(types));

  const { paths } = parse(await readFile(join(here, '../api/openapi.yaml'), 'utf8'));
  const endpoints = Object.entries(paths).filter(([path]) => path.includes('/v1/'));
  const examples = endpoints.map(([path, { post }]) => {
    const { examples: given, example } = post.requestBody.content['application/json'];
    const values = given ? Object.values(given).map(({ value }) => value) : [example];
    const value = values.find((one) => typeof one === 'object');
    const body = JSON.stringify({ ...value, apiToken: 'YOUR-TOKEN' });
    return { path, permission: path.split('/v1/')[1].replaceAll('/', '.'), body };
  });
  await writeFile(join(generated, 'curls.json'), `${JSON.stringify(examples, null, 2)}\n`);
}

async function check() {
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
  try {
    await promisify(execFile)(process.execPath, [tsc, '--project', console_]);
  } catch (error) {
    throw new Error(`the console's TypeScript is wrong:\n${error.stdout || error.message}`);
  }
}

/** The files of the console as build.mjs lists them, and OUTDIR/console filled with them. */
export async function buildConsole(outDir) {
  await generate();
  await check();
  const folder = join(outDir, 'console');
  const { metafile } = await build({
    absWorkingDir: here,
    entryPoints: { main: 'console/src/main.tsx', style: 'console/src/style/index.css', theme: 'console/src/theme.ts' },
    outdir: folder,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    metafile: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
  });
  const url = (file) => `/console/assets/${basename(file)}`;
  const outputs = Object.entries(metafile.outputs).map(([file, output]) => ({ ...output, file: relative(outDir, join(here, file)) }));
  const entry = (name) => outputs.find(({ entryPoint }) => entryPoint?.endsWith(name));
  const main = entry('main.tsx');
  const preloads = main.imports
    .filter(({ kind }) => kind === 'import-statement')
    .map(({ path }) => `<link rel="modulepreload" href="${url(path)}" />`);
  const page = (await readFile(join(console_, 'index.html'), 'utf8'))
    .replace('{{theme}}', url(entry('theme.ts').file))
    .replace('{{style}}', url(entry('index.css').file))
    .replace('{{main}}', url(main.file))
    .replace('{{preloads}}', preloads.join('\n    '));
  const icon = readFile(join(here, 'src/favicon.svg'), 'utf8');
  return [
    ['/console', html, 'console/index.html', page],
    ['/console/assets/favicon.svg', 'image/svg+xml', 'console/favicon.svg', icon],
    ['/console/assets/licences.txt', 'text/plain; charset=utf-8', 'console/licences.txt', licences(metafile)],
    ...outputs.map(({ file }) => [url(file), file.endsWith('.css') ? css : javascript, file, null]),
  ];
}

/** The licences of every package that is part of what is shipped. */
async function licences({ inputs }) {
  const packages = new Set();
  for (const file of Object.keys(inputs)) {
    const found = file.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//);
    if (found) packages.add(found[1]);
  }
  const parts = [...packages].sort().map(async (name) => {
    for (const file of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'LICENCE', 'license']) {
      try {
        return `${name}\n\n${await readFile(join(here, 'node_modules', name, file), 'utf8')}`;
      } catch {
        // The next spelling.
      }
    }
    const { license } = JSON.parse(await readFile(join(here, 'node_modules', name, 'package.json'), 'utf8'));
    return `${name}\n\nLicence: ${license}\n`;
  });
  return ['The console contains these packages.\n', ...(await Promise.all(parts))].join('\n\n');
}
