import { address, decodeAudio, encodeAudio, finalClose, hello } from "./protocol.js";

const RETRIES = [250, 500, 1000, 1500, 2000, 2000, 2000];

/**
 * A session at the server, over as many WebSockets as it takes: one that breaks is opened anew, and the session goes on where it was.
 *
 * Tells by `on…` functions: `started` with the server's session_start, `message` with any other message, `audio` with a frame,
 * `reconnecting`, and once `ended` with what is to be said.
 */
export class Connection {
  #url;
  #token;
  #rate;
  #wishes;
  #on;
  #open;
  #later;
  #socket = null;
  #start = null;
  #attempt = 0;
  #brokenAt = 0;
  #sequence = 0;
  #position = 0;
  #received = 0;
  #over = false;
  #timer = 0;

  /**
   * @param {string} url of the WebSocket
   * @param {string} token empty without one
   * @param {number} rate of the browser's audio
   * @param {{ recognizes?: boolean }} wishes
   * @param {object} on
   * @param {{ open?: Function, later?: Function }} [parts] for tests
   */
  constructor(url, token, rate, wishes, on, parts = {}) {
    this.#url = url;
    this.#token = token;
    this.#rate = rate;
    this.#wishes = wishes;
    this.#on = on;
    this.#open = parts.open ?? ((to, protocols) => new WebSocket(to, protocols));
    this.#later = parts.later ?? ((run, millis) => setTimeout(run, millis));
    this.#connect();
  }

  /** The server's session_start; null before. */
  get start() {
    return this.#start;
  }

  /** A frame of the microphone. What is said while there is no connection is lost. */
  sendAudio(pcm) {
    const samples = pcm.byteLength / 2;
    if (this.#ready()) {
      this.#sequence += 1;
      this.#socket.send(encodeAudio(this.#sequence, this.#position, pcm));
    }
    this.#position += samples;
  }

  /** Any other message; false if there is no connection. */
  send(message) {
    if (!this.#ready()) {
      return false;
    }
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Ends the session. */
  end() {
    if (!this.send({ type: "session_end" })) {
      this.#finish("The conversation has ended.");
      return;
    }
    // The server answers with a close; without it this page does not wait for ever.
    this.#later(() => this.#finish("The conversation has ended."), 2000);
  }

  #ready() {
    return !this.#over && this.#start !== null && this.#socket?.readyState === 1 && this.#socket.started;
  }

  #connect() {
    const { url, protocols } = address(this.#url, this.#token);
    const socket = this.#open(url, protocols);
    socket.binaryType = "arraybuffer";
    socket.started = false;
    this.#socket = socket;
    socket.onopen = () => {
      socket.send(JSON.stringify(hello(this.#rate, { ...this.#wishes, resumeToken: this.#start?.resume_token, received: this.#received })));
    };
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket && !this.#over) {
        this.#take(socket, data);
      }
    };
    socket.onclose = ({ code, reason }) => {
      if (socket === this.#socket && !this.#over) {
        this.#closed(code, reason);
      }
    };
  }

  #take(socket, data) {
    if (typeof data !== "string") {
      const frame = decodeAudio(data);
      if (frame) {
        this.#on.audio(frame);
      }
      return;
    }
    const message = JSON.parse(data);
    this.#received = message.n ?? this.#received;
    if (message.type === "session_start") {
      socket.started = true;
      this.#start = message;
      this.#attempt = 0;
      this.#brokenAt = 0;
      if (!message.resumed) {
        this.#sequence = 0;
        this.#position = 0;
        this.#received = 0;
      }
      this.#on.started(message);
    } else if (message.type === "session_end") {
      this.#on.message(message);
      this.#finish(message.reason ? `The conversation has ended: ${message.reason}.` : "The conversation has ended.");
    } else {
      this.#on.message(message);
    }
  }

  #closed(code, reason) {
    this.#socket.started = false;
    const said = finalClose(code, reason, this.#token);
    if (said) {
      this.#finish(said);
      return;
    }
    if (this.#start === null) {
      this.#finish(
        this.#token
          ? "The server did not take the connection. Is the token right?"
          : "The server did not take the connection. It may want a token, or not be running.",
      );
      return;
    }
    this.#brokenAt ||= performance.now();
    const left = this.#start.resume_within_ms - (performance.now() - this.#brokenAt);
    const wait = RETRIES[Math.min(this.#attempt, RETRIES.length - 1)];
    this.#attempt += 1;
    if (left < wait || this.#attempt > RETRIES.length) {
      this.#finish("The connection was lost, and the conversation with it.");
      return;
    }
    this.#on.reconnecting(Math.max(0, left));
    this.#timer = this.#later(() => this.#connect(), wait);
  }

  #finish(text) {
    if (this.#over) {
      return;
    }
    this.#over = true;
    clearTimeout(this.#timer);
    this.#socket?.close(1000);
    this.#on.ended(text);
  }
}
