// Saves what was changed by itself, a moment after the last key. Two windows never overwrite each other silently: each
// save says what this window had seen, and the server refuses where something else stands there now.
import { Refused, post } from "./http.js";

const QUIET = 600;
const AGAIN = 4000;

export class Saving extends EventTarget {
  #book;
  #url;
  #seen;
  #pending = {};
  #sending = null;
  #timer = 0;

  /** `book` holds the revision; `seen` the columns as they were given. */
  constructor(book, url, seen) {
    super();
    this.#book = book;
    this.#url = url;
    this.#seen = seen;
  }

  set(columns) {
    Object.assign(this.#pending, columns);
    this.#book.state("not_saved");
    this.#soon(QUIET);
  }

  get waits() {
    return Object.keys(this.#pending).length > 0;
  }

  get busy() {
    return this.#sending !== null || this.waits;
  }

  /** All that is set reaches the server now; `leaving` when the page goes. */
  async flush({ leaving = false } = {}) {
    clearTimeout(this.#timer);
    if (this.#sending && !leaving) await this.#sending;
    if (!this.waits) return;
    const changes = this.#pending;
    this.#pending = {};
    this.#sending = this.#send(changes, leaving);
    await this.#sending;
  }

  async #send(changes, leaving) {
    this.#book.state("saving");
    const was = Object.fromEntries(Object.keys(changes).filter((name) => name in this.#seen).map((name) => [name, this.#seen[name]]));
    let told = null;
    try {
      told = await post(this.#url, { changes, was, revision: this.#book.revision }, { leaving });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.code === "lore_changed") {
        this.dispatchEvent(new CustomEvent("clash", { detail: { mine: changes, ...error.told } }));
        this.#book.state("not_saved");
      } else {
        this.#book.state("trouble", error.message);
        this.dispatchEvent(new CustomEvent("wrong", { detail: { field: error.told.field, message: error.message } }));
        // What waits for another day goes along with the next change, and is asked about when the page is left.
        if (error.passing || error.code === "allowance_used_up") this.#pending = { ...changes, ...this.#pending };
        if (error.passing) this.#soon(AGAIN);
      }
    } finally {
      this.#sending = null;
    }
    if (!told) return;
    Object.assign(this.#seen, changes);
    this.#book.heard(told.revision);
    this.#book.state("saved");
    this.dispatchEvent(new CustomEvent("saved", { detail: told }));
  }

  /** After a clash: this window's words stay. */
  over(mine, theirs, revision) {
    Object.assign(this.#seen, theirs);
    this.#book.heard(revision);
    this.set(mine);
    return this.flush();
  }

  #soon(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), wait);
  }
}
