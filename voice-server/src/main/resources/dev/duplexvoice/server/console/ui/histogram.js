import { s } from "./dom.js";
import { inUnit } from "./format.js";

const WIDTH = 400;
const HEIGHT = 110;
const BASE = 92;

/**
 * The bars of a distribution from cumulative buckets, with the line that most values should stay left of. Values beyond the last bound are
 * one bar at the right edge.
 */
export function histogram({ buckets, slo, unit, p95, label }) {
  const bounded = buckets.filter((bucket) => bucket.le !== null);
  const counts = bounded.map((bucket, index) => bucket.count - (bounded[index - 1]?.count ?? 0));
  const beyond = buckets.at(-1).count - (bounded.at(-1)?.count ?? 0);
  const most = Math.max(1, ...counts, beyond);
  const last = bounded.at(-1)?.le ?? 1;
  // One bar's width at the right is for what lies beyond.
  const bar = WIDTH / (counts.length + 2);
  const x = (value) => (Math.min(value, last) / last) * bar * counts.length;
  const rect = (count, left, bad) => {
    const tall = count === 0 ? 0 : Math.max(2, (count / most) * (BASE - 14));
    return s(`rect.bar${bad ? ".over" : ""}`, { x: left + 0.6, y: BASE - tall, width: bar - 1.2, height: tall, rx: 1 });
  };
  const bars = counts
    .map((count, index) => [count, index])
    .filter(([count]) => count > 0)
    .map(([count, index]) => rect(count, index * bar, slo !== null && bounded[index].le > slo));
  if (beyond > 0) {
    bars.push(rect(beyond, (counts.length + 1) * bar, slo !== null));
  }
  const summary = p95 === null
    ? `${label}: nothing measured yet`
    : `${label}: 95 % within ${inUnit(p95, unit)}${slo === null ? "" : `, objective ${inUnit(slo, unit)}`}`;
  return s(
    "svg.histogram",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": summary },
    s("path.axis", { d: `M0 ${BASE + 0.5}H${WIDTH}` }),
    ...bars,
    slo === null ? null : s("path.slo", { d: `M${x(slo)} 4V${BASE}` }),
    slo === null ? null : s("text.slo-text", { x: x(slo) + 5, y: 13 }, inUnit(slo, unit)),
    p95 === null ? null : s("path.p95", { d: `M${x(p95)} ${BASE}l-4 7h8z` }),
    s("text.tick", { x: 0, y: HEIGHT - 3 }, "0"),
    s("text.tick", { x: x(last), y: HEIGHT - 3, "text-anchor": "end" }, inUnit(last, unit)),
  );
}
