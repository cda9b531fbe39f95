import assert from "node:assert/strict";
import test from "node:test";
import { Framer } from "../../main/resources/dev/duplexvoice/server/console/audio/framer.js";
import { fromPcm, peak, toPcm } from "../../main/resources/dev/duplexvoice/server/console/audio/pcm.js";

test("shouldCutAtTheEndsOfTheRange", () => {
  assert.deepEqual([...toPcm(Float32Array.of(0, 0.5, 1, -1, 2, -2))], [0, 16384, 32767, -32768, 32767, -32768]);
});

test("shouldKeepSamplesThereAndBack", () => {
  const pcm = Int16Array.of(-32768, -1, 0, 1, 32767);
  assert.deepEqual(toPcm(fromPcm(pcm)), pcm);
});

test("shouldTellTheLoudestSample", () => {
  assert.equal(peak(Float32Array.of(0.1, -0.75, 0.5)), 0.75);
});

test("shouldCutAStreamIntoFrames", () => {
  const frames = [];
  const framer = new Framer(320);
  for (let i = 0; i < 10; i++) {
    framer.push(Float32Array.from({ length: 128 }, (_, j) => i * 128 + j), (frame) => frames.push(frame));
  }
  assert.equal(frames.length, 4);
  assert.deepEqual([...frames.flatMap((frame) => [...frame])], Array.from({ length: 1280 }, (_, i) => i));
});
