// Speech to text by the browser itself, where it offers that. Some browsers send the sound to their maker for it.
const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
const WHY = { "not-allowed": "denied", "service-not-allowed": "denied", "audio-capture": "missing", network: "offline", "language-not-supported": "language" };

export class OwnEars {
  #running = null;

  /** `onInterim(text)`, `onFinal(text)`, `onEnd(why)`: why is "" where it ended well. */
  constructor({ onInterim, onFinal, onEnd }) {
    Object.assign(this, { onInterim, onFinal, onEnd });
  }

  static get isSupported() {
    return Boolean(Recognition);
  }

  start(language, { continuous }) {
    const ears = new Recognition();
    let why = "";
    Object.assign(ears, { lang: language, interimResults: true, continuous });
    ears.addEventListener("result", ({ results, resultIndex: from }) => {
      if (this.#running !== ears) return;
      let interim = "";
      for (const result of [...results].slice(from)) {
        if (result.isFinal) this.onFinal(result[0].transcript.trim());
        else interim += result[0].transcript;
      }
      if (interim) this.onInterim(interim.trim());
    });
    ears.addEventListener("error", ({ error }) => { why = error === "no-speech" || error === "aborted" ? "" : WHY[error] ?? "failed"; });
    ears.addEventListener("end", () => {
      if (this.#running !== ears) return;
      this.#running = null;
      this.onEnd(why);
    });
    this.#running = ears;
    ears.start();
  }

  /** What was said until now is waited for. */
  stop() {
    this.#running?.stop();
  }

  /** Nothing more is told of it. */
  drop() {
    const ears = this.#running;
    this.#running = null;
    ears?.abort();
  }
}
