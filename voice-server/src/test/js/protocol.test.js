import assert from "node:assert/strict";
import test from "node:test";
import {
  address,
  decodeAudio,
  encodeAudio,
  finalClose,
  hello,
  splitHeard,
} from "../../main/resources/dev/duplexvoice/server/console/talk/protocol.js";

test("shouldLayTheHeaderOutAsTheServerReadsIt", () => {
  const message = encodeAudio(7, 2 ** 33 + 5, Int16Array.of(1, -2).buffer);
  assert.deepEqual(
    [...new Uint8Array(message)],
    [1, 0, 0, 0, 7, 0, 0, 0, 5, 0, 0, 0, 2, 0, 0, 0, 1, 0, 254, 255],
  );
});

test("shouldReadWhatItWrites", () => {
  const { sequence, position, pcm } = decodeAudio(encodeAudio(3, 960, Int16Array.of(5, 6).buffer));
  assert.equal(sequence, 3);
  assert.equal(position, 960);
  assert.deepEqual(new Int16Array(pcm), Int16Array.of(5, 6));
});

test("shouldIgnoreFramesThatAreNone", () => {
  assert.equal(decodeAudio(new ArrayBuffer(4)), null);
  assert.equal(decodeAudio(new ArrayBuffer(19)), null);
  const later = encodeAudio(1, 0, Int16Array.of(1).buffer);
  new DataView(later).setUint8(0, 2);
  assert.equal(decodeAudio(later), null);
});

test("shouldAskForTheBrowsersRateWhereTheServerHasIt", () => {
  assert.equal(hello(48000).output.sample_rate, 48000);
  assert.equal(hello(24000).output.sample_rate, 24000);
  assert.equal(hello(44100).output.sample_rate, 48000);
  assert.equal(hello(48000).input.sample_rate, 16000);
});

test("shouldNameARecognizerOnlyWhereThereIsOne", () => {
  assert.equal("recognizer" in hello(48000), false);
  assert.equal(hello(48000, { recognizes: true }).recognizer, "client");
  assert.equal(hello(48000, { resumeToken: "t" }).resume_token, "t");
});

test("shouldShowTheTokenAsASubprotocolOrElseAsAParameter", () => {
  assert.deepEqual(address("ws://h/v1/voice", ""), { url: "ws://h/v1/voice", protocols: ["duplexvoice.v1"] });
  assert.deepEqual(address("ws://h/v1/voice", "abc.DEF_1"), {
    url: "ws://h/v1/voice",
    protocols: ["duplexvoice.v1", "bearer.abc.DEF_1"],
  });
  assert.deepEqual(address("ws://h/v1/voice", "a/b="), {
    url: "ws://h/v1/voice?token=a%2Fb%3D",
    protocols: ["duplexvoice.v1"],
  });
});

test("shouldTellFinalClosesFromBrokenConnections", () => {
  assert.equal(finalClose(1006, ""), null);
  assert.equal(finalClose(1011, ""), null);
  assert.equal(finalClose(1000, "x"), "The conversation has ended.");
  assert.match(finalClose(1008, "too many"), /refused.*too many/);
  assert.match(finalClose(1008, "no permission to talk"), /wants a token/);
  assert.match(finalClose(1008, "no permission to talk", "t"), /may not be used to talk/);
  assert.match(finalClose(1013, ""), /no room/);
});

test("shouldSplitATextWhereItWasCutOff", () => {
  assert.deepEqual(splitHeard("One two three.", "One two"), { heard: "One two", unheard: " three." });
  assert.deepEqual(splitHeard("One two three.", "One two "), { heard: "One two", unheard: " three." });
  assert.deepEqual(splitHeard("One two three.", ""), { heard: "", unheard: "One two three." });
  assert.deepEqual(splitHeard("One two", "One two"), { heard: "One two", unheard: "" });
  assert.deepEqual(splitHeard("One two three", "One too"), { heard: "One t", unheard: "wo three" });
});
