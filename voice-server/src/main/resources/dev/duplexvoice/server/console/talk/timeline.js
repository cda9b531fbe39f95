import { still } from "../ui/dom.js";

const SECONDS = 12;
const STILL_MS = 500;

/**
 * The last seconds of both sides on one time axis: the caller's level with the probability of speech below it, the voice's level, and a mark
 * where something happened.
 */
export class Timeline {
  #canvas;
  #caller = [];
  #voice = [];
  #speech = [];
  #marks = [];
  #frame = 0;
  #drawnAt = 0;
  #colours = {};

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
    document.addEventListener("themechange", () => this.#readColours());
    this.#readColours();
  }

  caller(peak) {
    this.#caller.push({ at: performance.now(), value: peak });
  }

  voice(peak) {
    this.#voice.push({ at: performance.now(), value: peak });
  }

  /** Probabilities of windows of so many milliseconds, the last of which is now. */
  speech(probabilities, windowMs) {
    const now = performance.now();
    probabilities.forEach((value, index) => {
      this.#speech.push({ at: now - (probabilities.length - 1 - index) * windowMs, value, length: windowMs });
    });
  }

  /** @param {"interrupted" | "turn" | "reply"} kind */
  mark(kind) {
    this.#marks.push({ at: performance.now(), kind });
  }

  start() {
    const draw = (now) => {
      if (!still() || now - this.#drawnAt >= STILL_MS) {
        this.#drawnAt = now;
        this.#draw(now);
      }
      this.#frame = requestAnimationFrame(draw);
    };
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(draw);
  }

  stop() {
    cancelAnimationFrame(this.#frame);
  }

  #readColours() {
    const style = getComputedStyle(document.documentElement);
    for (const name of ["caller", "voice", "bad", "line", "ink-3", "ink-2"]) {
      this.#colours[name] = style.getPropertyValue(`--${name}`).trim();
    }
  }

  #draw(now) {
    const canvas = this.#canvas;
    const scale = window.devicePixelRatio || 1;
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    if (width === 0) {
      return;
    }
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
    }
    const g = canvas.getContext("2d");
    g.setTransform(scale, 0, 0, scale, 0, 0);
    g.clearRect(0, 0, width, height);
    const since = now - SECONDS * 1000;
    for (const list of [this.#caller, this.#voice, this.#speech, this.#marks]) {
      while (list.length > 0 && list[0].at < since - 1000) {
        list.shift();
      }
    }
    const x = (at) => ((at - since) / (SECONDS * 1000)) * width;
    const strip = Math.round(height * 0.13);
    const lane = (height - strip) / 2;
    this.#grid(g, now, since, x, height);
    this.#levels(g, this.#caller, x, lane / 2, lane / 2 - 4, this.#colours.caller);
    this.#probabilities(g, x, lane, strip);
    this.#levels(g, this.#voice, x, lane + strip + lane / 2, lane / 2 - 4, this.#colours.voice);
    this.#drawMarks(g, x, lane, strip, height);
  }

  #grid(g, now, since, x, height) {
    g.strokeStyle = this.#colours.line;
    g.lineWidth = 1;
    g.beginPath();
    for (let at = Math.ceil(since / 1000) * 1000; at <= now; at += 1000) {
      const left = Math.round(x(at)) + 0.5;
      g.moveTo(left, 0);
      g.lineTo(left, height);
    }
    g.stroke();
  }

  #levels(g, levels, x, middle, half, colour) {
    g.strokeStyle = this.#colours.line;
    g.beginPath();
    g.moveTo(0, middle);
    g.lineTo(g.canvas.clientWidth, middle);
    g.stroke();
    g.fillStyle = colour;
    for (const { at, value } of levels) {
      // A square root, because loudness is not amplitude: quiet speech is to be seen.
      const reach = Math.sqrt(value) * half;
      if (reach > 0.6) {
        g.fillRect(x(at), middle - reach, 1.8, 2 * reach);
      }
    }
  }

  #probabilities(g, x, top, height) {
    for (const { at, value, length } of this.#speech) {
      g.globalAlpha = value >= 0.5 ? 0.85 : 0.3;
      g.fillStyle = this.#colours.caller;
      const left = x(at - length);
      const tall = Math.max(1, value * (height - 2));
      g.fillRect(left, top + height - 1 - tall, Math.max(1, x(at) - left), tall);
    }
    g.globalAlpha = 1;
  }

  #drawMarks(g, x, lane, strip, height) {
    for (const { at, kind } of this.#marks) {
      const left = Math.round(x(at));
      if (kind === "interrupted") {
        g.fillStyle = this.#colours.bad;
        g.fillRect(left, lane + strip, 2, lane);
        g.beginPath();
        g.moveTo(left - 4, lane + strip);
        g.lineTo(left + 6, lane + strip);
        g.lineTo(left + 1, lane + strip + 7);
        g.fill();
      } else if (kind === "turn") {
        g.fillStyle = this.#colours["ink-3"];
        g.fillRect(left, 0, 1, lane + strip);
      } else {
        g.fillStyle = this.#colours["ink-3"];
        g.fillRect(left, lane + strip, 1, height - lane - strip);
      }
    }
  }
}
