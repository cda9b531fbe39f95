// The small plots in the cards. Each is a function of the width it is given, so it can be drawn again on resize.

const STRIP_HEIGHT = 98;
const ROWS_HEIGHT = 74; // leaves room for the key below
const HISTOGRAM_FROM = 60; // more values than this and dots would only pile up

function niceStep(span, count) {
  const rough = Math.max(span, 1e-9) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => step >= rough);
}

/** Keeps the text of an axis inside the plot. */
const anchor = (x, width) => (x < 16 ? 'start' : x > width - 16 ? 'end' : 'middle');

function axis(width, y, low, high, x) {
  const marks = [s('line', { class: 'axis', x1: 0, x2: width, y1: y, y2: y })];
  const step = niceStep(high - low, Math.max(2, width / 56));
  for (let i = Math.ceil(low / step); i * step <= high; i++) {
    const value = i * step + 0; // + 0 turns -0 into 0
    marks.push(s('text', { x: x(value), y: y + 15, 'text-anchor': anchor(x(value), width) }, ms(value)));
  }
  return marks;
}

function objective(width, x, top, bottom, text) {
  const side = x > width * 0.6 ? 'end' : 'start';
  return [
    s('line', { class: 'slo', x1: x, x2: x, y1: top, y2: bottom }),
    s('text', { class: 'slo-text', x: side === 'end' ? x - 5 : x + 5, y: top + 9, 'text-anchor': side }, text),
  ];
}

/** Every value as a dot, stacked where they would touch; as bars when there are very many. */
function strip(figure, width, label) {
  const bottom = STRIP_HEIGHT - 20, top = 16;
  const high = Math.max(figure.slo * 1.15, ...figure.values.map((value) => value * 1.06));
  const x = (value) => clamp(value / high, 0, 1) * width;
  const plot = s('svg', { height: STRIP_HEIGHT, viewBox: `0 0 ${width} ${STRIP_HEIGHT}`, role: 'img', 'aria-label': label });
  plot.append(
    s('rect', { class: 'zone', x: 0, y: top, width: x(figure.slo), height: bottom - top, rx: 4 }),
    s('rect', { class: 'zone over', x: x(figure.slo), y: top, width: width - x(figure.slo), height: bottom - top, rx: 4 }));
  if (figure.median !== undefined) {
    plot.append(s('line', { class: 'median', x1: x(figure.median), x2: x(figure.median), y1: top, y2: bottom }));
  }
  plot.append(...axis(width, bottom, 0, high, x));
  plot.append(...(figure.values.length > HISTOGRAM_FROM ? bars(figure, width, bottom, high) : dots(figure, top, bottom, x)));
  plot.append(...objective(width, x(figure.slo), 0, bottom, `SLO ${ms(figure.slo)} ms`));
  return plot;
}

function dots(figure, top, bottom, x) {
  const radius = figure.values.length > 24 ? 3.5 : 5.5;
  const middle = (top + bottom) / 2, most = (bottom - top) / 2 - radius - 1;
  const placed = [];
  return [...figure.values].map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value).map((item) => {
    const at = x(item.value);
    const free = (y) => placed.every((p) => Math.hypot(p.x - at, p.y - y) >= 2 * radius);
    let y = middle;
    for (let away = 0; away <= most && !free(y); away += 1) y = free(middle - away) ? middle - away : middle + away;
    placed.push({ x: at, y });
    const over = item.value > figure.slo;
    const title = s('title', {}, `${item.index + 1}: ${ms(item.value)} ms${over ? ', over the objective' : ''}`);
    return over
      ? s('rect', { class: 'dot over', x: at - radius, y: y - radius, width: 2 * radius, height: 2 * radius,
        transform: `rotate(45 ${at} ${y})` }, title)
      : s('circle', { class: 'dot', cx: at, cy: y, r: radius }, title);
  });
}

function bars(figure, width, bottom, high) {
  const count = Math.max(12, Math.floor(width / 9));
  const heights = new Array(count).fill(0);
  for (const value of figure.values) heights[Math.min(count - 1, Math.max(0, Math.floor((value / high) * count)))]++;
  const highest = Math.max(...heights);
  const step = width / count;
  return heights.map((value, i) => {
    const height = (value / highest) * (bottom - 18);
    const over = (i * high) / count >= figure.slo;
    return s('rect', { class: over ? 'bar over' : 'bar', x: i * step, y: bottom - height, width: Math.max(1, step - 1), height },
      s('title', {}, `${plural(value, 'reply', 'replies')} from ${ms((i * high) / count)} ms`));
  });
}

/** One bar per reply around the end of the turn: what was waited before it, what was worked after it. */
function diverging(figure, width, label) {
  const rows = figure.parts;
  const bottom = ROWS_HEIGHT - 20;
  const top = 13;
  const low = -Math.max(...rows.map((row) => row.endpointing), 1);
  const high = Math.max(figure.slo * 1.15, ...rows.map((row) => row.response * 1.04));
  const x = (value) => 2 + clamp((value - low) / (high - low), 0, 1) * (width - 4);
  const plot = s('svg', { height: ROWS_HEIGHT, viewBox: `0 0 ${width} ${ROWS_HEIGHT}`, role: 'img', 'aria-label': label });
  plot.append(...axis(width, bottom, low, high, x));
  const pitch = (bottom - top - 2) / rows.length;
  const height = clamp(pitch - (rows.length > 4 ? 1.5 : 3), 2, 11);
  rows.forEach((row, i) => {
    const y = top + pitch * i + (pitch - height) / 2;
    const synthesis = clamp(row.synthesis === undefined ? 0 : row.synthesis, 0, Math.max(0, row.response));
    const bar = (kind, from, to) =>
      s('rect', { class: kind, x: x(from), y, width: Math.max(0, x(to) - x(from) - 1), height, rx: 1.5 });
    plot.append(s('g', {}, bar('wait', -row.endpointing, 0), bar('think', 0, row.response - synthesis),
      bar('synth', row.response - synthesis, row.response),
      s('title', {}, `${i + 1}: endpointing ${ms(row.endpointing)} ms, then ${ms(row.response)} ms to the first audio`)));
  });
  plot.append(s('line', { class: 'axis', x1: x(0), x2: x(0), y1: top - 3, y2: bottom }));
  plot.append(...objective(width, x(figure.slo), 0, bottom, `SLO +${ms(figure.slo)} ms`));
  const room = x(figure.slo) - x(0) > 92 && x(0) > 70;
  if (room) plot.append(s('text', { class: 'strong', x: x(0) - 5, y: 9, 'text-anchor': 'end' }, 'turn ended'));
  return plot;
}

/** Shares of one whole as one bar. */
function shares(parts, width, label) {
  const plot = s('svg', { height: 16, viewBox: `0 0 ${width} 16`, role: 'img', 'aria-label': label });
  let x = 0;
  for (const part of parts) {
    const size = part.share * width;
    if (size > 0) plot.append(s('rect', { class: part.kind, x, y: 1, width: Math.max(1, size - 1.5), height: 14, rx: 3 },
      s('title', {}, `${part.name}: ${Math.round(part.share * 100)} %`)));
    x += size;
  }
  return plot;
}

/** The replies along the conversation, with a cross where one was given up and two bars where one was paused. */
function cuts(replies, duration, width, label) {
  const plot = s('svg', { height: 24, viewBox: `0 0 ${width} 24`, role: 'img', 'aria-label': label });
  const x = (t) => (t / Math.max(duration, 1e-9)) * width;
  plot.append(s('rect', { class: 'rail', x: 0.5, y: 8.5, width: width - 1, height: 7, rx: 3.5 }));
  for (const reply of replies) {
    const from = reply.audioFrom === undefined ? reply.from : reply.audioFrom;
    plot.append(s('rect', { class: 'reply', x: x(from), y: 8, width: Math.max(1, x(reply.to) - x(from)), height: 8, rx: 3 }));
  }
  const crowded = replies.length > width / 24;
  const mark = (at, path, title) => plot.append(s('path',
    crowded ? { class: 'cut thin', d: `M${at} 5v14` } : { class: 'cut', d: path }, s('title', {}, title)));
  for (const reply of replies) {
    for (const [from, to] of reply.pauses) {
      if (reply.interruptedAt !== undefined && to >= reply.interruptedAt - 1e-6) continue;
      const at = x(from);
      mark(at, `M${at - 2.5} 3v18M${at + 2.5} 3v18`, 'Paused, then resumed');
    }
    if (reply.interrupted) {
      const at = clamp(x(reply.interruptedAt === undefined ? reply.to : reply.interruptedAt), 6, width - 6);
      mark(at, `M${at - 5} 7l10 10m0-10l-10 10`, 'Interrupted');
    }
  }
  return plot;
}
