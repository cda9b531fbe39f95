// The timeline: which stretch of time is in view, and everything a hand or a key can do to it.

const timeline = (() => {
  const root = byId('timeline'), stage = root.querySelector('.stage');
  const tracks = byId('tracks'), overlay = byId('overlay'), minimap = byId('minimap'), tooltip = byId('tooltip');
  const total = Math.max(data.duration, 0.001);
  const shortest = Math.min(total, 0.05);
  const view = { start: 0, end: total };
  let boxes = {}, width = 0, height = 0, hover = null, over, pending = false;

  const x = (t) => ((t - view.start) / (view.end - view.start)) * width;
  const time = (px) => view.start + (px / width) * (view.end - view.start);

  function layout() {
    width = stage.clientWidth;
    const narrow = getComputedStyle(byId('labels')).position === 'absolute';
    const sizes = narrow
      ? [['caller', 72], ['vad', 54], ['state', 30], ['reply', 72], ['events', 76]]
      : [['caller', 92], ['vad', 64], ['state', 34], ['reply', 92], ['events', 76]];
    const gap = narrow ? 24 : 16;
    let y = narrow ? 44 : 30;
    for (const [name, size] of sizes) {
      boxes[name] = { x: 0, y, width, height: size };
      const label = byId('labels').querySelector('.' + name);
      label.style.top = (narrow ? y - 20 : y) + 'px';
      label.style.height = narrow ? '18px' : size + 'px';
      y += size + gap;
    }
    height = y - gap + 4;
    root.style.height = height + 'px';
  }

  function draw() {
    const c = context(tracks, width, height);
    drawAxis(c, view, width, height, x);
    for (const name of ['caller', 'reply']) {
      c.fillStyle = palette.get('line');
      c.fillRect(0, Math.round(boxes[name].y + boxes[name].height / 2), width, 1);
    }
    c.fillStyle = palette.get('line');
    c.fillRect(0, boxes.vad.y + boxes.vad.height - 2, width, 1);
    const quiet = vad.points.length ? (from, to) => (probability(from, to) || 0) < vad.threshold : null;
    drawReplyGround(c, view, boxes.reply, x);
    drawWave(c, callerWave, view, boxes.caller, 'caller', quiet);
    drawProbability(c, view, boxes.vad);
    drawStates(c, view, boxes.state, x);
    drawWave(c, replyWave, view, boxes.reply, 'reply');
    drawReplyMarks(c, view, boxes.reply, x);
    drawEvents(c, view, boxes.events, x);
    if (!callerWave.count) note(c, boxes.caller, 'No audio from the caller');
    if (!replyWave.count) note(c, boxes.reply, data.replies.length ? 'No audio recorded' : 'No reply');
    if (!vad.points.length) note(c, boxes.vad, 'No probabilities recorded');
    if (!data.states.length) note(c, boxes.state, 'No states recorded');
    drawMinimap();
    drawOverlay();
  }

  function note(c, box, text) {
    c.font = font(12.5, 500);
    c.textAlign = 'center';
    c.textBaseline = 'middle';
    const size = c.measureText(text).width + 20, middle = box.y + box.height / 2;
    c.fillStyle = palette.get('panel');
    c.fillRect((width - size) / 2, middle - 11, size, 22);
    c.fillStyle = palette.get('faint');
    c.fillText(text, width / 2, middle);
  }

  function drawMinimap() {
    const size = minimap.clientWidth, tall = 44;
    const c = context(minimap, size, tall);
    c.fillStyle = palette.get('sunken');
    c.fillRect(0, 0, size, tall);
    skyline(c, size, tall - 6, 3, 2);
    for (const [from, to, key] of data.states) {
      c.fillStyle = stateFill(key);
      c.fillRect((from / total) * size, tall - 5, Math.max(0.5, ((to - from) / total) * size), 5);
    }
    const left = (view.start / total) * size, right = (view.end / total) * size;
    if (view.end - view.start < total - 1e-9) {
      c.globalAlpha = 0.72;
      c.fillStyle = palette.get('panel');
      c.fillRect(0, 0, left, tall);
      c.fillRect(right, 0, size - right, tall);
      c.globalAlpha = 1;
      c.strokeStyle = palette.get('accent');
      c.lineWidth = 2;
      rounded(c, left + 1, 1, Math.max(3, right - left - 2), tall - 2, 5);
      c.stroke();
    }
  }

  function drawOverlay() {
    const c = context(overlay, width, height);
    const at = x(player.position());
    if (at >= -1 && at <= width + 1) {
      c.fillStyle = palette.get('playhead');
      c.fillRect(clamp(at - 0.75, 0, width - 1.5), 18, 1.5, height - 18);
      c.beginPath();
      c.moveTo(at - 6, 16);
      c.lineTo(at + 6, 16);
      c.lineTo(at, 24);
      c.fill();
    }
    if (hover !== null) {
      c.strokeStyle = palette.get('accent');
      c.setLineDash([3, 3]);
      c.beginPath();
      c.moveTo(Math.round(x(hover)) + 0.5, 22);
      c.lineTo(Math.round(x(hover)) + 0.5, height);
      c.stroke();
    }
  }

  function later() {
    if (pending) return;
    pending = true;
    requestAnimationFrame(() => { pending = false; draw(); });
  }

  function look(start, end) {
    const length = clamp(end - start, shortest, total);
    view.start = clamp(start, 0, total - length);
    view.end = view.start + length;
    byId('zoom-fit').disabled = byId('zoom-out').disabled = length >= total - 1e-9;
    byId('zoom-in').disabled = length <= shortest + 1e-9;
    later();
  }
  function zoom(factor, around) {
    const share = (around - view.start) / (view.end - view.start);
    const length = clamp((view.end - view.start) * factor, shortest, total);
    look(around - share * length, around - share * length + length);
  }
  const pan = (seconds) => look(view.start + seconds, view.end + seconds);
  const centre = () => {
    const t = player.position();
    return t > view.start && t < view.end ? t : (view.start + view.end) / 2;
  };

  /** Moves the playhead there and makes sure it can be seen; frames the span if one is given. */
  function show(t, from, to) {
    player.seek(t);
    if (from !== undefined) {
      const margin = Math.max(0.4, (to - from) * 0.15);
      look(from - margin, to + margin);
    } else if (t < view.start || t > view.end) {
      const length = view.end - view.start;
      look(t - length / 3, t + (2 * length) / 3);
    }
  }

  function describe(t) {
    const state = stateAt(t), p = probability(t, t);
    const rows = [];
    if (state) rows.push(['State', stateOf(state[2]).name]);
    if (p !== null) rows.push(['Speech probability', p.toFixed(2)]);
    return rows;
  }
  function eventsNear(t) {
    const reach = (7 / width) * (view.end - view.start);
    return data.events.filter((event) => Math.abs(event.t - t) <= reach)
      .sort((a, b) => Math.abs(a.t - t) - Math.abs(b.t - t)).slice(0, 5).sort((a, b) => a.t - b.t);
  }
  function placeTooltip(px, py) {
    const near = eventsNear(hover);
    tooltip.replaceChildren(h('h4', {}, clock(hover)),
      h('dl', {}, describe(hover).map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
      h('ul', { hidden: !near.length }, near.map((event) => h('li', {}, h('b', {}, eventName(event)), ' ' + brief(event)))));
    tooltip.hidden = false;
    const left = stage.offsetLeft + px, size = tooltip.offsetWidth;
    const beside = left + 16 + size > root.clientWidth ? left - 16 - size : left + 16;
    tooltip.style.transform = `translate(${Math.max(0, beside)}px, ${clamp(py - 20, 0, Math.max(0, height - tooltip.offsetHeight))}px)`;
  }
  function leave() {
    hover = null;
    tooltip.hidden = true;
    drawOverlay();
  }

  // Pointers: one moves or clicks, two pinch.
  const down = new Map();
  let dragged = false;
  const local = (event) => {
    const box = stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  stage.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    down.set(event.pointerId, local(event)[0]);
    stage.setPointerCapture(event.pointerId);
    dragged = down.size > 1;
    root.classList.add('by-pointer');
    root.focus({ preventScroll: true });
  });
  stage.addEventListener('pointermove', (event) => {
    const [px, py] = local(event);
    if (down.size === 2 && down.has(event.pointerId)) {
      const other = [...down].find(([id]) => id !== event.pointerId)[1];
      const before = Math.max(8, Math.abs(down.get(event.pointerId) - other)), after = Math.max(8, Math.abs(px - other));
      down.set(event.pointerId, px);
      zoom(before / after, time(other));
      return;
    }
    if (down.has(event.pointerId)) {
      const moved = px - down.get(event.pointerId);
      if (!dragged && Math.abs(moved) < 4) return;
      dragged = true;
      stage.classList.add('panning');
      down.set(event.pointerId, px);
      pan((-moved / width) * (view.end - view.start));
      leave();
      return;
    }
    if (event.pointerType !== 'touch') {
      hover = clamp(time(px), 0, total);
      over = [px, py];
      placeTooltip(...over);
      drawOverlay();
    }
  });
  function release(event) {
    if (!down.delete(event.pointerId)) return;
    stage.classList.remove('panning');
    if (!dragged && event.type === 'pointerup') {
      player.seek(time(local(event)[0]));
      announce();
    }
  }
  stage.addEventListener('pointerup', release);
  stage.addEventListener('pointercancel', release);
  stage.addEventListener('pointerleave', leave);
  stage.addEventListener('dblclick', (event) => zoom(0.4, time(local(event)[0])));
  stage.addEventListener('wheel', (event) => {
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
    const all = view.end - view.start >= total - 1e-9;
    // The page must stay scrollable: a bare wheel zooms only once the timeline was chosen, and never at its end.
    if (!sideways && !event.ctrlKey && !event.metaKey && (document.activeElement !== root || (all && event.deltaY > 0))) return;
    if (sideways && all) return;
    event.preventDefault();
    const amount = (sideways && !event.deltaX ? event.deltaY : sideways ? event.deltaX : event.deltaY) * (event.deltaMode ? 20 : 1);
    if (sideways) pan((amount / width) * (view.end - view.start));
    else zoom(Math.exp(clamp(amount, -240, 240) * 0.0025), time(local(event)[0]));
    if (hover !== null) { hover = time(local(event)[0]); placeTooltip(...over); }
  }, { passive: false });

  // Minimap: press anywhere to bring that part into view, then drag.
  let grip = null;
  const mapTime = (event) => ((event.clientX - minimap.getBoundingClientRect().left) / minimap.clientWidth) * total;
  minimap.addEventListener('pointerdown', (event) => {
    const t = mapTime(event), length = view.end - view.start;
    minimap.setPointerCapture(event.pointerId);
    if (length >= total - 1e-9) { player.seek(t); return; }
    if (t < view.start || t > view.end) look(t - length / 2, t + length / 2);
    grip = t - view.start;
  });
  minimap.addEventListener('pointermove', (event) => {
    if (grip !== null) look(mapTime(event) - grip, mapTime(event) - grip + view.end - view.start);
  });
  for (const type of ['pointerup', 'pointercancel']) minimap.addEventListener(type, () => { grip = null; });

  function announce() {
    const t = player.position();
    byId('announcer').textContent = [clock(t, 1), ...describe(t).map(([name, value]) => name + ' ' + value)].join(', ');
  }
  function step(direction) {
    const t = player.position();
    const found = direction > 0
      ? data.events.find((event) => event.t > t + 5e-4)
      : [...data.events].reverse().find((event) => event.t < t - 5e-4);
    if (!found) return;
    show(found.t);
    announce();
    byId('announcer').textContent += ', ' + eventName(found) + ' ' + brief(found);
  }
  const keys = {
    '+': () => zoom(0.6, centre()), '=': () => zoom(0.6, centre()),
    '-': () => zoom(1 / 0.6, centre()), '_': () => zoom(1 / 0.6, centre()),
    '0': () => look(0, total), 'Home': () => show(0), 'End': () => show(total),
    '[': () => step(-1), ']': () => step(1), ' ': () => player.toggle(),
  };
  root.addEventListener('keydown', (event) => {
    root.classList.remove('by-pointer');
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (direction) {
      const amount = direction * (view.end - view.start);
      if (event.shiftKey || view.end - view.start >= total - 1e-9) {
        show(player.position() + amount * 0.01);
        announce();
      } else pan(amount * 0.12);
    } else if (keys[event.key]) keys[event.key]();
    else return;
    event.preventDefault();
  });
  byId('zoom-in').addEventListener('click', () => zoom(0.6, centre()));
  byId('zoom-out').addEventListener('click', () => zoom(1 / 0.6, centre()));
  byId('zoom-fit').addEventListener('click', () => look(0, total));

  player.onMove((t, playing) => {
    byId('clock').replaceChildren(clock(t, 1), h('small', {}, ' / ' + clock(data.duration, 1)));
    if (playing && (t > view.end || t < view.start)) show(t);
    drawOverlay();
  });

  /** Shows everything for a while, for paper; returns how to go back. */
  function whole() {
    const { start, end } = view;
    Object.assign(view, { start: 0, end: total });
    return () => Object.assign(view, { start, end });
  }

  return { layout, draw, look, show, whole };
})();
