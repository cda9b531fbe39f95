import { h } from "./dom.js";

/** What stands where there is nothing yet. */
export function empty(title, text) {
  return h("div.empty", {}, h("p.empty-title", {}, title), h("p.quiet", {}, text));
}

/** What went wrong and what to do; with a button for the token if that is what is missing. */
export function problem(error, token, retry) {
  const wants = error.wantsToken;
  const missing = error.status === 401 && !token.value;
  const title = wants
    ? error.status === 401
      ? "This server wants a token"
      : "This token may not see that"
    : error.status === 0
      ? "No connection"
      : "That did not work";
  return h(
    "div.notice.problem",
    { role: "alert" },
    h("p.notice-title", {}, title),
    h("p", {}, missing ? "Whoever runs it gives you one with the scope “observe”." : error.message),
    error.requestId ? h("p.quiet.small", {}, `Request ${error.requestId}`) : null,
    wants || retry
      ? h(
          "p.row",
          {},
          wants ? h("button.button", { type: "button", onclick: () => token.ask() }, "Enter a token") : null,
          retry ? h("button.button", { type: "button", onclick: retry }, "Try again") : null,
        )
      : null,
  );
}
