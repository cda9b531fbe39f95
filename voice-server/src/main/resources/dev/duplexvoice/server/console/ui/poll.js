/**
 * Asks the server again and again while somebody looks. A question that takes long delays the next one; a page in the background asks
 * nothing, and who was refused asks no more: wrong tokens are counted.
 */
export class Poll {
  #ask;
  #period;
  #timer = 0;
  #abort = null;

  /**
   * @param {(signal: AbortSignal) => Promise<boolean | void>} ask false if it makes no sense to ask again
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
      let more = true;
      if (!document.hidden) {
        more = await this.#ask(abort.signal).catch((error) => {
          if (error.name !== "AbortError") {
            throw error;
          }
        });
      }
      if (!abort.signal.aborted && more !== false) {
        this.#timer = setTimeout(run, this.#period);
      }
    };
    run();
  }

  /** Asks at once, with another token for one, if somebody looks. */
  again() {
    if (this.#abort) {
      this.start();
    }
  }

  stop() {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#abort = null;
  }
}
