// The microphone of a call, as aloud/call.js wants it: held, each time one line; hands-free, a line for each phrase.
import { say } from "../words.js";
import { Microphone } from "./microphone.js";

const LASTING = new Set(["denied", "missing", "unsupported", "offline", "language"]); // trying again is of no use
const SURE = 0.6; // from where on it is somebody who speaks, not the room

export class Ears {
  #wanted = false;
  #muted = false;
  #said = [];
  #hear = { interim() {}, final() {}, voice() {}, failed() {} };

  /** `ask(then)` asks whether the house may listen, and then calls; `alone()` ends what else listens. */
  constructor({ line, around, ask, alone }) {
    const button = document.querySelector("[data-microphone]");
    if (!button) return;
    const { language, house } = button.dataset;
    this.ask = ask;
    this.alone = alone;
    this.microphone = new Microphone({
      line, around, language, house: Boolean(house),
      onInterim: (text) => this.#hear.interim([...this.#said, text].join(" ")),
      onFinal: (text) => this.#phrase(text),
      onOver: () => this.#over(),
      onState: (state, why) => why && this.#failed(why),
      onSpeech: (probability, speaking) => speaking && probability >= SURE && this.#hear.voice(),
    });
  }

  get able() {
    return this.microphone?.isPossible ?? false;
  }

  on(hear) {
    Object.assign(this.#hear, hear);
  }

  heard(frame) {
    return this.microphone?.heard(frame) ?? false;
  }

  plugged() {
    this.microphone?.plugged();
  }

  /** A call begins: whoever speaks is heard once. */
  enter() {
    this.alone?.();
  }

  start({ handsFree }) {
    this.#wanted = true;
    this.microphone.handsFree = handsFree;
    if (!this.#muted) this.microphone.start();
  }

  stop() {
    this.#wanted = false;
    this.microphone?.stop();
  }

  mute(muted) {
    this.#muted = muted;
    if (muted) this.#drop();
    else if (this.#wanted) this.microphone?.start();
  }

  /** Nobody listens any more. */
  leave() {
    this.#wanted = false;
    this.#drop();
  }

  #drop() {
    this.#said = [];
    this.microphone?.cancel();
  }

  #phrase(text) {
    if (!text) return;
    if (this.microphone.handsFree) this.#hear.final(text);
    else this.#said.push(text);
  }

  #over() {
    const text = this.#said.splice(0).join(" ");
    if (text) this.#hear.final(text);
    if (this.#wanted && !this.#muted) this.microphone.start();
  }

  #failed(why) {
    if (why === "consent") {
      this.ask(() => this.#wanted && this.microphone.start());
      return;
    }
    if (why === "language" && !this.microphone.isBrowser && this.microphone.useBrowser()) {
      this.microphone.start();
      return;
    }
    const sentence = say(`mic_${why}`);
    // Held, the next try is one's own; hands-free it would fail again and again by itself.
    const isLasting = LASTING.has(why) || this.microphone.handsFree;
    this.#hear.failed(sentence === `mic_${why}` ? why : sentence, isLasting);
  }
}
