import { openMicrophone } from "./microphone.js";

/** What waits before a reply begins: less than the server's lead, and enough for a browser that is busy for a moment. */
const TARGET_MS = 40;

/** The browser's audio: microphone and loudspeaker, each with a worklet, on one clock. */
export class Audio {
  #context = null;
  #capture = null;
  #source = null;
  #stream = null;
  #playout = null;
  #on;

  /** @param {{ frame: (data: { pcm: ArrayBuffer, peak: number }) => void, playout: (report: object) => void }} on */
  constructor(on) {
    this.#on = on;
  }

  /** Samples a second of the browser's audio. */
  get rate() {
    return this.#context.sampleRate;
  }

  /** To be called while a button is pressed, or the browser will not play anything. */
  async open() {
    this.#context = new AudioContext({ latencyHint: "interactive" });
    await this.#context.resume();
    const files = new URL("../audio/", import.meta.url);
    await this.#context.audioWorklet.addModule(new URL("capture-worklet.js", files));
    await this.#context.audioWorklet.addModule(new URL("playout-worklet.js", files));
  }

  /** @throws {MicrophoneError} */
  async listen(deviceId) {
    const stream = await openMicrophone(deviceId);
    this.#stopListening();
    this.#stream = stream;
    this.#source = this.#context.createMediaStreamSource(stream);
    this.#capture ??= this.#captureNode();
    this.#source.connect(this.#capture);
    return stream.getAudioTracks()[0].getSettings().deviceId ?? "";
  }

  #captureNode() {
    const node = new AudioWorkletNode(this.#context, "voice-capture", {
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: "explicit",
      processorOptions: { rate: 16000, frameMs: 20 },
    });
    node.port.onmessage = ({ data }) => this.#on.frame(data);
    return node;
  }

  /** Before the first frame of a session, or when it goes on after a break. */
  startPlayout(rate, position, resumed) {
    if (this.#playout && resumed) {
      return;
    }
    this.#playout?.disconnect();
    this.#playout = new AudioWorkletNode(this.#context, "voice-playout", {
      numberOfInputs: 0,
      outputChannelCount: [1],
      processorOptions: { rate, targetMs: TARGET_MS },
    });
    this.#playout.port.onmessage = ({ data }) => this.#on.playout(data);
    this.#playout.port.postMessage({ type: "reset", position });
    this.#playout.connect(this.#context.destination);
  }

  play({ position, pcm }) {
    this.#playout?.port.postMessage({ type: "audio", position, pcm }, [pcm]);
  }

  flush(position) {
    this.#playout?.port.postMessage({ type: "flush", position });
  }

  mute(muted) {
    this.#capture?.port.postMessage({ muted });
  }

  #stopListening() {
    this.#source?.disconnect();
    this.#stream?.getTracks().forEach((track) => track.stop());
  }

  async close() {
    this.#stopListening();
    this.#playout?.disconnect();
    await this.#context?.close();
    this.#context = null;
  }
}
