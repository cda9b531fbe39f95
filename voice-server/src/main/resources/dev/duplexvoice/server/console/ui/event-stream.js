/** Reads server-sent events from text that comes in pieces of any size. */
export class EventStream {
  #take;
  #rest = "";
  #type = "";
  #data = [];

  /** @param {(event: { type: string, data: string }) => void} take */
  constructor(take) {
    this.#take = take;
  }

  push(text) {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop();
    lines.forEach((line) => this.#line(line.endsWith("\r") ? line.slice(0, -1) : line));
  }

  #line(line) {
    if (line === "") {
      if (this.#data.length > 0) {
        this.#take({ type: this.#type || "message", data: this.#data.join("\n") });
      }
      this.#type = "";
      this.#data = [];
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) {
      return;
    }
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") {
      this.#type = value;
    } else if (field === "data") {
      this.#data.push(value);
    }
  }
}
