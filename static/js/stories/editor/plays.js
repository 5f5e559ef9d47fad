// Trying a story: random plays from a scene on, some at a time, so that one sees how far they are and can stop them.
import { post } from "../../chat/http.js";
import { count, say } from "../../chat/words.js";
import { h } from "./dom.js";
import { label } from "./fields.js";

const ALL = 2000;

export class Plays {
  #store;
  #url;
  #running = false;
  #called;
  #jump;

  /** `called(name)` says what something is called, `jump(path)` opens its field. */
  constructor(store, url, called, jump) {
    this.#store = store;
    this.#url = url;
    this.#called = called;
    this.#jump = jump;
  }

  draw() {
    const { data } = this.#store;
    const start = h("select", { class: "input", id: "plays-start" }, h("option", { value: "" }, say("from_start")), Object.keys(data.scenes ?? {}).map((name) => h("option", { value: name }, this.#called(name))));
    const bar = h("progress", { class: "progress", max: ALL, value: 0, hidden: true, "aria-label": say("play_many") });
    const said = h("p", { class: "small quiet", role: "status" });
    const results = h("div", { class: "bars" });
    const go = h("button", { class: "button", type: "button" }, say("play_many"));
    const stop = h("button", { class: "button", type: "button", hidden: true }, say("stop"));
    go.addEventListener("click", () => this.#run(start.value, { bar, said, results, go, stop }));
    stop.addEventListener("click", () => { this.#running = false; });
    return h(
      "section", { class: "walk", "aria-labelledby": "plays-h" },
      h("h2", { id: "plays-h" }, say("plays")),
      h("p", { class: "quiet" }, say("plays_lead")),
      h("div", { class: "field" }, h("label", { for: "plays-start" }, say("play_from")), start),
      h("div", { class: "loom__row" }, go, stop), bar, said, results,
    );
  }

  async #run(start, parts) {
    const { bar, said, results, go, stop } = parts;
    this.#running = true;
    [go.disabled, stop.hidden, bar.hidden] = [true, false, false];
    results.replaceChildren();
    const sum = { plays: 0, stuck: {}, endless: {}, endings: {}, scenes: {}, paths: {} };
    try {
      await this.#store.saved;
      while (this.#running && sum.plays < ALL) {
        const told = await post(this.#url, { start, seed: String(sum.plays + 1) });
        add(sum, told);
        bar.value = sum.plays;
        said.textContent = say("playing", { count: count(sum.plays), all: count(ALL) });
        renew(results, [...this.#stopped(sum), this.#bars("endings", sum, !start), this.#bars("scenes", sum, !start), this.#paths(sum)]);
      }
      said.textContent = say("played", { count: count(sum.plays), stuck: count(all(sum.stuck)), endless: count(all(sum.endless)) });
    } catch (refused) {
      said.textContent = refused.message;
    }
    this.#running = false;
    [go.disabled, stop.hidden, bar.hidden] = [false, true, true];
  }

  // From the middle of a story what lies before it is no fault.
  #bars(part, sum, whole) {
    const rows = Object.entries(sum[part]).sort((one, other) => other[1] - one[1]);
    const row = ([name, met]) => this.#bar(this.#called(name), `${part}.${name}`, met, sum.plays, whole && !met);
    return h("section", {}, h("h3", {}, say(`part_${part}`)), h("ul", {}, rows.map(row)));
  }

  #bar(words, path, met, plays, never) {
    const share = Math.round((met * 1000) / Math.max(1, plays)) / 10;
    return h("li", { class: never ? "bars__never" : "" }, h("button", { class: "linklike", type: "button", "data-kept": `${words} ${path}`, onclick: () => this.#jump(path) }, words), h("meter", { min: 0, max: 100, value: share, "aria-hidden": "true" }), h("span", { class: "count" }, met ? `${share} %` : say("not_met")));
  }

  // Where a play could not go on, or went round in circles: the first thing to mend.
  #stopped(sum) {
    const rows = ["stuck", "endless"].flatMap((why) => Object.entries(sum[why]).map(([name, met]) => this.#bar(say(`plays_${why}`, { name: this.#called(name) }), `scenes.${name}`, met, sum.plays, true)));
    return rows.length ? [h("section", {}, h("h3", {}, say("part_stopped")), h("ul", {}, rows))] : [];
  }

  // Scene by scene, what happened in it: of those plays that came there.
  #paths(sum) {
    const scenes = Object.entries(sum.scenes).filter(([, met]) => met);
    const within = (name) => Object.entries(sum.paths).filter(([path]) => path.startsWith(`scenes.${name}.`));
    const rows = (name, met) => within(name).map(([path, times]) => this.#bar(this.#worded(path), path, times, met, !times));
    return h("section", {}, h("h3", {}, say("part_paths")), scenes.map(([name, met]) => h("details", { class: "loom__entry" }, h("summary", { "data-kept": name }, this.#called(name), within(name).some(([, times]) => !times) ? h("span", { class: "bars__never" }, ` · ${say("not_met")}`) : null), h("ul", {}, rows(name, met)))));
  }

  // The words on a button, or else what it is called in the document.
  #worded(path) {
    const part = this.#store.at(path.split("."));
    const words = part?.label ?? part?.means;
    const said = words?.[document.documentElement.lang.startsWith("zh") ? "zh-hans" : "en"] ?? words?.en;
    const [kind, name] = path.split(".").slice(2);
    return said ? said : `${label(kind).split(/[:：]/u)[0]}: ${name}`;
  }
}

// What is open stays open, and what has the focus keeps it, while the figures grow.
function renew(results, sections) {
  const keyOf = (element) => element?.dataset.kept;
  const open = new Set([...results.querySelectorAll("details[open] > summary")].map(keyOf));
  const focused = results.contains(document.activeElement) ? keyOf(document.activeElement) : null;
  results.replaceChildren(...sections);
  const kept = [...results.querySelectorAll("[data-kept]")];
  for (const each of kept) if (open.has(keyOf(each)) && each.matches("summary")) each.parentElement.open = true;
  if (focused) kept.find((each) => keyOf(each) === focused)?.focus({ preventScroll: true });
}

const all = (counts) => Object.values(counts).reduce((sum, each) => sum + each, 0);

function add(sum, told) {
  sum.plays += told.plays;
  for (const part of ["endings", "scenes", "stuck", "endless", "paths"]) {
    for (const [name, met] of Object.entries(told[part])) sum[part][name] = (sum[part][name] ?? 0) + met;
  }
}
