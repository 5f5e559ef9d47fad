// Replies said aloud: as they are written, or once more; by the house, or by the browser where the house has no voice.
import { toast } from "../../toasts.js";
import { reach } from "../http.js";
import { say } from "../words.js";
import { BrowserVoice, canSpeak } from "./browser.js";
import { Player } from "./player.js";

const HEAD = 44; // bytes of a WAV before its samples
const RATE = 24000;

/**
 * `send(frame)` says whether it left; `speaks`: the house has a voice; `ofTurn()` is the reply that runs, or null; `stop()`
 * ends it.
 * `listeners` hear {playing, caption} whenever that changes.
 */
export class Aloud {
  #asked = false;
  #current = null; // {id, part, text, texts, byBrowser}
  #reading = null;
  #hushed = null; // the reply of which nothing more is wanted: sound of it may be on its way

  constructor({ send, stop, base, speaks, language, ofTurn, announce }) {
    Object.assign(this, { send, stop, base, speaks, language, ofTurn, announce });
    this.inCall = false;
    this.whole = null; // {id, content} of the reply that the house says
    this.listeners = new Set();
    this.player = new Player({ onPart: (part) => this.#caption(part.text), onEnd: () => this.#ended() });
    this.browser = new BrowserVoice({ onCaption: (text) => this.#caption(text), onEnd: () => this.#ended() });
    this.button = document.querySelector("[data-read-aloud]");
    this.bar = document.querySelector("[data-sounding]");
    if (!this.button) return;
    const able = speaks || canSpeak();
    this.button.hidden = !able;
    this.button.addEventListener("click", () => this.choose(!this.on));
    this.bar?.querySelector("[data-hush]").addEventListener("click", () => this.interrupt());
    for (const choice of document.querySelectorAll("[data-voice-choice]")) {
      choice.checked = (kept(choice.dataset.voiceChoice) ?? choice.dataset.usual) === "on";
      choice.addEventListener("change", () => {
        keep(choice.dataset.voiceChoice, choice.checked ? "on" : "off");
        if (this.wanted) this.#ask();
      });
    }
    document.getElementById("say")?.addEventListener("input", () => this.typed());
    addEventListener("pagehide", () => this.#silence());
    this.#show();
  }

  get on() {
    return kept("aloud") === "on";
  }

  get directions() {
    return kept("directions") !== "off";
  }

  /** To be interrupted ends the reply, too, where that is wished: in a call it is, unless somebody said no. */
  get stopsTurn() {
    return (kept("stops") ?? (this.inCall ? "on" : "off")) === "on";
  }

  get wanted() {
    return this.on || this.inCall;
  }

  get playing() {
    return Boolean(this.#current);
  }

  choose(on) {
    keep("aloud", on ? "on" : "off");
    if (on) this.player.wake();
    else this.interrupt();
    this.#ask();
    this.#show();
    this.announce(say(on ? "aloud_on" : "aloud_off"));
  }

  /** A call has everything said, whatever is chosen for the page. */
  call(inCall) {
    this.inCall = inCall;
    if (inCall) this.player.wake();
    else this.interrupt();
    this.#ask();
  }

  /** The line is open: the house is told whether to speak, and from where on. */
  plugged({ direct }) {
    this.direct = direct;
    this.#asked = false;
    if (direct) this.unsaid = null; // the house goes on with it
    this.#cutOff();
    if (this.wanted) this.#ask();
  }

  // Of a reply that has ended, and on a detour, no more sound comes. What the house had not said the browser says.
  #cutOff() {
    const current = this.#current;
    if (!current || current.byBrowser || this.#reading) return;
    if (this.direct && current.id === this.ofTurn()) return;
    if (!this.direct) this.unsaid = { id: current.id, texts: current.texts };
    this.player.close();
  }

  chunk({ message_id: id, part, audio, rate, text, direction }) {
    if (!this.wanted || this.#reading || id === this.#hushed) return;
    if (this.#current?.id !== id) {
      this.#silence();
      this.#current = { id, part: 0, texts: [] };
      this.#tell(true);
    }
    const begins = part !== this.#current.part && text;
    this.#current.part = part;
    if (begins) this.#current.texts.push(text);
    this.player.add(bytes(audio), rate, begins ? { text, direction } : null);
  }

  end({ message_id: id, reason, message }) {
    if (message) toast(message);
    if (reason === "withdrawn") {
      if (this.#current?.id === id) this.#silence();
      return;
    }
    const isCut = reason === "limit" || reason === "failed";
    if (isCut) this.unsaid = { id, texts: this.#current?.id === id ? this.#current.texts : [] };
    const { whole } = this;
    if (this.#current?.id === id) this.player.close();
    if (isCut && whole?.id === id) this.replied(id, whole.content);
  }

  /** A reply is whole: what the house did not say of it, the browser says. */
  replied(id, content) {
    if (!this.wanted || id === this.#hushed) return;
    const houseSpeaks = this.speaks && this.direct && this.unsaid?.id !== id;
    this.whole = houseSpeaks ? { id, content } : null;
    if (houseSpeaks) return;
    const heard = this.unsaid?.texts.at(-1);
    const at = heard ? content.indexOf(heard) : -1;
    this.unsaid = null;
    const rest = at < 0 ? content : content.slice(at + heard.length);
    const begin = () => this.#byBrowser(id, rest);
    if (this.playing) this.after = begin;
    else begin();
  }

  withdrawn(id) {
    if (this.#current?.id === id) this.#silence();
    if (this.whole?.id === id) this.whole = null;
    this.after = null;
  }

  /** Somebody speaks or writes: silence, and nothing more of this reply. Whether there was anything to end. */
  interrupt() {
    if (!this.#current && !this.#reading) return false;
    const { id, byBrowser } = this.#current ?? {};
    const isAgain = this.#reading !== null;
    this.#silence();
    this.whole = null;
    if (!id || byBrowser || isAgain) return true;
    this.#hushed = id;
    this.send({ type: "hush", message_id: id });
    return true;
  }

  /** Who begins to write interrupts like who speaks. */
  typed() {
    if (this.interrupt() && this.stopsTurn && this.ofTurn()) this.stop();
  }

  /** Once more, from the beginning. */
  async again(article) {
    const id = article.dataset.message;
    this.interrupt();
    if (!this.speaks) return this.#byBrowser(id, article.dataset.source);
    this.player.wake();
    const reading = new AbortController();
    this.#reading = reading;
    this.#current = { id, part: 0, texts: [] };
    this.#tell(true);
    try {
      const response = await reach(this.url(id), { signal: reading.signal });
      if (response.headers.get("content-type") === "audio/wav") await this.#stream(response.body.getReader());
      else await this.player.file(await response.arrayBuffer());
      if (this.#reading === reading) this.player.close();
    } catch (error) {
      if (error.name === "AbortError" || this.#reading !== reading) return undefined;
      this.#silence();
      if (error.status === 429 || error.status >= 500) this.#byBrowser(id, article.dataset.source);
      return toast(error.message);
    }
    return undefined;
  }

  url(id, more = {}) {
    const query = new URLSearchParams({ ...(this.directions ? {} : { directions: "no" }), ...more });
    return `${this.base}messages/${id}/voice?${query}`;
  }

  async #stream(reader) {
    let rest = new Uint8Array(0);
    let skip = HEAD;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const joined = new Uint8Array(rest.length + value.length);
      joined.set(rest);
      joined.set(value, rest.length);
      const from = Math.min(skip, joined.length);
      skip -= from;
      const whole = joined.length - ((joined.length - from) % 2);
      rest = joined.slice(whole);
      this.player.add(joined.slice(from, whole), RATE);
    }
  }

  #ask() {
    if (!this.speaks || !this.direct) return;
    this.#hushed = null;
    if (!this.wanted) {
      if (this.#asked) this.send({ type: "voice", on: false });
      this.#asked = false;
      return;
    }
    const runs = this.ofTurn();
    const heard = this.#current?.id === runs ? { message_id: runs, after: this.#current?.part ?? 0 } : {};
    this.#asked = this.send({ type: "voice", on: true, directions: this.directions, ...(runs ? heard : {}) });
  }

  #byBrowser(id, text) {
    if (!canSpeak()) return;
    this.#silence();
    this.#current = { id, part: 0, texts: [], byBrowser: true };
    this.#tell(true);
    this.browser.say(text, { language: this.language, directions: this.directions });
  }

  #silence() {
    this.#reading?.abort();
    this.#reading = null;
    this.after = null;
    this.player.stop();
    this.browser.stop();
    if (!this.#current) return;
    this.#current = null;
    this.#tell(false);
  }

  #ended() {
    const next = this.after;
    this.#reading = null;
    this.#current = null;
    this.after = null;
    this.#tell(false);
    next?.();
  }

  #caption(text) {
    this.#tell(true, text);
  }

  #tell(playing, caption = "") {
    if (this.bar) {
      this.bar.hidden = !playing || this.inCall;
      this.bar.querySelector("[data-caption]").textContent = caption;
    }
    for (const hear of this.listeners) hear({ playing, caption });
  }

  #show() {
    this.button.setAttribute("aria-pressed", String(this.on));
  }
}

function bytes(text) {
  const raw = atob(text);
  const found = new Uint8Array(raw.length);
  for (let at = 0; at < raw.length; at += 1) found[at] = raw.charCodeAt(at);
  return found;
}

const chosen = new Map(); // where nothing can be stored, it holds until the page is left

function kept(name) {
  try {
    return chosen.get(name) ?? localStorage.getItem(`voice:${name}`);
  } catch {
    return null;
  }
}

function keep(name, value) {
  chosen.set(name, value);
  try {
    localStorage.setItem(`voice:${name}`, value);
  } catch {
    // A full or closed storage.
  }
}
