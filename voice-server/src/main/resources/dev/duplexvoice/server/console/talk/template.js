import { h, icon, s } from "../ui/dom.js";

/** The Talk tab's elements, by the names that the view uses. */
export function talkTemplate() {
  const parts = {};
  const keep = (name, element) => {
    parts[name] = element;
    return element;
  };

  const start = keep("startButton", h("button.button.primary.large", { type: "button", id: "talk-start" }, icon("mic"), "Start talking"));
  const type = keep("typeButton", h("button.button.large", { type: "button", id: "talk-type" }, "Type instead"));

  const welcome = keep(
    "welcome",
    h(
      "div.welcome",
      {},
      s(
        "svg.welcome-art",
        { viewBox: "0 0 240 72", "aria-hidden": "true" },
        s("path.art-caller", { d: bars([6, 16, 30, 44, 26, 38, 50, 24, 34, 14, 22, 8], 6) }),
        s("path.art-voice", { d: bars([8, 20, 12, 30, 46, 28, 52, 36, 44, 22, 14, 6], 126) }),
      ),
      h("h2", {}, "Talk to the voice"),
      h("p.quiet", {}, "Speak as you would to a person. Interrupt whenever you like: the voice stops, and you see how much of it you heard."),
      h("p.row.center", {}, start, type),
    ),
  );

  const canvas = keep("canvas", h("canvas.timeline", { role: "img", "aria-label": "Levels of you and of the voice over the last twelve seconds, with the probability of speech between them" }));
  const stage = h(
    "div.stage",
    {},
    canvas,
    h(
      "div.lane-names",
      { "aria-hidden": "true" },
      h("span.lane-caller", {}, "You"),
      h("span.lane-speech", {}, "Speech"),
      h("span.lane-voice", {}, "Voice"),
    ),
    welcome,
  );

  const head = h(
    "div.talk-head",
    {},
    keep("state", h("p.state", { id: "talk-state", role: "status", "aria-live": "polite", "data-state": "idle" }, h("span.state-dot", { "aria-hidden": "true" }), keep("stateText", h("span", {}, "Not connected")))),
    keep("sessionText", h("p.quiet.small.mono")),
  );

  const mute = keep("muteButton", h("button.button", { type: "button", "aria-pressed": "false" }, icon("mic"), keep("muteText", h("span", {}, "Mute"))));
  const stop = keep("stopButton", h("button.button", { type: "button" }, icon("stop"), "Stop the voice"));
  const end = keep("endButton", h("button.button.danger", { type: "button", id: "talk-end" }, icon("end"), "End"));
  const device = keep("device", h("select", { id: "talk-device" }, h("option", { value: "" }, "Default microphone")));
  const recognition = keep("recognition", h("input", { type: "checkbox", id: "talk-recognition" }));
  const controls = keep(
    "controls",
    h(
      "div.controls",
      {},
      h("div.row", {}, mute, stop, end),
      h("label.field.inline", {}, h("span.visually-hidden", {}, "Microphone"), device),
    ),
  );
  const recognitionRow = keep(
    "recognitionRow",
    h(
      "label.check",
      {},
      recognition,
      h("span", {}, "Transcribe in this browser ", h("span.quiet", {}, "– it may send what you say to its maker")),
    ),
  );

  const rows = keep("turnRows", h("tbody"));
  const turns = h(
    "section.card.turns",
    { "aria-labelledby": "turns-title" },
    h("h2.card-title", { id: "turns-title" }, "Latency of every turn"),
    h(
      "div.scroll",
      { tabindex: "0", role: "region", "aria-labelledby": "turns-title" },
      h(
        "table.figures",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, "Turn"),
            h("th", { scope: "col", title: "From your last word to the end of your turn" }, "Turn over"),
            h("th", { scope: "col", title: "From the reply's first text to its first audio" }, "Voice"),
            h("th", { scope: "col", title: "From your last word to the reply's first audio" }, "Response"),
            h("th", { scope: "col", title: "From your interruption to silence" }, "Stopped"),
          ),
        ),
        rows,
      ),
    ),
    keep("turnsEmpty", h("p.quiet.small", {}, "Each turn shows here how long it took.")),
  );

  const list = keep("list", h("ol.entries", { id: "conversation", role: "log", "aria-live": "polite", "aria-label": "Conversation", tabindex: "0" }));
  const text = keep("text", h("input", { id: "talk-text", type: "text", maxlength: "10000", autocomplete: "off", placeholder: "Type what you would say" }));
  const mode = keep(
    "mode",
    h(
      "select",
      { "aria-label": "What the text is" },
      h("option", { value: "transcript" }, "As you"),
      h("option", { value: "text" }, "As the voice"),
    ),
  );
  const composer = keep(
    "composer",
    h(
      "form.composer",
      { "aria-label": "Type" },
      h("label.visually-hidden", { for: "talk-text" }, "Text"),
      mode,
      text,
      h("button.button.primary.square", { type: "submit", "aria-label": "Send" }, icon("send")),
    ),
  );

  const root = h(
    "div.talk",
    {},
    h("h1.visually-hidden", {}, "Talk"),
    h(
      "div.talk-left",
      {},
      h("section.card.talk-stage", { "aria-label": "Microphone and voice" }, head, keep("problem", h("div.problem-place")), stage, controls, recognitionRow),
      turns,
    ),
    h(
      "section.card.talk-right",
      { "aria-labelledby": "conversation-title" },
      h("h2.card-title", { id: "conversation-title" }, "Conversation"),
      list,
      keep("listEmpty", h("div.entries-empty", {}, h("p.quiet", {}, "What you say and what you hear shows here. Words of the voice that you cut off are struck out."))),
      composer,
    ),
  );
  return { root, ...parts };
}

/** Upright strokes of these heights, 9 units apart. */
function bars(heights, left) {
  return heights.map((tall, index) => `M${left + index * 9} ${36 - tall / 2}v${tall}`).join("");
}
