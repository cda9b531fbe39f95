import { announce, h } from "../ui/dom.js";
import { Audio } from "./audio.js";
import { Connection } from "./connection.js";
import { Conversation } from "./conversation.js";
import { microphones, MicrophoneError } from "./microphone.js";
import { Recognition } from "./recognition.js";
import { talkTemplate } from "./template.js";
import { Timeline } from "./timeline.js";
import { Turns } from "./turns.js";

/** What is due at the server at least every 100 ms. */
const REPORT_MS = 80;
const STATES = {
  IDLE: "Connected",
  LISTENING: "Listening",
  THINKING: "Thinking",
  SPEAKING: "Speaking",
  BARGED_IN: "Interrupted",
  WAITING_FOR_INPUT: "Waiting",
  TERMINATED: "Ended",
};

/** The Talk tab: joins the browser's audio, the connection and what is shown. */
export class TalkView {
  #parts = talkTemplate();
  #api;
  #token;
  #timeline;
  #conversation;
  #turns;
  #audio = null;
  #connection = null;
  #recognition = null;
  #muted = false;
  #listening = false;
  #reportedAt = 0;
  #reported = -1;
  #typed = [];

  constructor(root, api, token) {
    this.#api = api;
    this.#token = token;
    root.append(this.#parts.root);
    this.#timeline = new Timeline(this.#parts.canvas);
    this.#conversation = new Conversation(this.#parts.list);
    this.#turns = new Turns(this.#parts.turnRows);
    this.#parts.recognitionRow.hidden = !Recognition.available;
    this.#bind();
    this.#idle();
    navigator.mediaDevices?.addEventListener?.("devicechange", () => this.#listDevices());
  }

  show() {
    this.#timeline.start();
  }

  hide() {
    this.#timeline.stop();
  }

  #bind() {
    const parts = this.#parts;
    parts.startButton.addEventListener("click", () => this.#start(true));
    parts.typeButton.addEventListener("click", () => this.#start(false));
    parts.endButton.addEventListener("click", () => this.#connection?.end());
    parts.stopButton.addEventListener("click", () => this.#connection?.send({ type: "control", command: "STOP" }));
    parts.muteButton.addEventListener("click", () => this.#mute(!this.#muted));
    parts.device.addEventListener("change", () => this.#listen());
    parts.composer.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#type();
    });
  }

  async #start(withMicrophone) {
    const parts = this.#parts;
    this.#problem(null);
    parts.startButton.disabled = true;
    parts.typeButton.disabled = true;
    this.#conversation.clear();
    this.#turns.clear();
    this.#state("connecting", "Connecting");
    this.#audio = new Audio({ frame: (data) => this.#frame(data), playout: (report) => this.#playout(report) });
    try {
      await this.#audio.open();
      if (withMicrophone) {
        await this.#listen(true);
      }
    } catch (error) {
      this.#problem(error);
      await this.#over();
      return;
    }
    // Without a microphone what is typed is all that the caller says.
    const recognizes = !this.#listening || this.#parts.recognition.checked;
    this.#parts.recognition.disabled = true;
    this.#parts.mode.value = recognizes ? "transcript" : "text";
    this.#parts.mode.options[0].disabled = !recognizes;
    this.#connection = new Connection(this.#socketUrl(), this.#token.value, this.#audio.rate, { recognizes }, {
      started: (message) => this.#started(message),
      message: (message) => this.#message(message),
      audio: (frame) => this.#audio?.play(frame),
      reconnecting: () => this.#state("connecting", "Reconnecting"),
      ended: (text) => this.#ended(text),
    });
  }

  #socketUrl() {
    const url = this.#api.url("v1/voice");
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return url.href;
  }

  /** Opens the microphone that is chosen. */
  async #listen(first = false) {
    try {
      const id = await this.#audio.listen(this.#parts.device.value);
      this.#listening = true;
      await this.#listDevices(id);
      this.#problem(null);
    } catch (error) {
      if (first) {
        throw error;
      }
      this.#problem(error);
    }
  }

  async #listDevices(chosen = this.#parts.device.value) {
    const found = await microphones();
    const options = found.map(({ id, label }) => h("option", { value: id }, label));
    if (options.length > 0) {
      this.#parts.device.replaceChildren(...options);
      this.#parts.device.value = found.some(({ id }) => id === chosen) ? chosen : found[0].id;
    }
  }

  #started(message) {
    const parts = this.#parts;
    this.#audio.startPlayout(message.output.sample_rate, message.position ?? 0, message.resumed);
    this.#reported = -1;
    parts.welcome.hidden = true;
    parts.controls.hidden = false;
    parts.muteButton.hidden = !this.#listening;
    parts.device.parentElement.hidden = !this.#listening;
    parts.sessionText.textContent = message.session_id;
    if (message.resumed) {
      this.#conversation.note("The connection was lost and is back; the conversation goes on.");
    } else {
      parts.listEmpty.hidden = true;
    }
    this.#state("listening", this.#listening ? "Listening" : "Connected");
    if (!this.#listening) {
      parts.text.focus();
    }
    this.#recognise();
    this.#typed.splice(0).forEach((typed) => this.#connection.send(typed));
  }

  #message(message) {
    switch (message.type) {
      case "state":
        this.#state(message.to.toLowerCase(), STATES[message.to.toUpperCase()] ?? message.to);
        break;
      case "flush":
        this.#audio.flush(message.position);
        break;
      case "speech":
        if (message.phase === "started") {
          this.#conversation.speaking();
        }
        break;
      case "transcript":
        this.#conversation.transcript(message.text, message.final);
        break;
      case "turn":
        this.#conversation.turn(message);
        this.#turns.turn(message);
        this.#timeline.mark("turn");
        this.#parts.turnsEmpty.hidden = true;
        break;
      case "reply":
        this.#reply(message);
        break;
      case "heard":
        this.#conversation.heard(message);
        break;
      case "vad":
        this.#timeline.speech(message.probabilities, message.window_ms);
        break;
      case "warning":
        this.#conversation.note(message.message);
        break;
      case "error":
        this.#conversation.note(message.message, true);
        break;
      default:
        break;
    }
  }

  #reply(message) {
    this.#conversation.reply(message);
    this.#turns.reply(message);
    if (message.phase === "first_audio") {
      this.#timeline.mark("reply");
    } else if (message.phase === "interrupted") {
      this.#timeline.mark("interrupted");
    }
  }

  /** 20 ms of the microphone. */
  #frame({ pcm, peak }) {
    this.#timeline.caller(peak);
    this.#connection?.sendAudio(pcm);
  }

  /** How far the loudspeaker has come. */
  #playout(report) {
    if (report.type === "level") {
      this.#timeline.voice(report.peak);
    }
    const now = performance.now();
    const due = report.type === "flushed" || now - this.#reportedAt >= REPORT_MS;
    if (due && report.position !== this.#reported && this.#connection?.send({ type: "playout", position: report.position })) {
      this.#reportedAt = now;
      this.#reported = report.position;
    }
  }

  #mute(muted) {
    this.#muted = muted;
    this.#audio?.mute(muted);
    this.#parts.muteButton.setAttribute("aria-pressed", String(muted));
    this.#parts.muteButton.querySelector("use").setAttribute("href", muted ? "#i-mic-off" : "#i-mic");
    this.#parts.muteText.textContent = muted ? "Muted" : "Mute";
    announce(muted ? "The microphone is muted" : "The microphone is on");
  }

  #recognise() {
    const wanted = this.#parts.recognition.checked && this.#listening && this.#connection !== null;
    if (wanted && !this.#recognition) {
      this.#recognition = new Recognition((text, final) => {
        if (!this.#muted) {
          this.#connection?.send({ type: "transcript", text, is_final: final });
        }
      });
      this.#recognition.start();
    } else if (!wanted && this.#recognition) {
      this.#recognition.stop();
      this.#recognition = null;
    }
  }

  #type() {
    const text = this.#parts.text.value.trim();
    if (!text) {
      return;
    }
    const message = { type: this.#parts.mode.value, text, is_final: true };
    this.#parts.text.value = "";
    if (!this.#connection?.send(message)) {
      this.#typed.push(message);
      if (!this.#connection) {
        this.#start(false);
      }
    }
  }

  #state(name, text) {
    this.#parts.state.dataset.state = name;
    if (this.#parts.stateText.textContent !== text) {
      this.#parts.stateText.textContent = text;
    }
  }

  #problem(error) {
    if (!error) {
      this.#parts.problem.replaceChildren();
      return;
    }
    const title = error instanceof MicrophoneError ? error.title : "The browser's audio does not work";
    this.#parts.problem.replaceChildren(
      h("div.notice.problem", { role: "alert" }, h("p.notice-title", {}, title), h("p", {}, error.message)),
    );
  }

  async #ended(text) {
    this.#conversation.note(text);
    const refused = this.#connection?.start === null;
    if (refused) {
      this.#parts.problem.replaceChildren(
        h(
          "div.notice.problem",
          { role: "alert" },
          h("p.notice-title", {}, "No conversation"),
          h("p", {}, text),
          h("p.row", {}, h("button.button", { type: "button", onclick: () => this.#token.ask() }, "Enter a token")),
        ),
      );
    }
    await this.#over();
  }

  async #over() {
    this.#connection = null;
    this.#recognise();
    const audio = this.#audio;
    this.#audio = null;
    this.#listening = false;
    this.#typed = [];
    this.#idle();
    await audio?.close();
  }

  #idle() {
    const parts = this.#parts;
    parts.startButton.disabled = false;
    parts.typeButton.disabled = false;
    parts.welcome.hidden = false;
    parts.controls.hidden = true;
    parts.recognition.disabled = false;
    parts.mode.options[0].disabled = false;
    this.#mute(false);
    this.#state("idle", "Not connected");
  }
}
