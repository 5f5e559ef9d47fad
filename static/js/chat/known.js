// What the character knows about the reader, beside the talk: looked at when somebody opens it, kept and forgotten here.
import { toast } from "../toasts.js";
import { fragment, post } from "./http.js";
import { say } from "./words.js";

export class Known {
  constructor({ base, name, changes }) {
    Object.assign(this, { base, name, changes });
    this.box = document.querySelector("[data-known]");
    this.list = this.box?.querySelector("[data-list]");
    this.box?.addEventListener("toggle", () => this.look());
    this.list?.addEventListener("click", ({ target }) => {
      const forget = target.closest("[data-forget]");
      if (forget) this.#forget(forget.dataset.forget);
    });
  }

  /** Of a temporary talk nothing is kept. */
  get keeps() {
    return Boolean(this.box);
  }

  /** Fetches the list, if anybody sees it. */
  async look() {
    if (!this.box?.open) return;
    this.list.setAttribute("aria-busy", "true");
    const found = await this.changes.attempt(() => fragment(`${this.base}memories/`));
    this.list.removeAttribute("aria-busy");
    // Opened again, it is asked for again.
    if (found) this.list.replaceChildren(found);
    else this.box.open = false;
  }

  /** "Remember this", of a line. */
  async keep(line) {
    const kept = await this.changes.attempt(() => post(`${this.base}messages/${line}/remember`));
    if (!kept) return;
    await this.look();
    if (kept.undo) this.#offerBack(say("remembered", { name: this.name }), kept.back, kept.undo);
    else toast(say("remembered_already", { name: this.name }));
  }

  async #forget(url) {
    const back = this.list.querySelector("[data-undo]").dataset.undo;
    const gone = await this.changes.attempt(() => post(url));
    if (!gone) return;
    await this.look();
    this.box.querySelector("summary").focus({ preventScroll: true });
    this.#offerBack(say("forgotten"), back, gone.undo);
  }

  #offerBack(told, back, undo) {
    toast(told, {
      undo: () => this.changes.attempt(async () => {
        await post(back, { undo });
        await this.look();
        toast(say("undone"));
      }),
    });
  }
}
