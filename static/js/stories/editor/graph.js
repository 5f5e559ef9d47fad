// The graph: scenes and endings, moved and connected by pointer or by keys.
import { say } from "../../chat/words.js";
import { s } from "./dom.js";
import { curve, HIGH, nearest, planned, WIDE } from "./plan.js";

const STEP = 20;
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

export class Graph {
  #store;
  #does;
  #svg;
  #places = {};
  #at = "";
  #from = "";
  #zoom = 1;
  #wide = 320;

  /** `does`: {choose(name), connect(from, to), drop(name), told(words)} */
  constructor(store, does) {
    this.#store = store;
    this.#does = does;
    this.#svg = s("svg", { class: "graph", role: "group", "aria-roledescription": "graph" });
    this.#svg.addEventListener("keydown", (event) => this.#key(event));
    this.#svg.addEventListener("focusin", (event) => { this.#at = event.target.closest("[data-node]")?.dataset.node ?? this.#at; });
  }

  get element() {
    return this.#svg;
  }

  /** Connect from this one: the next that is chosen is where it leads. */
  begin(name) {
    this.#from = name;
    this.#svg.toggleAttribute("data-connecting", Boolean(name));
    if (!name) return;
    this.#focus(name);
    this.#does.told(say("connecting", { name }));
  }

  draw(chosen) {
    const { data, edges, layout } = this.#store;
    const scenes = Object.keys(data.scenes ?? {});
    const endings = Object.keys(data.endings ?? {});
    const kept = this.#svg.contains(document.activeElement) ? this.#at : "";
    this.#places = planned({ scenes, endings, start: data.start, edges, layout });
    this.#at = this.#places[this.#at] ? this.#at : this.#places[chosen] ? chosen : (scenes[0] ?? "");
    this.#fit();
    const lines = edges.filter((edge) => this.#places[edge.from] && this.#places[edge.to]);
    const paths = [...new Map(lines.map((edge) => [`${edge.from} ${edge.to}`, edge])).values()];
    this.#svg.replaceChildren(
      s("defs", {}, s("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" }, s("path", { d: "M0 0L8 4L0 8z", class: "graph__tip" }))),
      ...paths.map((edge) => s("path", { class: edge.from === chosen || edge.to === chosen ? "graph__edge graph__edge--near" : "graph__edge", d: this.#curve(edge), "data-edge": `${edge.from} ${edge.to}`, "marker-end": "url(#arrow)" })),
      ...scenes.map((name) => this.#node(name, false, chosen)),
      ...endings.map((name) => this.#node(name, true, chosen)),
    );
    if (kept) this.#focus(kept);
  }

  /** Into the middle of what is seen. */
  show(name) {
    const frame = this.#svg.parentElement;
    const [x, y] = this.#places[name] ?? [0, 0];
    const zoom = this.#zoom;
    frame.scrollTo((x + WIDE / 2) * zoom - frame.clientWidth / 2, (y + HIGH / 2) * zoom - frame.clientHeight / 3);
  }

  zoom(by) {
    this.#zoom = Math.min(1.5, Math.max(0.4, this.#zoom * by));
    this.#fit();
    this.show(this.#at);
  }

  #fit() {
    const all = Object.values(this.#places);
    const wide = this.#wide = Math.max(320, ...all.map(([x]) => x + WIDE + 40));
    const high = Math.max(200, ...all.map(([, y]) => y + HIGH + 40));
    for (const [name, value] of [["width", wide * this.#zoom], ["height", high * this.#zoom], ["viewBox", `0 0 ${wide} ${high}`]]) this.#svg.setAttribute(name, value);
  }

  #curve({ from, to }) {
    const [x, y] = this.#places[from];
    if (from === to) return `M${x + WIDE} ${y + 14}c40 -10 40 40 0 28`;
    const others = Object.entries(this.#places).filter(([name]) => name !== from && name !== to).map(([, place]) => place);
    return curve([x, y], this.#places[to], others, this.#wide);
  }

  #node(name, ending, chosen) {
    const { data, edges, problems } = this.#store;
    const part = data[ending ? "endings" : "scenes"][name];
    const title = titled(part) || name;
    const ways = new Set(edges.filter((edge) => edge.from === name).map((edge) => edge.to)).size;
    const path = `${ending ? "endings" : "scenes"}.${name}`;
    const wrong = problems.some((each) => !each.hint && (each.path === path || each.path.startsWith(`${path}.`)));
    const first = data.start === name;
    const told = ending ? say("ending_node", { name, title }) : say("scene_node", { name, title, count: ways });
    const [x, y] = this.#places[name];
    const node = s(
      "g",
      {
        class: `graph__node${ending ? " graph__node--ending" : ""}${first ? " graph__node--first" : ""}${wrong ? " graph__node--wrong" : ""}`,
        "data-node": name, transform: `translate(${x} ${y})`, tabindex: name === this.#at ? 0 : -1, role: "button",
        "aria-pressed": String(name === chosen), "aria-label": first ? `${told} ${say("first")}.` : told,
      },
      s("rect", { width: WIDE, height: HIGH, rx: ending ? HIGH / 2 : 6 }),
      s("text", { x: WIDE / 2, y: 24, "text-anchor": "middle", class: "graph__title" }, fitting(title)),
      s("text", { x: WIDE / 2, y: 43, "text-anchor": "middle", class: "graph__name" }, `${name}${wrong ? " ⚠" : ""}`),
      ending ? null : s("circle", { class: "graph__handle", cx: WIDE, cy: HIGH / 2, r: 9 }),
    );
    node.addEventListener("pointerdown", (event) => this.#press(event, name));
    return node;
  }

  // Moving, or pulling a line out of the handle.
  #press(event, name) {
    if (event.button) return;
    const pulls = event.target.classList.contains("graph__handle");
    const node = event.currentTarget;
    const [x, y] = this.#places[name];
    const begun = [event.clientX, event.clientY];
    let moved = false;
    const line = pulls ? this.#svg.appendChild(s("path", { class: "graph__edge graph__edge--near" })) : null;
    node.setPointerCapture(event.pointerId);
    const move = ({ clientX, clientY }) => {
      const [dx, dy] = [(clientX - begun[0]) / this.#zoom, (clientY - begun[1]) / this.#zoom];
      moved ||= Math.hypot(dx, dy) > 5;
      if (!moved) return;
      if (line) line.setAttribute("d", `M${x + WIDE} ${y + HIGH / 2}L${x + WIDE + dx} ${y + HIGH / 2 + dy}`);
      else this.#move(name, Math.max(4, x + dx), Math.max(4, y + dy));
    };
    const end = ({ type, clientX, clientY }) => {
      node.removeEventListener("pointermove", move);
      node.removeEventListener("pointerup", end);
      node.removeEventListener("pointercancel", end);
      line?.remove();
      if (type === "pointercancel") return;
      const over = document.elementFromPoint(clientX, clientY)?.closest?.("[data-node]")?.dataset.node;
      if (line && moved && over && over !== name) this.#does.connect(name, over);
      else if (moved && !line) this.#keep(name);
      else if (!moved) this.#press_done(name);
    };
    node.addEventListener("pointermove", move);
    node.addEventListener("pointerup", end);
    node.addEventListener("pointercancel", end);
  }

  #press_done(name) {
    if (this.#from && this.#from !== name) {
      const from = this.#from;
      this.begin("");
      this.#does.connect(from, name);
      return;
    }
    this.#does.choose(name);
    this.#focus(name);
  }

  #move(name, x, y) {
    this.#places[name] = [x, y];
    this.#svg.querySelector(`[data-node="${name}"]`).setAttribute("transform", `translate(${x} ${y})`);
    this.#lead();
  }

  // All of them: a box that is moved comes into the way of others' lines too.
  #lead() {
    for (const path of this.#svg.querySelectorAll("[data-edge]")) {
      const [from, to] = path.dataset.edge.split(" ");
      path.setAttribute("d", this.#curve({ from, to }));
    }
  }

  #keep(name) {
    this.#store.place(name, ...this.#places[name]);
    this.#fit();
    this.#lead();
  }

  #focus(name) {
    for (const node of this.#svg.querySelectorAll("[data-node]")) node.setAttribute("tabindex", node.dataset.node === name ? 0 : -1);
    this.#at = name;
    this.#svg.querySelector(`[data-node="${name}"]`)?.focus({ preventScroll: false });
  }

  #key(event) {
    const name = event.target.closest("[data-node]")?.dataset.node;
    if (!name || event.ctrlKey || event.metaKey) return;
    const way = ARROWS[event.key];
    if (way && (event.shiftKey || event.altKey)) {
      const [x, y] = this.#places[name];
      this.#move(name, Math.max(4, x + way[0] * STEP), Math.max(4, y + way[1] * STEP));
      this.#keep(name);
      this.#does.told(say("moved", { name }));
    } else if (way) {
      const next = nearest(this.#places, name, way);
      if (next) this.#focus(next);
    } else if (event.key === "Enter" || event.key === " ") this.#press_done(name);
    else if (event.key === "c" && this.#store.data.scenes?.[name]) this.begin(name);
    else if (event.key === "Escape" && this.#from) this.begin("");
    else if (event.key === "Delete") this.#does.drop(name);
    else return;
    event.preventDefault();
  }
}

function titled(part) {
  const language = document.documentElement.lang.startsWith("zh") ? "zh-hans" : "en";
  return part?.title?.[language] ?? part?.title?.en ?? Object.values(part?.title ?? {})[0] ?? "";
}

// As much as a box holds; a Chinese character takes the place of two letters.
function fitting(title) {
  let room = 22;
  for (let at = 0; at < title.length; at += 1) {
    room -= title.charCodeAt(at) > 0x2e7f ? 2 : 1;
    if (room < 0) return `${title.slice(0, at - 1).trimEnd()}…`;
  }
  return title;
}
