import { EventStream } from "./event-stream.js";

/** An answer that is an error, in words for the one who looks at it. */
export class ApiError extends Error {
  constructor(status, message, requestId) {
    super(message);
    this.status = status;
    this.requestId = requestId;
  }

  /** Whether another token could help. */
  get wantsToken() {
    return this.status === 401 || this.status === 403;
  }
}

/** The server's HTTP endpoints. */
export class Api {
  #base;
  #token;

  constructor(base, token) {
    this.#base = base;
    this.#token = token;
  }

  /** Where a path of the server is, under whatever prefix the page lies. */
  url(path, parameters = {}) {
    const url = new URL(path, this.#base);
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== "" && value !== null && value !== undefined) {
        url.searchParams.set(name, value);
      }
    }
    return url;
  }

  get(path, parameters, signal) {
    return this.#json("GET", path, parameters, signal);
  }

  delete(path) {
    return this.#json("DELETE", path);
  }

  /** A file, with the token that a link could not show. */
  async blob(path, parameters) {
    return (await this.#fetch("GET", path, parameters)).blob();
  }

  /**
   * Server-sent events, with the token that EventSource could not show.
   *
   * @param {(event: { type: string, data: string }) => void} take
   */
  async follow(path, parameters, signal, take) {
    const response = await this.#fetch("GET", path, parameters, signal);
    const events = new EventStream(take);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      events.push(value);
    }
  }

  async #json(method, path, parameters, signal) {
    const response = await this.#fetch(method, path, parameters, signal);
    const text = await response.text();
    return text ? JSON.parse(text) : null;
  }

  async #fetch(method, path, parameters, signal) {
    const headers = { Accept: "application/json, text/event-stream, */*" };
    if (this.#token.value) {
      headers.Authorization = `Bearer ${this.#token.value}`;
    }
    let response;
    try {
      response = await fetch(this.url(path, parameters), { method, headers, signal, cache: "no-store" });
    } catch (error) {
      if (error.name === "AbortError") {
        throw error;
      }
      throw new ApiError(0, "The server does not answer. Is it running?");
    }
    if (!response.ok) {
      throw await failure(response);
    }
    return response;
  }
}

async function failure(response) {
  let said = {};
  try {
    said = await response.json();
  } catch {
    // An error of something between the server and here.
  }
  const message = said.detail ?? said.error ?? `The server answered ${response.status}.`;
  return new ApiError(response.status, message, said.request_id ?? response.headers.get("X-Request-Id"));
}
