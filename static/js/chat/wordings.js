// What a line said before its words were changed, and the way back to them.
import { fragment } from "./http.js";
import { say } from "./words.js";

export class Wordings {
  #line = null;

  constructor({ base, changes }) {
    Object.assign(this, { base, changes });
    this.dialog = document.getElementById("wordings");
    this.list = this.dialog.querySelector("[data-list]");
    this.dialog.addEventListener("click", ({ target }) => {
      const wording = target.closest("[data-bring-back]")?.dataset.bringBack;
      if (target === this.dialog || wording) this.dialog.close();
      if (wording) changes.make(`messages/${this.#line}/wordings/${wording}`, {}, say("brought_back"));
    });
  }

  async open(line) {
    this.#line = line;
    const found = await this.changes.attempt(() => fragment(`${this.base}messages/${line}/wordings/`));
    if (!found) return;
    this.list.replaceChildren(found);
    this.dialog.showModal();
  }
}
