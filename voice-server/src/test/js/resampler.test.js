import assert from "node:assert/strict";
import test from "node:test";
import { Resampler } from "../../main/resources/dev/duplexvoice/server/console/audio/resampler.js";

const sine = (rate, hertz, seconds) =>
  Float32Array.from({ length: Math.round(rate * seconds) }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / rate));

function whole(from, to, input, piece = input.length) {
  const resampler = new Resampler(from, to);
  const out = [];
  for (let at = 0; at < input.length; at += piece) {
    out.push(...resampler.process(input.subarray(at, at + piece)));
  }
  return { out, resampler };
}

const rms = (samples) => Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);

for (const [from, to] of [[48000, 16000], [44100, 16000], [96000, 16000], [16000, 48000], [48000, 44100], [8000, 16000]]) {
  test(`shouldKeepAToneFrom${from}To${to}`, () => {
    const { out, resampler } = whole(from, to, sine(from, 1000, 0.5));
    assert.ok(Math.abs(out.length - to * (0.5 - resampler.delay)) <= to * resampler.delay + 2, `${out.length} samples`);
    let worst = 0;
    for (let i = Math.ceil(0.05 * to); i < 0.4 * to; i++) {
      worst = Math.max(worst, Math.abs(out[i] - shifted(i, to, from, resampler)));
    }
    assert.ok(worst < 2e-3, `off by ${worst}`);
  });
}

/** The tone where the filter's middle lies: tap `half - 1` of a history of zeros. */
function shifted(i, to, from, resampler) {
  const half = Math.round(resampler.delay * from);
  return Math.sin((2 * Math.PI * 1000 * ((i * from) / to - half - 1)) / from);
}

test("shouldTakeAwayWhatTheLowerRateCannotHold", () => {
  const { out } = whole(48000, 16000, sine(48000, 11000, 0.5));
  const level = rms(out.slice(1000, 7000));
  assert.ok(level < 1e-3, `level ${level}`);
});

test("shouldGiveTheSameInAnyPieces", () => {
  const input = sine(44100, 440, 0.3);
  const once = whole(44100, 16000, input).out;
  for (const piece of [1, 7, 128, 441]) {
    const pieces = whole(44100, 16000, input, piece).out;
    assert.equal(pieces.length, once.length);
    assert.ok(pieces.every((sample, i) => Math.abs(sample - once[i]) < 1e-6));
  }
});

test("shouldLetEqualRatesThrough", () => {
  const input = sine(16000, 440, 0.01);
  assert.equal(new Resampler(16000, 16000).process(input), input);
});

test("shouldForgetThePastAtAReset", () => {
  const resampler = new Resampler(48000, 16000);
  resampler.process(sine(48000, 440, 0.1));
  resampler.reset();
  assert.ok(resampler.process(new Float32Array(480)).every((sample) => sample === 0));
});

test("shouldRefuseARateThatIsNone", () => {
  assert.throws(() => new Resampler(0, 16000), RangeError);
});
