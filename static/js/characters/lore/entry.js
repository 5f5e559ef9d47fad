// The form of one entry, beside the table or, on a phone, in its place.
import { say } from "../../chat/words.js";
import { columnsOf, isReady, put, valueOf } from "./fields.js";
import { Saving } from "./saving.js";

// A field that only some answers of another ask for.
const WITH = {
  place: (value) => ["at_depth", "note_top", "note_bottom"].includes(value),
  logic: (value) => value !== "none",
};

export class EntryForm {
  #form;
  #saving;

  /** `saved(told)` is called with what the server answered; `take()` reads the entry anew. */
  constructor(form, book, { saved, take }) {
    this.#form = form;
    const seen = {};
    for (const control of this.#controls) Object.assign(seen, columnsOf(control));
    this.#saving = new Saving(book, form.dataset.save, seen);
    this.#saving.addEventListener("saved", ({ detail }) => {
      this.#problems(detail.problems ?? []);
      if (detail.tokens !== undefined) form.querySelector("[data-tokens]").textContent = say("tokens", { number: detail.tokens });
      saved(detail);
    });
    this.#saving.addEventListener("wrong", ({ detail }) => this.#wrong(detail));
    this.#saving.addEventListener("clash", ({ detail }) => this.#clash(detail, take));
    form.addEventListener("input", (event) => this.#changed(event.target));
    form.addEventListener("change", (event) => this.#changed(event.target));
    form.addEventListener("submit", (event) => event.preventDefault());
    this.#show();
  }

  get id() {
    return this.#form.dataset.entry;
  }

  get #controls() {
    return this.#form.querySelectorAll("[data-field]");
  }

  flush(options) {
    return this.#saving.flush(options);
  }

  get waits() {
    return this.#saving.waits;
  }

  get busy() {
    return this.#saving.busy;
  }

  /** Changed from outside: the switch of its row. */
  use(enabled) {
    const control = this.#form.querySelector("[data-field=enabled]");
    control.checked = enabled;
    this.#saving.set({ enabled });
    return this.flush();
  }

  values() {
    const fields = {};
    for (const control of this.#controls) if (isReady(control)) Object.assign(fields, columnsOf(control));
    return fields;
  }

  #changed(control) {
    if (!control.dataset?.field) return;
    this.#show();
    const ready = isReady(control);
    control.toggleAttribute("aria-invalid", false);
    if (!ready) control.setAttribute("aria-invalid", "true");
    else this.#saving.set(columnsOf(control));
  }

  #show() {
    for (const [name, asks] of Object.entries(WITH)) {
      const value = valueOf(this.#form.querySelector(`[data-field=${name}]`));
      for (const field of this.#form.querySelectorAll(`[data-with=${name}]`)) field.hidden = !asks(value);
    }
  }

  #wrong({ field, message }) {
    const control = field && this.#form.querySelector(`[data-field=${CSS.escape(field)}]`);
    if (!control) return;
    control.setAttribute("aria-invalid", "true");
    control.title = message;
  }

  #problems(problems) {
    const list = this.#form.querySelector("[data-problems]");
    const made = problems.map(({ key, says }) => {
      const line = this.#form.querySelector("[data-problem]").content.firstElementChild.cloneNode(true);
      line.querySelector("kbd").textContent = key;
      line.querySelector("[data-says]").textContent = says;
      return line;
    });
    list.replaceChildren(...made);
  }

  #clash({ mine, theirs, revision }, take) {
    const box = this.#form.querySelector("[data-clash]");
    box.querySelector("[data-theirs-text]").textContent = Object.values(theirs).map((value) => (Array.isArray(value) ? value.join(", ") : String(value ?? ""))).join(" · ");
    box.hidden = false;
    box.querySelector("[data-mine]").onclick = async () => {
      box.hidden = true;
      await this.#saving.over(mine, theirs, revision);
    };
    box.querySelector("[data-theirs]").onclick = () => {
      for (const control of this.#controls) {
        for (const [name, value] of Object.entries(theirs)) if (control.dataset.field === name) put(control, value);
      }
      take();
    };
    box.scrollIntoView({ block: "nearest" });
  }
}
