// The map of a talk's branches: to look at, to walk with the arrow keys, and to go somewhere from; as a list, too.
import { get } from "../http.js";
import { count, join, say } from "../words.js";
import { Drawing } from "./drawing.js";
import { Plan } from "./plan.js";

const ASKED = 60; // lines whose words are asked for at once
const KEYS = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"];

export class TalkMap {
  #words = new Map();
  #asking = 0;
  #drag = null;
  #listed = 0;

  /** `go(line)` shows a line on its branch; `attempt(work)` tells the reader what went wrong. */
  constructor({ base, go, attempt }) {
    Object.assign(this, { base, go, attempt });
    this.dialog = document.getElementById("map");
    const part = (name) => this.dialog.querySelector(`[data-${name}]`);
    [this.plane, this.told, this.goes, this.list, this.more] = ["plane", "told", "go-there", "branches", "more-branches"].map(part);
    this.drawing = new Drawing(this.plane);
    this.drawing.label = (spot) => this.#label(spot);
    this.plane.addEventListener("keydown", (event) => this.#keys(event));
    this.plane.addEventListener("pointerdown", (event) => this.#press(event));
    this.plane.addEventListener("pointermove", (event) => this.#move(event));
    this.plane.addEventListener("pointerup", (event) => this.#release(event));
    this.plane.addEventListener("pointercancel", () => { this.#drag = null; });
    this.goes.addEventListener("click", () => this.#there(this.drawing.focused));
    part("zoom-in").addEventListener("click", () => this.#zoom(1));
    part("zoom-out").addEventListener("click", () => this.#zoom(-1));
    part("as-list").addEventListener("click", ({ currentTarget }) => this.#asList(currentTarget));
    this.more.addEventListener("click", () => this.#branches());
    this.list.addEventListener("click", ({ target }) => this.#there(this.plan.find(target.closest("[data-line]")?.dataset.line)));
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
  }

  /** With `line`, that is where one stands first. */
  async open(line) {
    if (!await this.#read(line)) return;
    this.dialog.showModal();
    this.drawing.show(this.plan, this.names);
    this.#stand(this.plan.find(line) ?? this.plan.head ?? this.plan.spots.at(-1));
    this.plane.focus();
  }

  /** The talk changed while one looks at it. */
  async look() {
    if (!this.dialog.open) return;
    const { id } = this.drawing.focused ?? {};
    if (!await this.#read(id)) return;
    this.drawing.show(this.plan, this.names);
    this.#stand(this.plan.find(id) ?? this.plan.head ?? this.plan.spots.at(-1));
    if (!this.list.hidden) this.#branches({ anew: true });
  }

  async #read() {
    const map = await this.attempt(() => get(`${this.base}map/`));
    if (!map) return false;
    this.names = new Map(map.places.map(([line, , name]) => [line, name]));
    this.plan = new Plan(map.lines, map.head, new Map(map.places.map(([line, , name]) => [line, this.drawing.lanesOf(name)])));
    this.#words.clear();
    this.dialog.querySelector("[data-part]").hidden = map.whole;
    return this.plan.spots.length > 0;
  }

  #stand(spot) {
    if (!spot) return;
    this.drawing.focus(spot);
    this.plane.setAttribute("aria-activedescendant", `spot-${spot.at}`);
    this.#tell(spot);
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => this.#ask(this.#near(spot)).then(() => this.#tell(this.drawing.focused)), 80);
  }

  // What one may look at next.
  #near(spot) {
    const way = [];
    for (let at = spot; at && way.length < 8; at = this.plan.above(at)) way.push(at);
    for (let at = this.plan.onwards(spot); at && way.length < 16; at = this.plan.onwards(at)) way.push(at);
    return [...new Set([...way, ...this.plan.rows[spot.row], ...spot.below])];
  }

  async #ask(spots) {
    const wanted = spots.map(({ id }) => id).filter((id) => !this.#words.has(id)).slice(0, ASKED);
    if (!wanted.length) return;
    const told = await this.attempt(() => get(`${this.base}map/words?ids=${wanted.join()}`));
    for (const [id, words] of Object.entries(told?.words ?? {})) this.#words.set(id, words);
  }

  #tell(spot) {
    if (!spot) return;
    const [author, words] = this.#words.get(spot.id) ?? ["", ""];
    const beside = this.plan.beside(spot);
    const about = [say("map_line", { n: count(spot.row + 1) })];
    if (beside.length > 1) about.push(say("map_take", { n: count(beside.indexOf(spot) + 1), all: count(beside.length) }));
    if (this.names.has(spot.id)) about.push(this.names.get(spot.id));
    if (spot.current) about.push(say("map_current"));
    this.told.querySelector("b").textContent = author;
    this.told.querySelector("span").textContent = words;
    this.told.querySelector("small").textContent = about.join(" · ");
    document.getElementById(`spot-${spot.at}`)?.setAttribute("aria-label", this.#label(spot));
  }

  #label(spot) {
    const [author, words] = this.#words.get(spot.id) ?? ["", ""];
    const said = author ? say("said", { name: author, text: words }) : say("map_line", { n: count(spot.row + 1) });
    const more = [this.names.get(spot.id), spot.current && say("map_current")].filter(Boolean).join(", ");
    return more ? join(said, more) : said;
  }

  async #there(spot) {
    if (!spot) return;
    this.dialog.close();
    await this.go(spot.id);
  }

  #zoom(step) {
    this.drawing.zoom(step);
    this.plane.focus();
  }

  #keys(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { focused } = this.drawing;
    if (event.key === "Enter") this.#there(focused);
    else if (event.key === "+" || event.key === "=") this.drawing.zoom(1);
    else if (event.key === "-") this.drawing.zoom(-1);
    else if (KEYS.includes(event.key)) this.#stand(this.plan.step(focused, event.key));
    else return;
    event.preventDefault();
  }

  // A mouse draws the plane along, or goes where it clicks. A finger scrolls by itself; it looks first, and goes when it
  // taps the same line again.
  #press(event) {
    if (event.button === 0) this.#drag = { id: event.pointerId, x: event.clientX, y: event.clientY, moved: false };
  }

  #move(event) {
    const drag = this.#drag;
    if (!drag) {
      const spot = event.pointerType === "mouse" && this.drawing.at(event);
      this.plane.classList.toggle("map__plane--over", Boolean(spot));
      if (spot && spot !== this.drawing.focused) this.#stand(spot);
      return;
    }
    if (drag.id !== event.pointerId) return;
    const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.hypot(x, y) < 5) return;
    drag.moved = true;
    if (event.pointerType !== "mouse") return;
    this.plane.setPointerCapture(event.pointerId);
    this.plane.scrollBy(-x, -y);
    Object.assign(drag, { x: event.clientX, y: event.clientY });
  }

  #release(event) {
    const drag = this.#drag;
    this.#drag = null;
    const spot = drag && !drag.moved && this.drawing.at(event);
    if (!spot) return;
    if (event.pointerType === "mouse" || spot === this.drawing.focused) this.#there(spot);
    else this.#stand(spot);
  }

  #asList(button) {
    const asList = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", asList);
    this.dialog.classList.toggle("dialog--listed", asList);
    this.list.hidden = !asList;
    this.plane.hidden = asList;
    this.told.parentElement.hidden = asList;
    if (asList) this.#branches({ anew: true });
    else {
      this.more.hidden = true;
      this.plane.focus();
      this.#stand(this.drawing.focused);
    }
  }

  async #branches({ anew = false } = {}) {
    if (anew) {
      this.list.replaceChildren();
      this.#listed = 0;
    }
    const { ends } = this.plan;
    const some = ends.slice(this.#listed, this.#listed + ASKED);
    this.#listed += some.length;
    await this.#ask(some);
    this.list.append(...some.map((end) => this.#branch(end)));
    this.more.hidden = this.#listed >= ends.length;
  }

  #branch(end) {
    const item = document.getElementById("mould-branch").content.firstElementChild.cloneNode(true);
    const [author, words] = this.#words.get(end.id) ?? ["", ""];
    const button = item.querySelector("button");
    button.dataset.line = end.id;
    if (end === this.plan.head) button.setAttribute("aria-current", "true");
    item.querySelector("b").textContent = author;
    item.querySelector("span").textContent = words;
    const about = [say("map_lines", { n: count(end.row + 1) })];
    if (this.plan.own(end)) about.push(say("map_own", { n: count(this.plan.own(end)) }));
    if (this.names.has(end.id)) about.push(this.names.get(end.id));
    if (end === this.plan.head) about.push(say("map_current"));
    item.querySelector("small").textContent = about.join(" · ");
    return item;
  }
}
