import { h, icon } from "../ui/dom.js";
import { count, duration, milliseconds, moment, NONE } from "../ui/format.js";

const QUIET = new Set(["t", "type", "session_id", "turn_id"]);

/** One session in full: its figures, its turns, and every event. */
export function sessionDetail(session, end) {
  const live = !session.close_reason;
  return h(
    "section.card.stack",
    { "aria-label": `Session ${session.session_id}` },
    h(
      "header.detail-head",
      {},
      h("div", {}, h("h2.mono", {}, session.session_id), h("p.quiet.small", {}, `${moment(session.started_at)} · ${session.remote_address ?? NONE} · ${session.protocol ?? NONE}`)),
      live ? h("button.button.danger", { type: "button", id: "end-session", onclick: end }, icon("end"), "End it") : null,
    ),
    h(
      "dl.facts-grid",
      {},
      ...pairs([
        ["State", live ? session.state.replaceAll("_", " ").toLowerCase() : `ended: ${session.close_reason}`],
        ["User", session.user_id ? h("a", { href: `#sessions/user/${encodeURIComponent(session.user_id)}` }, session.user_id) : NONE],
        [live ? "For" : "Lasted", duration(session.duration_s)],
        ["Turns", count(session.turns)],
        ["Interruptions", count(session.interruptions)],
        ["Rates, in and out", `${kilo(session.input_rate)} / ${kilo(session.output_rate)}`],
        ["Audio on its way", milliseconds(session.buffer_ms)],
        ["Input dropped", count(session.dropped_input)],
      ]),
    ),
    turns(session.turn_latencies ?? []),
    h("h3", {}, "Timeline"),
    (session.timeline ?? []).length === 0
      ? h("p.quiet", {}, "Nothing has happened yet.")
      : h("ol.events", { tabindex: "0", "aria-label": "Timeline" }, ...session.timeline.map(event)),
  );
}

function pairs(list) {
  return list.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)));
}

const kilo = (rate) => (rate ? `${rate / 1000} kHz` : NONE);

function turns(list) {
  if (list.length === 0) {
    return null;
  }
  const heads = ["Turn", "Turn over", "First audio", "End to end", "Stopped"];
  const rows = list.map((turn, index) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, String(index + 1), turn.interrupted ? h("span.badge.bad", {}, "cut off") : null),
      h("td", {}, milliseconds(turn.endpointing_ms)),
      h("td", {}, milliseconds(turn.first_audio_ms)),
      h("td", {}, milliseconds(turn.end_to_end_ms)),
      h("td", {}, milliseconds(turn.barge_in_ms)),
    ),
  );
  return h(
    "div.scroll",
    { tabindex: "0", role: "region", "aria-label": "Latency of every turn" },
    h("table.figures", {}, h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))), h("tbody", {}, ...rows)),
  );
}

/** An event in one line: when, what, and whatever else it tells. */
function event(one) {
  const rest = Object.entries(one).filter(([name, value]) => !QUIET.has(name) && value !== null && value !== "");
  return h(
    "li.event",
    { "data-type": one.type },
    h("span.event-time.mono", {}, `${Number(one.t).toFixed(3)}`),
    h("span.event-type", {}, one.type.replaceAll("_", " ")),
    h("span.event-more", {}, ...rest.flatMap(([name, value], index) => [index > 0 ? " · " : null, h("span.quiet", {}, `${name.replaceAll("_", " ")} `), String(value)])),
  );
}
