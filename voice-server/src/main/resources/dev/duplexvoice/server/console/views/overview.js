import { h } from "../ui/dom.js";
import { bytes, count, duration, milliseconds, percent } from "../ui/format.js";
import { meter, tile } from "../ui/figures.js";
import { Poll } from "../ui/poll.js";
import { problem } from "../ui/states.js";

const STATUS = {
  healthy: ["good", "Everything works", "All that this server needs answers."],
  degraded: ["warn", "Works with limits", "Something that it can do without does not answer."],
  draining: ["warn", "Shutting down", "Conversations go on; new ones are not taken."],
  unhealthy: ["bad", "Does not work", "Something that it needs does not answer."],
};

/** The Overview tab. */
export class OverviewView {
  #body = h("div.stack.loose");
  #api;
  #token;
  #poll = new Poll((signal) => this.#ask(signal), 2000);

  constructor(root, api, token) {
    this.#api = api;
    this.#token = token;
    root.append(h("header.view-head", {}, h("h1", {}, "Overview")), this.#body);
    token.onChange(() => this.#poll.again());
  }

  show() {
    this.#poll.start();
  }

  hide() {
    this.#poll.stop();
  }

  async #ask(signal) {
    try {
      this.#draw(await this.#api.get("api/v1/overview", {}, signal));
    } catch (error) {
      if (error.name === "AbortError") {
        throw error;
      }
      this.#body.replaceChildren(problem(error, this.#token, () => this.#poll.start()));
      return !error.wantsToken;
    }
  }

  #draw(now) {
    const [tone, title, text] = STATUS[now.status] ?? ["warn", now.status, ""];
    const checks = Object.entries(now.checks ?? {});
    this.#body.replaceChildren(
      h(
        `section.card.banner.${tone}`,
        { "aria-label": "Health" },
        h("span.banner-dot", { "aria-hidden": "true" }),
        h("div", {}, h("h2", {}, title), h("p.quiet", {}, text)),
        h("p.banner-end.quiet.small", {}, `Version ${now.version}`),
      ),
      h(
        "dl.tiles",
        {},
        tile("Active sessions", count(now.active_sessions), `${count(now.sessions_total)} since the start`),
        tile("Turns in the last hour", count(now.turns_last_hour)),
        tile("Average response", milliseconds(now.average_response_ms), "from the caller's last word, last hour"),
        tile("Average first audio", milliseconds(now.average_first_audio_ms), "from the reply's first text, last hour"),
        tile("Up for", duration(now.uptime_s)),
      ),
      h(
        "div.columns",
        {},
        h(
          "section.card",
          { "aria-labelledby": "resources-title" },
          h("h2.card-title", { id: "resources-title" }, "Resources"),
          meter("Processor, this process", now.cpu?.process, percent(now.cpu?.process, 1)),
          meter("Processor, the machine", now.cpu?.system, percent(now.cpu?.system, 1)),
          meter(
            "Java heap",
            now.memory.heap_max ? now.memory.heap_used / now.memory.heap_max : null,
            `${bytes(now.memory.heap_used)} of ${bytes(now.memory.heap_max)}`,
          ),
          meter(
            "Memory, all of this process",
            now.memory.available ? now.memory.rss / now.memory.available : null,
            `${bytes(now.memory.rss)} of ${bytes(now.memory.available)}`,
          ),
        ),
        h(
          "section.card",
          { "aria-labelledby": "checks-title" },
          h("h2.card-title", { id: "checks-title" }, "Health checks"),
          checks.length === 0
            ? h("p.quiet", {}, "This server has nothing to check.")
            : h("ul.checks", {}, ...checks.map(([name, check]) => checkRow(name, check))),
        ),
      ),
    );
  }
}

function checkRow(name, check) {
  const tone = check.ok ? "good" : check.needed === false ? "warn" : "bad";
  return h(
    "li",
    {},
    h(`span.dot.${tone}`, { "aria-hidden": "true" }),
    h("span.check-name", {}, name),
    h(`span.check-said${check.ok ? ".quiet" : ""}`, {}, check.ok ? "works" : (check.error ?? "does not answer")),
  );
}
