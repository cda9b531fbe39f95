import { Api } from "./ui/api.js";
import { tokenDialog } from "./ui/token.js";
import { tabs } from "./ui/tabs.js";
import { theme } from "./ui/theme.js";
import { LogsView } from "./views/logs.js";
import { OverviewView } from "./views/overview.js";
import { PerformanceView } from "./views/performance.js";
import { SessionsView } from "./views/sessions.js";
import { TalkView } from "./talk/view.js";

const at = (id) => document.getElementById(id);

theme(at("theme"));
const token = tokenDialog();
const api = new Api(new URL(".", document.baseURI), token);

const views = {
  talk: new TalkView(at("view-talk"), api, token),
  sessions: new SessionsView(at("view-sessions"), api, token),
  overview: new OverviewView(at("view-overview"), api, token),
  performance: new PerformanceView(at("view-performance"), api, token),
  logs: new LogsView(at("view-logs"), api, token),
};

/** A view asks the server only while it is looked at. */
let shown = null;
tabs(document.querySelector('[role="tablist"]'), (name, detail) => {
  shown?.hide();
  shown = views[name];
  shown.show(detail);
});
