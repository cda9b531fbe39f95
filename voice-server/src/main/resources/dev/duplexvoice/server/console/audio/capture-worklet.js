import { Framer } from "./framer.js";
import { toPcm, peak } from "./pcm.js";
import { Resampler } from "./resampler.js";

/** The microphone, as frames of signed 16-bit samples at the rate that the server wants. */
class Capture extends AudioWorkletProcessor {
  constructor({ processorOptions }) {
    super();
    this.resampler = new Resampler(sampleRate, processorOptions.rate);
    this.framer = new Framer((processorOptions.rate * processorOptions.frameMs) / 1000);
    this.muted = false;
    this.port.onmessage = ({ data }) => {
      this.muted = data.muted;
    };
  }

  process([input]) {
    const channel = input[0];
    if (channel) {
      this.framer.push(this.resampler.process(channel), (frame) => this.send(frame));
    }
    return true;
  }

  /** A muted microphone sends silence: the server's clock is the caller's audio. */
  send(frame) {
    if (this.muted) {
      frame.fill(0);
    }
    const pcm = toPcm(frame);
    this.port.postMessage({ pcm: pcm.buffer, peak: peak(frame) }, [pcm.buffer]);
  }
}

registerProcessor("voice-capture", Capture);
