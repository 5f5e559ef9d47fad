// The author's note of the talk: written beside it, weighed as it is written, and put back as it was if one likes.
import { estimate } from "../shared/tokens.js";
import { toast } from "../toasts.js";
import { get, post } from "./http.js";
import { storable } from "./protocol.js";
import { count, say } from "./words.js";

export class Note {
  constructor({ base }) {
    this.base = base;
    this.form = document.querySelector("[data-write-note]");
    if (!this.form) return;
    this.fields = this.form.elements;
    this.now = document.querySelector("[data-note-now]");
    this.tokens = this.form.querySelector("[data-note-tokens]");
    const { text, depth, role, every } = this.form.dataset;
    this.#has({ text, depth: Number(depth), role, every: Number(every) });
    this.form.addEventListener("input", () => this.#weigh());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#keep(this.#written(), { undo: true });
    });
  }

  /** Another tab wrote it anew. What is being written here stays. */
  async look() {
    if (!this.form) return;
    try {
      this.#showWhatIsNotBeingWritten(await get(`${this.base}note/`), this.kept);
    } catch (error) {
      toast(error.message);
    }
  }

  #written() {
    const { text, depth, role, every } = this.fields;
    return { text: storable(text.value).trim(), depth: Number(depth.value), role: role.value, every: Number(every.value) };
  }

  async #keep(note, { undo }) {
    const before = this.kept;
    try {
      this.#showWhatIsNotBeingWritten(await post(`${this.base}note/write`, note), undo ? note : before);
      toast(say("note_kept"), undo ? { undo: () => this.#keep(before, { undo: false }) } : {});
    } catch (error) {
      toast(error.message);
    }
  }

  /** Fields that were written in since they said what stands in `known` stay as they are. */
  #showWhatIsNotBeingWritten(note, known) {
    const written = this.#written();
    for (const [name, value] of Object.entries(note)) {
      if (written[name] === known[name]) this.fields[name].value = value;
    }
    this.#has(note);
  }

  #has(note) {
    this.kept = note;
    this.#weigh();
    this.now.textContent = note.text ? say("tokens", { n: count(estimate(note.text)) }) : "";
  }

  #weigh() {
    const text = this.fields.text.value.trim();
    this.tokens.textContent = text ? say("tokens", { n: count(estimate(text)) }) : "";
  }
}
