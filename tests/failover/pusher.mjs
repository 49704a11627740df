// Pushes permits without idempotency keys, each sent once and never again, and remembers what became
// of each: what was acknowledged must be stored, and nothing may be stored twice.
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const answerLimit = 90_000;

export class Pusher {
  #agent;
  #stopping = false;
  #workers = [];
  #lastAcknowledged;
  #sent = 0;

  /** `rate`: pushes a second, by `callers` connections at once. */
  constructor({ port, token, callers, rate }) {
    Object.assign(this, { port, token, callers, rate });
    this.#agent = new http.Agent({ keepAlive: true, maxSockets: callers });
    /** Reference by ticket number, of what was acknowledged. */
    this.acknowledged = new Map();
    this.failures = new Map();
    this.longestStall = 0;
    this.slowestAnswer = 0;
  }

  get sent() {
    return this.#sent;
  }

  start() {
    this.#lastAcknowledged = Date.now();
    this.#workers = Array.from({ length: this.callers }, () => this.#work());
  }

  async stop() {
    this.#stopping = true;
    await Promise.all(this.#workers);
    this.#agent.destroy();
  }

  /** What happened since the last call. */
  take() {
    const taken = {
      failures: this.failures,
      longestStall: Math.max(this.longestStall, Date.now() - this.#lastAcknowledged),
      slowestAnswer: this.slowestAnswer,
    };
    this.failures = new Map();
    this.longestStall = 0;
    this.slowestAnswer = 0;
    return taken;
  }

  async #work() {
    const every = (1000 * this.callers) / this.rate;
    await pause(Math.random() * every);
    while (!this.#stopping) {
      const began = Date.now();
      await this.#push();
      const left = began + every - Date.now();
      if (left > 0) await pause(left);
    }
  }

  async #push() {
    const ticket = `N${++this.#sent}`;
    const began = Date.now();
    const outcome = await this.#send({
      apiToken: this.token,
      plate: `F${this.#sent}`,
      permitNo: ticket,
      zone: 'Lot 1',
      startTime: '2024-06-01T09:00:00',
      endTime: '2034-06-01T17:00:00',
    });
    const now = Date.now();
    this.slowestAnswer = Math.max(this.slowestAnswer, now - began);
    if (outcome.reference) {
      this.acknowledged.set(ticket, outcome.reference);
      this.longestStall = Math.max(this.longestStall, now - this.#lastAcknowledged);
      this.#lastAcknowledged = now;
    } else {
      this.failures.set(outcome.failure, (this.failures.get(outcome.failure) ?? 0) + 1);
    }
  }

  #send(attributes) {
    const body = JSON.stringify(attributes);
    const options = {
      agent: this.#agent,
      host: '127.0.0.1',
      port: this.port,
      method: 'POST',
      path: '/api/FAILOVER/v1/permits/push',
      headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
      timeout: answerLimit,
    };
    return new Promise((done) => {
      const request = http.request(options, (response) => {
        let text = '';
        response
          .setEncoding('utf8')
          .on('data', (part) => (text += part))
          .on('error', () => done({ failure: 'cut' }))
          .on('end', () => done(judge(response.statusCode, text)));
      });
      request.on('timeout', () => {
        done({ failure: 'no answer' });
        request.destroy();
      });
      request.on('error', () => done({ failure: 'cut' }));
      request.end(body);
    });
  }
}

function judge(status, text) {
  let reply;
  try {
    reply = JSON.parse(text);
  } catch {
    return { failure: `HTTP ${status}` };
  }
  if (status === 200 && reply.reference_id) return { reference: reply.reference_id };
  return { failure: String(reply.ErrorCode ?? `HTTP ${status}`) };
}
