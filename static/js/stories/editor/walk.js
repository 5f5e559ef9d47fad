// Playing a draft by hand: from any scene, with what was before it, one step after the other; and what keeps closed
// what is closed. The server plays: here are the steps, and what it told of them.
import { post } from "../../chat/http.js";
import { say } from "../../chat/words.js";
import { h, icon } from "./dom.js";

const NOTHING_BEFORE = "0";
const NAMED = ["cast", "items", "places", "dice"];

export class Walk {
  #store;
  #url;
  #called;
  #jump;
  #form = { start: "", way: 1, given: "" };
  #walk = null; // what is shown, as it was asked for: {start, way, given, steps}
  #asked = 0;
  #parts = {};

  /** `called(name, tables)` says what something is called, `jump(path)` opens its field. */
  constructor(store, url, called, jump) {
    this.#store = store;
    this.#url = url;
    this.#called = called;
    this.#jump = jump;
  }

  /** From the form of a scene: what `draw` shows next. */
  from(scene) {
    this.#form = { ...this.#form, start: scene, way: 1 };
    this.#walk = { ...this.#form, steps: [] };
    this.#asked += 1; // what was asked before is of another walk
  }

  draw() {
    const { data } = this.#store;
    const scenes = Object.keys(data.scenes ?? {});
    for (const each of [this.#form, this.#walk]) if (each && !scenes.includes(each.start)) each.start = "";
    const start = h("select", { class: "input", id: "walk-start" }, h("option", { value: "" }, say("from_start")), scenes.map((name) => h("option", { value: name }, this.#called(name, ["scenes"]))));
    start.value = this.#form.start;
    const before = h("select", { class: "input", id: "walk-before" }, h("option", { value: "1" }, say("walk_came")), h("option", { value: NOTHING_BEFORE }, say("walk_nothing")));
    before.value = String(Math.min(this.#form.way, 1));
    const given = h("input", { class: "input loom__code", id: "walk-given", type: "text", spellcheck: "false", autocapitalize: "off", autocomplete: "off", value: this.#form.given });
    const field = (control, words) => h("div", { class: "field" }, h("label", { for: control.id }, say(words)), control);
    const asked = { before: field(before, "walk_before"), given: field(given, "walk_given") };
    const fit = () => {
      asked.before.hidden = !start.value;
      asked.given.hidden = Boolean(start.value) && before.value !== NOTHING_BEFORE;
    };
    for (const control of [start, before]) control.addEventListener("change", fit);
    fit();
    const form = h("form", { class: "walk__ask" }, field(start, "play_from"), asked.before, asked.given, h("button", { class: "button" }, icon("right"), say("walk_begin")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#form = { start: start.value, way: start.value ? Number(before.value) : 0, given: given.value };
      this.#look({ ...this.#form, steps: [] });
    });
    this.#parts = { trail: h("ol", { class: "walk__trail" }), now: h("div", { class: "walk__now" }), said: h("p", { class: "small quiet", role: "status" }) };
    const { trail, now, said } = this.#parts;
    if (this.#walk) this.#look(this.#walk);
    return h("section", { class: "walk", "aria-labelledby": "walk-h" }, h("h2", { id: "walk-h", tabindex: "-1" }, say("walk")), h("p", { class: "quiet" }, say("walk_lead")), form, trail, now, said);
  }

  #take(step, words) {
    return this.#look({ ...this.#walk, steps: [...this.#walk.steps, { step, words }] }, { focus: true });
  }

  // A step is one of the walk when its answer shows it; of two that are asked for at once only the later does.
  async #look(walk, { focus = false } = {}) {
    const number = (this.#asked += 1);
    try {
      await this.#store.saved;
      const { start, way, given, steps } = walk;
      const told = await post(this.#url, { start, way, given: way ? "" : given, steps: steps.map(({ step }) => step) });
      if (number === this.#asked) this.#show(told, walk, focus);
    } catch (refused) {
      if (number === this.#asked) this.#parts.said.textContent = refused.message;
    }
  }

  #show(told, walk, focus) {
    const { trail, now, said } = this.#parts;
    const steps = walk.steps.slice(0, told.moments.length - 1);
    const lost = walk.steps.length - steps.length;
    this.#walk = { ...walk, steps };
    said.textContent = [lost ? say("walk_lost", { count: lost }) : "", told.found ? "" : say("walk_not_found")].filter(Boolean).join(" ");
    trail.replaceChildren(...told.moments.map((moment, at) => this.#moment(moment, at && steps[at - 1].words)));
    now.replaceChildren(...this.#now(told));
    if (!focus) return;
    trail.lastElementChild.focus({ preventScroll: true });
    trail.lastElementChild.scrollIntoView({ block: "nearest" });
  }

  #moment({ notes, met, moved }, words) {
    const lines = [words ? h("p", { class: "walk__did" }, words) : null, ...notes.filter(({ kind }) => kind === "told" || kind === "scene" || kind === "ending" || kind === "rolled").map(note)];
    const facts = [...met.map((path) => h("li", {}, h("button", { class: "linklike", type: "button", onclick: () => this.#jump(path) }, h("code", {}, path)))), ...moved.map((each) => h("li", {}, h("code", {}, this.#fact(each))))];
    return h("li", { tabindex: "-1" }, lines, facts.length ? h("ul", { class: "walk__facts", "aria-label": say("walk_facts") }, facts) : null);
  }

  // hope 2 → 1
  #fact([part, name, before, now]) {
    const shown = (value) => (value === "" ? "–" : String(value));
    const called = { bonds: `bond(${name})`, here: `here(${name})`, moods: `mood(${name})`, place: "place" }[part] ?? name;
    return `${called} ${shown(before)} → ${shown(now)}`;
  }

  #now({ scene, ending, choices, actions, proposals, state }) {
    const back = h("button", { class: "button", type: "button", disabled: !this.#walk.steps.length, onclick: () => this.#back() }, icon("undo"), say("walk_back"));
    const { start, way } = this.#walk;
    const another = start && way ? h("button", { class: "button", type: "button", onclick: () => this.#look({ ...this.#walk, way: way + 1, steps: [] }) }, say("walk_another")) : null;
    const form = h("button", { class: "button", type: "button", onclick: () => this.#jump(ending ? `endings.${ending}` : `scenes.${scene}`) }, icon("quill"), say("walk_form", { name: ending || scene }));
    const head = h("p", { class: "walk__where" }, ending ? say("ending_node", { name: ending, title: this.#title("endings", ending) }) : say("walk_here", { name: scene, title: this.#title("scenes", scene) }));
    const ways = [
      ...[...choices].sort((one, other) => other.open - one.open).map((each) => this.#choice(each)),
      ...actions.map((each) => this.#way_of(each, this.#deed(scene, each))),
      ...proposals.map(([name, means]) => this.#way_of(["propose", name, ""], say("walk_proposed", { means }))),
    ];
    return [head, ending ? null : h("ul", { class: "walk__ways", "aria-label": say("walk_ways") }, ways), h("div", { class: "loom__row" }, back, another, form), this.#standing(state)].filter(Boolean);
  }

  #choice({ name, words, open, why, when, to }) {
    const leads = to ? h("span", { class: "quiet" }, ` → ${to}`) : null;
    if (open) return h("li", {}, h("button", { class: "button walk__way", type: "button", onclick: () => this.#take(["choose", name, ""], words) }, h("span", {}, words, leads)));
    const closed = [say(`closed_${why}`, { to }), why === "when" ? h("code", {}, ` ${when}`) : null];
    return h("li", { class: "walk__closed" }, h("span", {}, words, leads), h("span", { class: "small" }, closed));
  }

  #way_of(step, words) {
    return h("li", { class: "walk__aside" }, h("button", { class: "button button--bare walk__way", type: "button", onclick: () => this.#take(step, words) }, words));
  }

  #deed(scene, [verb, target, item]) {
    if (verb === "custom") return this.#worded((this.#store.data.scenes[scene].actions?.[target] ?? this.#store.data.actions?.[target])?.label) || target;
    const named = [item, target].filter(Boolean).map((name) => this.#called(name, NAMED));
    return `${say(verb === "roll" ? "roll_verb" : verb)} ${named.join(" → ")}`;
  }

  #standing(state) {
    const { flags, counters, bonds, items, here, place } = state;
    const rows = [
      ["place", place || "–"],
      ["present", Object.keys(here).filter((name) => here[name]).join(", ") || "–"],
      ...Object.entries({ ...counters, ...flags }).map(([name, value]) => [name, String(value)]),
      ...Object.entries(bonds).map(([name, value]) => [`bond(${name})`, String(value)]),
      ...Object.entries(items).map(([name, where]) => [name, where || "–"]),
    ];
    return h("details", { class: "loom__entry" }, h("summary", {}, say("walk_state")), h("dl", { class: "walk__state" }, rows.map(([name, value]) => h("div", {}, h("dt", {}, h("code", {}, name)), h("dd", {}, value)))));
  }

  #title(table, name) {
    return this.#worded(this.#store.data[table]?.[name]?.title) || name;
  }

  #worded(words = {}) {
    return (document.documentElement.lang.startsWith("zh") ? words["zh-hans"] : words.en) || words.en || Object.values(words)[0];
  }

  #back() {
    return this.#look({ ...this.#walk, steps: this.#walk.steps.slice(0, -1) }, { focus: true });
  }
}

function note({ kind, words, rolls = [], plus = 0, needs = 0, passed = false }) {
  if (kind === "scene" || kind === "ending") return h("h3", {}, words);
  if (kind === "rolled") return h("p", { class: "dice" }, `${words}: ${[...rolls, ...(plus ? [plus] : [])].join(" + ")} / ${needs} ${passed ? "✓" : "✗"}`);
  return h("p", { class: "walk__told" }, words.split(/\*([^*]+)\*/u).map((each, at) => (at % 2 ? h("em", {}, each) : each)));
}
