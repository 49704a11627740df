// The command line to somebody who mistypes: each refusal names what was probably meant, and makes nothing.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { refusedCommand, run, scratch } from '../support/lotkeeper.mjs';
import { change } from '../support/rows.mjs';
import { testOnSqlite } from '../support/server.mjs';

describe('a word that is not known', () => {
  for (const [words, advice] of [
    [['serv'], /no command "lotkeeper serv"; did you mean "serve"\?/],
    [['Token', 'list'], /no command "lotkeeper Token"; did you mean "token"\?/],
    [['clinet', 'list'], /did you mean "client"\?/],
    [['token', 'isue', 'OC_TOMA', 'Meters'], /no command "lotkeeper token isue"; did you mean "issue"\?/],
    [['token', 'zzzzzz'], /no command "lotkeeper token zzzzzz"; the commands are issue, list, revoke/],
    [['serve', '--lisen', '127.0.0.1:0'], /lotkeeper serve has no option --lisen; did you mean "--listen"\?/],
    [['serve', '--lisen=127.0.0.1:0'], /lotkeeper serve has no option --lisen; did you mean "--listen"\?/],
    [['serve', '-listen', '127.0.0.1:0'], /no option -listen; did you mean "--listen"\?/],
    [['client', 'add', 'X', '--timezone', 'UTC'], /did you mean "--time-zone"\?/],
    [['client', 'add', 'X', '--databse', 'sqlite:x.db'], /did you mean "--database"\?/],
    [['--lisen', '127.0.0.1:0', 'serve'], /lotkeeper has no option --lisen/],
  ]) {
    test(`lotkeeper ${words.join(' ')}`, async () => {
      const cwd = scratch();
      const { code, stdout, stderr } = await run(words, { cwd });
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, advice);
      assert.deepEqual(readdirSync(cwd), []);
    });
  }

  test('nothing is suggested that is not near, and a value is never shown', async () => {
    const { stderr } = await run(['serve', '--metrics-tok3n=SECRET-1', '--xyz', 'SECRET-2']);
    assert.match(stderr, /did you mean "--metrics-token"\?/);
    assert.doesNotMatch(stderr, /SECRET/);
    assert.doesNotMatch((await run(['serve', '--xyzzyx'])).stderr, /did you mean/);
  });

  test('a value that looks like a command is none', async () => {
    const { stderr } = await run(['serve', '--log-level', 'serv', '--body-limit', 'many']);
    assert.doesNotMatch(stderr, /no command/);
    assert.match(stderr, /--body-limit/);
  });
});

describe('a database that is not there', () => {
  // Each would find or write something, were the database there.
  const commands = [
    ['client', 'list'],
    ['client', 'set', 'X', '--name', 'Y'],
    ['integration', 'add', 'X', 'Meters', '--allow', 'all'],
    ['integration', 'list'],
    ['token', 'list'],
    ['token', 'issue', 'X', 'Meters'],
    ['zone', 'add', 'X', 'Lot 1'],
    ['list', 'show', 'X', 'make'],
    ['operator', 'list'],
    ['operator', 'remove', 'luc'],
    ['import', 'permits', '/dev/null', '--client', 'X', '--integration', 'Meters'],
  ];
  testOnSqlite('is not made by a command that only works on one', async () => {
    const cwd = scratch();
    for (const words of commands) {
      const { code, stdout, stderr } = await run([...words, '--database', 'sqlite:parkng.db'], { cwd });
      assert.deepEqual([code, stdout], [1, ''], words.join(' '));
      assert.match(stderr, /the database .*\/parkng\.db does not exist; .*--database .* client add/);
    }
    const byEnvironment = await run(['client', 'list'], {
      cwd,
      env: { LOTKEEPER_DATABASE: 'sqlite:parkng.db' },
    });
    assert.equal(byEnvironment.code, 1);
    assert.deepEqual(readdirSync(cwd), [], 'nor a lock, nor anything beside it');
  });

  const setUp = [
    [['client', 'add', 'FIRST']],
    [['operator', 'add', 'marie', '--role', 'administrator'], 'a good long password\n'],
  ];
  testOnSqlite('is created by the set-up commands if it is named', async () => {
    for (const [words, input] of setUp) {
      for (const { more = [], env = {} } of [
        { more: ['--create'] },
        { more: ['--database', 'sqlite:lotkeeper.db'] },
        { env: { LOTKEEPER_DATABASE: 'sqlite:lotkeeper.db' } },
      ]) {
        const cwd = scratch();
        const { code, stderr } = await run([...words, ...more], { cwd, input, env });
        assert.equal(code, 0, stderr);
        assert.match(stderr, /^created the database \/.*\/lotkeeper\.db$/m);
        assert.ok(readdirSync(cwd).includes('lotkeeper.db'));
        const again = await run(['client', 'list'], { cwd });
        assert.deepEqual([again.code, again.stderr], [0, '']);
      }
    }
  });

  testOnSqlite('is not created by them if it is not named', async () => {
    for (const [words, input] of setUp) {
      const cwd = scratch();
      const { code, stderr } = await run(words, { cwd, input });
      assert.equal(code, 1);
      assert.match(stderr, /the database \/.*\/lotkeeper\.db does not exist yet; add --create/);
      assert.deepEqual(readdirSync(cwd), []);
    }
  });

  testOnSqlite('is the one that the configuration names', async () => {
    const cwd = scratch();
    const elsewhere = scratch();
    const file = path.join(cwd, 'lk.toml');
    writeFileSync(file, `listen = "127.0.0.1:0"\ndatabase = "sqlite:${elsewhere}/parking.db"\n`);
    const env = { LOTKEEPER_CONFIG: file };
    const added = await run(['client', 'add', 'GHOST'], { cwd, env });
    assert.equal(added.code, 0, added.stderr);
    assert.ok(added.stderr.includes(`created the database ${elsewhere}/parking.db`), added.stderr);
    assert.deepEqual(readdirSync(cwd), ['lk.toml']);
    const listed = await run(['client', 'list', '--config', file], { cwd });
    assert.match(listed.stdout, /GHOST/);
    const other = await run(['client', 'list'], {
      cwd,
      env: { ...env, LOTKEEPER_DATABASE: 'sqlite:other.db' },
    });
    assert.match(other.stderr, /other\.db/, 'the environment comes before the configuration');
    writeFileSync(file, 'database = ');
    const broken = await run(['client', 'list'], { cwd, env });
    assert.match(broken.stderr, /the configuration .*lk\.toml cannot be read/);
  });
});

describe('what a command prints', () => {
  testOnSqlite('is only its result, even if the log has a warning', async () => {
    const database = `sqlite:${scratch()}/lotkeeper.db`;
    const of = (...words) => run([...words, '--database', database]);
    await of('client', 'add', 'OTTAWA');
    await of('integration', 'add', 'OTTAWA', 'Meters', '--allow', 'all');
    // A server with a clock that is years ahead was at work.
    change(database, "INSERT INTO writer VALUES (9, x'00000000000000000000000000000000', 4000000000000)");
    const issued = await of('token', 'issue', 'OTTAWA', 'Meters');
    assert.equal(issued.code, 0, issued.stderr);
    assert.match(issued.stdout, /^\S+\n$/);
    assert.equal(issued.stderr, '');
    const refused = await of('token', 'issue', 'OTTAWA', 'Nobody');
    assert.deepEqual([refused.code, refused.stdout], [1, '']);
    assert.match(refused.stderr, /^lotkeeper: [^\n]*\n$/);
  });
});

describe('a file that is no database', () => {
  testOnSqlite('is named by serve and by commands, and stays as it is', async () => {
    const folder = scratch();
    for (const content of ['plate,zone\nPL8RDR,Lot 4\n', 'x', 'S'.repeat(8192)]) {
      const file = path.join(folder, 'permits.csv');
      writeFileSync(file, content);
      for (const words of [
        ['serve', '--listen', '127.0.0.1:0'],
        ['client', 'add', 'X'],
        ['client', 'list'],
      ]) {
        const said = await refusedCommand({ database: `sqlite:${file}` }, ...words);
        assert.ok(said.includes(`${file} is not a database`), said);
        assert.match(said, /--database sqlite:PATH/);
      }
      assert.equal(readFileSync(file, 'utf8'), content);
      assert.deepEqual(readdirSync(folder), ['permits.csv'], 'and nothing beside it');
    }
  });

  testOnSqlite('may be a folder', async () => {
    const folder = path.join(scratch(), 'data');
    mkdirSync(folder);
    const said = await refusedCommand(
      { database: `sqlite:${folder}` },
      ...['serve', '--listen', '127.0.0.1:0'],
    );
    assert.ok(said.includes(`${folder} is a folder`), said);
    assert.deepEqual(readdirSync(path.dirname(folder)), ['data']);
  });

  testOnSqlite('but holds nothing yet becomes one', async () => {
    const cwd = scratch();
    writeFileSync(path.join(cwd, 'lotkeeper.db'), '');
    const { code, stderr } = await run(['client', 'add', 'FIRST'], { cwd });
    assert.equal(code, 0, stderr);
  });
});
