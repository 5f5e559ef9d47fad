// The microphone beside the player's line: a click and it listens, another one and it has heard; held down, for as long as
// it is held. Alt+M does the same from anywhere in the talk.
import { post } from "../http.js";
import { say } from "../words.js";
import { Microphone } from "./microphone.js";

const HELD = 350; // milliseconds: shorter is a click
const KEY = "KeyM";
const SETTINGS = "microphone";
const SENTENCES = new Set(["denied", "missing", "unsupported", "offline", "language", "failed"]);

export class MicrophoneButton {
  #pressed = 0;
  #isHeld = false;
  #wasOn = false;
  #then = () => {};

  /** `composer` takes what was heard. Without a composer, or without anybody to listen, there is no button. */
  constructor({ line, around, composer, announce }) {
    this.button = document.querySelector("[data-microphone]");
    if (!this.button) return;
    Object.assign(this, { composer, announce });
    this.menu = document.querySelector("[data-microphone-menu]");
    this.consent = document.getElementById("microphone-consent");
    const { language, house } = this.button.dataset;
    this.microphone = new Microphone({
      line, around, language, house: Boolean(house),
      onInterim: (text) => composer.dictate(text),
      onFinal: (text) => this.#final(text),
      onOver: () => this.#over(),
      onState: (state, why) => this.#show(state, why),
      onLevel: (level) => this.button.style.setProperty("--level", level.toFixed(2)),
    });
    if (!this.microphone.isPossible) return;
    this.button.hidden = false;
    this.menu.hidden = false;
    this.#restore();
    this.#listen();
  }

  /** A frame of the line; false when it is none of ours. */
  heard(frame) {
    return this.microphone?.heard(frame) ?? false;
  }

  plugged() {
    this.microphone?.plugged();
  }

  /** What was said is dropped. */
  leave() {
    if (!this.microphone || !this.isOn) return;
    this.composer.dictated("");
    this.microphone.cancel();
  }

  get isOn() {
    return ["opening", "on"].includes(this.microphone.state);
  }

  #listen() {
    const { button } = this;
    button.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      button.setPointerCapture(event.pointerId);
      this.#press();
    });
    button.addEventListener("pointerup", () => this.#release());
    button.addEventListener("pointercancel", () => this.#release());
    // From the keyboard and from screen readers a click comes without a pointer.
    button.addEventListener("click", (event) => event.detail === 0 && this.#toggle());
    document.addEventListener("keydown", (event) => {
      if (event.code === "Escape" && this.isOn && !event.isComposing) {
        event.stopImmediatePropagation();
        this.leave();
      }
      // Behind a dialog nobody writes; a call has ears of its own.
      if (!event.altKey || event.code !== KEY || document.querySelector("dialog:modal")) return;
      event.preventDefault();
      if (!event.repeat) this.#press();
    }, { capture: true });
    document.addEventListener("keyup", (event) => this.#isHeld && (event.code === KEY || event.key === "Alt") && this.#release());
    addEventListener("pagehide", () => this.microphone.cancel());
    for (const box of this.menu.querySelectorAll("input")) box.addEventListener("change", () => this.#keep());
    this.consent.querySelector("[data-agree]").addEventListener("click", () => this.#agree());
    this.consent.querySelector("[data-own]").addEventListener("click", () => {
      this.consent.close();
      if (this.microphone.useBrowser()) this.microphone.start();
    });
  }

  #press() {
    this.#isHeld = true;
    this.#pressed = performance.now();
    this.#wasOn = this.isOn;
    if (!this.#wasOn) this.microphone.start();
  }

  // A click switches; what was held ends with letting go.
  #release() {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    if (this.#wasOn || performance.now() - this.#pressed > HELD) this.microphone.stop();
  }

  #toggle() {
    if (this.isOn) this.microphone.stop();
    else this.microphone.start();
  }

  #final(text) {
    this.composer.dictated(text);
    if (text && this.#atOnce && this.microphone.handsFree) this.composer.submit();
  }

  #over() {
    if (this.#atOnce && !this.microphone.handsFree && this.composer.field.value.trim()) this.composer.submit();
    else this.composer.field.focus();
  }

  #show(state, why) {
    const { button } = this;
    button.dataset.state = state;
    button.setAttribute("aria-pressed", String(this.isOn));
    button.setAttribute("aria-busy", String(state === "finishing"));
    if (state === "off") this.composer.dictate("");
    if (why === "consent") return this.ask(() => this.microphone.start());
    if (why === "language" && !this.microphone.isBrowser && this.microphone.useBrowser()) {
      this.composer.say(say("mic_own"), { about: "empty" });
      return this.microphone.start();
    }
    const told = why ? SENTENCES.has(why) ? say(`mic_${why}`) : why : { on: say("mic_on"), finishing: say("mic_finishing") }[state] ?? "";
    if (told || this.composer.note.dataset.about === "microphone") {
      this.composer.say(told, { about: "microphone", wrong: Boolean(why) });
    }
    if (told) this.announce(told);
    return undefined;
  }

  /** Whether the house may listen; `then` once it may. */
  ask(then) {
    this.#then = then;
    this.consent.querySelector("[data-own]").hidden = !("SpeechRecognition" in window || "webkitSpeechRecognition" in window);
    this.consent.showModal();
  }

  async #agree() {
    try {
      const { url, voice, recordings } = this.consent.dataset;
      const keeps = this.consent.querySelector("input").checked;
      await post(url, { voice: Number(voice), ...(keeps && { recordings: Number(recordings) }) });
    } catch (error) {
      this.composer.say(error.message, { wrong: true });
      return;
    } finally {
      this.consent.close();
    }
    await this.#then();
  }

  get #atOnce() {
    return this.menu.querySelector("[name=at-once]").checked;
  }

  #restore() {
    let kept = {};
    try {
      kept = JSON.parse(localStorage.getItem(SETTINGS)) ?? {};
    } catch {
      // Closed storage, or something else in it: as it is at first.
    }
    this.menu.querySelector("[name=at-once]").checked = Boolean(kept.atOnce);
    this.menu.querySelector("[name=hands-free]").checked = Boolean(kept.handsFree);
    this.microphone.handsFree = Boolean(kept.handsFree);
  }

  #keep() {
    this.microphone.handsFree = this.menu.querySelector("[name=hands-free]").checked;
    try {
      localStorage.setItem(SETTINGS, JSON.stringify({ atOnce: this.#atOnce, handsFree: this.microphone.handsFree }));
    } catch {
      // Only for this page, then.
    }
  }
}
