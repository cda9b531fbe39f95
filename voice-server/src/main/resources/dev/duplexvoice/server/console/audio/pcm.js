/** Samples from -1 to 1 as signed 16-bit numbers; what is beyond is cut. */
export function toPcm(samples) {
  const pcm = new Int16Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    pcm[i] = Math.max(-32768, Math.min(32767, Math.round(samples[i] * 32768)));
  }
  return pcm;
}

/** The other way round. */
export function fromPcm(pcm) {
  const samples = new Float32Array(pcm.length);
  for (let i = 0; i < pcm.length; i++) {
    samples[i] = pcm[i] / 32768;
  }
  return samples;
}

/** The largest distance from 0. */
export function peak(samples) {
  let most = 0;
  for (let i = 0; i < samples.length; i++) {
    most = Math.max(most, Math.abs(samples[i]));
  }
  return most;
}
