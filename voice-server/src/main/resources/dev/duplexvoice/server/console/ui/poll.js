/**
 * Asks the server again and again while somebody looks. A question that takes long delays the next one; a page in the background asks
 * nothing.
 */
export class Poll {
  #ask;
  #period;
  #timer = 0;
  #abort = null;

  /**
   * @param {(signal: AbortSignal) => Promise<void>} ask
   * @param {number} period milliseconds from an answer to the next question
   */
  constructor(ask, period) {
    this.#ask = ask;
    this.#period = period;
  }

  start() {
    this.stop();
    const abort = new AbortController();
    this.#abort = abort;
    const run = async () => {
      if (!document.hidden) {
        await this.#ask(abort.signal).catch((error) => {
          if (error.name !== "AbortError") {
            throw error;
          }
        });
      }
      if (!abort.signal.aborted) {
        this.#timer = setTimeout(run, this.#period);
      }
    };
    run();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#abort?.abort();
  }
}
