/**
 * Frames of a reply between the network and the loudspeaker. Every sample has a position: its number since the session's start,
 * at the rate of the output. Positions only go up; what was dropped leaves a gap.
 *
 * Playing begins when `target` samples wait, or when nothing more has come for as long as they would have lasted, so that a reply
 * shorter than that is heard too. It pauses when nothing is left, and begins again in the same way.
 */
export class JitterBuffer {
  #frames = [];
  #offset = 0;
  #end = 0;
  #played = 0;
  #buffered = 0;
  #playing = false;
  #sincePush = 0;

  /**
   * @param {number} target samples that wait before playing begins
   * @param {number} most samples that may wait; what comes to a full buffer is dropped and counted
   */
  constructor(target, most) {
    this.target = target;
    this.most = most;
    this.underruns = 0;
    this.dropped = 0;
  }

  /** Samples that wait. */
  get buffered() {
    return this.#buffered;
  }

  /** All samples before this position were played, or will never be. */
  get position() {
    return this.#played;
  }

  /** Whether it is giving out samples. */
  get playing() {
    return this.#playing;
  }

  /** Where the session begins or goes on: nothing before this position is wanted. */
  reset(position) {
    this.#clear();
    this.#end = position;
    this.#played = position;
  }

  /**
   * Takes a frame.
   *
   * @param {number} position of its first sample
   * @param {Float32Array} samples kept as they are; do not change them afterwards
   */
  push(position, samples) {
    const known = Math.max(0, this.#end - position);
    if (known >= samples.length) {
      // Sent again after a connection broke, and already here.
      return;
    }
    const fresh = known > 0 ? samples.subarray(known) : samples;
    if (this.#buffered + fresh.length > this.most) {
      this.dropped += fresh.length;
      return;
    }
    this.#frames.push({ position: position + known, samples: fresh });
    this.#end = position + samples.length;
    this.#buffered += fresh.length;
    this.#sincePush = 0;
  }

  /**
   * Fills a block for the loudspeaker, with silence where there is nothing.
   *
   * @param {Float32Array} out
   * @returns {number} how many samples of `out` are of the reply
   */
  pull(out) {
    if (!this.#playing) {
      this.#sincePush += out.length;
      this.#playing = this.#buffered > 0 && (this.#buffered >= this.target || this.#sincePush >= this.target);
    }
    let filled = 0;
    while (this.#playing && filled < out.length && this.#frames.length > 0) {
      const frame = this.#frames[0];
      const count = Math.min(out.length - filled, frame.samples.length - this.#offset);
      out.set(frame.samples.subarray(this.#offset, this.#offset + count), filled);
      filled += count;
      this.#offset += count;
      this.#played = frame.position + this.#offset;
      if (this.#offset === frame.samples.length) {
        this.#frames.shift();
        this.#offset = 0;
      }
    }
    this.#buffered -= filled;
    if (this.#playing && filled < out.length) {
      this.#playing = false;
      this.#sincePush = 0;
      this.underruns += 1;
    }
    out.fill(0, filled);
    return filled;
  }

  /**
   * Drops what was not played and lies before a position: the caller interrupts.
   *
   * @returns {number} samples dropped
   */
  flush(position) {
    const before = this.#buffered;
    const kept = [];
    for (const [index, frame] of this.#frames.entries()) {
      const start = frame.position + (index === 0 ? this.#offset : 0);
      const end = frame.position + frame.samples.length;
      if (end > position) {
        const from = Math.max(start, position);
        kept.push({ position: from, samples: frame.samples.subarray(from - frame.position) });
      }
    }
    this.#clear();
    this.#frames = kept;
    this.#buffered = kept.reduce((sum, frame) => sum + frame.samples.length, 0);
    this.#end = Math.max(this.#end, position);
    return before - this.#buffered;
  }

  #clear() {
    this.#frames = [];
    this.#offset = 0;
    this.#buffered = 0;
    this.#playing = false;
    this.#sincePush = 0;
  }
}
