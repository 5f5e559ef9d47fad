// The receipt of a reply: fetched when it is asked for; the prompt only when its author asks for that too.
import { fragment } from "./http.js";
import { say } from "./words.js";

export class Receipt {
  #asked = 0;

  constructor({ base }) {
    this.base = base;
    this.dialog = document.getElementById("receipt");
    this.body = this.dialog.querySelector("[data-body]");
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
      const button = event.target.closest("[data-prompt]");
      if (button) this.#prompt(button);
    });
  }

  async open(messageId) {
    this.body.replaceChildren(waiting());
    this.dialog.showModal();
    await this.#fill(this.body, `${this.base}messages/${messageId}/receipt`);
  }

  async #prompt(button) {
    button.disabled = true;
    const place = button.parentElement.querySelector("[data-prompt-body]");
    place.replaceChildren(waiting());
    const shown = await this.#fill(place, button.dataset.prompt);
    if (shown) button.remove();
    else button.disabled = false;
  }

  // Of two that were asked for, the later one is shown.
  async #fill(place, url) {
    const asked = (this.#asked += 1);
    let piece;
    let shown = true;
    try {
      piece = await fragment(url);
    } catch (error) {
      piece = document.createElement("p");
      piece.textContent = error.code === "not_found" ? say("no_receipt") : error.message;
      shown = false;
    }
    if (asked === this.#asked) place.replaceChildren(piece);
    return shown;
  }
}

function waiting() {
  const lines = document.createElement("div");
  lines.className = "receipt__waiting";
  for (let at = 0; at < 4; at += 1) lines.append(Object.assign(document.createElement("span"), { className: "skeleton" }));
  return lines;
}
