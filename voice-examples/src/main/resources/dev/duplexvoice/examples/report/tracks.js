// What the timeline shows of a stretch of time: waveforms, probabilities, states, events, drawn on a canvas.

const STATES = {
  __proto__: null,
  idle: { name: 'Idle', short: 'I' },
  listening: { name: 'Listening', short: 'L' },
  thinking: { name: 'Thinking', short: 'T', pattern: 'dots' },
  speaking: { name: 'Speaking', short: 'S' },
  barged_in: { name: 'Barged in', short: 'B', pattern: 'stripes' },
  waiting_for_input: { name: 'Waiting for input', short: 'W', pattern: 'bars' },
  terminated: { name: 'Terminated', short: 'X', pattern: 'cross' },
};
const stateOf = (key) => STATES[key] || { name: words(key), short: '?' };
const stateFill = (key) => palette.get(STATES[key] ? key.replace(/_/g, '-') : 'idle');
const stateInk = (key) => palette.get((STATES[key] ? key.replace(/_/g, '-') : 'idle') + '-ink');

const GLYPHS = {
  __proto__: null,
  speech_started: { name: 'Speech started', lane: 0, shape: 'right', color: 'caller' },
  speech_ended: { name: 'Speech ended', lane: 0, shape: 'left', color: 'caller' },
  transcript: { name: 'Transcript', lane: 1, shape: 'lines', color: 'caller' },
  turn_ended: { name: 'Turn ended', lane: 1, shape: 'diamond', color: 'caller' },
  reply_started: { name: 'Reply started', lane: 2, shape: 'ring', color: 'reply' },
  first_audio: { name: 'First audio', lane: 2, shape: 'circle', color: 'reply' },
  paused: { name: 'Paused', lane: 2, shape: 'pause', color: 'cut' },
  resumed: { name: 'Resumed', lane: 2, shape: 'right', color: 'reply' },
  interrupted: { name: 'Interrupted', lane: 2, shape: 'cross', color: 'cut' },
  reply_finished: { name: 'Reply finished', lane: 2, shape: 'square', color: 'reply' },
  error: { name: 'Error', lane: 3, shape: 'bang', color: 'cut' },
  closed: { name: 'Closed', lane: 3, shape: 'square', color: 'terminated' },
};
const OTHER = { name: 'Other', lane: 3, shape: 'diamond', color: 'soft' };
const glyphOf = (type) => GLYPHS[type] || OTHER;
const LANES = 4;

function glyph(c, shape, x, y, r, color) {
  c.save();
  c.translate(x, y);
  c.fillStyle = c.strokeStyle = color;
  c.lineWidth = 1.8;
  c.lineCap = 'round';
  c.beginPath();
  const draw = {
    right: () => { c.moveTo(-r * 0.75, -r); c.lineTo(r, 0); c.lineTo(-r * 0.75, r); c.closePath(); c.fill(); },
    left: () => { c.moveTo(r * 0.75, -r); c.lineTo(-r, 0); c.lineTo(r * 0.75, r); c.closePath(); c.fill(); },
    diamond: () => { c.moveTo(0, -r * 1.15); c.lineTo(r * 1.15, 0); c.lineTo(0, r * 1.15); c.lineTo(-r * 1.15, 0); c.fill(); },
    circle: () => { c.arc(0, 0, r, 0, 7); c.fill(); },
    ring: () => { c.arc(0, 0, r - 0.9, 0, 7); c.stroke(); },
    square: () => { c.fillRect(-r * 0.85, -r * 0.85, r * 1.7, r * 1.7); },
    lines: () => { for (const i of [-1, 0, 1]) { c.moveTo(-r, i * r * 0.8); c.lineTo(i === 1 ? r * 0.2 : r, i * r * 0.8); } c.stroke(); },
    pause: () => { c.fillRect(-r * 0.8, -r, r * 0.6, r * 2); c.fillRect(r * 0.25, -r, r * 0.6, r * 2); },
    cross: () => { const k = r * 0.85; c.moveTo(-k, -k); c.lineTo(k, k); c.moveTo(k, -k); c.lineTo(-k, k); c.lineWidth = 2.2; c.stroke(); },
    bang: () => { c.moveTo(0, -r); c.lineTo(0, r * 0.2); c.lineWidth = 2.4; c.stroke(); c.beginPath(); c.arc(0, r * 0.9, 1.4, 0, 7); c.fill(); },
  };
  draw[shape]();
  c.restore();
}

/** Marks a state by texture too, so that it does not depend on colour. */
function texture(c, pattern, x, y, width, height, color) {
  c.save();
  c.beginPath();
  c.rect(x, y, width, height);
  c.clip();
  c.strokeStyle = c.fillStyle = color;
  c.globalAlpha = 0.3;
  c.lineWidth = 1.4;
  c.beginPath();
  const start = x - (x % 7) - height; // tied to the canvas, so neighbours line up
  if (pattern === 'stripes' || pattern === 'cross') {
    for (let at = start; at < x + width; at += 7) { c.moveTo(at, y + height); c.lineTo(at + height, y); }
  }
  if (pattern === 'cross') for (let at = start; at < x + width; at += 7) { c.moveTo(at, y); c.lineTo(at + height, y + height); }
  if (pattern === 'bars') for (let at = start; at < x + width; at += 7) { c.moveTo(at + 3, y); c.lineTo(at + 3, y + height); }
  c.stroke();
  if (pattern === 'dots') {
    for (let at = start; at < x + width; at += 6) {
      for (let down = 3; down < height; down += 6) { c.beginPath(); c.arc(at + (down % 12 === 3 ? 0 : 3), y + down, 1, 0, 7); c.fill(); }
    }
  }
  c.restore();
}

function rounded(c, x, y, width, height, radius) {
  c.beginPath();
  c.roundRect(x, y, width, height, Math.min(radius, width / 2, height / 2));
}

/** A waveform: the envelope from the page, or the samples themselves where those show more and are at hand. */
class Wave {
  constructor(track) {
    this.step = track.step;
    this.points = new Int8Array(bytes(track.points).buffer);
    this.count = this.points.length / 2;
    // A hushed track is drawn larger, but silence must not be blown up into noise.
    this.gain = track.peak > 0 ? Math.min(1, track.peak * 12) : 0;
    this.peak = track.peak;
  }

  /** Mean magnitude between two times, as a share of the peak. */
  level(from, to) {
    const first = Math.max(0, Math.floor(from / this.step));
    const last = Math.min(this.count, Math.max(Math.ceil(to / this.step), first + 1));
    let sum = 0;
    for (let i = first; i < last; i++) sum += Math.max(-this.points[2 * i], this.points[2 * i + 1]);
    return last > first ? sum / (last - first) / 127 : 0;
  }

  attach(samples, offset, rate) { Object.assign(this, { samples, offset, rate }); }

  /** Lowest and highest value between two times, as a share of the peak. */
  range(from, to) {
    if (this.samples && to - from < this.step * 2) {
      const scale = 1 / (32768 * Math.max(this.peak, 1e-4));
      const last = Math.min(this.samples.length / 2, Math.max(Math.ceil(to * this.rate), Math.floor(from * this.rate) + 2));
      let low = 1, high = -1;
      for (let i = Math.max(0, Math.floor(from * this.rate)); i < last; i++) {
        const value = this.samples[2 * i + this.offset] * scale;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      return low > high ? null : [clamp(low, -1, 1), clamp(high, -1, 1)];
    }
    const last = Math.min(this.count, Math.max(Math.ceil(to / this.step), Math.floor(from / this.step) + 1));
    let low = 127, high = -127;
    for (let i = Math.max(0, Math.floor(from / this.step)); i < last; i++) {
      if (this.points[2 * i] < low) low = this.points[2 * i];
      if (this.points[2 * i + 1] > high) high = this.points[2 * i + 1];
    }
    return low > high ? null : [low / 127, high / 127];
  }
}

const callerWave = new Wave(data.caller);
const replyWave = new Wave(data.reply);
const vad = { step: data.vad.step, threshold: data.vad.threshold, points: bytes(data.vad.points) };

/** Highest probability between two times, or null where the detector said nothing. */
function probability(from, to) {
  const last = Math.min(vad.points.length, Math.max(Math.ceil(to / vad.step), Math.floor(from / vad.step) + 1));
  let highest = -1;
  for (let i = Math.max(0, Math.floor(from / vad.step)); i < last; i++) highest = Math.max(highest, vad.points[i]);
  return highest < 0 ? null : highest / 255;
}
const stateAt = (t) => data.states.find(([from, to]) => t >= from && t < to) || null;

function drawWave(c, wave, view, box, color, quiet) {
  const middle = box.y + box.height / 2;
  const half = (box.height / 2 - 3) * wave.gain;
  const column = 1 / Math.max(1, window.devicePixelRatio || 1);
  const perPixel = (view.end - view.start) / box.width;
  for (let x = 0; x < box.width; x += column) {
    const from = view.start + x * perPixel;
    const range = wave.range(from, from + column * perPixel);
    if (!range || range[1] - range[0] < 0.004) continue; // the base line shows silence
    const top = middle - range[1] * half, bottom = middle - range[0] * half;
    c.fillStyle = quiet && quiet(from, from + column * perPixel) ? palette.get(color + '-soft') : palette.get(color);
    c.fillRect(x, Math.min(top, middle - 0.5), column, Math.max(1, bottom - top));
  }
}

function drawProbability(c, view, box) {
  const perPixel = (view.end - view.start) / box.width;
  const y = (p) => box.y + 2 + (1 - p) * (box.height - 4);
  const line = new Path2D();
  let first = -1, last = -1;
  for (let x = 0; x <= box.width; x += 1) {
    const p = probability(view.start + x * perPixel, view.start + (x + 1) * perPixel);
    if (p === null) continue;
    if (first < 0) { first = x; line.moveTo(x, y(p)); } else line.lineTo(x, y(p));
    last = x;
  }
  const level = y(vad.threshold);
  if (first >= 0) {
    const area = new Path2D(line);
    area.lineTo(last, box.y + box.height - 2);
    area.lineTo(first, box.y + box.height - 2);
    area.closePath();
    c.save();
    c.fillStyle = palette.get('caller');
    c.globalAlpha = 0.1;
    c.fill(area);
    c.beginPath();
    c.rect(0, box.y, box.width, level - box.y);
    c.clip();
    c.globalAlpha = 0.28;
    c.fill(area);
    c.restore();
    c.strokeStyle = palette.get('caller');
    c.lineWidth = 1.25;
    c.lineJoin = 'round';
    c.stroke(line);
  }
  c.save();
  c.strokeStyle = palette.get('soft');
  c.setLineDash([4, 3]);
  c.beginPath();
  c.moveTo(0, Math.round(level) + 0.5);
  c.lineTo(box.width, Math.round(level) + 0.5);
  c.stroke();
  c.restore();
}

function drawStates(c, view, box, x) {
  for (const [from, to, key] of data.states) {
    if (to < view.start || from > view.end) continue;
    const left = Math.max(-4, x(from)), right = Math.min(box.width + 4, x(to));
    const width = Math.max(1, right - left - (right - left > 4 ? 1 : 0));
    const state = stateOf(key);
    c.fillStyle = stateFill(key);
    rounded(c, left, box.y, width, box.height, 3);
    c.fill();
    if (state.pattern && width >= 12) texture(c, state.pattern, left, box.y, width, box.height, stateInk(key));
    const visibleLeft = Math.max(0, left), room = Math.min(box.width, left + width) - visibleLeft;
    c.font = font(12, 600);
    const name = [state.name, state.name.split(' ')[0], state.short].find((text) => c.measureText(text).width + 12 < room);
    const label = name || (room >= 11 ? state.short : '');
    if (label) {
      const size = c.measureText(label).width;
      c.textAlign = 'left';
      c.textBaseline = 'middle';
      const at = name && room > size + 26 ? visibleLeft + 9 : visibleLeft + (room - size) / 2;
      if (state.pattern && room > size + 6) { // a calm ground for the letters
        c.fillStyle = stateFill(key);
        c.fillRect(at - 3, box.y + 5, size + 6, box.height - 10);
      }
      c.fillStyle = stateInk(key);
      c.fillText(label, at, box.y + box.height / 2 + 0.5);
    }
  }
}

/** The ground under the reply's waveform: where a reply was on, where it was held, where it was given up. */
function drawReplyGround(c, view, box, x) {
  for (const reply of data.replies) {
    const from = reply.audioFrom === undefined ? reply.from : reply.audioFrom;
    if (reply.to < view.start || from > view.end) continue;
    c.fillStyle = palette.get('reply-soft');
    rounded(c, x(from), box.y, Math.max(2, x(reply.to) - x(from)), box.height, 5);
    c.globalAlpha = 0.75;
    c.fill();
    c.globalAlpha = 1;
  }
}

function drawReplyMarks(c, view, box, x) {
  for (const reply of data.replies) {
    if (reply.to < view.start || reply.from > view.end) continue;
    for (const [from, to] of reply.pauses) {
      const final = reply.interruptedAt !== undefined && to >= reply.interruptedAt - 1e-6;
      const left = x(from), width = Math.max(2, x(to) - left);
      if (width < 3) continue;
      c.fillStyle = palette.get('panel');
      c.fillRect(left, box.y, width, box.height);
      texture(c, 'stripes', left, box.y, width, box.height, palette.get('cut'));
      c.strokeStyle = palette.get('cut');
      c.lineWidth = 1;
      c.beginPath();
      c.moveTo(left + 0.5, box.y);
      c.lineTo(left + 0.5, box.y + box.height);
      c.stroke();
      if (!final) tag(c, 'Paused', left, width, box, 'cut');
    }
    if (reply.interrupted) {
      const at = x(reply.interruptedAt === undefined ? reply.to : reply.interruptedAt);
      c.fillStyle = palette.get('cut');
      c.fillRect(at - 1, box.y, 2, box.height);
      if (x(nextReply(reply)) - at < 18) continue;
      glyph(c, 'cross', at + 9, box.y + 9, 4.5, palette.get('cut'));
      c.font = font(11, 600);
      c.textAlign = 'left';
      c.textBaseline = 'middle';
      if (x(nextReply(reply)) - at > c.measureText('Interrupted').width + 26) c.fillText('Interrupted', at + 18, box.y + 9.5);
    }
  }
}
function nextReply(reply) {
  const next = data.replies.find((other) => other.from > reply.from);
  return next ? (next.audioFrom === undefined ? next.from : next.audioFrom) : Math.max(data.duration, reply.to) + 1;
}
function tag(c, text, left, width, box, color) {
  c.font = font(11, 600);
  const size = c.measureText(text).width;
  if (size + 10 > width) return;
  c.fillStyle = palette.get('panel');
  c.fillRect(left + (width - size) / 2 - 5, box.y + box.height / 2 - 9, size + 10, 18);
  c.fillStyle = palette.get(color);
  c.textAlign = 'left';
  c.textBaseline = 'middle';
  c.fillText(text, left + (width - size) / 2, box.y + box.height / 2 + 0.5);
}

function drawEvents(c, view, box, x) {
  const lane = box.height / LANES;
  c.fillStyle = palette.get('grid');
  for (let i = 0; i < LANES; i++) c.fillRect(0, Math.round(box.y + lane * (i + 0.5)), box.width, 1);
  const radius = 4.5;
  const shown = data.events.filter((event) => event.t >= view.start && event.t <= view.end
    && event.type !== 'state' && !(event.type === 'reply_finished' && event.interrupted === true)); // its cross is there
  const crowded = shown.length > box.width / 3;
  for (const event of shown) {
    const kind = glyphOf(event.type);
    if (crowded) { // ticks still show where it was busy; shapes would only pile up
      c.globalAlpha = 0.55;
      c.fillStyle = palette.get(kind.color);
      c.fillRect(x(event.t) - 0.5, box.y + lane * (kind.lane + 0.5) - 5, 1, 10);
      c.globalAlpha = 1;
      continue;
    }
    const at = clamp(x(event.t), radius, box.width - radius);
    glyph(c, kind.shape, at, box.y + lane * (kind.lane + 0.5), radius, palette.get(kind.color));
  }
}

function drawAxis(c, view, width, height, x) {
  const step = timeStep((view.end - view.start) / Math.max(2, width / 84));
  const digits = step < 0.01 ? 3 : step < 0.1 ? 2 : step < 1 ? 1 : 0;
  c.font = font(11.5, 500);
  c.textBaseline = 'middle';
  for (let t = Math.ceil(view.start / step - 1e-9) * step; t <= view.end + 1e-9; t += step) {
    const at = Math.round(x(t)) + 0.5;
    c.fillStyle = palette.get('grid');
    c.fillRect(at - 0.5, 22, 1, height - 22);
    c.fillStyle = palette.get('soft');
    const label = clock(t, digits), half = c.measureText(label).width / 2;
    c.textAlign = 'left';
    c.fillText(label, clamp(at - half, 0, width - 2 * half), 9);
  }
}
function timeStep(rough) {
  return [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800]
    .find((step) => step >= rough) || 3600;
}

/** Both voices as bars around one line, the caller above and the reply below. */
function skyline(c, width, height, pitch, bar) {
  const count = Math.max(1, Math.floor(width / pitch));
  const per = data.duration / count;
  const middle = Math.round(height * 0.5);
  for (const [wave, color, up] of [[callerWave, 'caller', true], [replyWave, 'reply', false]]) {
    const levels = Array.from({ length: count }, (_, i) => wave.level(i * per, (i + 1) * per));
    const loudest = Math.max(...levels, 0.01);
    for (let i = 0; i < count; i++) {
      const left = (i * width) / count;
      const value = (levels[i] / loudest) ** 0.7 * wave.gain;
      const length = Math.max(bar, value * (middle - 2));
      c.fillStyle = value > 0.08 ? palette.get(color) : palette.get('line');
      rounded(c, left, up ? middle - 1 - length : middle + 1, bar, length, bar / 2);
      c.fill();
    }
  }
}
