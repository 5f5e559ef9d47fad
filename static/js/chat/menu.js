// The menu of a line: it opens beside the line's button and shows what can be done with that line.
export class LineMenu {
  #at = null;

  /** `fits(act, article)` says whether an act is offered, `marked` whether it is chosen already; `choose` does it. */
  constructor({ fits, choose, marked }) {
    Object.assign(this, { fits, choose, marked });
    this.element = document.getElementById("message-menu");
    this.element.addEventListener("click", (event) => this.#chosen(event));
    this.element.addEventListener("keydown", (event) => this.#walk(event));
    this.element.addEventListener("toggle", ({ newState }) => newState === "closed" && this.#back());
  }

  open(article, button) {
    this.#at = { article, button };
    for (const item of this.element.querySelectorAll("[data-act]")) item.hidden = !this.fits(item.dataset.act, article);
    for (const item of this.element.querySelectorAll("[aria-checked]")) item.setAttribute("aria-checked", this.marked(item.dataset.act, article));
    this.element.showPopover();
    this.element.scrollTop = 0;
    const at = button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const below = at.bottom + height + 8 <= innerHeight;
    this.element.style.insetBlockStart = `${below ? at.bottom + 4 : Math.max(8, at.top - height - 4)}px`;
    this.element.style.insetInlineStart = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
    this.#items[0].focus();
  }

  get #items() {
    return [...this.element.querySelectorAll("button:not([hidden])")];
  }

  #chosen(event) {
    const act = event.target.closest("[data-act]")?.dataset.act;
    const { article, button } = this.#at ?? {};
    if (!act || !article) return;
    this.element.hidePopover();
    // Whatever opens now gives the focus back to the line.
    button.focus({ preventScroll: true });
    this.choose(act, article);
  }

  #walk(event) {
    const items = this.#items;
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined) {
      if (event.key === "Tab") this.element.hidePopover();
      return;
    }
    event.preventDefault();
    items[(to + items.length) % items.length].focus();
  }

  #back() {
    if (document.activeElement === document.body || this.element.contains(document.activeElement)) this.#at?.button.focus({ preventScroll: true });
  }
}
