// HTTP over a bare socket: sends the very bytes a test wants and splits what comes back into replies.
import net from 'node:net';

export class Connection {
  #socket;
  #received = Buffer.alloc(0);
  #ended = false;
  #error = null;
  #wake = [];

  static open(port, { allowHalfOpen = true } = {}) {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen, noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Connection(socket));
      });
    });
  }

  constructor(socket) {
    this.#socket = socket;
    const wake = () => this.#wake.splice(0).forEach((resume) => resume());
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      wake();
    });
    socket.on('end', () => {
      this.#ended = true;
      wake();
    });
    socket.on('close', () => {
      this.#ended = true;
      wake();
    });
    socket.on('error', (error) => {
      this.#error = error;
      wake();
    });
  }

  // Resolves when the bytes are on their way, or at once if the other side is gone.
  write(bytes) {
    return new Promise((resolve) => {
      if (this.#ended || this.#socket.destroyed) resolve();
      else this.#socket.write(bytes, () => resolve());
    });
  }

  // A body too large for one write: stops as soon as the server has answered or gone.
  async writeUntilAnswered(bytes, chunk = 64 * 1024) {
    for (let at = 0; at < bytes.length && !this.answered; at += chunk) {
      await this.write(bytes.subarray(at, at + chunk));
      await new Promise(setImmediate);
    }
  }

  get answered() {
    return this.#received.length > 0 || this.#ended || this.#error !== null;
  }

  // Sends FIN and goes on reading.
  finish() {
    this.#socket.end();
  }

  destroy() {
    this.#socket.destroy();
  }

  // The next reply, interim ones (1xx) included. `bodyless` for the answer to HEAD.
  async reply({ timeout = 10_000, bodyless = false } = {}) {
    const end = Date.now() + timeout;
    for (;;) {
      const parsed = parseReply(this.#received, { bodyless, ended: this.#ended });
      if (parsed) {
        this.#received = this.#received.subarray(parsed.length);
        return parsed;
      }
      if (this.#ended || this.#error) {
        const why = this.#error ? this.#error.code : 'end of stream';
        throw new Error(`no whole reply (${why}) after ${this.#received.length} bytes`);
      }
      await this.#change(end, 'no reply in time');
    }
  }

  // Resolves to what was left unread when the server has closed its side.
  async closed({ timeout = 10_000 } = {}) {
    const end = Date.now() + timeout;
    while (!this.#ended && !this.#error) await this.#change(end, 'the connection stays open');
    return this.#received.toString('latin1');
  }

  async #change(end, complaint) {
    const left = end - Date.now();
    if (left <= 0) throw new Error(complaint);
    let timer;
    await new Promise((resolve) => {
      this.#wake.push(resolve);
      timer = setTimeout(resolve, left);
    });
    clearTimeout(timer);
  }
}

function parseReply(bytes, { bodyless, ended }) {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const [statusLine, ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  const match = /^HTTP\/1\.[01] (\d{3}) ?(.*)$/.exec(statusLine);
  if (!match) throw new Error(`not a status line: ${JSON.stringify(statusLine)}`);
  const status = Number(match[1]);
  const headers = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  const head = bytes.subarray(0, headEnd).toString('latin1');
  const start = headEnd + 4;
  const done = (body, length) => new Reply(status, match[2], headers, head, body, length);

  if (bodyless || status < 200 || status === 204 || status === 304) {
    return done(Buffer.alloc(0), start);
  }
  if (/chunked/i.test(headers['transfer-encoding'] ?? '')) return parseChunks(bytes, start, done);
  if ('content-length' in headers) {
    const length = Number(headers['content-length']);
    if (bytes.length < start + length) return null;
    return done(bytes.subarray(start, start + length), start + length);
  }
  return ended ? done(bytes.subarray(start), bytes.length) : null;
}

function parseChunks(bytes, start, done) {
  const parts = [];
  for (let at = start; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const size = parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16);
    const next = lineEnd + 2 + size + 2;
    if (bytes.length < next) return null;
    if (size === 0) return done(Buffer.concat(parts), next);
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}

class Reply {
  constructor(status, reason, headers, head, body, length) {
    Object.assign(this, { status, reason, headers, head, body, length });
  }

  get text() {
    return this.body.toString('utf8');
  }

  get json() {
    return JSON.parse(this.text);
  }
}

// The bytes of one POST. A header given as undefined is left out; Content-Length is added unless given.
export function postBytes(target, body, headers = {}) {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body);
  const all = {
    Host: 'lotkeeper.test',
    'Content-Type': 'application/json',
    'Content-Length': String(bytes.length),
    ...headers,
  };
  return Buffer.concat([headBytes('POST', target, all), bytes]);
}

export function headBytes(method, target, headers) {
  const lines = Object.entries(headers)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
}

// A body in chunked coding, in pieces of `size` bytes.
export function chunkedBytes(body, size = 7) {
  const bytes = Buffer.from(body);
  const parts = [];
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    parts.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}

// Sends the bytes on a connection of their own and gives the first reply that is not interim.
export async function exchange(port, bytes, options) {
  const connection = await Connection.open(port);
  try {
    connection.write(bytes);
    return await connection.reply(options);
  } finally {
    connection.destroy();
  }
}
