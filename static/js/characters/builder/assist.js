// “Draft it for me”: a model proposes, the author decides field by field. Nothing is overwritten before that.
import { toast } from "../../toasts.js";
import { count, say } from "../../chat/words.js";
import { ask } from "../../shared/events.js";
import { draft } from "./save.js";
import { unsaved } from "./unsaved.js";
import { Proposals } from "./assist-proposals.js";

const facts = JSON.parse(document.getElementById("assist-facts").textContent);

class Assist {
  #running = null;
  #found = null; // the sentence of the last draft: who asks for the same again wants another one

  constructor(root) {
    this.root = root;
    this.key = `assist:${root.dataset.draftId}`;
    this.sentence = this.#part("sentence");
    this.proposals = new Proposals(root, facts, { left: () => this.#forget(), take: (fields) => this.#take(fields) });
    this.sentence.addEventListener("input", () => this.#keep());
    this.#part("assist-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#draft();
    });
    this.#part("cancel-draft").addEventListener("click", () => this.#running?.abort());
    this.#restore();
  }

  async #draft() {
    if (this.#running) return;
    const running = new AbortController();
    this.#running = running;
    this.#busy(true);
    this.#wrong("");
    let found = null;
    try {
      const again = this.#found === this.sentence.value;
      await ask(this.root.dataset.ask, { sentence: this.sentence.value, changes: unsaved(), again }, {
        signal: running.signal,
        last: "draft",
        heard: (name, data) => {
          if (name === "writing") this.#written(data.fields);
          else found = data;
        },
      });
    } catch (error) {
      if (error.name === "AbortError") this.#tell(say("assist_cancelled"));
      else this.#wrong(error.message);
    } finally {
      this.#running = null;
      this.#busy(false);
    }
    if (!found) return;
    this.#found = this.sentence.value;
    const fields = { ...found.fields };
    if (found.language !== draft.get("language")) fields.language = found.language;
    const proposed = this.proposals.show(fields);
    this.#keep(fields);
    this.#tell(say("assist_found", { count: count(proposed) }));
  }

  #written(fields) {
    const newest = fields.at(-1);
    this.#part("writing-what").textContent = newest ? say("assist_writing", { what: facts.labels[newest] ?? newest }) : say("assist_begun");
    this.#part("writing-bar").value = fields.length;
  }

  #take(fields) {
    const before = Object.fromEntries(Object.keys(fields).map((field) => [field, draft.get(field) ?? null]));
    write(fields);
    this.#forget();
    this.root.open = false;
    this.root.querySelector("summary").focus();
    toast(say("assist_taken"), { undo: () => write(before) });
  }

  #busy(busy) {
    this.#part("draft-it").hidden = busy;
    this.#part("cancel-draft").hidden = !busy;
    this.#part("writing").hidden = !busy;
    this.sentence.readOnly = busy;
    if (busy) {
      this.#written([]);
      this.#part("cancel-draft").focus();
    } else this.sentence.focus();
  }

  #wrong(message) {
    const box = this.#part("assist-wrong");
    box.hidden = !message;
    box.querySelector("p").textContent = message;
  }

  #tell(text) {
    this.#part("assist-told").textContent = text;
  }

  // The sentence outlives an error, a step to another page and a lost tab; proposals live as long as the tab.
  #keep(fields = null) {
    try {
      localStorage.setItem(this.key, this.sentence.value);
      if (fields) sessionStorage.setItem(this.key, JSON.stringify(fields));
    } catch {
      // Full or forbidden: the page itself still holds it.
    }
  }

  #restore() {
    this.sentence.value ||= localStorage.getItem(this.key) ?? "";
    const kept = sessionStorage.getItem(this.key);
    if (!kept) return;
    this.proposals.show(JSON.parse(kept), { quietly: true });
    this.root.open = true;
  }

  #forget() {
    sessionStorage.removeItem(this.key);
    localStorage.removeItem(this.key);
    this.sentence.value = "";
  }

  #part(name) {
    return this.root.querySelector(`[data-${name}]`);
  }
}

// A field of this page is written into as if by hand, so that whoever listens to it hears.
function write(fields) {
  for (const [field, value] of Object.entries(fields)) {
    const input = document.querySelector(`[data-field="${field}"]`);
    if (input && typeof value !== "object") {
      input.value = value ?? "";
      input.dispatchEvent(new Event("input", { bubbles: true }));
    } else draft.set(field, value);
  }
}

for (const root of document.querySelectorAll("[data-assist]")) new Assist(root);
