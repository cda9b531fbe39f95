import { JitterBuffer } from "./jitter-buffer.js";
import { fromPcm, peak } from "./pcm.js";
import { Resampler } from "./resampler.js";

const REPORTS_PER_SECOND = 25;
/** What a worklet gives out at a time. */
const BLOCK = 128;
const LONGEST_SECONDS = 20;

/** Plays what the server sends, drops what it takes back, and tells how far it has come. */
class Playout extends AudioWorkletProcessor {
  constructor({ processorOptions }) {
    super();
    this.rate = processorOptions.rate;
    this.buffer = new JitterBuffer(
      (this.rate * processorOptions.targetMs) / 1000,
      this.rate * LONGEST_SECONDS,
    );
    this.resampler = new Resampler(this.rate, sampleRate);
    this.ahead = new Float32Array(0);
    this.piece = new Float32Array(Math.ceil((BLOCK * this.rate) / sampleRate));
    this.sinceReport = 0;
    this.loudest = 0;
    this.fade = null;
    this.port.onmessage = ({ data }) => this.take(data);
  }

  take(message) {
    if (message.type === "audio") {
      this.buffer.push(message.position, fromPcm(new Int16Array(message.pcm)));
    } else if (message.type === "flush") {
      this.fadeOut();
      const dropped = this.buffer.flush(message.position);
      this.ahead = new Float32Array(0);
      this.resampler.reset();
      this.port.postMessage({ type: "flushed", position: this.buffer.position, dropped });
    } else if (message.type === "reset") {
      this.buffer.reset(message.position);
      this.ahead = new Float32Array(0);
      this.resampler.reset();
    }
  }

  /** One block, so that the cut is not a click. */
  fadeOut() {
    if (!this.buffer.playing && this.ahead.length === 0) {
      return;
    }
    const last = new Float32Array(BLOCK);
    this.fill(last);
    this.fade = last.map((sample, i) => sample * (1 - (i + 1) / BLOCK));
  }

  process(inputs, [output]) {
    const out = output[0];
    if (this.fade) {
      out.set(this.fade);
      this.fade = null;
    } else {
      this.fill(out);
    }
    for (let i = 1; i < output.length; i++) {
      output[i].set(out);
    }
    this.loudest = Math.max(this.loudest, peak(out));
    this.sinceReport += out.length;
    if (this.sinceReport >= sampleRate / REPORTS_PER_SECOND) {
      this.report();
    }
    return true;
  }

  fill(out) {
    if (this.rate === sampleRate) {
      this.buffer.pull(out);
    } else {
      this.pullResampled(out);
    }
  }

  pullResampled(out) {
    while (this.ahead.length < out.length) {
      this.buffer.pull(this.piece);
      const more = this.resampler.process(this.piece);
      const joined = new Float32Array(this.ahead.length + more.length);
      joined.set(this.ahead);
      joined.set(more, this.ahead.length);
      this.ahead = joined;
    }
    out.set(this.ahead.subarray(0, out.length));
    this.ahead = this.ahead.slice(out.length);
  }

  report() {
    this.port.postMessage({
      type: "level",
      position: this.buffer.position,
      playing: this.buffer.playing,
      bufferedMs: (this.buffer.buffered * 1000) / this.rate,
      underruns: this.buffer.underruns,
      peak: this.loudest,
    });
    this.sinceReport = 0;
    this.loudest = 0;
  }
}

registerProcessor("voice-playout", Playout);
