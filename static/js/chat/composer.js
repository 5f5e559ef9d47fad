// The player's line: written, kept, sent, and kept again until the house has it.
import { sendOnEnter } from "../enter.js";
import { MAX_CONTENT, length, newId, storable } from "./protocol.js";
import { count, join, say } from "./words.js";

const COUNT_FROM = MAX_CONTENT * 0.9;
const FEW = 3; // lines that are left for now

/** `send(frame)` says whether the frame left; `stop()` ends the running turn; `wait(text)` lets a line wait for its end. */
export class Composer {
  #pending = null;
  #running = false;
  #until = 0;
  #clock = 0;
  #saving = 0;
  #suggestion = null;
  #dictated = null;
  #next = "";
  #suggested = false; // since the last turn: who asks once more wants another one
  #marked = false;

  /** In a `room` lines are taken while somebody speaks, and may be whispered; elsewhere the next one waits (`wait`). */
  constructor({ talk, name, store, send, stop, wait, links, guest, room = null }) {
    this.form = document.getElementById("composer");
    this.key = `draft:${talk}`;
    Object.assign(this, { name, store, send, stop, wait, links, guest, room });
    if (!this.form) return;
    this.field = this.form.querySelector("textarea");
    this.speak = this.form.querySelector("[data-speak]");
    this.halt = this.form.querySelector("[data-stop]");
    this.next = this.form.querySelector("[data-queue]");
    this.count = this.form.querySelector("[data-count]");
    this.note = document.querySelector("[data-note]");
    this.#restore();
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    sendOnEnter(this.field, () => this.submit());
    this.field.addEventListener("input", () => this.#edited());
    this.halt.addEventListener("click", () => this.#halt());
    this.next.addEventListener("click", () => this.submit());
    this.form.querySelector("[data-mark]").addEventListener("click", () => this.#markAction());
    this.form.querySelector("[data-suggest]").addEventListener("click", () => this.#suggest());
    addEventListener("pagehide", () => this.#save());
    this.#measure();
  }

  get running() {
    return this.#running;
  }

  submit() {
    const text = this.#line();
    if (!text.trim()) {
      this.say(say("empty"), { about: "empty" });
      return this.field.focus();
    }
    const over = length(text) - MAX_CONTENT;
    if (over > 0) return this.#tooLong(over, MAX_CONTENT);
    if (this.#running && !this.room) return this.#later(text);
    if (Date.now() < this.#until) return undefined;
    const to = this.room?.audience ?? { ids: [], names: [] };
    if (this.#pending?.text !== text || String(this.#pending.audience ?? []) !== String(to.ids)) {
      this.#pending = { client_id: newId(), text, timestamp: new Date().toISOString(), audience: to.ids, whisperedTo: to.names };
    }
    this.#pending.held = false;
    this.#save();
    return this.flush();
  }

  /** Nothing that was written here stays in the browser. */
  forget() {
    if (!this.form) return;
    this.#pending = null;
    this.field.value = "";
    this.#save();
  }

  /** Words come back under the pen, before what stands there. */
  take(text) {
    this.field.value = [text, this.field.value].filter((part) => part.trim()).join("\n\n");
    this.#edited();
    this.field.focus();
  }

  /** What is being said, behind what stands here: taken back with the next word of it, until it is `dictated`. */
  dictate(text) {
    if (this.field.readOnly) return;
    const { value } = this.field;
    if (!this.#dictated || value !== this.#dictated.before + this.#dictated.text) this.#dictated = { before: value, text: "" };
    const { before } = this.#dictated;
    const gap = before && text && !/[\s\p{Script=Han}，。！？…]$/u.test(before) ? " " : "";
    this.#dictated.text = gap + text;
    this.field.value = before + this.#dictated.text;
    this.#measure();
    this.field.scrollTop = this.field.scrollHeight;
  }

  /** A phrase that was understood stays, as if it had been typed. */
  dictated(text) {
    // While a line is on its way the next one waits for its turn.
    if (this.field.readOnly) {
      this.#next = [this.#next, text].filter(Boolean).join(" ");
      return;
    }
    this.dictate(text);
    this.#dictated = null;
    if (text) this.#edited();
  }

  /** Send what waits, also after a reconnect; the same `client_id` makes it one line however often it is sent. */
  flush() {
    if (!this.#pending || this.#pending.held) return;
    const { client_id, text, timestamp, audience = [] } = this.#pending;
    const left = this.send({ type: "chat", content: text, client_id, timestamp, ...(audience.length ? { audience } : {}) });
    this.#lock(left);
    this.say(left ? "" : say("waiting"), { about: "waiting" });
  }

  /** The line is stored. Returns its text and whom it was whispered to, or null when the `ack` was for something else. */
  accepted(clientId) {
    if (this.#pending?.client_id !== clientId) return null;
    const { text, whisperedTo = [] } = this.#pending;
    this.#pending = null;
    this.#marked = false;
    this.#lock(false);
    if (storable(this.field.value) === text) this.field.value = "";
    if (this.#next) this.dictated(this.#next);
    this.#next = "";
    this.say("");
    this.#measure();
    this.#save();
    return { text, whisperedTo };
  }

  /** How many lines there are for now, once it becomes few. */
  left({ limit, remaining: n, seconds }) {
    if (!this.form || n > FEW || n > limit / 4) return;
    const s = Math.max(1, Math.ceil(seconds / Math.max(1, limit - n)));
    this.say(say(["left_none", "left_one"][n] ?? "left", { n, s }), { about: "left" });
  }

  /** The line was not taken: it stays where it is, with the reason under it. False when this was not ours. */
  refused({ client_id: clientId, code, message, retry_after: retryAfter, limit }) {
    if (this.#suggestion?.id === clientId && clientId) {
      this.#suggestion = null;
      this.say(message);
      return true;
    }
    if (!this.#pending || clientId !== this.#pending.client_id) return false;
    // It may have been stored and its `ack` lost: said again, it goes out under the same id, but not by itself.
    if (["busy", "conflict", "internal", "rate_limited", "overloaded", "too_many_turns", "unavailable"].includes(code)) this.#pending.held = true;
    else this.#pending = null;
    this.#lock(false);
    this.#save();
    if (code === "busy") this.say(say("busy", { name: this.name }));
    else if (code === "rate_limited" || code === "overloaded") this.#wait(retryAfter ?? 1);
    else if (code === "allowance_used_up") this.say(this.#withKept(message), { link: this.guest ? this.links.signup : null });
    else if (code === "too_long" && limit) this.#tooLong(length(this.field.value) - limit, limit);
    else this.say(this.#withKept(message));
    this.field.focus();
    return true;
  }

  /** The line dropped: what was on its way goes out again later, and may be changed until then. */
  unplugged() {
    if (!this.form) return;
    if (this.#pending && !this.#pending.held) this.say(say("waiting"), { about: "waiting" });
    this.#suggestion = null;
    this.#lock(false);
  }

  /** A frame that was too large closed the line: sending the same again would close it again. */
  tooBig() {
    if (this.#pending) this.refused({ client_id: this.#pending.client_id, code: "too_big", message: say("too_big") });
  }

  turn(running) {
    this.#running = running;
    this.#suggested = false;
    if (!this.form) return;
    const hadFocus = document.activeElement === this.speak || document.activeElement === this.halt;
    this.speak.hidden = running && !this.room;
    this.halt.hidden = !running;
    this.halt.disabled = false;
    this.#offerNext();
    if (this.room) this.field.placeholder = say("say_in_room");
    else this.field.placeholder = running ? say("while_running") : say("answer", { name: this.name });
    if (hadFocus) this.field.focus();
    if (!running && this.note.dataset.about === "turn") this.say("");
  }

  drafted({ client_id: clientId, content }, { whole }) {
    if (this.#suggestion?.id !== clientId) return;
    const suggestion = this.#suggestion;
    suggestion.text = whole ? content : suggestion.text + content;
    this.field.value = suggestion.before + suggestion.text;
    this.#measure();
    if (!whole) return;
    this.#suggestion = null;
    this.#suggested = true;
    this.say(say("suggested"), { about: "suggested" });
    this.field.focus();
    this.#save();
  }

  /** `about` is what has to change for the note to be out of date. */
  say(text, { link = null, wrong = false, about = this.#running ? "turn" : "line" } = {}) {
    clearInterval(this.#clock);
    this.note.replaceChildren(text);
    this.note.dataset.about = text ? about : "";
    this.note.classList.toggle("composer__hint--wrong", wrong);
    if (link) {
      const way = document.createElement("a");
      [way.href, way.textContent] = link;
      this.note.replaceChildren(join(text, ""), way);
    }
  }

  #later(text) {
    if (!this.wait(text)) return this.say(say("waits_already"));
    this.#marked = false;
    this.#pending = null;
    this.field.value = "";
    this.say("");
    this.#measure();
    this.#save();
    return this.field.focus();
  }

  #withKept(message) {
    const kept = say("kept");
    return message.includes(kept.slice(0, -1)) ? message : join(message, kept);
  }

  #halt() {
    this.halt.disabled = true;
    if (!this.stop()) this.halt.disabled = false;
    else setTimeout(() => { this.halt.disabled = false; }, 3000);
    this.field.focus();
  }

  #wait(seconds) {
    this.#until = Date.now() + seconds * 1000;
    this.speak.disabled = true;
    const tick = () => {
      const n = Math.ceil((this.#until - Date.now()) / 1000);
      if (n > 0) {
        this.note.replaceChildren(say("rate_limited", { n }));
        return;
      }
      this.speak.disabled = false;
      this.say(say("rate_over"), { about: "empty" });
    };
    this.say("");
    this.note.dataset.about = "clock";
    tick();
    this.#clock = setInterval(tick, 1000);
  }

  #edited() {
    if (this.#suggestion) this.#suggestion = null;
    this.room?.typed(this.field.value);
    if (this.#pending && storable(this.field.value) !== this.#pending.text) this.#pending = null;
    this.#measure();
    this.#outdate();
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => this.#save(), 200);
  }

  #tooLong(over, limit) {
    this.say(say("too_long", { over: count(over), limit: count(limit) }), { wrong: true, about: "length" });
  }

  // A note goes when what it is about has changed.
  #outdate() {
    const { about } = this.note.dataset;
    const over = length(this.field.value) - MAX_CONTENT;
    if (!about || about === "clock") return;
    if (about === "length" && over > 0) this.#tooLong(over, MAX_CONTENT);
    else if (!this.field.value.trim() || (about === "waiting" && !this.#pending) || ["length", "empty", "suggested"].includes(about)) this.say("");
  }

  // What is sent: without the stars that were asked for and never filled.
  #line() {
    if (this.#marked) {
      const filled = this.field.value.replaceAll(/(?<!\S)\*\*(?!\S)/gu, "");
      if (filled !== this.field.value) this.field.value = filled.trim();
    }
    return storable(this.field.value);
  }

  #lock(locked) {
    this.field.readOnly = locked;
    this.form.setAttribute("aria-busy", String(locked));
  }

  #offerNext() {
    this.next.hidden = Boolean(this.room) || !this.#running || !this.field.value.trim();
  }

  #measure() {
    this.#offerNext();
    const units = length(this.field.value);
    const over = units > MAX_CONTENT;
    this.count.hidden = units < COUNT_FROM;
    this.count.textContent = say("count", { n: count(units), limit: count(MAX_CONTENT) });
    this.count.classList.toggle("composer__count--over", over);
    this.field.setAttribute("aria-invalid", String(over));
    if (CSS.supports("field-sizing", "content")) return;
    this.field.style.blockSize = "auto";
    this.field.style.blockSize = `${this.field.scrollHeight}px`;
  }

  #markAction() {
    const { field } = this;
    const { value } = field;
    let { selectionStart: start, selectionEnd: end } = field;
    if (start === end) [start, end] = lineAt(value, start);
    const chosen = value.slice(start, end);
    this.#marked = true;
    field.focus();
    field.setRangeText(`*${chosen}*`, start, end, "end");
    if (!chosen) field.setSelectionRange(start + 1, start + 1);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #suggest() {
    const id = newId();
    const before = this.field.value && !/\s$/u.test(this.field.value) ? `${this.field.value} ` : this.field.value;
    if (!this.send({ type: "impersonate", client_id: id, again: this.#suggested })) return this.say(say("dropped_now"));
    this.#suggestion = { id, before, text: "" };
    return this.say(say("suggesting"));
  }

  #restore() {
    let kept = {};
    try {
      kept = JSON.parse(this.store.getItem(this.key)) ?? {};
    } catch {
      // Storage that is closed or holds something else: begin with an empty line.
    }
    if (kept.text && !this.field.value) this.field.value = kept.text;
    if (kept.pending?.client_id && kept.pending.text === storable(this.field.value)) this.#pending = kept.pending;
  }

  #save() {
    clearTimeout(this.#saving);
    const text = this.field.value;
    try {
      if (text || this.#pending) this.store.setItem(this.key, JSON.stringify({ text, pending: this.#pending }));
      else this.store.removeItem(this.key);
    } catch {
      // A full or closed storage: the line is still in the field.
    }
  }
}

// The line around the caret, less the space at its ends; only the caret where the line is empty or has stars of its own.
function lineAt(text, caret) {
  const from = text.lastIndexOf("\n", caret - 1) + 1;
  const to = text.indexOf("\n", caret) < 0 ? text.length : text.indexOf("\n", caret);
  const line = text.slice(from, to);
  if (!line.trim() || line.includes("*")) return [caret, caret];
  const start = from + line.length - line.trimStart().length;
  return [start, start + line.trim().length];
}
