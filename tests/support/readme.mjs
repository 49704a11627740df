// Reads the commands of a document and runs them as a reader would, one after another in one shell.
import { spawn, spawnSync } from 'node:child_process';

const k_uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
const k_time = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?/;
const k_token_line = /^(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9-]{22,50}$/m;
const k_variable = new RegExp(`${k_uuid.source}|${k_time.source}|${k_token_line.source}|…`, 'gm');

// The steps of a document: { line, command, expected } where `expected` is null if no output is shown,
// and { line, command, elsewhere: true } for what cannot run here. Throws on a block it cannot read.
export function readSteps(text, name = 'README.md') {
  const lines = text.split('\n');
  const steps = [];
  for (let at = 0; at < lines.length; at += 1) {
    const fence = /^(\s*)(```+|~~~+)\s*(\S*)/.exec(lines[at]);
    if (!fence) continue;
    const [, indent, mark, language] = fence;
    const end = lines.findIndex((line, n) => n > at && line.trim() === mark);
    if (end < 0) throw new Error(`${name}:${at + 1}: this block is never closed`);
    const body = lines.slice(at + 1, end).map((line) => line.slice(indent.length));
    if (language === 'sh' || language === 'console') {
      const elsewhere = /<!-- elsewhere: .+ -->/.test(
        lines
          .slice(0, at)
          .reverse()
          .find((l) => l.trim()) ?? '',
      );
      steps.push(...blockSteps(body, at + 2, { language, elsewhere, name }));
    } else if (/^(bash|shell|shell-session|zsh|terminal)$/.test(language)) {
      throw new Error(`${name}:${at + 1}: write \`\`\`sh or \`\`\`console, which are tested`);
    } else if (!language && body.some((line) => line.startsWith('$ '))) {
      throw new Error(`${name}:${at + 1}: commands need \`\`\`console, so that they are tested`);
    }
    at = end;
  }
  return steps;
}

function blockSteps(body, firstLine, { language, elsewhere, name }) {
  const prompted = body.some((line) => line.startsWith('$ '));
  if (language === 'console' && !prompted) {
    throw new Error(
      `${name}:${firstLine}: a console block needs lines with "$ " before the command`,
    );
  }
  const steps = [];
  let at = 0;
  while (at < body.length) {
    const line = firstLine + at;
    if (!prompted && (!body[at].trim() || /^\s*#/.test(body[at]))) {
      at += 1;
    } else if (prompted && !body[at].startsWith('$ ')) {
      const last = steps.at(-1);
      if (!last) throw new Error(`${name}:${line}: output before the first command`);
      last.expected.push(body[at]);
      at += 1;
    } else {
      let command = prompted ? body[at].slice(2) : body[at];
      at += 1;
      while (!isComplete(command)) {
        if (at >= body.length)
          throw new Error(`${name}:${line}: the command never ends: ${command}`);
        command += `\n${prompted ? body[at].replace(/^> ?/, '') : body[at]}`;
        at += 1;
      }
      steps.push({ line, command, elsewhere, expected: prompted ? [] : null });
    }
  }
  return steps;
}

function isComplete(command) {
  if (/\\$/.test(command)) return false;
  const { status, stderr } = spawnSync('bash', ['-n'], { input: command, encoding: 'utf8' });
  return status === 0 && !/here-document/.test(stderr);
}

// Holds what a command printed against what the document shows. Returns what is wrong, or null.
// `names` learns which real reference or token stands for the one that the document shows.
export function mismatch(expected, actual, names) {
  const shown = trimmed(expected);
  const printed = trimmed(actual.split('\n'));
  const shownJson = parsed(shown);
  const printedJson = parsed(printed);
  const [left, right] =
    shownJson === undefined || printedJson === undefined
      ? [shown.join('\n'), printed.join('\n')]
      : [JSON.stringify(shownJson), JSON.stringify(printedJson)];

  const literals = [];
  const pattern = left
    .split('\n')
    .map((line) => (/^\s*(\.\.\.|…)\s*$/.test(line) ? '\0' : linePattern(line, literals, names)))
    .join('\n')
    .replace(/\n\0\n/g, '\n(?:.*\n)*?')
    .replace(/^\0\n/, '(?:.*\n)*?')
    .replace(/\n\0$/, '(?:\n.*)*')
    .replace(/^\0$/, '[^]*');
  const match = new RegExp(`^${pattern}$`).exec(right);
  const report = `shown:\n${left}\nprinted:\n${right}`;
  if (!match) return report;
  for (const [index, literal] of literals.entries()) {
    const value = match[index + 1];
    if ((names.get(literal) ?? value) !== value)
      return `two different ones for ${literal}\n${report}`;
    names.set(literal, value);
  }
  return null;
}

function linePattern(line, literals, names) {
  let pattern = '';
  let at = 0;
  for (const found of line.matchAll(k_variable)) {
    pattern += escaped(line.slice(at, found.index));
    at = found.index + found[0].length;
    if (found[0] === '…') {
      pattern += '.*';
    } else if (new RegExp(`^${k_time.source}$`).test(found[0])) {
      pattern += k_time.source;
    } else if (names.has(found[0])) {
      pattern += escaped(names.get(found[0]));
    } else {
      literals.push(found[0]);
      pattern += k_uuid.test(found[0]) ? `(${k_uuid.source})` : '([A-Za-z0-9-]{22,50})';
    }
  }
  return pattern + escaped(line.slice(at));
}

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function trimmed(lines) {
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/^\n+|\n+$/g, '')
    .split('\n');
}

function parsed(lines) {
  try {
    return JSON.parse(lines.join('\n'));
  } catch {
    return undefined;
  }
}

// The real names in place of those that the README shows.
export function withNames(text, names) {
  let result = text;
  for (const [shown, real] of names) result = result.replaceAll(shown, real);
  return result;
}

// A shell that stays between commands, as a reader's terminal does.
export class Shell {
  #child;
  #stdout = '';
  #stderr = '';
  #wake = () => {};
  #count = 0;

  constructor({ cwd, env }) {
    this.#child = spawn('bash', ['--noprofile', '--norc'], { cwd, env });
    for (const name of ['stdout', 'stderr']) {
      this.#child[name].setEncoding('utf8').on('data', (text) => {
        if (name === 'stdout') this.#stdout += text;
        else this.#stderr += text;
        this.#wake();
      });
    }
    this.#child.on('close', () => this.#wake());
  }

  // Runs one command to its end; gives its status and what it printed.
  async run(command, { timeout = 60_000 } = {}) {
    this.#stdout = '';
    this.#stderr = '';
    this.#count += 1;
    const mark = `readme-step-${this.#count}-done`;
    this.#child.stdin.write(`{ ${command}\n} </dev/null\nprintf '\\n${mark} %d\\n' $?\n`);
    const done = new RegExp(`\\n${mark} (\\d+)\\n`);
    const end = Date.now() + timeout;
    while (!done.test(this.#stdout)) {
      if (this.#child.exitCode !== null) throw new Error(`the command ended the shell: ${command}`);
      if (Date.now() > end) throw new Error(`still running after ${timeout} ms: ${command}`);
      await new Promise((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, 200);
      });
    }
    const [whole, status] = done.exec(this.#stdout);
    return {
      status: Number(status),
      stdout: this.#stdout.slice(0, this.#stdout.indexOf(whole)),
      stderr: this.#stderr,
    };
  }

  close() {
    this.#child.kill('SIGKILL');
  }
}
