// Another order: by dragging a row at its grip, by the arrow keys on it, or of all that are chosen a place at a time.
import { count, say } from "../../chat/words.js";

const EDGE = 80;
const STEP = 12;

export class Order {
  #rows;
  #moved;

  /** `moved(ids, where)`: rows found a new place, behind an entry, {before: an entry}, or null: at the top. */
  constructor(rows, moved) {
    this.#rows = rows;
    this.#moved = moved;
    rows.list.addEventListener("keydown", (event) => this.#byKey(event));
    rows.list.addEventListener("pointerdown", (event) => event.target.closest("[data-grip]") && this.#drag(event));
  }

  /** These a place up or down, together. */
  async step(ids, by) {
    await this.#rows.reach(ids);
    if (by > 0 && ids.includes(this.#rows.here.at(-1)?.dataset.row)) await this.#rows.more();
    const here = this.#rows.here;
    const moving = here.filter((row) => ids.includes(row.dataset.row));
    const end = by < 0 ? moving[0] : moving.at(-1);
    const other = here[here.indexOf(end) + by];
    if (!end || !other) return;
    if (by < 0) other.before(...moving);
    else other.after(...moving);
    this.#tell(moving);
  }

  async #byKey(event) {
    const grip = event.target.closest("[data-grip]");
    if (!grip || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    await this.step([grip.closest("[data-row]").dataset.row], event.key === "ArrowUp" ? -1 : 1);
    grip.focus();
  }

  #tell(moving) {
    const [before, after] = [moving[0].previousElementSibling, moving.at(-1).nextElementSibling];
    const place = this.#rows.here.indexOf(moving[0]) + 1;
    this.#rows.say(say("moved", { place: count(place), all: count(this.#rows.all) }));
    let where = before?.dataset.row ?? null;
    // Above the first that was found is not the top of the table.
    if (!before && after && this.#rows.searching) where = { before: after.dataset.row };
    this.#moved(moving.map((row) => row.dataset.row), where);
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
      const others = this.#rows.here.filter((each) => each !== row);
      const next = others[firstBelow(others, clientY)];
      if (next) {
        if (next.previousElementSibling !== row) next.before(row);
      } else if (others.length > 0 && others.at(-1).nextElementSibling !== row) others.at(-1).after(row);
      if (clientY < EDGE) scrollBy(0, -STEP);
      else if (clientY > innerHeight - EDGE) scrollBy(0, STEP);
      if (!grip.hasPointerCapture(event.pointerId)) grip.setPointerCapture(event.pointerId);
    };
    const end = (happened) => {
      grip.removeEventListener("pointermove", move);
      grip.removeEventListener("pointerup", end);
      grip.removeEventListener("pointercancel", end);
      row.classList.remove("lrow--dragged");
      if (happened.type === "pointercancel") {
        if (before) before.after(row);
        else this.#rows.list.prepend(row);
      } else if (row.previousElementSibling !== before) this.#tell([row]);
    };
    grip.addEventListener("pointermove", move);
    grip.addEventListener("pointerup", end);
    grip.addEventListener("pointercancel", end);
  }
}

/** The first whose middle is below, of rows one under the other: looked for by halves, there may be thousands. */
function firstBelow(rows, y) {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const box = rows[middle].getBoundingClientRect();
    if (y < box.top + box.height / 2) high = middle;
    else low = middle + 1;
  }
  return low;
}
