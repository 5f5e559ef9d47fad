// The way around, where sockets do not get through: lines are posted, and what is said comes as an event stream or,
// where something on the way holds that up, by asking again and again. Frames in and frames out, as on the socket.
import { csrf } from "../shared/csrf.js";
import { events } from "../shared/events.js";
import { post, reach, Refused } from "./http.js";
import { CLOSE_CODES } from "./protocol.js";
import { say } from "./words.js";

const SETTLE = 6; // seconds until the first word of a stream: later, somebody on the way keeps it
const SILENCE = 45; // seconds without a sign of life: the stream is dead
const WAIT = 20; // seconds that a poll may wait for news
const LONGEST = 30; // seconds between two tries
const HELD_UP = 2; // streams in a row that came to nothing, until it is asked for news instead
const CODES = new Map([[401, CLOSE_CODES.not_signed_in], [404, CLOSE_CODES.no_such_conversation]]);

/**
 * Calls `onFrame(frame)` as the line does, `onUp(way)` once frames come ("stream" or "poll"), `onDown()` when none do any
 * more, and `onClosed(code)` when the house will have nothing more of it.
 */
export class Detour {
  #running = null;
  #mark = ""; // up to where the running reply was heard: the id of an event
  #since = "";
  #draft = null;

  constructor(base, { onFrame, onUp, onDown, onClosed }) {
    Object.assign(this, { base, onFrame, onUp, onDown, onClosed });
    this.way = null;
  }

  get up() {
    return this.way !== null;
  }

  open() {
    if (this.#running) return;
    this.#running = new AbortController();
    this.#run(this.#running.signal);
  }

  close() {
    this.#running?.abort();
    this.#draft?.abort();
    this.#running = null;
    this.way = null;
    this.#mark = "";
    this.#since = "";
  }

  /** True when the frame is on its way; what became of it is told as frames. */
  send(frame) {
    if (!this.up) return false;
    if (frame.type === "resume") this.#resume(frame);
    else if (!["ping", "typing"].includes(frame.type)) this.#post(frame);
    return true;
  }

  // ------------------------------------------------------------ frames in

  async #run(signal) {
    let tries = 0;
    while (!signal.aborted) {
      const listens = this.way !== "poll" && tries < HELD_UP;
      const attempt = new Attempt(signal);
      try {
        if (listens) await this.#listen(attempt);
        else await this.#poll(attempt);
        tries = listens ? 0 : HELD_UP;
      } catch (error) {
        if (signal.aborted) return;
        if (CODES.has(error.status)) {
          this.#end(CODES.get(error.status));
          return;
        }
        if (listens && attempt.late && !attempt.heard) {
          tries = HELD_UP;
          continue;
        }
        tries = attempt.heard ? 1 : tries + 1;
        if (tries > HELD_UP) this.#down();
        await pause(error.retryAfter ?? Math.min(LONGEST, 2 ** (tries - 1)), signal);
        // Neither way goes: begin again with the better one.
        if (tries > 2 * HELD_UP) tries = 0;
      } finally {
        attempt.done();
      }
    }
  }

  /** As long as a stream lasts, and it says at least that it still stands. It never ends by itself. */
  async #listen(attempt) {
    attempt.within(SETTLE);
    const headers = { Accept: "text/event-stream, application/json", ...(this.#mark && { "Last-Event-ID": this.#mark }) };
    const response = await reach(`${this.base}stream/`, { headers, signal: attempt.signal });
    for await (const [name, data, id] of events(response.body, attempt.signal, () => attempt.within(SILENCE))) {
      if (name === "closed") {
        if (![CLOSE_CODES.server_restarts, CLOSE_CODES.too_slow].includes(data.code)) this.#end(data.code);
        break;
      }
      if (id) this.#mark = id;
      if (name === "ready") this.#become("stream", attempt);
      this.onFrame(data);
    }
    throw new Refused(); // go on from where it broke off
  }

  async #poll(attempt) {
    attempt.within(WAIT + SETTLE);
    // The first answer says where things stand, and proves the way.
    const since = this.#since ? `?wait=${WAIT}&since=${encodeURIComponent(this.#since)}` : "?wait=0";
    const response = await reach(`${this.base}poll/${since}`, { headers: { Accept: "application/json" }, signal: attempt.signal });
    const { next, frames } = await response.json();
    this.#since = next;
    this.#become("poll", attempt);
    for (const frame of frames) this.onFrame(frame);
  }

  #become(way, attempt) {
    attempt.heard = true;
    if (this.way === way) return;
    this.way = way;
    this.onUp(way);
  }

  #down() {
    if (!this.up) return;
    this.way = null;
    this.onDown();
  }

  #end(code) {
    this.close();
    this.onClosed(code);
  }

  // Less has arrived than was sent: begin again where the page stands.
  #resume({ message_id: id, last_seq: seq }) {
    const [heard, last] = this.#mark.split(":");
    if (heard !== id || Number(last) <= seq) return;
    this.#running?.abort();
    this.#mark = `${id}:${seq}`;
    this.#since = `.${id}:${seq}`;
    this.#running = new AbortController();
    this.#run(this.#running.signal);
  }

  // ------------------------------------------------------------ frames out

  async #post(frame) {
    try {
      await this.#obeyed(frame);
    } catch (error) {
      if (error.name === "AbortError") return;
      const { code, message, limit, retryAfter } = error instanceof Refused ? error : new Refused();
      // Whether it arrived is not known: said again, it goes out under the same id.
      const known = error.status ? code : "unavailable";
      this.onFrame({ type: "error", code: known, message: message || say("unreachable"), limit, retry_after: retryAfter, client_id: frame.client_id });
    }
  }

  async #obeyed({ type, ...frame }) {
    if (type === "stop") {
      if (this.#draft && !frame.turn_id) this.#draft.abort();
      else await post(`${this.base}stop/`, frame);
      return;
    }
    if (type === "impersonate") {
      await this.#drafted(frame);
      return;
    }
    const { message_id: message, character_id: character, timestamp, ...input } = frame;
    const where = { chat: "messages/", cue: `room/cast/${character}/cue/` }[type] ?? `messages/${message}/${type}/`;
    const { client_id, message_id, turn_id } = await post(`${this.base}${where}`, input);
    this.onFrame({ type: "ack", client_id, message_id, turn_id });
  }

  async #drafted({ client_id: client, hint = "", again = false }) {
    const draft = new AbortController();
    this.#draft = draft;
    let content = "";
    try {
      const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf() };
      const options = { method: "POST", headers, body: JSON.stringify({ hint, again }), signal: draft.signal };
      ({ content } = await (await reach(`${this.base}draft/`, options)).json());
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    } finally {
      this.#draft = null;
    }
    this.onFrame({ type: "draft_end", client_id: client, content });
  }
}

/** One try: it is given up with the whole, or when nothing is heard for too long. */
class Attempt {
  #abort = new AbortController();
  #stop = () => this.#abort.abort();
  #timer = 0;
  heard = false;
  late = false;

  constructor(whole) {
    this.whole = whole;
    whole.addEventListener("abort", this.#stop);
  }

  done() {
    clearTimeout(this.#timer);
    this.whole.removeEventListener("abort", this.#stop);
  }

  get signal() {
    return this.#abort.signal;
  }

  within(seconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.late = true;
      this.#stop();
    }, seconds * 1000);
  }
}

function pause(seconds, signal) {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", go);
      resolve();
    };
    const timer = setTimeout(go, seconds * 1000);
    signal.addEventListener("abort", go);
  });
}
