// The network between the machines, as TCP relays on this one: a connection that is cut goes silent,
// as behind a pulled cable, rather than being reset; when it is mended, what was under way goes on.
import net from 'node:net';

/** A port that is free at this moment. */
export function freePort() {
  return new Promise((found, failed) => {
    const probe = net.createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => found(port));
    });
  });
}

/** One way to `target`, a port: all that connects to `port` comes out there. */
export class Relay {
  #isCut = false;
  #ends = new Set();
  #held = new Set();
  #listener;

  constructor(target) {
    this.target = target;
  }

  static async open(target) {
    const relay = new Relay(target);
    await relay.listen();
    return relay;
  }

  async listen() {
    this.#listener = net.createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
      near.on('error', () => {});
      if (this.#isCut) {
        near.pause();
        this.#held.add(near);
        near.once('close', () => this.#held.delete(near));
      } else {
        this.#join(near);
      }
    });
    await new Promise((done) => this.#listener.listen(this.port ?? 0, '127.0.0.1', done));
    this.port = this.#listener.address().port;
  }

  /** Takes no connections until `listen`, like a closed port. */
  refuse() {
    this.#listener.close();
  }

  #join(near) {
    const far = net.connect({
      port: this.target,
      host: '127.0.0.1',
      allowHalfOpen: true,
      noDelay: true,
    });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      this.#ends.add(from);
      from
        .on('data', (bytes) => {
          if (!to.write(bytes)) from.pause();
        })
        .on('drain', () => this.#isCut || to.resume())
        .on('end', () => to.end())
        .on('error', () => to.destroy())
        .on('close', () => {
          this.#ends.delete(from);
          to.destroy();
        });
    }
    near.resume();
  }

  cut() {
    this.#isCut = true;
    for (const end of this.#ends) end.pause();
  }

  mend() {
    this.#isCut = false;
    for (const end of this.#ends) end.resume();
    for (const near of this.#held) if (!near.destroyed) this.#join(near);
    this.#held.clear();
  }

  close() {
    this.#listener.close();
    for (const end of [...this.#ends, ...this.#held]) end.destroy();
  }
}
