import { h, s } from "./dom.js";

/** One figure with its name. */
export function tile(name, value, more) {
  return h("div.tile", {}, h("dt", {}, name), h("dd.tile-value", {}, value), more ? h("dd.quiet.small", {}, more) : null);
}

/** A share as a bar. */
export function meter(name, share, text) {
  const known = typeof share === "number" && Number.isFinite(share);
  const width = known ? Math.max(0, Math.min(1, share)) * 100 : 0;
  const tone = width >= 90 ? "bad" : width >= 75 ? "warn" : "plain";
  return h(
    "div.meter",
    {},
    h("p.meter-head", {}, h("span", {}, name), h("b", {}, text)),
    s(
      `svg.meter-bar.${tone}`,
      { viewBox: "0 0 100 2", preserveAspectRatio: "none", "aria-hidden": "true" },
      s("rect.meter-track", { width: 100, height: 2 }),
      s("rect.meter-fill", { width, height: 2 }),
    ),
  );
}

/** The last values as a line, from 0 to `most`. */
export function sparkline(values, most) {
  const top = Math.max(most, ...values, 1e-9);
  const points = values.map((value, index) => `${(index / Math.max(1, values.length - 1)) * 100},${30 - (value / top) * 28}`);
  return s(
    "svg.spark",
    { viewBox: "0 0 100 31", preserveAspectRatio: "none", "aria-hidden": "true" },
    s("path.spark-base", { d: "M0 30.5H100" }),
    values.length > 1 ? s("polyline", { points: points.join(" ") }) : null,
  );
}
