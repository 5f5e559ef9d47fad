// The document itself, beside the forms.
export class Text {
  #store;
  #area;
  #numbers;

  constructor(store, pane) {
    this.#store = store;
    this.#area = pane.querySelector("[data-source]");
    this.#numbers = pane.querySelector("[data-numbers]");
    this.#area.addEventListener("input", () => {
      store.write(this.#area.value);
      this.#count();
    });
    this.#area.addEventListener("scroll", () => { this.#numbers.scrollTop = this.#area.scrollTop; });
    this.show();
  }

  /** What the server holds; not while somebody types here. */
  show() {
    // A change from a form is on its way: typing waits for it, or would write over it.
    this.#area.readOnly = this.#store.busy && document.activeElement !== this.#area;
    if (document.activeElement === this.#area && this.#store.busy) return;
    if (this.#area.value === this.#store.source) return;
    const { scrollTop, selectionStart } = this.#area;
    this.#area.value = this.#store.source;
    this.#area.selectionStart = this.#area.selectionEnd = selectionStart;
    this.#area.scrollTop = scrollTop;
    this.#count();
  }

  /** Put the caret at the beginning of a line, and the line in sight. */
  go(line, { focus = true } = {}) {
    const before = this.#area.value.split("\n").slice(0, line - 1).join("\n");
    const at = before.length + (line > 1 ? 1 : 0);
    const end = this.#area.value.indexOf("\n", at);
    if (focus) this.#area.focus({ preventScroll: true });
    this.#area.setSelectionRange(at, end < 0 ? this.#area.value.length : end);
    const high = Number.parseFloat(getComputedStyle(this.#area).lineHeight);
    this.#area.scrollTop = Math.max(0, (line - 4) * high);
  }

  #count() {
    const lines = this.#area.value.split("\n").length;
    this.#numbers.textContent = Array.from({ length: lines }, (_each, at) => at + 1).join("\n");
  }
}
