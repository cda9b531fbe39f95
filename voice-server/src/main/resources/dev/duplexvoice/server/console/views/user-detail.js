import { h } from "../ui/dom.js";
import { count, moment } from "../ui/format.js";

/** A user of the host: how often, how much, and what was said last. */
export function userDetail(user) {
  const recent = user.recent ?? [];
  return h(
    "section.card.stack",
    { "aria-label": `User ${user.user_id}` },
    h("h2.mono", {}, user.user_id),
    h(
      "dl.facts-grid",
      {},
      pair("Conversations", count(user.conversations)),
      pair("Turns", count(user.turns)),
      pair("First seen", moment(user.first_seen)),
      pair("Last seen", moment(user.last_seen)),
    ),
    h("h3", {}, "Recent interactions"),
    recent.length === 0
      ? h("p.quiet", {}, "None yet.")
      : h("ol.entries.recorded", {}, ...recent.map(interaction)),
  );
}

function pair(name, value) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}

function interaction(one) {
  return h(
    "li.stack.tight",
    {},
    h("p.quiet.small", {}, moment(one.at), " · ", h("a", { href: `#sessions/${encodeURIComponent(one.session_id)}` }, one.session_id)),
    one.user_text ? h("p.bubble.caller", {}, one.user_text) : null,
    h("p.bubble.voice", {}, one.heard || "Nothing was heard.", one.interrupted ? h("span.badge.bad", {}, "cut off") : null),
  );
}
