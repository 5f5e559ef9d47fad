// The next line, written while the character still speaks: it waits, and goes out when the reply has ended. It is kept in
// the browser's storage; when something else was said in between, or the reply came to no good end, it asks first.
import { toast } from "../toasts.js";
import { newId } from "./protocol.js";
import { say } from "./words.js";

const ENDED_WELL = ["complete", "stopped"];

export class Queue {
  #line = null;
  #sent = false;

  /** `send(frame)` says whether it left; `edit(text)` puts the words back under the pen. */
  constructor({ talk, name, store, send, edit }) {
    this.key = `waits:${talk}`;
    Object.assign(this, { name, store, send, edit });
    this.box = document.querySelector("[data-waits]");
    if (!this.box) return;
    this.why = this.box.querySelector("[data-why]");
    this.text = this.box.querySelector("[data-text]");
    this.now = this.box.querySelector("[data-say-it]");
    this.now.addEventListener("click", () => this.#out());
    this.box.querySelector("[data-change]").addEventListener("click", () => this.#change());
    this.box.querySelector("[data-drop]").addEventListener("click", () => this.#drop());
    addEventListener("storage", (event) => event.key === this.key && this.#restore());
    this.#restore();
  }

  get waits() {
    return Boolean(this.#line);
  }

  /** `after` is the reply that has to end first. */
  put(text, after) {
    this.#keep({ client_id: newId(), text, after, timestamp: new Date().toISOString(), ask: "" });
  }

  /** Nobody speaks now; the talk stands at `head`, which ended like this. */
  idle({ head, status }) {
    if (!this.#line) return;
    if (this.#sent) this.#out(); // its `ack` was lost with the line
    else if (head !== this.#line.after) this.#ask("waits_other");
    else if (!ENDED_WELL.includes(status)) this.#ask("waits_broken");
    else if (!this.#line.ask) this.#out();
  }

  /** Another reply than the one that is waited for is under way. */
  overtaken(reply) {
    if (this.#line && !this.#sent && this.#line.after !== reply) this.#ask("waits_other");
  }

  /** The line is stored. Returns its text, or null when the `ack` was for something else. */
  accepted(clientId) {
    if (this.#line?.client_id !== clientId) return null;
    const { text } = this.#line;
    this.#keep(null);
    return text;
  }

  /** False when this was not ours. */
  refused({ client_id: clientId, message }) {
    if (!clientId || this.#line?.client_id !== clientId) return false;
    this.#sent = false;
    this.#ask("", message);
    return true;
  }

  forget() {
    if (this.box) this.#keep(null);
  }

  #out() {
    const { client_id: client, text, timestamp } = this.#line;
    this.#sent = this.send({ type: "chat", content: text, client_id: client, timestamp });
    this.#show();
  }

  #ask(why, message = "") {
    this.#keep({ ...this.#line, ask: message || say(why) });
  }

  #change() {
    const { text } = this.#line;
    this.#keep(null);
    this.edit(text);
  }

  #drop() {
    const line = this.#line;
    this.#keep(null);
    document.getElementById("say").focus();
    toast(say("waits_gone"), { undo: () => this.#keep({ ...line, ask: say("waits_back") }) });
  }

  #keep(line) {
    this.#line = line;
    this.#sent = false;
    try {
      if (line) this.store.setItem(this.key, JSON.stringify(line));
      else this.store.removeItem(this.key);
    } catch {
      // A full or closed storage: it waits on this page alone.
    }
    this.#show();
  }

  #restore() {
    this.#sent = false;
    try {
      const kept = JSON.parse(this.store.getItem(this.key));
      this.#line = kept?.client_id && kept.text ? kept : null;
    } catch {
      this.#line = null;
    }
    this.#show();
  }

  #show() {
    this.box.hidden = !this.#line;
    if (!this.#line) return;
    this.text.textContent = this.#line.text;
    this.why.textContent = this.#line.ask || say("waits", { name: this.name });
    this.now.hidden = !this.#line.ask || this.#sent;
    this.box.setAttribute("aria-busy", String(this.#sent));
  }
}
