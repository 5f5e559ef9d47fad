// One polite voice for screen readers: what the character is about, then the finished reply, once and whole.
import { say } from "./words.js";

export class Announcer {
  #last = "";

  constructor(name) {
    this.name = name;
    this.element = document.getElementById("announcer");
  }

  phase(phase) {
    if (phase !== "speaking") this.#speak(say(phase, { name: this.name }));
  }

  reply(name, text) {
    this.#speak(say("said", { name, text: text.replaceAll(/[*_`#>~]/gu, "") }));
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
