// The table: search, choosing many, dragging to order, and the same by keyboard.
import { say } from "../../chat/words.js";

export class Rows {
  #list;
  #announce;
  #before = [];

  /** `moved(ids, behind)` is called when rows found a new place. */
  constructor(root, { moved, opened, used, chosen }) {
    this.#list = root.querySelector("[data-rows-list]");
    this.#announce = root.querySelector("[data-announce]");
    this.moved = moved;
    this.chosenChanged = chosen;
    this.#list.addEventListener("click", (event) => {
      const row = event.target.closest("[data-row]");
      if (event.target.closest("[data-open]") && !event.metaKey && !event.ctrlKey) {
        event.preventDefault();
        opened(row.dataset.row);
      } else if (event.target.closest("[data-use]")) {
        used(row.dataset.row, row.querySelector("[data-use]").getAttribute("aria-checked") !== "true");
      }
    });
    this.#list.addEventListener("change", (event) => event.target.matches("[data-choose]") && chosen());
    this.#list.addEventListener("keydown", (event) => this.#byKey(event));
    this.#list.addEventListener("pointerdown", (event) => event.target.closest("[data-grip]") && this.#drag(event));
    const search = root.querySelector("[data-search]");
    this.nothing = root.querySelector("[data-nothing]");
    this.none = root.querySelector("[data-none]");
    search.addEventListener("input", () => this.search(search.value));
  }

  get all() {
    return [...this.#list.children];
  }

  get chosen() {
    return this.all.filter((row) => !row.hidden && row.querySelector("[data-choose]").checked);
  }

  row(id) {
    return this.#list.querySelector(`[data-row="${id}"]`);
  }

  say(sentence) {
    this.#announce.textContent = sentence;
  }

  /** A row in the place of the one with its id, or behind another. */
  put(row, behind = null) {
    const old = this.row(row.dataset.row);
    if (old) {
      row.querySelector("[data-choose]").checked = old.querySelector("[data-choose]").checked;
      if (old.hasAttribute("data-current")) this.#mark(row);
      const at = document.activeElement;
      const held = old.contains(at) ? ["data-grip", "data-use", "data-open", "data-choose"].find((name) => at.hasAttribute(name)) : null;
      old.replaceWith(row);
      if (held) row.querySelector(`[${held}]`).focus();
    } else if (behind && this.row(behind)) this.row(behind).after(row);
    else this.#list.append(row);
    this.count();
  }

  fill(rows) {
    const current = this.#list.querySelector("[data-current]")?.dataset.row;
    const chosen = new Set(this.chosen.map((row) => row.dataset.row));
    this.#list.replaceChildren(...rows.children);
    for (const id of chosen) if (this.row(id)) this.row(id).querySelector("[data-choose]").checked = true;
    if (current) this.current(current);
    this.count();
    this.chosenChanged();
  }

  current(id) {
    for (const row of this.all) {
      row.removeAttribute("data-current");
      row.querySelector("[data-open]").removeAttribute("aria-current");
    }
    if (id && this.row(id)) this.#mark(this.row(id));
  }

  #mark(row) {
    row.setAttribute("data-current", "");
    row.querySelector("[data-open]").setAttribute("aria-current", "true");
  }

  count() {
    this.none.hidden = this.#list.children.length > 0;
    this.#list.hidden = this.#list.children.length === 0;
  }

  search(text) {
    const words = text.toLowerCase().split(/\s+/u).filter(Boolean);
    let found = 0;
    for (const row of this.all) {
      row.hidden = !words.every((word) => row.dataset.searched.includes(word));
      found += row.hidden ? 0 : 1;
    }
    this.nothing.hidden = found > 0 || this.all.length === 0;
    if (words.length) this.say(say("found", { number: found }));
    this.chosenChanged();
  }

  /** Chosen rows, or one, a place up or down. */
  step(rows, by) {
    const all = this.all.filter((row) => !row.hidden);
    const ends = by < 0 ? rows[0] : rows.at(-1);
    const other = all[all.indexOf(ends) + by];
    if (!other || rows.includes(other)) return false;
    if (by < 0) other.before(...rows);
    else other.after(...rows);
    this.#tell(rows);
    return true;
  }

  #byKey(event) {
    const grip = event.target.closest("[data-grip]");
    if (!grip || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    this.step([grip.closest("[data-row]")], event.key === "ArrowUp" ? -1 : 1);
    grip.focus();
  }

  #tell(rows) {
    const behind = rows[0].previousElementSibling?.dataset.row ?? null;
    this.say(say("moved", { place: this.all.indexOf(rows[0]) + 1, all: this.all.length }));
    this.moved(rows.map((row) => row.dataset.row), behind);
  }

  // By pointer, so that a finger can do it too. The row follows at once; the server hears when it is let go.
  #drag(event) {
    if (event.button) return;
    const grip = event.target.closest("[data-grip]");
    const row = grip.closest("[data-row]");
    const before = row.previousElementSibling;
    event.preventDefault();
    grip.focus();
    grip.setPointerCapture(event.pointerId);
    row.classList.add("lrow--dragged");
    const move = ({ clientY }) => {
      const rows = this.all.filter((each) => !each.hidden && each !== row);
      const next = rows.find((each) => {
        const box = each.getBoundingClientRect();
        return clientY < box.top + box.height / 2;
      });
      if (next) {
        if (next.previousElementSibling !== row) next.before(row);
      } else if (rows.length) rows.at(-1).after(row);
      const edge = 80;
      if (clientY < edge) scrollBy(0, -12);
      else if (clientY > innerHeight - edge) scrollBy(0, 12);
      if (!grip.hasPointerCapture(event.pointerId)) grip.setPointerCapture(event.pointerId);
    };
    const end = (happened) => {
      grip.removeEventListener("pointermove", move);
      grip.removeEventListener("pointerup", end);
      grip.removeEventListener("pointercancel", end);
      row.classList.remove("lrow--dragged");
      if (happened.type === "pointercancel") {
        if (before) before.after(row);
        else this.#list.prepend(row);
      } else if (row.previousElementSibling !== before) this.#tell([row]);
    };
    grip.addEventListener("pointermove", move);
    grip.addEventListener("pointerup", end);
    grip.addEventListener("pointercancel", end);
  }
}
