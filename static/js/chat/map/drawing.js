// The map as it is drawn: only what is in sight, and a little around it, is in the document.
import { MUTED, PLAYER, UNFINISHED } from "./plan.js";

const CELL = 36; // px at full size
const AROUND = 6; // rows and lanes drawn beyond the edge
const SIZES = [0.4, 0.6, 0.8, 1, 1.3];
const NAME = 150; // px of a checkpoint's name, at most
const BESIDE = 0.75; // of a cell: what a line's dot, the next one's and the space between them and a name take up
const FEW = 3; // letters of a name: with less room than that it is left out

export class Drawing {
  #drawn = "";
  #size = 3;
  #frame = 0;

  /** `plane` scrolls: in it are what gives it its size, and the picture, which stays in sight. */
  constructor(plane) {
    this.plane = plane;
    this.size = plane.querySelector("[data-size]");
    this.svg = plane.querySelector("svg");
    this.ink = this.svg.querySelector("g");
    plane.addEventListener("scroll", () => this.#soon(), { passive: true });
    new ResizeObserver(() => this.#soon()).observe(plane);
  }

  get cell() {
    return CELL * SIZES[this.#size];
  }

  /** Draw this plan from now on; `names` are the checkpoints' by line. */
  show(plan, names) {
    this.plan = plan;
    this.names = names;
    this.#measure();
    this.draw();
  }

  /** The line that keys lead from. It is brought into sight. */
  focus(spot) {
    this.focused = spot;
    const [x, y] = this.#point(spot);
    const { plane } = this;
    const edge = this.cell * 1.5;
    if (x < plane.scrollLeft + edge || x > plane.scrollLeft + plane.clientWidth - edge) plane.scrollLeft = x - plane.clientWidth / 2;
    if (y < plane.scrollTop + edge || y > plane.scrollTop + plane.clientHeight - edge) plane.scrollTop = y - plane.clientHeight / 2;
    this.draw();
  }

  /** Larger (1) or smaller (-1); false at the end. */
  zoom(step) {
    const size = this.#size + step;
    if (!SIZES[size]) return false;
    this.#size = size;
    this.#measure();
    if (this.focused) this.focus(this.focused);
    else this.draw();
    return true;
  }

  /** The line under a place on the screen. */
  at({ clientX, clientY }) {
    const box = this.plane.getBoundingClientRect();
    const row = Math.floor((clientY - box.top + this.plane.scrollTop) / this.cell - 0.5);
    const lane = Math.floor((clientX - box.left + this.plane.scrollLeft) / this.cell - 0.5);
    return this.plan?.rows[row]?.find((spot) => spot.lane === lane) ?? null;
  }

  draw() {
    if (!this.plan) return;
    const { plane, cell } = this;
    const { clientWidth: width, clientHeight: height } = plane;
    this.svg.setAttribute("width", width);
    this.svg.setAttribute("height", height);
    this.ink.setAttribute("transform", `translate(${-plane.scrollLeft} ${-plane.scrollTop})`);
    const range = (from, length) => [Math.floor(from / cell / AROUND) * AROUND - AROUND, Math.ceil((from + length) / cell / AROUND) * AROUND + AROUND];
    const [top, bottom] = range(plane.scrollTop, height);
    const [left, right] = range(plane.scrollLeft, width);
    const drawn = [top, bottom, left, right, cell, this.focused?.at].join();
    if (drawn === this.#drawn && this.of === this.plan) return;
    this.#drawn = drawn;
    this.of = this.plan;
    const spots = this.plan.rows.slice(Math.max(0, top), bottom + 1).flat().filter((spot) => spot.lane >= left && spot.lane <= right);
    if (this.focused && !spots.includes(this.focused)) spots.push(this.focused);
    this.ink.replaceChildren(
      ...this.#ways(spots), ...spots.map((spot) => this.#dot(spot)), ...spots.flatMap((spot) => this.#name(spot)),
    );
  }

  #soon() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.draw();
    });
  }

  #measure() {
    this.size.style.inlineSize = `${(this.plan.lanes + 1.5) * this.cell + NAME}px`;
    this.size.style.blockSize = `${(this.plan.rows.length + 1) * this.cell}px`;
  }

  #point({ lane, row }) {
    return [(lane + 1) * this.cell, (row + 1) * this.cell];
  }

  // From each line up to what it follows; two strokes in all, however many.
  #ways(spots) {
    const ways = { current: "", other: "" };
    for (const spot of spots) {
      const above = this.plan.above(spot);
      if (!above) continue;
      const [x, y] = this.#point(spot);
      const [fromX, fromY] = this.#point(above);
      const half = this.cell / 2;
      const way = x === fromX ? `M${fromX} ${fromY}V${y}` : `M${fromX} ${fromY}C${fromX} ${fromY + half} ${x} ${y - half} ${x} ${y}`;
      ways[spot.current ? "current" : "other"] += way;
    }
    return Object.entries(ways).map(([kind, d]) => make("path", { class: `way way--${kind}`, d }));
  }

  #dot(spot) {
    const [x, y] = this.#point(spot);
    const dot = make("g", { class: "dot", id: `spot-${spot.at}`, role: "treeitem", transform: `translate(${x} ${y})` });
    dot.setAttribute("aria-level", spot.row + 1);
    dot.setAttribute("aria-posinset", this.plan.beside(spot).indexOf(spot) + 1);
    dot.setAttribute("aria-setsize", this.plan.beside(spot).length);
    dot.setAttribute("aria-selected", spot === this.focused);
    dot.setAttribute("aria-label", this.label?.(spot) ?? `${spot.row + 1}`);
    dot.classList.toggle("dot--current", spot.current);
    dot.classList.toggle("dot--player", Boolean(spot.mark & PLAYER));
    dot.classList.toggle("dot--muted", Boolean(spot.mark & MUTED));
    dot.classList.toggle("dot--unfinished", Boolean(spot.mark & UNFINISHED));
    const r = this.cell * 0.2;
    if (spot === this.focused) dot.append(make("circle", { class: "dot__ring", r: r + 5 }));
    if (spot === this.plan.head) dot.append(make("circle", { class: "dot__head", r: r + 3 }));
    dot.append(make("circle", { class: "dot__in", r }));
    return dot;
  }

  /** How many lanes beside its line a name takes up, at full size. */
  lanesOf(name) {
    return Math.max(0, Math.ceil(Math.min(NAME, this.#width(name)) / CELL + BESIDE) - 1);
  }

  // As much of the name as there is room for before the next line in the row: drawn small, a map has less.
  #name(spot) {
    const name = this.names.get(spot.id);
    if (!name) return [];
    const [x, y] = this.#point(spot);
    const next = this.plan.rows[spot.row].find(({ lane }) => lane > spot.lane);
    const short = this.#shortened(name, next ? Math.min(NAME, (next.lane - spot.lane - BESIDE) * this.cell) : NAME);
    if (!short) return [];
    const text = make("text", { x: x + this.cell * 0.45, y: y + 4.5, class: "spotname" });
    text.textContent = short;
    return [text];
  }

  #shortened(name, room) {
    const letters = [...name];
    if (this.#width(name) <= room) return name;
    while (letters.length && this.#width(`${letters.join("").trimEnd()}…`) > room) letters.pop();
    return letters.length < FEW ? "" : `${letters.join("").trimEnd()}…`;
  }

  #width(text) {
    this.ruler ??= document.createElement("canvas").getContext("2d");
    this.ruler.font = `600 ${0.8125 * parseFloat(getComputedStyle(document.documentElement).fontSize)}px ${getComputedStyle(this.plane).fontFamily}`;
    return this.ruler.measureText(text).width;
  }
}

function make(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
