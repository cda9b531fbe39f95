import { announce, h, icon } from "../ui/dom.js";
import { clock, count, duration, milliseconds, moment, NONE } from "../ui/format.js";
import { Poll } from "../ui/poll.js";
import { empty, problem } from "../ui/states.js";
import { sessionDetail } from "./session-detail.js";
import { userDetail } from "./user-detail.js";

/** The Sessions tab: who talks now, who did, and one of them in full. */
export class SessionsView {
  #lists = h("div.stack.loose");
  #detail = h("div.detail");
  #root;
  #api;
  #token;
  #chosen = "";
  #user = "";
  #poll = new Poll((signal) => this.#ask(signal), 2000);

  constructor(root, api, token) {
    this.#api = api;
    this.#token = token;
    const input = h("input", { type: "search", id: "user-id", placeholder: "User id", autocomplete: "off", spellcheck: "false" });
    const find = h(
      "form.row.find",
      {
        role: "search",
        onsubmit: (event) => {
          event.preventDefault();
          location.hash = input.value.trim() ? `sessions/user/${encodeURIComponent(input.value.trim())}` : "sessions";
        },
      },
      h("label.visually-hidden", { for: "user-id" }, "User id"),
      input,
      h("button.button", { type: "submit" }, "Find"),
    );
    this.#root = h("div.split", {}, this.#lists, this.#detail);
    root.append(h("header.view-head", {}, h("h1", {}, "Sessions"), find), this.#root);
    token.onChange(() => this.#poll.again());
  }

  /** @param {string} detail a session's id, or `user/` and a user's */
  show(detail) {
    const before = `${this.#user}/${this.#chosen}`;
    this.#user = detail.startsWith("user/") ? detail.slice(5) : "";
    this.#chosen = this.#user ? "" : detail;
    if (before !== `${this.#user}/${this.#chosen}`) {
      this.#detail.replaceChildren();
    }
    this.#root.dataset.detail = String(Boolean(detail));
    this.#poll.start();
  }

  hide() {
    this.#poll.stop();
  }

  async #ask(signal) {
    try {
      const { live, ended } = await this.#api.get("api/v1/sessions", {}, signal);
      this.#draw(live, ended);
    } catch (error) {
      if (error.name === "AbortError") {
        throw error;
      }
      this.#lists.replaceChildren(problem(error, this.#token, () => this.#poll.start()));
      return !error.wantsToken;
      this.#detail.replaceChildren();
      return;
    }
    await this.#askDetail(signal);
  }

  async #askDetail(signal) {
    if (!this.#chosen && !this.#user) {
      this.#detail.replaceChildren(empty("No session chosen", "Choose one to see what happened in it, moment by moment."));
      return;
    }
    try {
      if (this.#user) {
        const user = await this.#api.get(`api/v1/users/${encodeURIComponent(this.#user)}`, {}, signal);
        this.#swap(userDetail(user));
      } else {
        const session = await this.#api.get(`api/v1/sessions/${encodeURIComponent(this.#chosen)}`, {}, signal);
        this.#swap(sessionDetail(session, () => this.#end(session.session_id)));
      }
    } catch (error) {
      if (error.name === "AbortError") {
        throw error;
      }
      this.#detail.replaceChildren(back(), problem(error, this.#token));
    }
  }

  /** Without losing where the looker has scrolled to, or the keyboard's place. */
  #swap(fresh) {
    const focused = this.#detail.contains(document.activeElement) ? document.activeElement.id : "";
    const scrolled = this.#detail.querySelector(".events")?.scrollTop ?? 0;
    this.#detail.replaceChildren(back(), fresh);
    if (focused) {
      document.getElementById(focused)?.focus();
    }
    const events = this.#detail.querySelector(".events");
    if (events) {
      events.scrollTop = scrolled;
    }
  }

  async #end(id) {
    try {
      await this.#api.delete(`api/v1/sessions/${encodeURIComponent(id)}`);
      announce("The session is being ended");
      this.#poll.start();
    } catch (error) {
      this.#detail.prepend(problem(error, this.#token));
    }
  }

  #draw(live, ended) {
    const focused = document.activeElement?.dataset?.session;
    this.#lists.replaceChildren(
      h(
        "section.card",
        { "aria-labelledby": "live-title" },
        h("h2.card-title", { id: "live-title" }, "Live ", h("span.badge", {}, count(live.length))),
        live.length === 0
          ? empty("Nobody is talking", "A session shows here as soon as somebody connects.")
          : table(live.map((view) => this.#row(view, true)), ["Session", "State", "For", "Turns", "First audio"]),
      ),
      h(
        "section.card",
        { "aria-labelledby": "ended-title" },
        h("h2.card-title", { id: "ended-title" }, "Ended ", h("span.badge", {}, count(ended.length))),
        ended.length === 0
          ? empty("None yet", "The last thousand sessions are kept here.")
          : table(ended.slice(0, 100).map((view) => this.#row(view, false)), ["Session", "Reason", "Lasted", "Turns", "First audio"]),
      ),
    );
    if (focused) {
      this.#lists.querySelector(`[data-session="${CSS.escape(focused)}"]`)?.focus();
    }
  }

  #row(view, live) {
    const chosen = view.session_id === this.#chosen;
    const link = h(
      "a",
      { href: `#sessions/${encodeURIComponent(view.session_id)}`, "data-session": view.session_id, "aria-current": chosen ? "true" : null },
      view.session_id,
    );
    return h(
      `tr${chosen ? ".chosen" : ""}`,
      {},
      h("th", { scope: "row" }, link, h("span.quiet.small.under", {}, [view.user_id, live ? clock(view.started_at) : moment(view.started_at)].filter(Boolean).join(" · "))),
      h("td", {}, live ? h("span.pill", { "data-state": view.state.toLowerCase() }, stateText(view.state)) : (view.close_reason ?? NONE)),
      h("td", {}, duration(view.duration_s)),
      h("td", {}, count(view.turns)),
      h("td", {}, milliseconds(view.first_audio_ms_p50)),
    );
  }
}

function stateText(state) {
  const text = state.replaceAll("_", " ").toLowerCase();
  return text[0].toUpperCase() + text.slice(1);
}

function table(rows, heads) {
  return h(
    "div.scroll",
    { tabindex: "0", role: "region", "aria-label": heads[0] },
    h("table.figures.pick", {}, h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))), h("tbody", {}, ...rows)),
  );
}

function back() {
  return h("a.back", { href: "#sessions" }, icon("back"), "All sessions");
}
