// A call: the whole screen, a face, and voices. It drops to the written talk when the line does.
import { toast } from "../../toasts.js";
import { say } from "../words.js";

const PATIENCE = 4000; // ms without the line, after which the call goes on in writing

/**
 * `aloud` says replies; `ears` hear the player, where there are any: {able, enter(), start({handsFree}), stop(), mute(is), leave()} with
 * `on({interim, final, voice, failed})`. `speak(text)` says a line, `stop()` ends the turn, `busy()`: one runs.
 */
export class Call {
  #open = false;
  #muted = false;
  #held = false;
  #late = 0;
  #lock = null;
  #told = null; // that nobody hears who holds to talk while muted

  constructor({ aloud, ears, speak, stop, busy, name }) {
    Object.assign(this, { aloud, ears, speak, stop, busy, name });
    this.element = document.getElementById("call");
    this.begin = document.querySelector("[data-call]");
    if (!this.element || !this.begin) return;
    const find = (key) => this.element.querySelector(`[data-call-${key}]`);
    this.parts = Object.fromEntries(["state", "theirs", "mine", "line", "mute", "talk", "mode", "captions", "hang-up"].map((key) => [key, find(key)]));
    this.begin.addEventListener("click", () => this.open());
    this.element.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.hangUp();
    });
    this.element.addEventListener("close", () => this.#over());
    this.#wire();
    aloud.listeners.add((state) => this.#spoken(state));
    ears?.on({
      interim: (text) => this.#heard(text),
      final: (text) => this.#said(text),
      voice: () => this.#interrupted(),
      failed: (text, isLasting) => this.#failed(text, isLasting),
    });
  }

  get handsFree() {
    return this.parts.mode.getAttribute("aria-pressed") === "true";
  }

  async open() {
    if (this.#open) return;
    this.#open = true;
    document.querySelector("details[data-menu][open]")?.removeAttribute("open");
    this.element.classList.toggle("call--deaf", !this.ears?.able);
    this.element.showModal();
    this.parts.theirs.textContent = "";
    this.parts.mine.textContent = "";
    this.aloud.call(true);
    this.ears?.enter();
    this.#state();
    (this.ears?.able ? this.element : this.parts.line.querySelector("input")).focus();
    this.#lock = await navigator.wakeLock?.request("screen").catch(() => null);
    this.#listen();
  }

  hangUp() {
    this.element.close();
  }

  /** What the turn does: null when none runs. */
  phase(phase) {
    this.running = phase;
    if (this.#open) this.#state();
  }

  /** How the line is. A short break is waited for; after a longer one the talk goes on in writing. */
  plugged({ open, direct }) {
    clearTimeout(this.#late);
    if (!this.#open || (open && direct)) return;
    this.parts.state.textContent = say("call_waits");
    this.#late = setTimeout(() => {
      toast(say("call_dropped"));
      this.hangUp();
    }, PATIENCE);
  }

  #wire() {
    const { mute, talk, mode, captions, line } = this.parts;
    mute.addEventListener("click", () => this.#mute(!this.#muted));
    mode.addEventListener("click", () => {
      this.#hold(false);
      mode.setAttribute("aria-pressed", String(!this.handsFree));
      this.#listen();
      this.#state();
    });
    captions.addEventListener("click", () => {
      const shown = captions.getAttribute("aria-pressed") !== "true";
      captions.setAttribute("aria-pressed", String(shown));
      this.element.classList.toggle("call--bare", !shown);
    });
    this.parts["hang-up"].addEventListener("click", () => this.hangUp());
    talk.addEventListener("pointerdown", (event) => {
      talk.setPointerCapture(event.pointerId);
      this.#hold(true);
    });
    const letGo = () => this.#hold(false);
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) talk.addEventListener(name, letGo);
    // What is let go of while another window has the keys is told to nobody.
    addEventListener("blur", letGo);
    document.addEventListener("visibilitychange", letGo);
    // Pressed once by a screen reader, or with Enter: once more ends it.
    talk.addEventListener("click", (event) => event.detail === 0 && this.#hold(!this.#held));
    // The space bar is for talking, not for the button that a finger or a mouse pressed last.
    this.element.addEventListener("click", (event) => {
      if (event.detail && event.target.closest(".call__keys")) this.element.focus();
    });
    this.element.addEventListener("keydown", (event) => this.#key(event, true));
    this.element.addEventListener("keyup", (event) => this.#key(event, false));
    line.addEventListener("submit", (event) => {
      event.preventDefault();
      const field = line.querySelector("input");
      const text = field.value.trim();
      if (!text) return;
      field.value = "";
      this.#said(text);
    });
    line.querySelector("input").addEventListener("input", () => this.#interrupted());
  }

  #key(event, down) {
    const control = event.target.closest("input, button");
    const isElsewhere = control && control !== this.parts.talk;
    // To let go of the space bar counts wherever the focus is by then, and whatever else is pressed.
    if (event.key === " " && !down) {
      this.#hold(false);
      if (!isElsewhere) event.preventDefault();
      return;
    }
    if (isElsewhere || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === " ") {
      event.preventDefault();
      if (!event.repeat) this.#hold(true);
    } else if (down && !event.repeat && event.key.toLowerCase() === "m") this.#mute(!this.#muted);
  }

  #mute(muted) {
    this.#hold(false);
    this.#told?.remove();
    this.#muted = muted;
    this.parts.mute.setAttribute("aria-pressed", String(muted));
    this.ears?.mute(muted);
    this.#state();
  }

  // To let go ends it, whatever was pressed meanwhile: nobody is heard who holds nothing.
  #hold(held) {
    if (this.#held === held || (held && this.handsFree)) return;
    if (held && this.#muted) {
      if (!this.#told?.isConnected) this.#told = toast(say("call_unheard"));
      return;
    }
    this.#held = held;
    this.parts.talk.setAttribute("aria-pressed", String(held));
    if (held) {
      this.parts.mine.textContent = "";
      this.#interrupted();
      this.ears?.start({ handsFree: false });
    } else this.ears?.stop();
    this.#state();
  }

  #listen() {
    this.parts.talk.hidden = this.handsFree || !this.ears?.able;
    if (!this.ears?.able) return;
    if (this.handsFree) this.ears.start({ handsFree: true });
    else this.ears.stop();
  }

  #heard(text) {
    if (this.#open) this.parts.mine.textContent = text;
  }

  #said(text) {
    if (!this.#open || !text.trim()) return;
    this.parts.mine.textContent = text;
    this.#interrupted();
    this.speak(text);
  }

  // To talk is to be listened to: whoever speaks is silent at once, and says no more where that is wished.
  #interrupted() {
    if (!this.#open) return;
    if (this.aloud.interrupt() && this.aloud.stopsTurn && this.busy()) this.stop();
  }

  // A phrase that was not understood can be said again.
  #failed(text, isLasting) {
    if (!this.#open) return;
    if (!isLasting && text) toast(text);
    else this.#deaf(text);
  }

  #deaf(text) {
    this.element.classList.add("call--deaf");
    this.parts.talk.hidden = true;
    toast(text || say("call_deaf"));
    this.parts.line.querySelector("input").focus();
    this.#state();
  }

  #spoken({ playing, caption }) {
    this.speaking = playing;
    if (!this.#open) return;
    if (caption) this.parts.theirs.textContent = caption;
    this.element.classList.toggle("call--speaks", playing);
    this.#state();
  }

  #state() {
    const { state } = this.parts;
    const text = this.#described();
    if (state.textContent !== text) state.textContent = text;
  }

  #described() {
    if (this.speaking) return say("speaking", { name: this.name });
    if (this.running) return say(this.running, { name: this.name });
    if (this.#muted) return say("call_muted");
    if (this.element.classList.contains("call--deaf")) return say("call_write");
    if (this.#held) return say("call_listens");
    return say(this.handsFree ? "call_listens" : "call_hold");
  }

  #over() {
    if (!this.#open) return;
    this.#open = false;
    clearTimeout(this.#late);
    this.#held = false;
    this.ears?.leave();
    this.aloud.call(false);
    this.#lock?.release().catch(() => {});
    this.#lock = null;
    this.begin.closest("details")?.querySelector("summary")?.focus();
  }
}
