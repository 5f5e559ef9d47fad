// What a line said before its words were changed, and the way back to them.
import { fragment } from "./http.js";

export class Wordings {
  #line = null;

  /** `bringBack(line, wording)` lets the line say it again; `attempt(work)` tells the reader what went wrong. */
  constructor({ base, attempt, bringBack }) {
    Object.assign(this, { base, attempt });
    this.dialog = document.getElementById("wordings");
    this.list = this.dialog.querySelector("[data-list]");
    this.dialog.addEventListener("click", ({ target }) => {
      const wording = target.closest("[data-bring-back]")?.dataset.bringBack;
      if (target === this.dialog) this.dialog.close();
      if (!wording) return;
      this.dialog.close();
      bringBack(this.#line, wording);
    });
  }

  async open(line) {
    this.#line = line;
    const found = await this.attempt(() => fragment(`${this.base}messages/${line}/wordings/`));
    if (!found) return;
    this.list.replaceChildren(found);
    this.dialog.showModal();
  }
}
