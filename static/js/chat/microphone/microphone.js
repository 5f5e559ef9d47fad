// Speaking instead of typing: the microphone, whoever turns its sound into text, and the text. Knows nothing of the page.
import { csrf } from "../../shared/csrf.js";
import { reach } from "../http.js";
import { Sound } from "./sound.js";
import { OwnEars } from "./own.js";
import { Pauses } from "./pauses.js";
import { Upload } from "./upload.js";

const LONGEST = 100; // seconds of one recording: the house takes two minutes
const TURN_OVER = 45; // seconds after which the next pause begins another one, hands-free

/**
 * Calls `onInterim(text)` while somebody speaks, `onFinal(text)` for each phrase, `onOver()` when all of what was said is
 * there, `onState(state, why)` with "off", "opening", "on" or "finishing", `onLevel(0…1)`, and `onSpeech(probability)` as
 * the house hears it. `why` is what ended it: "denied", "missing", "unsupported", "offline", "language", "consent" or a
 * sentence of the house's.
 */
export class Microphone {
  #sound;
  #ears;
  #upload = null;
  #began = 0;
  #pauses = new Pauses();
  #limit = 0;
  #state = "off";
  #byBrowser = false;
  #opening = null;
  #dropped = new Set(); // what the house still says of these is not ours to tell

  constructor({ line, around, language, house, onInterim, onFinal, onOver, onState, onLevel = () => {}, onSpeech = () => {} }) {
    Object.assign(this, { line, around, language, house, onInterim, onFinal, onOver, onState, onSpeech });
    this.handsFree = false;
    this.#sound = new Sound({ onLevel: (level) => { this.#measured(level); onLevel(level); }, onLost: () => this.#fail("missing") });
    this.#ears = new OwnEars({
      onInterim,
      onFinal,
      onEnd: (why) => {
        if (this.#state === "off") return;
        if (why) this.#fail(why);
        else if (this.handsFree && this.#state === "on") this.#ears.start(this.language, { continuous: true });
        else this.#over();
      },
    });
  }

  /** Whether anybody would turn speech into text: the house, or the browser by itself. */
  get isPossible() {
    return (this.house && Sound.isSupported) || OwnEars.isSupported;
  }

  get state() {
    return this.#state;
  }

  /** By the browser from now on: the house does not listen, or not to this language. */
  useBrowser() {
    this.#byBrowser = OwnEars.isSupported;
    return this.#byBrowser;
  }

  get isBrowser() {
    return this.#byBrowser || !this.house || !Sound.isSupported;
  }

  async start() {
    if (this.#state !== "off") return;
    this.#become("opening");
    if (this.isBrowser) {
      if (!OwnEars.isSupported) return this.#fail("unsupported");
      this.#become("on");
      return this.#ears.start(this.language, { continuous: this.handsFree });
    }
    if (!this.line.open) return this.#fail("offline");
    // Let go before it was there, and perhaps asked for anew: each asking has its own answer.
    const opening = Symbol("opening");
    this.#opening = opening;
    const isWanted = () => this.#opening === opening && this.#state === "opening";
    try {
      await this.#sound.open(isWanted);
    } catch (error) {
      return isWanted() ? this.#fail(error.why ?? "missing") : undefined;
    }
    if (!isWanted()) return undefined;
    this.#become("on");
    return this.#record();
  }

  /** What was said until now is waited for. */
  stop() {
    if (this.#state === "opening") return this.#become("off");
    if (this.#state !== "on") return undefined;
    this.#become("finishing");
    if (this.isBrowser) return this.#ears.stop();
    return this.#sound.finish();
  }

  /** What was said is dropped: the rest of it is not sent, and nothing that was understood is told. */
  cancel() {
    this.#drop();
    this.#ears.drop();
    this.#close();
  }

  /** A frame of the line; false when it is none of ours. */
  heard(frame) {
    const upload = this.#upload;
    if (!upload || frame.client_id !== upload.id) return frame.type === "error" && this.#dropped.has(frame.client_id);
    const took = {
      audio_ack: () => {
        upload.acknowledged(frame.seq);
        if (frame.seconds) this.onSpeech(frame.speech_probability ?? 0, frame.speaking ?? false);
      },
      stt_interim: () => !upload.finals.has(frame.phrase) && this.onInterim(frame.text),
      stt_final: () => this.#phrase(upload, frame),
      audio_over: () => this.#heardOut(),
      error: () => this.#fail({ consent_needed: "consent", hearing_language: "language", hearing_unavailable: "language" }[frame.code] ?? frame.message),
    }[frame.type];
    took?.();
    return Boolean(took);
  }

  /** The line is open again: the upload goes on where the house has got to, or, on a detour, as a whole once it is. */
  plugged() {
    const upload = this.#upload;
    if (!upload || upload.isPosted) return;
    if (!this.line.isAround) upload.begin();
    else if (upload.isEnded) this.#post(upload);
  }

  #record() {
    const upload = new Upload(this.line, { codec: Sound.codec, language: "" });
    this.#upload = upload;
    this.#began = performance.now();
    this.#pauses = new Pauses();
    this.#limit = setTimeout(() => this.handsFree ? this.#sound.finish() : this.stop(), LONGEST * 1000);
    this.#sound.record((bytes) => this.#upload === upload && upload.add(bytes), () => {
      if (this.#upload !== upload) return;
      clearTimeout(this.#limit);
      if (this.line.isAround) this.#post(upload);
      else upload.end();
    });
  }

  // On a detour nobody hears the pieces: hands-free, what was said goes at the next pause.
  #measured(level) {
    if (!this.handsFree || this.#state !== "on" || !this.line.isAround || this.#upload?.isPosted) return;
    if (this.#pauses.ends(level, performance.now())) this.#sound.finish();
  }

  #phrase(upload, { phrase, text }) {
    if (upload.finals.has(phrase)) return;
    upload.finals.set(phrase, text);
    this.onFinal(text);
    // Hands-free it goes on and on; in the pause after a phrase the next recording begins.
    if (this.handsFree && this.#state === "on" && performance.now() - this.#began > TURN_OVER * 1000) this.#sound.finish();
  }

  #heardOut() {
    this.#upload = null;
    if (this.handsFree && this.#state === "on") this.#record();
    else this.#over();
  }

  async #post(upload) {
    upload.isPosted = true;
    try {
      const response = await reach(`${this.around}audio/?client_id=${upload.id}`, {
        method: "POST",
        headers: { "Content-Type": `audio/${upload.codec}`, Accept: "application/json", "X-CSRFToken": csrf() },
        body: upload.whole,
      });
      const { phrases } = await response.json();
      if (this.#upload !== upload) return;
      for (const said of phrases) this.#phrase(upload, said);
      this.#heardOut();
    } catch (error) {
      this.heard({ type: "error", client_id: upload.id, code: error.code, message: error.message });
    }
  }

  #over() {
    this.#close();
    this.onOver();
  }

  #fail(why) {
    this.#drop();
    this.#close(why);
  }

  #drop() {
    if (this.#upload) this.#dropped.add(this.#upload.id);
    this.#upload = null;
  }

  #close(why = "") {
    clearTimeout(this.#limit);
    this.#sound.close();
    this.#become("off", why);
  }

  #become(state, why = "") {
    if (this.#state === state && !why) return;
    this.#state = state;
    this.onState(state, why);
  }
}
