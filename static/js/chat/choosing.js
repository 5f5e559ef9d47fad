// Several lines at once: each gets a box to tick, and what can be done with them stands where one would write.
import { say } from "./words.js";

export class Choosing {
  #last = null;

  /** `run(act, ids)` does something with the chosen lines; true when it is done and the boxes may go. */
  constructor({ pages, run }) {
    Object.assign(this, { pages, run });
    this.scene = document.querySelector(".scene");
    this.bar = document.querySelector("[data-choosing]");
    if (!this.bar) return;
    this.count = this.bar.querySelector("[data-chosen]");
    pages.stream.addEventListener("click", (event) => this.#click(event));
    pages.stream.addEventListener("change", (event) => event.target.matches("[data-choose]") && this.#tell());
    pages.stream.addEventListener("keydown", (event) => this.#keys(event));
    this.bar.addEventListener("click", ({ target }) => this.#act(target.closest("[data-all]")?.dataset.all));
    this.bar.addEventListener("keydown", (event) => event.key === "Escape" && this.end());
  }

  get on() {
    return Boolean(this.bar && !this.bar.hidden);
  }

  begin(article) {
    this.scene.classList.add("scene--choosing");
    this.bar.hidden = false;
    this.#last = null;
    this.#tick(article, true);
    box(article).focus({ preventScroll: true });
  }

  end() {
    if (!this.on) return;
    for (const article of this.pages.items) box(article).checked = false;
    this.scene.classList.remove("scene--choosing");
    this.bar.hidden = true;
    document.getElementById("say")?.focus({ preventScroll: true });
  }

  /** The script was drawn anew: what was chosen still is. */
  keep(ids) {
    if (!this.on) return;
    for (const article of this.pages.items) box(article).checked = ids.has(article.dataset.message);
    this.#tell();
  }

  get ids() {
    return this.pages.items.filter((article) => box(article).checked).map((article) => article.dataset.message);
  }

  #tick(article, checked) {
    box(article).checked = checked;
    this.#last = article.dataset.message;
    this.#tell();
  }

  #tell() {
    const chosen = this.pages.items.filter((article) => box(article).checked);
    const muted = chosen.filter((article) => "muted" in article.dataset).length;
    this.count.textContent = chosen.length ? say("chosen", { n: chosen.length }) : say("chosen_none");
    const offered = { delete: chosen.length, mute: chosen.length - muted, unmute: muted };
    for (const [act, count] of Object.entries(offered)) this.bar.querySelector(`[data-all=${act}]`).hidden = !count;
  }

  async #act(act) {
    if (!act) return;
    if (act === "done" || await this.run(act, this.ids)) this.end();
  }

  #click(event) {
    const article = this.on && event.target.closest("article[data-message]:not(.msg--running)");
    if (!article) return;
    const own = event.target.closest("[data-choose]");
    if (!own) event.preventDefault();
    event.stopImmediatePropagation();
    const checked = own ? own.checked : !box(article).checked;
    if (event.shiftKey && this.#last) this.#range(article, checked);
    this.#tick(article, checked);
    box(article).focus({ preventScroll: true });
  }

  // From the one that was ticked last to this one.
  #range(article, checked) {
    const { items } = this.pages;
    const [from, to] = [items.findIndex((item) => item.dataset.message === this.#last), items.indexOf(article)].sort((a, b) => a - b);
    if (from < 0) return;
    for (const item of items.slice(from, to + 1)) box(item).checked = checked;
  }

  #keys(event) {
    if (!this.on) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      this.end();
    } else if (event.key === "Delete") this.#act("delete");
    else if (event.key === "a" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.keep(new Set(this.pages.items.map((item) => item.dataset.message)));
    } else this.#walk(event);
  }

  #walk(event) {
    const items = [...this.pages.lines.querySelectorAll("article:not(.msg--running)")];
    const at = items.indexOf(event.target.closest("article"));
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const article = items[Math.max(0, Math.min(items.length - 1, to))];
    if (event.shiftKey) this.#tick(article, true);
    box(article).focus();
    article.scrollIntoView({ block: "nearest" });
  }
}

function box(article) {
  return article.querySelector("[data-choose]");
}
