/** The browser's own speech recognition, where it has one. Some browsers send what they hear to their maker. */
export class Recognition {
  #engine = null;
  #on;
  #wanted = false;

  static get available() {
    return Boolean(window.SpeechRecognition ?? window.webkitSpeechRecognition);
  }

  /** @param {(text: string, final: boolean) => void} on */
  constructor(on) {
    this.#on = on;
  }

  start() {
    const Engine = window.SpeechRecognition ?? window.webkitSpeechRecognition;
    this.#wanted = true;
    this.#engine = new Engine();
    this.#engine.continuous = true;
    this.#engine.interimResults = true;
    this.#engine.lang = navigator.language;
    this.#engine.onresult = (event) => {
      for (let i = event.resultIndex; i < event.results.length; i++) {
        this.#on(event.results[i][0].transcript.trim(), event.results[i].isFinal);
      }
    };
    // It ends by itself after a while of silence.
    this.#engine.onend = () => {
      if (this.#wanted) {
        this.#engine.start();
      }
    };
    this.#engine.onerror = ({ error }) => {
      if (error === "not-allowed" || error === "service-not-allowed") {
        this.#wanted = false;
      }
    };
    this.#engine.start();
  }

  stop() {
    this.#wanted = false;
    this.#engine?.stop();
  }
}
