/** Keeps what goes into the microphone's input 0 and comes out at the loudspeaker's input 1, block by block, on the audio's own clock. */
class Tap extends AudioWorkletProcessor {
  process([microphone, loudspeaker]) {
    const blocks = [microphone, loudspeaker].map((input) => (input[0] ? input[0].slice() : new Float32Array(128)));
    this.port.postMessage({ frame: currentFrame, microphone: blocks[0], loudspeaker: blocks[1] });
    return true;
  }
}

registerProcessor("test-tap", Tap);
