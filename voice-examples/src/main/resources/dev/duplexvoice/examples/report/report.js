// Puts the page together: facts, cards, legend, event table, theme.

const figures = data.figures;
const ROWS = 500;

function renderFacts() {
  const fact = (name, value) => h('div', {}, h('dt', {}, name), h('dd', {}, value));
  const isHead = ([name]) => /^(voice|detector)$/i.test(name.trim());
  const rest = data.facts.filter((pair) => !isHead(pair));
  byId('facts').append(
    h('div', {}, h('dt', {}, 'Recorded'), h('dd', {}, h('time', { datetime: data.startedAt }, data.started))),
    fact('Duration', span(data.duration)),
    ...data.facts.filter(isHead).map(([name, value]) => fact(words(name), value)),
    fact('Caller audio', khz(data.caller.rate)), fact('Reply audio', khz(data.reply.rate)));
  byId('settings').hidden = rest.length === 0;
  byId('settings-count').textContent = rest.length;
  byId('settings-list').append(...rest.map(([name, value]) => fact(name.includes('.') ? name : words(name), value)));
}

const drawings = [];
function plot(draw) {
  const place = h('div', { class: 'plot' });
  drawings.push(() => place.replaceChildren(draw(Math.max(120, place.clientWidth))));
  return place;
}
function verdict(values, slo, what) {
  const over = values.filter((value) => value > slo).length;
  const text = over ? `${over} of ${values.length}${what && ` ${what}s`} over ${slo} ms` : `${what && `${what} `}within ${slo} ms`;
  return h('i', { class: 'verdict ' + (over ? 'bad' : 'good') }, (over ? '▲ ' : '✓ ') + text);
}
function latencyCard(title, about, figure, judged, what, drawing, key) {
  const card = h('article', { class: 'card tall' },
    h('header', {}, h('h3', {}, title), judged.length > 0 && verdict(judged, figure.slo, what)), h('p', { class: 'about' }, about));
  if (!figure.values.length) {
    card.append(h('p', { class: 'empty' }, 'Nothing to measure in this conversation.'));
    return card;
  }
  const rank = (name, value) => h('span', {}, name + ' ', h('b', {}, ms(value)));
  card.append(
    h('div', { class: 'headline' }, h('b', {}, ms(figure.median)), h('span', {}, 'ms median')),
    h('div', { class: 'ranks' }, rank('p95', figure.p95), rank('max', figure.max), rank('n', figure.values.length)),
    plot((width) => drawing(figure, width, `${title}: ${figure.values.map(ms).join(', ')} ms. Objective${what && ` of the ${what}`} ${figure.slo} ms.`)));
  if (key) card.append(key);
  return card;
}
const swatch = (kind, name) => h('span', {}, s('svg', { viewBox: '0 0 10 10', class: 'swatch', 'aria-hidden': 'true' },
  s('rect', { class: kind, width: 10, height: 10, rx: 3 })), name);

/** Who is heard when, sampled finely: shares of the conversation. */
function talk() {
  const count = 4000, sums = { caller: 0, both: 0, reply: 0, quiet: 0 };
  const replying = data.replies.filter((reply) => reply.audioFrom !== undefined || reply.to > reply.from);
  const inside = (t, spans) => spans.some(([from, to]) => t >= from && t < to);
  for (let i = 0; i < count; i++) {
    const t = ((i + 0.5) / count) * data.duration;
    const caller = vad.points.length ? probability(t, t) >= vad.threshold : data.turns.some((turn) => inside(t, turn.speech));
    const reply = replying.some((r) => t >= (r.audioFrom === undefined ? r.from : r.audioFrom) && t < r.to && !inside(t, r.pauses));
    sums[caller && reply ? 'both' : caller ? 'caller' : reply ? 'reply' : 'quiet']++;
  }
  return [['caller', 'Caller'], ['both', 'Both'], ['reply', 'Reply'], ['quiet', 'Silence']]
    .map(([kind, name]) => ({ kind, name, share: sums[kind] / count }));
}

function renderCards() {
  const parts = figures.endToEnd.parts;
  const divergent = parts.length > 0 && parts.length <= 12;
  const responses = parts.map((part) => part.response);
  const excess = { ...figures.endToEnd, values: responses, median: undefined };
  const shared = talk();
  const key = h('div', { class: 'key plot' }, divergent && [swatch('wait', 'Endpointing'), swatch('think', 'Reply text'), swatch('synth', 'Synthesis')]);
  const turns = h('article', { class: 'card small' }, h('h3', {}, 'Turns'),
    h('div', { class: 'headline' }, h('b', {}, figures.turns), h('span', {}, 'and ' + plural(data.replies.length, 'reply', 'replies'))),
    plot((width) => shares(shared, width, 'Talk time: ' + shared.map((p) => `${p.name} ${Math.round(p.share * 100)} %`).join(', '))),
    h('div', { class: 'key plot' }, shared.filter((part) => part.share > 0).map((part) =>
      swatch(part.kind, `${part.name} ${part.share < 0.01 ? '<1' : Math.round(part.share * 100)} %`))));
  const interruptions = h('article', { class: 'card small' }, h('h3', {}, 'Interruptions'),
    h('div', { class: 'headline' }, h('b', {}, figures.interruptions),
      h('span', {}, 'and ' + (figures.falseAlarms ? plural(figures.falseAlarms, 'false alarm') : 'no false alarm'))),
    plot((width) => cuts(data.replies, data.duration, width, 'Replies along the conversation, marked where they were paused or interrupted')));
  byId('figures').append(
    latencyCard('First audio', 'From the end of the turn to the first reply audio', figures.firstAudio, figures.firstAudio.values, '', strip),
    latencyCard('Barge-in', 'From the detector’s trigger to silence at the output', figures.bargeIn, figures.bargeIn.values, '', strip),
    latencyCard('End to end, with endpointing', 'From the caller’s last speech to the first reply audio; the response, without the endpointing delay, is held against the objective', figures.endToEnd, responses, 'response',
      divergent ? diverging : (figure, width, label) => strip(excess, width, label + ' Shown without the endpointing delay.'),
      divergent ? key : h('div', { class: 'key' }, 'Plotted without the endpointing delay')),
    turns, interruptions);
}

function renderLabels() {
  const label = (kind, name, under) => h('div', { class: 'label ' + kind }, h('b', {}, name), under && h('span', {}, under));
  byId('labels').append(label('caller', 'Caller', khz(data.caller.rate)),
    label('vad', 'Voice activity', 'threshold ' + data.vad.threshold.toFixed(2)), label('state', 'State'),
    label('reply', 'Reply', khz(data.reply.rate)), label('events', 'Events'));
}

function renderLegend() {
  const item = (name, draw) => {
    const canvas = h('canvas', { 'aria-hidden': 'true' });
    canvas.style.width = '18px';
    drawings.push(() => draw(context(canvas, 18, 14)));
    return h('span', { class: 'item' }, canvas, name);
  };
  const used = new Set(data.states.map(([, , key]) => key));
  const known = Object.keys(STATES).filter((key) => used.has(key));
  const types = new Set(data.events.map((event) => event.type));
  const legend = byId('legend');
  legend.replaceChildren(
    h('div', { class: 'group' }, known.map((key) => item(STATES[key].name, (c) => {
      c.fillStyle = stateFill(key);
      rounded(c, 0, 0, 18, 14, 3);
      c.fill();
      if (STATES[key].pattern) texture(c, STATES[key].pattern, 0, 0, 18, 14, stateInk(key));
    }))),
    h('div', { class: 'group' }, Object.entries(GLYPHS).filter(([type]) => types.has(type)).map(([, kind]) =>
      item(kind.name, (c) => glyph(c, kind.shape, 9, 7, 4.5, palette.get(kind.color))))));
}

const eventName = (event) => event.type === 'state' ? stateOf(String(event.to).toLowerCase()).name : glyphOf(event.type) === OTHER ? words(event.type || 'event') : glyphOf(event.type).name;
const inSeconds = /^(endpointing_delay|transcription_delay|ttfb|latency|position)$/;
function details(event) {
  return Object.entries(event).filter(([key, value]) => !['t', 'type', 'session_id', 'turn_id'].includes(key)
    && !(key === 'heard' && value === event.text)).map(([key, value]) => {
    if (typeof value === 'number' && inSeconds.test(key)) {
      return [words(key), key === 'position' ? value.toFixed(2) + ' s' : ms(value * 1000) + ' ms'];
    }
    if (event.type === 'state') return [words(key), stateOf(String(value).toLowerCase()).name];
    return [words(key), typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)];
  });
}
function brief(event) {
  if (event.type === 'state') return 'state, after ' + stateOf(String(event.from).toLowerCase()).name.toLowerCase();
  const text = details(event).map(([name, value]) => `${name === 'TTFB' ? name : name.toLowerCase()} ${value}`).join(', ');
  return text.length > 90 ? text.slice(0, 88) + '…' : text;
}

function renderEvents() {
  const types = new Map();
  for (const event of data.events) types.set(event.type, (types.get(event.type) || 0) + 1);
  const chosen = new Set();
  const search = byId('event-search');
  byId('event-count').textContent = data.events.length.toLocaleString('en');
  byId('event-types').append(...[...types].map(([type, count]) => h('button', { class: 'chip', type: 'button', 'aria-pressed': 'false',
    onclick: (event) => {
      const on = !chosen.delete(type);
      if (on) chosen.add(type);
      event.currentTarget.setAttribute('aria-pressed', String(on));
      fill();
    } }, `${words(type || 'event')} ${count}`)));
  function row(event) {
    return h('tr', {}, h('td', {}, h('button', { class: 'stamp', type: 'button', title: 'Show on the timeline', onclick: () => timeline.show(event.t) }, clock(event.t))),
      h('td', {}, words(event.type || 'event')), h('td', {}, event.turn_id === undefined ? '' : String(event.turn_id)),
      h('td', {}, details(event).map(([name, value], i) => [i ? ' · ' : '', h('i', {}, name + ' '), value])));
  }
  const texts = data.events.map((event) => Object.values(event).join(' ').toLowerCase().replace(/_/g, ' '));
  function fill() {
    const wanted = search.value.trim().toLowerCase().replace(/_/g, ' ');
    const found = data.events.filter((event, i) => (!chosen.size || chosen.has(event.type)) && texts[i].includes(wanted));
    byId('event-rows').replaceChildren(...found.slice(0, ROWS).map(row));
    const notes = [];
    if (!found.length) notes.push(data.events.length ? 'No event matches.' : 'No events were recorded.');
    if (found.length > ROWS) notes.push(`The first ${ROWS} of ${found.length.toLocaleString('en')} matching events; filter to see others.`);
    if (data.omittedEvents) notes.push(`${plural(data.omittedEvents, 'event')} left out of this page; events.jsonl has them all.`);
    byId('event-more').textContent = notes.join(' ');
  }
  search.addEventListener('input', fill);
  byId('events').addEventListener('toggle', () => { if (!byId('event-rows').hasChildNodes()) fill(); });
}

function renderFooter() {
  const session = data.events.find((event) => event.session_id !== undefined);
  byId('footer').textContent = session ? 'Duplex Voice · session ' + session.session_id : 'Duplex Voice';
}

function drawAll() {
  palette.forget();
  const hero = byId('skyline');
  hero.style.height = '';
  const width = hero.clientWidth, height = hero.clientHeight;
  skyline(context(hero, width, height), width, height, 7, 4);
  drawings.forEach((draw) => draw());
  timeline.layout();
  timeline.draw();
}

function watchTheme() {
  const order = ['auto', 'light', 'dark'];
  const button = byId('theme');
  let at = 0;
  button.addEventListener('click', () => {
    at = (at + 1) % order.length;
    button.textContent = 'Theme: ' + order[at];
    if (at) document.documentElement.dataset.theme = order[at];
    else delete document.documentElement.dataset.theme;
    drawAll();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
}

/** Paper gets a layout of known width before the browser asks for it, so that the canvases are drawn to measure. */
function watchPrinter() {
  let back = null;
  window.addEventListener('beforeprint', () => {
    if (back) return;
    document.documentElement.classList.add('printing');
    back = timeline.whole();
    drawAll();
  });
  window.addEventListener('afterprint', () => {
    document.documentElement.classList.remove('printing');
    if (back) back();
    back = null;
    drawAll();
  });
}

document.documentElement.classList.add('scripted');
byId('timeline-panel').hidden = data.duration === 0;
renderFacts();
renderCards();
renderLabels();
renderLegend();
renderTranscript();
renderEvents();
renderFooter();
watchTheme();
watchPrinter();
attachSamples();
player.seek(0);
timeline.look(0, data.duration);
drawAll();
let shownWidth = window.innerWidth;
new ResizeObserver(() => {
  if (window.innerWidth !== shownWidth) { shownWidth = window.innerWidth; drawAll(); }
}).observe(document.body);
