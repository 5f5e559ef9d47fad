// Places of the talk that have a name: the list beside it, and how one gives a name.
import { ask } from "./ask.js";
import { fragment } from "./http.js";
import { say } from "./words.js";

export class Checkpoints {
  constructor({ base, changes, go }) {
    Object.assign(this, { base, changes, go });
    this.box = document.querySelector("[data-checkpoints]");
    this.list = this.box?.querySelector("[data-list]");
    this.box?.addEventListener("toggle", () => this.look());
    this.list?.addEventListener("click", ({ target }) => this.#click(target));
  }

  /** Fetches the list, if anybody sees it. */
  async look() {
    if (!this.box?.open) return;
    const found = await this.changes.attempt(() => fragment(`${this.base}checkpoints/`));
    if (found) this.list.replaceChildren(found);
  }

  async name(line) {
    const name = await ask(document.getElementById("ask-name"));
    if (name) await this.changes.make(`messages/${line}/checkpoint`, { name }, say("place_named"), { look: () => this.look() });
  }

  async #click(target) {
    const row = target.closest("[data-checkpoint]");
    const act = target.closest("[data-do]")?.dataset.do;
    if (!row || !act) return;
    const { checkpoint, line, name } = row.dataset;
    const look = () => this.look();
    if (act === "go") this.go(line);
    else if (act === "delete") this.changes.make(`checkpoints/${checkpoint}/delete`, {}, say("place_deleted"), { look });
    else {
      const fresh = await ask(document.getElementById("ask-name"), { text: name });
      if (fresh && fresh !== name) await this.changes.make(`checkpoints/${checkpoint}/rename`, { name: fresh }, say("place_named"), { look });
    }
  }
}
