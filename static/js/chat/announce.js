// One polite voice for screen readers: what the character is about, then the finished reply, once and whole.
import { join, say } from "./words.js";

export class Announcer {
  #last = "";

  constructor(name) {
    this.name = name;
    this.element = document.getElementById("announcer");
  }

  phase(phase, name = this.name, place = 0) {
    if (place) this.#speak(say("waits_in_line", { name, n: place }));
    else if (phase !== "speaking") this.#speak(say(phase, { name }));
  }

  /** A reply has ended; `fate` is what became of it when it did not end by itself. */
  reply(name, text, fate = "") {
    const said = text && say("said", { name, text: text.replaceAll(/[*_`#>~]/gu, "") });
    this.#speak(said && fate ? join(said, fate) : said || fate);
  }

  note(text) {
    this.#speak(text);
  }

  #speak(text) {
    if (text === this.#last) return;
    this.#last = text;
    this.element.textContent = text;
  }
}
