import { h } from "../ui/dom.js";
import { milliseconds } from "../ui/format.js";
import { splitHeard } from "./protocol.js";

/** What was said, as two people see it in a chat, and what became of it. */
export class Conversation {
  #list;
  #saying = null;
  #replies = new Map();

  /** @param {HTMLOListElement} list with aria-live, so new entries are read out */
  constructor(list) {
    this.#list = list;
  }

  clear() {
    this.#list.replaceChildren();
    this.#saying = null;
    this.#replies.clear();
  }

  /** The caller speaks; nothing is understood yet. */
  speaking() {
    this.#caller();
  }

  /** What was understood so far. */
  transcript(text, final) {
    const entry = this.#caller();
    entry.text.textContent = text;
    entry.text.classList.toggle("interim", !final);
    this.#scroll();
  }

  /** The caller's turn is over. */
  turn(message, text = message.text) {
    const entry = this.#caller();
    entry.text.classList.remove("interim");
    entry.item.classList.remove("pending");
    if (text) {
      entry.text.textContent = text;
    } else {
      entry.text.replaceChildren(h("span.quiet", {}, "Speech without a transcript"));
    }
    if (Number.isFinite(message.endpointing_delay_ms)) {
      entry.facts.append(fact("turn over after", milliseconds(message.endpointing_delay_ms)));
    }
    this.#saying = null;
    this.#scroll();
  }

  /** Speech that became no turn, a cough for instance. */
  nothing() {
    if (this.#saying && this.#saying.text.textContent === "") {
      this.#saying.item.remove();
      this.#saying = null;
    }
  }

  reply(message) {
    const entry = this.#reply(message.turn_id);
    switch (message.phase) {
      case "first_audio":
        entry.item.dataset.phase = "speaking";
        if (Number.isFinite(message.latency_ms)) {
          entry.facts.append(fact("first audio", milliseconds(message.latency_ms)));
        }
        break;
      case "paused":
        entry.item.dataset.phase = "paused";
        break;
      case "resumed":
        entry.item.dataset.phase = "speaking";
        break;
      default:
        break;
    }
    this.#scroll();
  }

  /** A reply is over: what was written, and how much of it reached the ear. */
  heard(message) {
    const entry = this.#reply(message.turn_id);
    const { heard, unheard } = message.interrupted
      ? splitHeard(message.text, message.heard)
      : { heard: message.text, unheard: "" };
    entry.text.replaceChildren(heard);
    if (unheard.trim()) {
      entry.text.append(
        h("del", {}, h("span.visually-hidden", {}, " not heard: "), unheard),
      );
    }
    delete entry.item.dataset.phase;
    entry.item.classList.remove("pending");
    if (message.interrupted) {
      entry.facts.append(h("span.fact.bad", {}, "interrupted"));
    }
    this.#replies.delete(message.turn_id ?? "");
    this.#scroll();
  }

  /** Something to know that nobody said. */
  note(text, bad = false) {
    this.#list.append(h(`li.note${bad ? ".bad" : ""}`, {}, text));
    this.#scroll();
  }

  #caller() {
    this.#saying ??= this.#entry("caller", "You");
    return this.#saying;
  }

  #reply(turnId) {
    const key = turnId ?? "";
    if (!this.#replies.has(key)) {
      const entry = this.#entry("voice", "Voice");
      entry.item.dataset.phase = "thinking";
      this.#replies.set(key, entry);
    }
    return this.#replies.get(key);
  }

  #entry(side, name) {
    const text = h("p.said");
    const facts = h("p.facts");
    const item = h(
      `li.entry.${side}.pending`,
      {},
      h("p.who", {}, name),
      h("div.bubble", {}, text, h("span.dots", { "aria-hidden": "true" }, h("i"), h("i"), h("i"))),
      facts,
    );
    this.#list.append(item);
    this.#scroll();
    return { item, text, facts };
  }

  #scroll() {
    this.#list.scrollTop = this.#list.scrollHeight;
  }
}

function fact(name, value) {
  return h("span.fact", {}, `${name} `, h("b", {}, value));
}
