// What goes to stderr while the benchmark runs.
export class Progress {
  #started = Date.now();
  #done = 0;
  #total;

  constructor(total) {
    this.#total = total;
  }

  /** Announces a step, runs it, and says what `summary` makes of its result. */
  async step(name, work, summary) {
    const seconds = Math.round((Date.now() - this.#started) / 1000);
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    const count = `${++this.#done}/${this.#total}`;
    process.stderr.write(`${clock.padStart(5)} ${count.padStart(6)}  ${name} ... `);
    try {
      const result = await work();
      process.stderr.write(`${summary(result)}\n`);
      return result;
    } catch (error) {
      process.stderr.write('failed\n');
      throw error;
    }
  }
}

export const errors = (run) => (run.errors > 0 ? `, ERRORS: ${run.errors}` : '');
export const perSecond = (run) => `${Math.round(run.perSecond ?? run.achieved)}/s${errors(run)}`;
export const milliseconds = (microseconds) => `${(microseconds / 1000).toFixed(3)} ms`;
