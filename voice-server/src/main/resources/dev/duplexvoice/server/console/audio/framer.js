/** Cuts a stream into frames of one length. */
export class Framer {
  #frame;
  #filled = 0;

  /** @param {number} length samples of a frame */
  constructor(length) {
    this.#frame = new Float32Array(length);
  }

  /**
   * @param {Float32Array} samples the next ones
   * @param {(frame: Float32Array) => void} take is given each full frame, to keep
   */
  push(samples, take) {
    let at = 0;
    while (at < samples.length) {
      const count = Math.min(samples.length - at, this.#frame.length - this.#filled);
      this.#frame.set(samples.subarray(at, at + count), this.#filled);
      this.#filled += count;
      at += count;
      if (this.#filled === this.#frame.length) {
        const full = this.#frame;
        this.#frame = new Float32Array(full.length);
        this.#filled = 0;
        take(full);
      }
    }
  }
}
