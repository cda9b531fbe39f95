/** Zero crossings of the filter on each side of its middle, at the lower of the two rates. */
const CROSSINGS = 16;
/** Filters between two samples; what lies between two of them is interpolated. */
const PHASES = 128;
/** Of the Kaiser window: stop band at about -80 dB. */
const BETA = 8;
/** The pass band's share of the lower rate's half. */
const ROLLOFF = 0.94;

/**
 * Changes a stream's sampling rate with a windowed sinc, in pieces of any size. What comes out is that of the whole stream in one
 * piece, `delay` seconds later.
 */
export class Resampler {
  #table;
  #history;
  #half;
  /** Of the next output in the history, in parts of an input sample of which there are `to`: whole numbers, so that nothing drifts. */
  #time = 0;

  /**
   * @param {number} from samples a second that come
   * @param {number} to samples a second that go
   */
  constructor(from, to) {
    if (!(from > 0) || !(to > 0)) {
      throw new RangeError(`from=${from}, to=${to}: must be samples a second, more than 0`);
    }
    this.from = from;
    this.to = to;
    const scale = Math.min(1, to / from) * ROLLOFF;
    this.#half = Math.ceil(CROSSINGS / Math.min(1, to / from));
    this.#table = filters(this.#half, scale);
    this.reset();
  }

  /** Seconds by which the output is late. */
  get delay() {
    return this.from === this.to ? 0 : this.#half / this.from;
  }

  /** Forgets the stream's past. */
  reset() {
    this.#history = new Float32Array(2 * this.#half);
    this.#time = 0;
  }

  /**
   * @param {Float32Array} input the next samples
   * @returns {Float32Array} those that can be told by now; a new array, or the input itself if the rates are equal
   */
  process(input) {
    if (this.from === this.to) {
      return input;
    }
    const taps = 2 * this.#half;
    const samples = new Float32Array(this.#history.length + input.length);
    samples.set(this.#history);
    samples.set(input, this.#history.length);
    const last = (samples.length - taps) * this.to;
    const count = this.#time > last ? 0 : Math.floor((last - this.#time) / this.from) + 1;
    const output = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      output[i] = this.#convolve(samples, (this.#time + i * this.from) / this.to, taps);
    }
    const next = this.#time + count * this.from;
    const kept = Math.min(Math.floor(next / this.to), samples.length);
    this.#history = samples.slice(kept);
    this.#time = next - kept * this.to;
    return output;
  }

  #convolve(samples, at, taps) {
    const first = Math.floor(at);
    const exact = (at - first) * PHASES;
    const phase = Math.floor(exact);
    const share = exact - phase;
    const low = phase * taps;
    const high = low + taps;
    let sum = 0;
    for (let j = 0; j < taps; j++) {
      const weight = this.#table[low + j];
      sum += samples[first + j] * (weight + share * (this.#table[high + j] - weight));
    }
    return sum;
  }
}

/** One filter a phase and one more, each of which lets a constant through as it is. */
function filters(half, scale) {
  const taps = 2 * half;
  const table = new Float32Array((PHASES + 1) * taps);
  for (let phase = 0; phase <= PHASES; phase++) {
    let sum = 0;
    for (let j = 0; j < taps; j++) {
      const x = j - (half - 1) - phase / PHASES;
      const weight = sinc(x * scale) * kaiser(x / half);
      table[phase * taps + j] = weight;
      sum += weight;
    }
    for (let j = 0; j < taps; j++) {
      table[phase * taps + j] /= sum;
    }
  }
  return table;
}

function sinc(x) {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(x) {
  return Math.abs(x) >= 1 ? 0 : bessel(BETA * Math.sqrt(1 - x * x)) / bessel(BETA);
}

/** The modified Bessel function of the first kind and order 0. */
function bessel(x) {
  let sum = 1;
  let term = 1;
  for (let k = 1; k < 40; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
