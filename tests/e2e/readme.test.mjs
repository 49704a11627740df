// The README and the documents beside it are true: every command in them is run, and its output is
// what the document shows.
//
// How to write a document that passes:
//
// - Commands stand in blocks marked ```console or ```sh; no other mark for them is taken.
//   A line with "$ " in front is a command (it goes on over lines that end in "\", and over open
//   quotes and here-documents); the lines up to the next "$ " are all that it prints on stdout.
//   An sh block without any "$ " is run command by command and its output is not compared.
//   Every command must succeed.
// - All commands run in order in one shell, in a copy of the repository, with `lotkeeper` on the PATH
//   and as build/release/lotkeeper. What one sets or changes (variables, directory, files) the next finds.
// - `script/server` stands for the demo server, which is running with fresh data already;
//   script/test and script/bootstrap do nothing here, and `git clone URL` makes the clone at hand.
// - `lotkeeper serve …` and `lotkeeper demo …` start in the background, with or without "&".
//   127.0.0.1:8080 and localhost:8080 always mean the server started last.
// - Output is compared line by line; JSON by its keys, their order and its values, however it is laid out.
//   A reference id or a token in the output stands for the one that is really returned, there and in all
//   later commands. Times are compared by shape. "…" stands for anything in a line, a line of "..."
//   or "…" alone for any lines.
// - A block that needs another machine (a package installation, systemd) has `<!-- elsewhere: why -->`
//   on the line before it. It is not run, but its syntax is checked, and so is every lotkeeper command in
//   it, option by option, against --help.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort, run, scratch } from '../support/lotkeeper.mjs';
import { mismatch, readSteps, Shell, withNames } from '../support/readme.mjs';
import { binary, cleanEnvironment, startDemo } from '../support/server.mjs';

const k_repository = fileURLToPath(new URL('../../', import.meta.url));
const k_scripts = ['server', 'test', 'bootstrap'];
const k_documents = [
  'README.md',
  'docs/api-tour.md',
  'docs/setup.md',
  'docs/import.md',
  'docs/postgresql.md',
  'docs/high-availability.md',
];
const k_starts_server = /^((?:\w+=\S*\s+)*)(\S*\/)?lotkeeper\s+(serve|demo)\b(?!.*--help)/;

// A copy of the repository without what is built or installed, and a PATH that finds `lotkeeper`.
function makeSandbox() {
  const root = scratch('lotkeeper-readme');
  const copy = path.join(root, 'lotkeeper');
  const left = new Set(['.git', 'build', 'node_modules']);
  cpSync(k_repository, copy, {
    recursive: true,
    filter: (source) => !left.has(path.basename(source)),
  });
  const bin = path.join(root, 'bin');
  mkdirSync(bin);
  mkdirSync(path.join(copy, 'build/release'), { recursive: true });
  symlinkSync(binary, path.join(copy, 'build/release/lotkeeper'));
  symlinkSync(binary, path.join(bin, 'lotkeeper'));
  const script = (file, text) => writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  script(
    path.join(bin, 'git'),
    '[ "$1" = clone ] || exec /usr/bin/git "$@"\nln -s "$PWD" "${3:-$(basename "$2" .git)}"',
  );
  mkdirSync(path.join(copy, 'script'), { recursive: true });
  for (const name of k_scripts) {
    const says = name === 'server' ? 'echo listening on http://127.0.0.1:8080' : ':';
    script(path.join(copy, 'script', name), says);
  }
  return { copy, bin };
}

class Reader {
  #names = new Map();
  #processes = [];

  constructor(document, port) {
    this.document = document;
    this.port = port;
    const { copy, bin } = makeSandbox();
    const env = cleanEnvironment({ PATH: `${bin}:${process.env.PATH}`, HOME: path.dirname(copy) });
    this.shell = new Shell({ cwd: copy, env });
  }

  // Follows one step of the document; throws with its line number if the document is wrong.
  async follow({ line, command, expected }) {
    const real = withNames(command, this.#names);
    const { status, stdout, stderr } = k_starts_server.test(real)
      ? await this.#startServer(real)
      : await this.shell.run(this.#withPort(real));
    const where = `${this.document}:${line}: ${command}`;
    assert.equal(status, 0, `${where}\nended with status ${status}\n${stderr}${stdout}`);
    if (expected === null) return;
    const printed = stdout.replaceAll(`127.0.0.1:${this.port}`, '127.0.0.1:8080');
    const wrong = mismatch(expected, printed, this.#names);
    assert.equal(wrong, null, `${where}\n${wrong}\n${stderr}`);
  }

  #withPort(command) {
    return command.replace(/\b(127\.0\.0\.1|localhost):8080\b/g, `127.0.0.1:${this.port}`);
  }

  async #startServer(command) {
    this.port = await freePort();
    const foreground = command.replace(/\s*&\s*$/, '').replace(/:8080\b/g, `:${this.port}`);
    const background =
      `export LOTKEEPER_LISTEN=127.0.0.1:${this.port}\n` +
      `: > "$HOME/server.out"\n(exec env ${foreground}\n) > "$HOME/server.out" 2> "$HOME/server.err" &\n` +
      'readme_server=$!; unset LOTKEEPER_LISTEN; echo $readme_server >&2\n' +
      'until [ -s "$HOME/server.out" ] || ! kill -0 $readme_server 2>/dev/null; do sleep 0.05; done\n' +
      'cat "$HOME/server.out"; [ -s "$HOME/server.out" ] || { cat "$HOME/server.err" >&2; false; }';
    const result = await this.shell.run(background);
    this.#processes.push(
      ...result.stderr
        .split('\n')
        .filter((text) => /^\d+$/.test(text))
        .map(Number),
    );
    return result;
  }

  close() {
    for (const pid of this.#processes) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch (error) {
        if (error.code !== 'ESRCH') throw error;
      }
    }
    this.shell.close();
  }
}

// What can be said of a command without running it.
async function assertPlausible(document, { line, command }) {
  const where = `${document}:${line}: ${command}`;
  const { status, stderr } = spawnSync('bash', ['-n'], { input: command, encoding: 'utf8' });
  assert.equal(status, 0, `${where}\n${stderr}`);
  const ours = command.replace(/(-u|--user)[ =]lotkeeper\b/g, '');
  for (const [, text] of ours.matchAll(/(?:^|[\s;|&(/])lotkeeper((?:[ \t]+[^\s;|&)]+)+)/g)) {
    const words = text.trim().split(/\s+/);
    const groups = new Set(['client', 'integration', 'token', 'zone', 'list', 'operator']);
    const name = words.slice(0, groups.has(words[0]) ? 2 : 1);
    const help = await run([...name, '--help'], { cwd: '/' });
    assert.equal(help.code, 0, `${where}\nlotkeeper ${name.join(' ')}: ${help.stderr}`);
    for (const [option] of text.matchAll(/--[a-z][a-z0-9-]*/g)) {
      assert.ok(
        help.stdout.includes(option),
        `${where}\nlotkeeper ${name.join(' ')} has no ${option}`,
      );
    }
  }
}

const stepsOf = (document) =>
  readSteps(readFileSync(path.join(k_repository, document), 'utf8'), document);

describe('the documents', () => {
  for (const document of k_documents) {
    test(`${document}: every command runs and prints what it shows`, async () => {
      const demo = await startDemo({ withTown: true });
      const reader = new Reader(document, demo.port);
      try {
        for (const step of stepsOf(document)) {
          if (step.elsewhere) await assertPlausible(document, step);
          else await reader.follow(step);
        }
      } finally {
        reader.close();
        await demo.stop();
      }
    });
  }

  test('no document with commands is left out', () => {
    const names = readdirSync(path.join(k_repository, 'docs')).filter((name) => name.endsWith('.md'));
    const found = names.map((name) => `docs/${name}`).filter((name) => stepsOf(name).length > 0);
    for (const document of found) assert.ok(k_documents.includes(document), document);
  });

  test('the tour has a curl for each endpoint, and the README its two commands', () => {
    const tour = stepsOf('docs/api-tour.md').map(({ command }) => command);
    const openapi = readFileSync(path.join(k_repository, 'api/openapi.yaml'), 'utf8');
    for (const [, name] of openapi.matchAll(/^ {2}\/api\/\{client\}(\/v1\/\S+):$/gm)) {
      assert.ok(tour.some((text) => text.includes(`${name} `)), `no curl for ${name}`);
    }
    const readme = stepsOf('README.md').map(({ command }) => command);
    for (const name of ['script/server', 'script/test']) {
      assert.ok(readme.includes(name), `${name} is not among them`);
    }
  });

  test('the two commands of the README are programs of the repository', () => {
    for (const name of k_scripts)
      accessSync(path.join(k_repository, 'script', name), constants.X_OK);
  });
});

describe('the reader of READMEs', () => {
  const uuids = ['019f0000-0000-7000-8000-000000000001', '019f0000-0000-7000-8000-000000000002'];

  test('finds commands and their output, with line numbers', () => {
    const text =
      'Text\n\n```console\n$ echo a \\\n    b\na b\n$ true\n```\n\n```sh\n# why\ncat <<X\n1\nX\ntrue\n```\n';
    assert.deepEqual(
      readSteps(text).map(({ line, command, expected }) => [line, command, expected]),
      [
        [4, 'echo a \\\n    b', ['a b']],
        [7, 'true', []],
        [12, 'cat <<X\n1\nX', null],
        [15, 'true', null],
      ],
    );
  });

  test('refuses commands in blocks that would not be tested', () => {
    for (const text of [
      '```bash\ntrue\n```',
      '```\n$ true\n```',
      '```console\ntrue\n```',
      '```sh\ntrue',
    ]) {
      assert.throws(() => readSteps(text), /README\.md:[12]:/);
    }
  });

  test('leaves to other machines only what says so', () => {
    const text =
      '<!-- elsewhere: needs systemd -->\n```sh\nsystemctl start x\n```\n```sh\ntrue\n```\n';
    assert.deepEqual(
      readSteps(text).map(({ elsewhere }) => elsewhere),
      [true, false],
    );
  });

  test('sees wrong output, missing output and output too much', () => {
    for (const [shown, printed] of [
      [['a'], 'b\n'],
      [['a'], ''],
      [[], 'a\n'],
      [['a'], 'a\nb\n'],
      [['{"a": 1, "b": 2}'], '{"b":2,"a":1}'],
      [['{"a": 1}'], '{"a":"1"}'],
      [[`"${uuids[0]}"`], '"none"'],
      [['a…c'], 'ab\n'],
      [['...', 'c'], 'a\nb\n'],
      [['2024-01-01T00:00:00Z'], 'never\n'],
    ]) {
      assert.notEqual(mismatch(shown, printed, new Map()), null, `${shown} and ${printed}`);
    }
  });

  test('accepts the same output in another layout, or different where it must be', () => {
    for (const [shown, printed] of [
      [['a', 'b'], 'a\nb\n'],
      [['{', '  "a": 1', '}'], '{"a":1}\n'],
      [['...', 'c'], 'a\nb\nc\n'],
      [['a', '…'], 'a\nb\nc\n'],
      [['a … c'], 'a b c\n'],
      [['at 2024-01-01T00:00:00Z'], 'at 2025-02-03T04:05:06Z\n'],
    ]) {
      assert.equal(mismatch(shown, printed, new Map()), null, `${shown} and ${printed}`);
    }
  });

  test('learns the real reference and holds later lines to it', () => {
    const names = new Map();
    assert.equal(mismatch([`{"r": "${uuids[0]}"}`], `{"r":"${uuids[1]}"}`, names), null);
    assert.equal(withNames(`update ${uuids[0]}`, names), `update ${uuids[1]}`);
    assert.equal(mismatch([`again ${uuids[0]}`], `again ${uuids[1]}`, names), null);
    assert.notEqual(mismatch([`again ${uuids[0]}`], `again ${uuids[0]}`, names), null);
    assert.notEqual(mismatch([`${uuids[1]} ${uuids[1]}`], uuids.join(' '), new Map()), null);
  });
});
