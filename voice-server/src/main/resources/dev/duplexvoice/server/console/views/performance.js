import { h } from "../ui/dom.js";
import { meter, sparkline } from "../ui/figures.js";
import { bytes, count, duration, inUnit, NONE, percent } from "../ui/format.js";
import { histogram } from "../ui/histogram.js";
import { Poll } from "../ui/poll.js";
import { problem } from "../ui/states.js";

const KEPT = 60;
const SLO_NAMES = {
  first_audio: "First audio",
  barge_in: "Barge-in",
  frame_jitter: "Frame jitter",
  end_to_end: "End to end",
  real_time_factor: "Real-time factor",
  availability: "Availability",
  errors: "Replies without errors",
};

/** The Performance tab: distributions against what is promised. */
export class PerformanceView {
  #body = h("div.stack.loose");
  #api;
  #token;
  #past = { cpu: [], queue: [], load: [], sessions: [] };
  #poll = new Poll((signal) => this.#ask(signal), 2000);

  constructor(root, api, token) {
    this.#api = api;
    this.#token = token;
    this.#window = h("p.quiet");
    root.append(h("header.view-head", {}, h("h1", {}, "Performance"), this.#window), this.#body);
    token.onChange(() => this.#poll.again());
  }

  #window;

  show() {
    this.#poll.start();
  }

  hide() {
    this.#poll.stop();
  }

  async #ask(signal) {
    try {
      this.#draw(await this.#api.get("api/v1/performance", {}, signal));
    } catch (error) {
      if (error.name === "AbortError") {
        throw error;
      }
      this.#window.textContent = "";
      this.#body.replaceChildren(problem(error, this.#token, () => this.#poll.start()));
      return !error.wantsToken;
    }
  }

  #draw(now) {
    this.#window.textContent = now.window_s
      ? `Distributions of the last ${now.window_s === 3600 ? "hour" : duration(now.window_s)}`
      : "";
    const scrolled = this.#body.querySelector(".scroll")?.scrollLeft ?? 0;
    this.#body.replaceChildren(
      h("div.charts", {}, ...now.latencies.map(latencyCard)),
      h("div.gauges", {}, ...this.#gauges(now.gauges)),
      objectives(now.slos),
    );
    this.#body.querySelector(".scroll").scrollLeft = scrolled;
  }

  #gauges(gauges) {
    const remember = (list, value) => {
      list.push(Number.isFinite(value) ? value : 0);
      if (list.length > KEPT) {
        list.shift();
      }
      return list;
    };
    const load = Math.max(0, ...(gauges.loop_load ?? []));
    const cards = [
      gauge("Processor", percent(gauges.cpu?.process, 1), `machine ${percent(gauges.cpu?.system, 1)}`, sparkline(remember(this.#past.cpu, gauges.cpu?.process), 1)),
      gauge("Active sessions", count(gauges.active_sessions), null, sparkline(remember(this.#past.sessions, gauges.active_sessions), 1)),
      gauge("Audio loop, busiest", gauges.loop_load?.length ? percent(load, 1) : NONE, gauges.loop_load?.length > 1 ? `of ${count(gauges.loop_load.length)}` : null, sparkline(remember(this.#past.load, load), 1)),
      gauge("Syntheses waiting", count(gauges.queue_depth), null, sparkline(remember(this.#past.queue, gauges.queue_depth), 4)),
      h(
        "section.card.gauge",
        { "aria-label": "Memory" },
        h("h2.card-title", {}, "Memory"),
        meter("Java heap", gauges.memory.heap_max ? gauges.memory.heap_used / gauges.memory.heap_max : null, bytes(gauges.memory.heap_used)),
        meter("Process", gauges.memory.available ? gauges.memory.rss / gauges.memory.available : null, bytes(gauges.memory.rss)),
      ),
    ];
    for (const gpu of gauges.gpu ?? []) {
      cards.push(
        h(
          "section.card.gauge",
          { "aria-label": `GPU ${gpu.id}` },
          h("h2.card-title", {}, `GPU ${gpu.id}`),
          meter("Busy", gpu.utilization / 100, percent(gpu.utilization / 100)),
          meter("Memory", gpu.memory_total ? gpu.memory_used / gpu.memory_total : null, bytes(gpu.memory_used)),
          h("p.quiet.small", {}, `${gpu.temperature ?? NONE} °C, ${gpu.power ?? NONE} W`),
        ),
      );
    }
    return cards;
  }
}

function gauge(name, value, more, chart) {
  return h(
    "section.card.gauge",
    { "aria-label": name },
    h("h2.card-title", {}, name),
    h("p.gauge-value", {}, value, more ? h("span.quiet.small", {}, ` ${more}`) : null),
    chart,
  );
}

function latencyCard(latency) {
  const nothing = latency.count === 0;
  const met = latency.slo === null || nothing ? null : latency.p95 <= latency.slo;
  return h(
    "section.card.chart",
    { "aria-label": latency.label },
    h(
      "header.chart-head",
      {},
      h("h2.card-title", {}, latency.label),
      met === null ? null : h(`span.badge.${met ? "good" : "bad"}`, {}, met ? "p95 within" : "p95 beyond"),
    ),
    h("p.quiet.small.chart-help", {}, latency.help),
    histogram(latency),
    nothing
      ? h("p.quiet.small.chart-none", {}, "Nothing measured yet.")
      : h(
          "dl.percentiles",
          {},
          ...["p50", "p95", "p99"].map((name) =>
            h("div", {}, h("dt", {}, name), h("dd", {}, inUnit(latency[name], latency.unit))),
          ),
          h("div", {}, h("dt", {}, "count"), h("dd", {}, count(latency.count))),
        ),
  );
}

function objectives(slos) {
  return h(
    "section.card",
    { "aria-labelledby": "slo-title" },
    h("h2.card-title", { id: "slo-title" }, "Service levels"),
    h(
      "div.scroll",
      { tabindex: "0", role: "region", "aria-labelledby": "slo-title" },
      h(
        "table.figures.wide",
        {},
        h(
          "thead",
          {},
          h("tr", {}, ...["Promise", "Objective", "Kept", "Error budget left", "Burn rate, 1 h", "Counted"].map((name) => h("th", { scope: "col" }, name))),
        ),
        h("tbody", {}, ...slos.map(objectiveRow)),
      ),
    ),
  );
}

function objectiveRow(slo) {
  const none = slo.actual === null;
  const met = none || slo.actual >= slo.target;
  const unit = slo.name === "real_time_factor" ? "x" : "ms";
  const within = slo.threshold === null ? "" : ` within ${inUnit(slo.threshold, unit)}`;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, SLO_NAMES[slo.name] ?? slo.name),
    h("td", {}, `${percent(slo.target, 1)}${within}`),
    h("td", {}, none ? NONE : h(`span.badge.${met ? "good" : "bad"}`, {}, percent(slo.actual, 2))),
    h("td", {}, none ? NONE : percent(slo.budget_left, 0)),
    h("td", {}, none ? NONE : `${slo.burn_rate?.toFixed(1) ?? NONE} ×`),
    h("td", {}, count(slo.total)),
  );
}
