// Elements, numbers as text, bytes, colours. Text only ever becomes a text node.

const data = JSON.parse(document.getElementById('data').textContent);
const byId = (id) => document.getElementById(id);

function build(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value !== undefined && value !== null) node.setAttribute(name, value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
  return node;
}
const h = (tag, attributes, ...children) => build(document.createElement(tag), attributes, children);
const s = (tag, attributes, ...children) =>
  build(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** 75.5 with 1 digit is 1:15.5, and 1:01:15.5 an hour later. */
function clock(seconds, digits = 3) {
  const units = 10 ** digits;
  const total = Math.round(Math.max(0, seconds) * units);
  const whole = Math.floor(total / units);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = String(whole % 60).padStart(2, '0');
  const fraction = digits ? '.' + String(total % units).padStart(digits, '0') : '';
  return (hours ? hours + ':' + String(minutes).padStart(2, '0') : minutes) + ':' + rest + fraction;
}

/** A length of time in words: 34.2 s, 12 min 5 s, 1 h 2 min. */
function span(seconds) {
  if (seconds < 60) return seconds.toFixed(1) + ' s';
  const whole = Math.round(seconds);
  if (whole < 3600) return Math.floor(whole / 60) + ' min ' + (whole % 60) + ' s';
  return Math.floor(whole / 3600) + ' h ' + (Math.floor(whole / 60) % 60) + ' min';
}

const ms = (value) => (Math.abs(value) < 10 && value % 1 ? value.toFixed(1) : Math.round(value).toLocaleString('en'));
const khz = (rate) => String(rate / 1000) + ' kHz';
const plural = (count, one, many) => count.toLocaleString('en') + ' ' + (count === 1 ? one : many || one + 's');
const words = (name) => {
  const text = name === 'ttfb' ? 'TTFB' : String(name).replace(/_/g, ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};

function bytes(base64) {
  const text = atob(base64);
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

/** The value a custom property has in the theme at hand; canvases cannot read the property themselves. */
const palette = (() => {
  const probe = h('span', { hidden: true });
  document.body.append(probe);
  let known = new Map();
  return {
    get(name) {
      if (!known.has(name)) {
        probe.style.color = 'var(--' + name + ')';
        known.set(name, getComputedStyle(probe).color);
      }
      return known.get(name);
    },
    forget() { known = new Map(); },
  };
})();

/** Sizes a canvas for its box and the screen's density; returns its context in CSS pixels. */
function context(canvas, width, height) {
  const ratio = Math.max(window.devicePixelRatio || 1, 1);
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.max(1, Math.round(height * ratio));
  canvas.style.height = height + 'px';
  const c = canvas.getContext('2d');
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  return c;
}
const font = (size, weight = 500) => weight + ' ' + size + 'px ' + getComputedStyle(document.body).fontFamily;
