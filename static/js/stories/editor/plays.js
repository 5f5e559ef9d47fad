// Trying a story: random plays from a scene on, some at a time, so that one sees how far they are and can stop them.
import { post } from "../../chat/http.js";
import { count, say } from "../../chat/words.js";
import { h } from "./dom.js";

const ALL = 2000;

export class Plays {
  #store;
  #url;
  #running = false;
  #called;

  constructor(store, url, called) {
    this.#store = store;
    this.#url = url;
    this.#called = called;
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
    return [
      h("p", { class: "quiet" }, say("plays_lead")),
      h("div", { class: "field" }, h("label", { for: "plays-start" }, say("play_from")), start),
      h("div", { class: "loom__row" }, go, stop), bar, said, results,
    ];
  }

  async #run(start, parts) {
    const { bar, said, results, go, stop } = parts;
    this.#running = true;
    [go.disabled, stop.hidden, bar.hidden] = [true, false, false];
    results.replaceChildren();
    const sum = { plays: 0, stuck: 0, endless: 0, endings: {}, scenes: {} };
    try {
      await this.#store.saved;
      while (this.#running && sum.plays < ALL) {
        const told = await post(this.#url, { start, seed: String(sum.plays + 1) });
        add(sum, told);
        bar.value = sum.plays;
        said.textContent = say("playing", { count: count(sum.plays), all: count(ALL) });
        results.replaceChildren(this.#bars("endings", sum, !start), this.#bars("scenes", sum, !start));
      }
      said.textContent = say("played", { count: count(sum.plays), stuck: count(sum.stuck), endless: count(sum.endless) });
    } catch (refused) {
      said.textContent = refused.message;
    }
    this.#running = false;
    [go.disabled, stop.hidden, bar.hidden] = [false, true, true];
  }

  // From the middle of a story what lies before it is no fault.
  #bars(part, sum, whole) {
    const rows = Object.entries(sum[part]).sort((one, other) => other[1] - one[1]);
    const row = ([name, met]) => {
      const share = Math.round((met * 1000) / Math.max(1, sum.plays)) / 10;
      return h("li", { class: whole && !met ? "bars__never" : "" }, h("span", {}, this.#called(name)), h("meter", { min: 0, max: 100, value: share, "aria-hidden": "true" }), h("span", { class: "count" }, met ? `${share} %` : say("not_met")));
    };
    return h("section", {}, h("h3", {}, say(`part_${part}`)), h("ul", {}, rows.map(row)));
  }
}

function add(sum, told) {
  for (const name of ["plays", "stuck", "endless"]) sum[name] += told[name];
  for (const part of ["endings", "scenes"]) {
    for (const [name, met] of Object.entries(told[part])) sum[part][name] = (sum[part][name] ?? 0) + met;
  }
}
