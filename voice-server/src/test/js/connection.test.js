import assert from "node:assert/strict";
import test from "node:test";
import { Connection } from "../../main/resources/dev/duplexvoice/server/console/talk/connection.js";
import { decodeAudio } from "../../main/resources/dev/duplexvoice/server/console/talk/protocol.js";

const START = { type: "session_start", session_id: "s", resume_token: "t1", resumed: false, resume_within_ms: 10_000 };

/** Sockets that are opened by hand, and timers that are run by hand. */
function world(token = "") {
  const sockets = [];
  const timers = [];
  const told = [];
  const tell = (name) => (value) => told.push([name, value]);
  const connection = new Connection(
    "ws://h/v1/voice",
    token,
    48000,
    {},
    {
      started: tell("started"),
      message: tell("message"),
      audio: tell("audio"),
      reconnecting: tell("reconnecting"),
      ended: tell("ended"),
    },
    {
      open: (url, protocols) => {
        const socket = { url, protocols, sent: [], readyState: 0, send: (data) => socket.sent.push(data), close: () => {} };
        sockets.push(socket);
        return socket;
      },
      later: (run) => timers.push(run),
    },
  );
  const open = (socket, start = START) => {
    socket.readyState = 1;
    socket.onopen();
    socket.onmessage({ data: JSON.stringify(start) });
  };
  return { connection, sockets, timers, told, open };
}

test("shouldSpeakFirst", () => {
  const { sockets } = world();
  sockets[0].readyState = 1;
  sockets[0].onopen();
  assert.equal(JSON.parse(sockets[0].sent[0]).type, "session_start");
});

test("shouldSendNothingBeforeTheServerHasAnswered", () => {
  const { connection, sockets } = world();
  sockets[0].readyState = 1;
  sockets[0].onopen();
  connection.sendAudio(new Int16Array(320).buffer);
  assert.equal(connection.send({ type: "ping" }), false);
  assert.equal(sockets[0].sent.length, 1);
});

test("shouldNumberFramesAndCountSamples", () => {
  const { connection, sockets, open } = world();
  open(sockets[0]);
  connection.sendAudio(new Int16Array(320).buffer);
  connection.sendAudio(new Int16Array(320).buffer);
  const [, first, second] = sockets[0].sent;
  assert.deepEqual([decodeAudio(first).sequence, decodeAudio(first).position], [1, 0]);
  assert.deepEqual([decodeAudio(second).sequence, decodeAudio(second).position], [2, 320]);
});

test("shouldTakeTheSameSessionUpAgain", () => {
  const { connection, sockets, timers, told, open } = world();
  open(sockets[0]);
  connection.sendAudio(new Int16Array(320).buffer);
  sockets[0].onclose({ code: 1006, reason: "" });
  assert.equal(told.at(-1)[0], "reconnecting");
  connection.sendAudio(new Int16Array(320).buffer);
  timers.shift()();
  sockets[1].readyState = 1;
  sockets[1].onopen();
  assert.equal(JSON.parse(sockets[1].sent[0]).resume_token, "t1");
  sockets[1].onmessage({ data: JSON.stringify({ ...START, resumed: true, resume_token: "t2" }) });
  connection.sendAudio(new Int16Array(320).buffer);
  const frame = decodeAudio(sockets[1].sent[1]);
  assert.deepEqual([frame.sequence, frame.position], [2, 640], "the gap is in the position");
});

test("shouldSayWhichMessageCameLast", () => {
  const { sockets, timers, open } = world();
  const hello = (socket) => {
    socket.readyState = 1;
    socket.onopen();
    return JSON.parse(socket.sent[0]);
  };
  open(sockets[0]);
  assert.equal(JSON.parse(sockets[0].sent[0]).received, undefined, "there is no session yet");
  sockets[0].onmessage({ data: JSON.stringify({ type: "state", to: "listening", n: 7 }) });
  sockets[0].onmessage({ data: JSON.stringify({ type: "vad", at: 1 }) });
  sockets[0].onclose({ code: 1006, reason: "" });
  timers.shift()();
  assert.equal(hello(sockets[1]).received, 7);
  sockets[1].onmessage({ data: JSON.stringify({ ...START, resumed: false }) });
  sockets[1].onclose({ code: 1006, reason: "" });
  timers.shift()();
  assert.equal(hello(sockets[2]).received, 0, "another session");
});

test("shouldGiveUpWhenTheServerEndsIt", () => {
  const { sockets, told, timers, open } = world();
  open(sockets[0]);
  sockets[0].onclose({ code: 1001, reason: "" });
  assert.deepEqual(told.at(-1), ["ended", "The server is shutting down."]);
  assert.equal(timers.length, 0);
});

test("shouldGiveUpAfterSoManyAttempts", () => {
  const { sockets, told, timers, open } = world();
  open(sockets[0]);
  let broken = 0;
  sockets[0].onclose({ code: 1006, reason: "" });
  while (timers.length > 0 && broken < 50) {
    timers.shift()();
    broken += 1;
    sockets.at(-1).onclose({ code: 1006, reason: "" });
  }
  assert.equal(told.at(-1)[0], "ended");
  assert.ok(broken < 10);
});

test("shouldSayThatATokenMayBeMissingWhenItNeverWorked", () => {
  const { sockets, told } = world();
  sockets[0].onclose({ code: 1006, reason: "" });
  assert.match(told.at(-1)[1], /token/);
});

test("shouldHandOverFramesAndMessages", () => {
  const { sockets, told, open } = world();
  open(sockets[0]);
  sockets[0].onmessage({ data: JSON.stringify({ type: "flush", position: 5 }) });
  assert.deepEqual(told.at(-1), ["message", { type: "flush", position: 5 }]);
  sockets[0].onmessage({ data: JSON.stringify({ type: "session_end", reason: "idle" }) });
  assert.deepEqual(told.at(-1), ["ended", "The conversation has ended: idle."]);
});

test("shouldHearNothingFromAConnectionThatWasReplaced", () => {
  const { sockets, timers, told, open } = world();
  open(sockets[0]);
  sockets[0].onclose({ code: 1006, reason: "" });
  timers.shift()();
  const before = told.length;
  sockets[0].onmessage({ data: JSON.stringify({ type: "state", to: "speaking" }) });
  assert.equal(told.length, before);
});
