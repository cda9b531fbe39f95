// The conversation as text: who said what, what of it was heard, and how long each answer took.

function metric(name, value, limit) {
  if (value === undefined) return null;
  const over = limit !== undefined && value > limit;
  return h('div', { class: over && 'over' }, h('dt', {}, name),
    h('dd', {}, ms(value) + ' ms', over && h('span', { class: 'visually-hidden' }, ' over the objective'), over && ' ▲'));
}

function entry(kind, from, to, under, who, said, metrics) {
  const stamp = h('button', { class: 'stamp', type: 'button', title: 'Show on the timeline',
    onclick: () => timeline.show(from, from, to) }, clock(from, 1));
  const item = h('li', { class: 'entry ' + kind }, h('div', { class: 'when' }, stamp, h('small', {}, under)),
    h('div', { class: 'said' }, h('div', { class: 'who' }, who), said),
    h('dl', { class: 'metrics' }, metrics));
  return { item, from, to };
}

function callerEntry(turn) {
  const noise = turn.number === 0 && !turn.text;
  const length = span(turn.speechSeconds);
  const said = turn.text
    ? h('p', { class: 'words' }, turn.text)
    : h('p', { class: 'words' }, h('span', { class: 'none' }, `(no transcript) ${length} of speech`));
  const who = ['Caller',
    turn.falseAlarm ? h('span', { class: 'tag' }, 'False alarm: the reply resumed')
      : turn.overReply && h('span', { class: 'tag' }, 'Spoke over the reply'),
    turn.number === 0 && !turn.falseAlarm && h('span', { class: 'tag' }, 'Turn not ended')];
  return entry(noise ? 'caller noise' : 'caller', turn.from, turn.to, turn.number ? 'Turn ' + turn.number : length, who, said, [
    metric('Endpointing', turn.endpointingMs), metric('Transcription', turn.transcriptionMs)]);
}

function replyEntry(reply) {
  const from = reply.audioFrom === undefined ? reply.from : reply.audioFrom;
  const said = h('p', { class: 'words' });
  if (reply.heard) said.append(reply.heard);
  if (reply.unheard) {
    if (reply.heard) said.append(' ', h('mark', { 'aria-hidden': 'true' }, '✕'), ' ');
    said.append(h('s', { title: 'Not heard by the caller' }, h('span', { class: 'visually-hidden' }, 'Not heard: '), reply.unheard));
  }
  if (!reply.heard && !reply.unheard) said.append(h('span', { class: 'none' }, reply.interrupted ? '(nothing was heard)' : '(no text)'));
  const length = reply.position === undefined ? '' : ` after ${reply.position.toFixed(1)} s`;
  const resumed = reply.pauses.filter(([, to]) => reply.interruptedAt === undefined || to < reply.interruptedAt - 1e-6).length;
  const who = ['Reply', resumed > 0 && h('span', { class: 'tag' }, resumed > 1 ? `Paused ${resumed} times, resumed` : 'Paused, resumed'),
    reply.interrupted && h('span', { class: 'tag cut' }, 'Interrupted' + length)];
  const figures = data.figures;
  return entry('reply', from, reply.to, span(reply.to - from), who, said, [
    metric('First audio', reply.firstAudioMs, figures.firstAudio.slo), metric('End to end incl. endpointing', reply.endToEndMs),
    metric('Barge-in to silence', reply.bargeInMs, figures.bargeIn.slo)]);
}

function renderTranscript() {
  const entries = [...data.turns.map(callerEntry), ...data.replies.map(replyEntry)].sort((a, b) => a.from - b.from);
  byId('transcript').append(...entries.map(({ item }) => item));
  byId('transcript-note').textContent = entries.length
    ? 'Struck out: composed, but never heard by the caller'
    : 'No turns in this conversation.';
  player.onMove((t, playing) => {
    for (const { item, from, to } of entries) item.classList.toggle('current', playing && t >= from && t <= to);
  });
}
