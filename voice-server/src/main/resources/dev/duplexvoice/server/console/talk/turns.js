import { h } from "../ui/dom.js";
import { milliseconds } from "../ui/format.js";

const MOST = 50;

/** How long each turn took, the newest first. */
export class Turns {
  #body;
  #rows = new Map();

  /** @param {HTMLTableSectionElement} body */
  constructor(body) {
    this.#body = body;
  }

  clear() {
    this.#body.replaceChildren();
    this.#rows.clear();
  }

  turn(message) {
    const row = this.#row(message.turn_id);
    row.endpointing.textContent = milliseconds(message.endpointing_delay_ms);
    row.endpointingMs = message.endpointing_delay_ms;
  }

  reply(message) {
    if (message.phase === "first_audio") {
      const row = this.#row(message.turn_id);
      row.voice.textContent = milliseconds(message.ttfb_ms);
      const total = (row.endpointingMs ?? NaN) + message.latency_ms;
      row.total.textContent = milliseconds(Number.isFinite(total) ? total : message.latency_ms);
    } else if (message.phase === "paused") {
      this.#row(message.turn_id).reactionMs = message.reaction_ms;
    } else if (message.phase === "interrupted") {
      const row = this.#row(message.turn_id);
      row.stopped.textContent = milliseconds(row.reactionMs);
    }
  }

  #row(turnId) {
    const key = turnId ?? "";
    if (!this.#rows.has(key)) {
      const cells = ["endpointing", "voice", "total", "stopped"].map(() => h("td", {}, "–"));
      const row = h("tr", {}, h("th", { scope: "row" }, String(this.#rows.size + 1)), ...cells);
      this.#body.prepend(row);
      const [endpointing, voice, total, stopped] = cells;
      this.#rows.set(key, { row, endpointing, voice, total, stopped });
      if (this.#body.rows.length > MOST) {
        this.#body.lastElementChild.remove();
      }
    }
    return this.#rows.get(key);
  }
}
