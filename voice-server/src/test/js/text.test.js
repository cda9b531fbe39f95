import assert from "node:assert/strict";
import test from "node:test";
import { EventStream } from "../../main/resources/dev/duplexvoice/server/console/ui/event-stream.js";
import { bytes, duration, inUnit, milliseconds, percent } from "../../main/resources/dev/duplexvoice/server/console/ui/format.js";
import { fields, matches, shortLogger } from "../../main/resources/dev/duplexvoice/server/console/views/log-lines.js";

test("shouldReadEventsFromAnyPieces", () => {
  const text = ": hello\n\nid: 1\nevent: line\ndata: {\"a\":1}\n\nevent: lost\r\ndata: 3\r\n\r\ndata: a\ndata: b\n\n";
  for (const piece of [1, 5, text.length]) {
    const events = [];
    const stream = new EventStream((event) => events.push(event));
    for (let at = 0; at < text.length; at += piece) {
      stream.push(text.slice(at, at + piece));
    }
    assert.deepEqual(events, [
      { type: "line", data: '{"a":1}' },
      { type: "lost", data: "3" },
      { type: "message", data: "a\nb" },
    ]);
  }
});

test("shouldWriteFiguresShortly", () => {
  assert.equal(milliseconds(0.84), "0.8 ms");
  assert.equal(milliseconds(48.2), "48 ms");
  assert.equal(milliseconds(1240), "1.24 s");
  assert.equal(milliseconds(3000), "3 s");
  assert.equal(milliseconds(null), "–");
  assert.equal(inUnit(0.3, "x"), "0.30 ×");
  assert.equal(duration(300), "5 min");
  assert.equal(duration(3600), "1 h");
  assert.equal(duration(93784), "1 d 2 h");
  assert.equal(bytes(1.53e9), "1.5 GB");
  assert.equal(percent(0.9952, 2), "99.52 %");
});

const LINE = { level: "WARNING", message: "Slow Voice", session_id: "s-1", logger: "dev.duplexvoice.server.VoiceSocket", metadata: { threshold_ms: 3000 } };

test("shouldFilterAsTheServerDoes", () => {
  assert.ok(matches(LINE, { level: "", text: "", session: "" }));
  assert.ok(matches(LINE, { level: "INFO", text: "slow v", session: "s-1" }));
  assert.ok(!matches(LINE, { level: "ERROR", text: "", session: "" }));
  assert.ok(!matches(LINE, { level: "", text: "fast", session: "" }));
  assert.ok(!matches(LINE, { level: "", text: "", session: "s" }));
});

test("shouldShowWhatALineCarries", () => {
  assert.deepEqual(fields(LINE), [["session_id", "s-1"], ["threshold_ms", "3000"]]);
  assert.equal(shortLogger(LINE.logger), "d.d.server.VoiceSocket");
  assert.equal(shortLogger("ROOT"), "ROOT");
});
