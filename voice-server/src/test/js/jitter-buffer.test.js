import assert from "node:assert/strict";
import test from "node:test";
import { JitterBuffer } from "../../main/resources/dev/duplexvoice/server/console/audio/jitter-buffer.js";

const TARGET = 40;
const buffer = () => new JitterBuffer(TARGET, 1000);
/** Each sample is its position, so what comes out says where it is from. */
const frame = (position, length = 20) => Float32Array.from({ length }, (_, i) => position + i + 1);
const pull = (from, length = 10) => {
  const out = new Float32Array(length);
  from.pull(out);
  return [...out];
};

test("shouldStaySilentUntilTheTargetWaits", () => {
  const one = buffer();
  one.push(0, frame(0));
  assert.deepEqual(pull(one, 10), new Array(10).fill(0));
  one.push(20, frame(20));
  assert.deepEqual(pull(one, 10), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.equal(one.position, 10);
});

test("shouldPlayAReplyShorterThanTheTarget", () => {
  const one = buffer();
  one.push(0, frame(0));
  for (let silent = 0; silent < TARGET - 10; silent += 10) {
    assert.deepEqual(pull(one), new Array(10).fill(0));
  }
  assert.equal(pull(one)[0], 1);
});

test("shouldJoinFramesAndPadWithSilenceAtTheEnd", () => {
  const one = buffer();
  one.push(0, frame(0));
  one.push(20, frame(20));
  pull(one, 15);
  assert.deepEqual(pull(one, 10), [16, 17, 18, 19, 20, 21, 22, 23, 24, 25]);
  assert.deepEqual(pull(one, 20).slice(14), [40, 0, 0, 0, 0, 0].slice(0, 6));
  assert.equal(one.underruns, 1);
  assert.equal(one.playing, false);
  assert.equal(one.position, 40);
});

test("shouldDropAllBeforeTheFlushedPosition", () => {
  const one = buffer();
  one.push(0, frame(0));
  one.push(20, frame(20));
  one.push(40, frame(40));
  pull(one, 10);
  assert.equal(one.flush(45), 35);
  assert.equal(one.buffered, 15);
  assert.equal(one.position, 10, "what was dropped was not played");
  one.push(60, frame(60, 30));
  assert.equal(pull(one)[0], 46);
});

test("shouldBeSilentInTheVeryNextBlockAfterAFlushOfAll", () => {
  const one = buffer();
  one.push(0, frame(0, 200));
  pull(one, 10);
  one.flush(200);
  assert.deepEqual(pull(one, 128), new Array(128).fill(0));
  one.push(150, frame(150, 50));
  assert.equal(one.buffered, 0, "a late frame from before the flush is not wanted");
  one.push(200, frame(200, 40));
  assert.equal(pull(one)[0], 201);
});

test("shouldIgnoreWhatIsSentAgainAndTakeTheRestOfIt", () => {
  const one = buffer();
  one.push(0, frame(0, 40));
  one.push(0, frame(0, 40));
  one.push(20, frame(20, 40));
  assert.equal(one.buffered, 60);
  assert.deepEqual(pull(one, 60), [...frame(0, 60)]);
});

test("shouldGoOnAtAGapWithoutSilence", () => {
  const one = buffer();
  one.push(0, frame(0, 40));
  one.push(100, frame(100, 40));
  assert.deepEqual(pull(one, 42).slice(38), [39, 40, 101, 102]);
  assert.equal(one.position, 102);
});

test("shouldDropAndCountWhatComesToAFullBuffer", () => {
  const one = new JitterBuffer(TARGET, 50);
  one.push(0, frame(0, 40));
  one.push(40, frame(40, 20));
  assert.equal(one.dropped, 20);
  assert.equal(one.buffered, 40);
});

test("shouldWaitForTheTargetAgainAfterAnUnderrun", () => {
  const one = buffer();
  one.push(0, frame(0, 40));
  pull(one, 50);
  one.push(40, frame(40, 20));
  assert.deepEqual(pull(one), new Array(10).fill(0));
});

test("shouldBeginAtThePositionOfAReset", () => {
  const one = buffer();
  one.reset(500);
  one.push(480, frame(480, 20));
  assert.equal(one.buffered, 0);
  one.push(500, frame(500, 40));
  assert.equal(pull(one)[0], 501);
});
