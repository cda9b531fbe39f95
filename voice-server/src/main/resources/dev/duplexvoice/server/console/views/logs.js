import { announce, h, icon } from "../ui/dom.js";
import { clock } from "../ui/format.js";
import { empty, problem } from "../ui/states.js";
import { fields, matches, shortLogger } from "./log-lines.js";

const SHOWN = 500;
const RECONNECT_MS = 2000;
const TYPING_MS = 250;

/** The Logs tab: the last lines, then each as it comes. */
export class LogsView {
  #list = h("ol.lines", { role: "log", "aria-live": "off", "aria-label": "Log lines", tabindex: "0" });
  #place = h("div.lines-place");
  #status = h("p.quiet.small", { role: "status" });
  #level = h("select", { id: "log-level" }, ...["", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"].map((level) => h("option", { value: level }, level ? `${capital(level)} and up` : "All levels")));
  #text = h("input", { id: "log-text", type: "search", placeholder: "Search in lines", autocomplete: "off", spellcheck: "false", maxlength: "200" });
  #session = h("input", { id: "log-session", type: "search", placeholder: "Session id", autocomplete: "off", spellcheck: "false" });
  #pause = h("button.button", { type: "button", "aria-pressed": "false" }, icon("pause"), h("span", {}, "Pause"));
  #api;
  #token;
  #abort = null;
  #paused = false;
  #held = [];
  #typing = 0;

  constructor(root, api, token) {
    this.#api = api;
    this.#token = token;
    const download = h("button.button", { type: "button", onclick: () => this.#download() }, icon("download"), "Download");
    const clear = h("button.button", { type: "button", onclick: () => this.#list.replaceChildren() }, icon("clear"), "Clear");
    root.append(
      h("header.view-head", {}, h("h1", {}, "Logs"), this.#status),
      h(
        "div.filters",
        { role: "search", "aria-label": "Filter" },
        h("label.field", {}, h("span", {}, "Level"), this.#level),
        h("label.field.grow", {}, h("span", {}, "Text"), this.#text),
        h("label.field", {}, h("span", {}, "Session"), this.#session),
        h("div.row.filter-buttons", {}, this.#pause, clear, download),
      ),
      this.#place,
      h("section.card.flush", { "aria-label": "Lines" }, this.#list),
    );
    this.#level.addEventListener("change", () => this.#start());
    for (const input of [this.#text, this.#session]) {
      input.addEventListener("input", () => {
        clearTimeout(this.#typing);
        this.#typing = setTimeout(() => this.#start(), TYPING_MS);
      });
    }
    this.#pause.addEventListener("click", () => this.#hold(!this.#paused));
    token.onChange(() => this.#abort && this.#start());
  }

  show(detail) {
    if (detail) {
      this.#session.value = detail;
    }
    this.#start();
  }

  hide() {
    clearTimeout(this.#typing);
    this.#abort?.abort();
    this.#abort = null;
  }

  get #filter() {
    return { level: this.#level.value, text: this.#text.value.trim(), session: this.#session.value.trim() };
  }

  /** Asks for the last lines and follows from there; again whenever the filter changes. */
  async #start() {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    try {
      while (!abort.signal.aborted) {
        await this.#follow(abort.signal);
        // The server ended the stream, or something between.
        this.#status.textContent = "Connecting again";
        await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
      }
    } catch (error) {
      if (error.name !== "AbortError" && !abort.signal.aborted) {
        this.#status.textContent = "";
        this.#place.replaceChildren(problem(error, this.#token, () => this.#start()));
      }
    }
  }

  async #follow(signal) {
    const filter = this.#filter;
    // Followed first and asked second, so that no line falls between.
    const early = [];
    let take = (line) => early.push(line);
    const following = this.#api.follow("api/v1/logs/stream", filter, signal, ({ type, data }) => {
      if (type === "line") {
        take(JSON.parse(data));
      } else if (type === "lost") {
        this.#status.textContent = `${data} lines came too fast and are not shown`;
      }
    });
    // Of one that fails while the other is waited for nobody would hear.
    following.catch(() => {});
    const { lines } = await Promise.race([
      this.#api.get("api/v1/logs", { ...filter, limit: SHOWN }, signal),
      following.then(() => ({ lines: [] })),
    ]);
    this.#place.replaceChildren();
    this.#held = [];
    this.#list.replaceChildren(...lines.map(row));
    const last = lines.at(-1)?.timestamp ?? "";
    early.filter((line) => line.timestamp > last).forEach((line) => this.#add(line));
    take = (line) => this.#add(line);
    if (lines.length === 0) {
      this.#place.replaceChildren(empty("No lines", filter.level || filter.text || filter.session ? "Nothing matches this filter; what comes and does will show here." : "Lines show here as they are written."));
    }
    this.#status.textContent = "Following";
    this.#list.scrollTop = this.#list.scrollHeight;
    await following;
  }

  #add(line) {
    if (!matches(line, this.#filter)) {
      return;
    }
    if (this.#paused) {
      this.#held.push(line);
      this.#held.splice(0, this.#held.length - SHOWN);
      this.#status.textContent = `Paused, ${this.#held.length} new`;
      return;
    }
    this.#place.replaceChildren();
    const atEnd = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < 40;
    this.#list.append(row(line));
    while (this.#list.childElementCount > SHOWN) {
      this.#list.firstElementChild.remove();
    }
    if (atEnd) {
      this.#list.scrollTop = this.#list.scrollHeight;
    }
  }

  #hold(paused) {
    this.#paused = paused;
    this.#pause.setAttribute("aria-pressed", String(paused));
    this.#pause.querySelector("use").setAttribute("href", paused ? "#i-play" : "#i-pause");
    this.#pause.querySelector("span").textContent = paused ? "Go on" : "Pause";
    this.#status.textContent = paused ? "Paused" : "Following";
    if (!paused) {
      this.#held.splice(0).forEach((line) => this.#add(line));
    }
  }

  async #download() {
    try {
      const file = await this.#api.blob("api/v1/logs/download", this.#filter);
      const url = URL.createObjectURL(file);
      h("a", { href: url, download: "voice-log.ndjson" }).click();
      setTimeout(() => URL.revokeObjectURL(url), 1000);
      announce("The log was downloaded");
    } catch (error) {
      this.#place.replaceChildren(problem(error, this.#token));
    }
  }
}

function capital(word) {
  return word[0] + word.slice(1).toLowerCase();
}

function row(line) {
  const more = fields(line);
  const trace = more.find(([name]) => name === "traceback");
  return h(
    "li.line",
    { "data-level": line.level },
    h("time.mono", { datetime: line.timestamp, title: line.timestamp }, clock(line.timestamp)),
    h("span.level", {}, capital(line.level)),
    h(
      "div.line-said",
      {},
      h("p.line-message", {}, line.message),
      h(
        "p.line-more.quiet.small",
        {},
        h("span.line-logger", { title: line.logger }, shortLogger(line.logger)),
        ...more.filter(([name]) => name !== "traceback").flatMap(([name, value]) => [
          " ",
          name === "session_id"
            ? h("a", { href: `#sessions/${encodeURIComponent(value)}` }, value)
            : h("span.line-field", {}, `${name}=${value}`),
        ]),
      ),
      trace ? h("details", {}, h("summary", {}, "Stack trace"), h("pre", {}, trace[1])) : null,
    ),
  );
}
