/** The WebSocket's subprotocol. */
export const PROTOCOL = "duplexvoice.v1";

const AUDIO = 1;
const HEADER_BYTES = 16;

/** Rates that a server puts out. */
const OUTPUT_RATES = [8000, 16000, 24000, 48000];

/** What the server says to those whom it does not know. */
const MAY_NOT_TALK = "no permission to talk";

/** Closes that end a session for good; after any other one the same session can be taken up again. */
const FINAL = new Map([
  [1000, "The conversation has ended."],
  [1001, "The server is shutting down."],
  [1003, "The server did not understand what this page sent."],
  [1007, "The server did not understand what this page sent."],
  [1008, "The server refused the connection."],
  [1009, "What this page sent was too long."],
  [1013, "The server has no room for another conversation now. Try again in a moment."],
  [4000, "The conversation was taken over by another connection."],
  [4408, "The server waited too long for this page."],
]);

/**
 * What the page opens a session with.
 *
 * @param {number} contextRate samples a second of the browser's audio
 * @param {{ recognizes?: boolean, resumeToken?: string, received?: number }} more recognizes: whether this page sends transcripts. Where one
 *     is expected, speech without one is no turn. received: the number of the last message of the session that is taken up again.
 */
export function hello(contextRate, { recognizes, resumeToken, received = 0 } = {}) {
  return {
    type: "session_start",
    input: { sample_rate: 16000, frame_ms: 20 },
    output: { sample_rate: OUTPUT_RATES.includes(contextRate) ? contextRate : 48000, frame_ms: 20 },
    binary: true,
    vad: true,
    ...(recognizes ? { recognizer: "client" } : {}),
    ...(resumeToken ? { resume_token: resumeToken, received } : {}),
  };
}

/**
 * A binary frame: type, flags, 16 bits reserved, sequence (32), position (64), samples; little endian.
 *
 * @param {number} sequence from 1
 * @param {number} position of the first sample since the session's start
 * @param {ArrayBuffer} pcm signed 16-bit samples
 */
export function encodeAudio(sequence, position, pcm) {
  const bytes = new Uint8Array(HEADER_BYTES + pcm.byteLength);
  const header = new DataView(bytes.buffer);
  header.setUint8(0, AUDIO);
  header.setUint32(4, sequence, true);
  header.setBigUint64(8, BigInt(position), true);
  bytes.set(new Uint8Array(pcm), HEADER_BYTES);
  return bytes.buffer;
}

/**
 * @param {ArrayBuffer} message
 * @returns {{ sequence: number, position: number, pcm: ArrayBuffer } | null} null if it is none, or of a later protocol
 */
export function decodeAudio(message) {
  if (message.byteLength <= HEADER_BYTES || message.byteLength % 2 !== 0) {
    return null;
  }
  const header = new DataView(message);
  if (header.getUint8(0) !== AUDIO) {
    return null;
  }
  return {
    sequence: header.getUint32(4, true),
    position: Number(header.getBigUint64(8, true)),
    pcm: message.slice(HEADER_BYTES),
  };
}

/** What a subprotocol may be made of. */
const WORD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Where to connect, and which subprotocols to offer. A browser cannot send headers with a WebSocket, so the token is a subprotocol; one
 * that cannot be is a parameter.
 *
 * @returns {{ url: string, protocols: string[] }}
 */
export function address(url, token) {
  if (!token) {
    return { url, protocols: [PROTOCOL] };
  }
  if (WORD.test(token)) {
    return { url, protocols: [PROTOCOL, `bearer.${token}`] };
  }
  const shown = new URL(url);
  shown.searchParams.set("token", token);
  return { url: shown.href, protocols: [PROTOCOL] };
}

/** What a close means, if the session is over with it; null if it can be taken up again. */
export function finalClose(code, reason, token = "") {
  if (code === 1008 && reason === MAY_NOT_TALK) {
    return token ? "This token may not be used to talk." : "This server wants a token.";
  }
  const meaning = FINAL.get(code);
  if (!meaning) {
    return null;
  }
  return reason && code !== 1000 && code !== 1001 ? `${meaning} (${reason})` : meaning;
}

/**
 * What was heard of a text and what was not. The server says which beginning was heard; white space at the cut belongs to what was
 * not.
 *
 * @returns {{ heard: string, unheard: string }}
 */
export function splitHeard(text, heard) {
  const cut = text.startsWith(heard) ? heard.trimEnd().length : commonLength(text, heard);
  return { heard: text.slice(0, cut), unheard: text.slice(cut) };
}

function commonLength(a, b) {
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) {
    i += 1;
  }
  return i;
}
