// The line to the house: one socket, kept up, and a detour where sockets do not get through. It only watches; whatever
// happens to it, turns go on without it.
import { Detour } from "./detour.js";
import { CLOSE_CODES, HEARTBEAT } from "./protocol.js";

const LONGEST = 30; // seconds between two tries
const PAUSE_AFTER = 10; // failures …
const PAUSE_WITHIN = 5 * 60 * 1000; // … in this time
const ANSWER = 10; // seconds a pong may take
const OPENING = 6; // seconds until `ready`: something on the way swallows sockets without a word
const BLOCKED = 2; // failures in a row, without a word of the house's, until the detour is tried
const BESIDE = 60; // seconds between two tries of the socket while the detour is up
const TIMES_UNKNOWN = 3; // that whoever was known may be told they are not, until it is final
const FINAL = new Map([
  [CLOSE_CODES.not_signed_in, "signed_out"],
  [CLOSE_CODES.no_such_conversation, "gone"],
  [CLOSE_CODES.room_full, "full"],
  [CLOSE_CODES.removed, "removed"],
]);
const REASONS = new Map([
  [CLOSE_CODES.server_restarts, "restarting"],
  [CLOSE_CODES.too_slow, "slow"],
  [CLOSE_CODES.too_many_connections, "crowded"],
  [CLOSE_CODES.frame_too_large, "too_big"],
]);

/**
 * Calls `onFrame(frame)` for everything that arrives and `onState(state)` whenever the line changes:
 * {name: "connecting" | "open" | "waiting" | "paused" | "offline" | "final", reason, until, via}. `via` is set where it is
 * open by a detour: "stream" or "poll".
 */
export class Line {
  constructor(url, { onFrame, onState, around }) {
    this.url = url;
    this.ready = false; // the socket, of itself
    this.detour = new Detour(around, {
      onFrame,
      onUp: (via) => this.#become({ name: "open", via }),
      onDown: () => this.connect(),
      onClosed: (code) => this.#closed(code),
    });
    this.onFrame = onFrame;
    this.onState = onState;
    this.state = { name: "connecting" };
    this.tries = 0;
    this.unknown = 0;
    this.failures = [];
    this.socket = null;
    this.heartbeat = HEARTBEAT;
    addEventListener("offline", () => this.#offline());
    addEventListener("online", () => this.retry());
    addEventListener("pagehide", () => this.#leave());
    addEventListener("pageshow", (event) => event.persisted && this.retry());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.state.name === "waiting") this.retry();
    });
  }

  get open() {
    return this.state.name === "open";
  }

  connect() {
    this.#drop();
    if (!this.detour.up) this.#become({ name: "connecting", reason: this.state.reason, again: this.tries > 0 });
    this.opening = setTimeout(() => this.#swallowed(), OPENING * 1000);
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => socket === this.socket && this.#receive(data));
    socket.addEventListener("close", ({ code }) => socket === this.socket && this.#closed(code));
  }

  /** Try at once, also after a pause. Not after a final refusal. */
  retry() {
    if (this.ready || this.state.name === "final") return;
    this.failures = [];
    this.connect();
  }

  /** Not again: the talk is over. */
  end() {
    this.#drop();
    this.state = { name: "final" };
  }

  /** True when the frame left; what must not be lost is sent again after the next `ready`. */
  send(frame) {
    if (!this.ready || this.socket.readyState !== WebSocket.OPEN) return this.detour.send(frame);
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** Pieces of a recording: on the socket alone. */
  sendBytes(bytes) {
    if (!this.ready || this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(bytes);
    return true;
  }

  /** Whether the line goes around the socket. */
  get isAround() {
    return !this.ready && this.detour.up;
  }

  #receive(data) {
    clearTimeout(this.silence);
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return;
    }
    if (frame.type === "ready") {
      clearTimeout(this.opening);
      this.ready = true;
      this.detour.close();
      this.tries = 0;
      this.unknown = TIMES_UNKNOWN;
      this.heartbeat = frame.heartbeat || HEARTBEAT;
      this.#become({ name: "open" });
      this.#beat();
    }
    this.onFrame(frame);
  }

  #beat() {
    clearInterval(this.beating);
    this.beating = setInterval(() => {
      if (!this.send({ type: "ping", t: Math.round(performance.now()) })) return;
      clearTimeout(this.silence);
      this.silence = setTimeout(() => this.#closed(0), ANSWER * 1000);
    }, this.heartbeat * 800);
  }

  // Once the detour is up nobody waits for this; if it opens late, so much the better.
  #swallowed() {
    this.tries = Math.max(this.tries, BLOCKED);
    this.detour.open();
    if (!this.detour.up) this.#become({ name: "connecting", reason: this.state.reason, again: true });
    this.opening = setTimeout(() => this.#closed(0), LONGEST * 1000);
  }

  #closed(code) {
    this.#drop();
    // After signing up, or with another password, the browser is signed in anew in a moment: ask again before believing it.
    const hasEnded = code !== CLOSE_CODES.not_signed_in || (this.unknown -= 1) <= 0;
    if (FINAL.has(code) && hasEnded) {
      this.detour.close();
      return this.#become({ name: "final", reason: FINAL.get(code) });
    }
    if (!navigator.onLine) return this.#offline();
    const now = Date.now();
    this.failures = [...this.failures.filter((then) => now - then < PAUSE_WITHIN), now];
    this.tries += 1;
    if (this.detour.up) {
      this.timer = setTimeout(() => this.connect(), BESIDE * 1000);
      return undefined;
    }
    if (this.failures.length >= PAUSE_AFTER) {
      this.detour.close();
      return this.#become({ name: "paused" });
    }
    // What the house said is no wall: it is there, and will let us in again.
    const walled = !FINAL.has(code) && !REASONS.has(code);
    if (walled && this.tries >= BLOCKED) this.detour.open();
    const least = code === CLOSE_CODES.too_many_connections ? 10 : 1;
    const base = Math.max(least, Math.min(LONGEST, 2 ** (this.tries - 1)));
    const wait = Math.min(LONGEST, base * (0.75 + Math.random() / 2));
    this.#become({ name: "waiting", reason: REASONS.get(code) || "dropped", until: now + wait * 1000 });
    this.timer = setTimeout(() => this.connect(), wait * 1000);
    return undefined;
  }

  #offline() {
    this.#leave();
    if (this.state.name !== "final") this.#become({ name: "offline" });
  }

  #leave() {
    this.detour.close();
    this.#drop();
  }

  #drop() {
    clearTimeout(this.timer);
    clearTimeout(this.opening);
    clearTimeout(this.silence);
    clearInterval(this.beating);
    this.ready = false;
    const socket = this.socket;
    this.socket = null;
    if (socket && socket.readyState <= WebSocket.OPEN) socket.close(1000);
  }

  #become(state) {
    this.state = state;
    this.onState(state);
  }
}
