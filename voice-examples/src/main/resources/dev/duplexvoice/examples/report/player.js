// Sound and the playhead. Without sound the playhead is a cursor that can still be moved.

const player = (() => {
  const audio = byId('audio');
  const button = byId('play');
  let position = 0;
  let usable = data.audio !== 'none';
  const listeners = [];
  const tell = () => listeners.forEach((listener) => listener(position, !audio.paused));

  function silence(note) {
    usable = false;
    button.disabled = true;
    byId('player-note').textContent = note;
  }

  function frame() {
    position = audio.currentTime;
    tell();
    if (!audio.paused) requestAnimationFrame(frame);
  }

  function toggle() {
    if (!usable) return;
    if (!audio.paused) { audio.pause(); return; }
    if (position >= data.duration - 0.05) seek(0);
    audio.play().catch(() => {});
  }

  function seek(t) {
    position = clamp(t, 0, data.duration);
    if (usable && audio.readyState > 0) audio.currentTime = Math.min(position, audio.duration || position);
    tell();
  }

  audio.addEventListener('loadedmetadata', () => { if (position > 0) seek(position); });
  audio.addEventListener('play', () => {
    button.classList.add('playing');
    button.setAttribute('aria-label', 'Pause');
    requestAnimationFrame(frame);
  });
  for (const type of ['pause', 'ended']) {
    audio.addEventListener(type, () => {
      button.classList.remove('playing');
      button.setAttribute('aria-label', 'Play');
      tell();
    });
  }
  audio.addEventListener('error', () => {
    if (data.audio !== 'none') silence(data.audio === 'linked' ? 'conversation.wav is not next to this page' : 'This browser cannot play the audio');
  });
  button.addEventListener('click', toggle);
  if (!usable) silence('No audio in this recording');
  else byId('player-note').append(h('span', { class: 'hint' }, 'Caller left, reply right'));
  if (audio.error && data.audio !== 'none') audio.dispatchEvent(new Event('error'));

  return { toggle, seek, position: () => position, onMove: (listener) => listeners.push(listener) };
})();

/** The samples inside the page's own WAV, for a closer look than the envelope allows. */
function attachSamples() {
  if (data.audio !== 'embedded') return;
  const source = byId('audio').getAttribute('src');
  const wav = bytes(source.slice(source.indexOf(',') + 1));
  const header = new DataView(wav.buffer);
  const samples = new Int16Array(wav.buffer, 44, Math.floor((wav.length - 44) / 2));
  callerWave.attach(samples, 0, header.getUint32(24, true));
  replyWave.attach(samples, 1, header.getUint32(24, true));
}
