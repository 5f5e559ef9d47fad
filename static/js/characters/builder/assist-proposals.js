// Proposals as a list: what would be written, what stands there now, and a box to tick for each.
import { count, say } from "../../chat/words.js";
import { same } from "../../shared/same.js";
import { draft } from "./save.js";

export class Proposals {
  #items = [];

  constructor(root, facts, { take, left }) {
    this.root = root;
    this.facts = facts;
    this.form = root.querySelector("[data-proposals]");
    this.list = root.querySelector("[data-proposed]");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = this.#chosen;
      if (!chosen.length) return;
      this.#hide();
      take(Object.assign({}, ...chosen.map((item) => item.fields)));
    });
    this.form.addEventListener("change", () => this.#count());
    root.querySelector("[data-leave]").addEventListener("click", () => {
      this.#hide();
      left();
      root.querySelector("[data-sentence]").focus();
    });
    root.querySelector("[data-tick-all]").addEventListener("click", () => this.#tick(true));
    root.querySelector("[data-tick-none]").addEventListener("click", () => this.#tick(false));
  }

  /** Put the fields before their author; returns how many proposals they make. */
  show(fields, { quietly = false } = {}) {
    const changed = ({ fields: own }) => Object.entries(own).some(([field, value]) => !same(draft.get(field), value));
    this.#items = this.facts.order.flatMap((name) => this.#items_(name, fields)).filter(changed);
    this.list.replaceChildren(...this.#items.map((item) => this.#drawn(item)));
    this.form.hidden = false;
    this.#count();
    if (!quietly) this.form.querySelector("h2").focus();
    return this.#items.length;
  }

  #items_(name, fields) {
    const { labels, traits, looks } = this.facts;
    if (name === "traits") {
      return Object.entries(traits).filter(([key]) => fields[`traits.${key}`]).map(([key, [title, low, high]]) => {
        const field = `traits.${key}`;
        const words = ({ value }) => say("assist_trait", { value, low, high });
        const now = draft.get(field);
        return { label: title, fields: { [field]: fields[field] }, shown: words(fields[field]), now: now && words(now), short: true };
      });
    }
    if (name === "portrait") {
      const drawn = looks.map((look) => `portrait.${look}`).filter((field) => fields[field]);
      if (!drawn.length) return [];
      const chosen = Object.fromEntries(drawn.map((field) => [field, fields[field]]));
      // Where a picture of one's own stands, nobody would see what is drawn.
      if (draft.get("picture")) chosen.picture = null;
      const before = drawn.some((field) => draft.get(field)) || draft.get("picture");
      return [{ label: labels.portrait, fields: chosen, portrait: true, now: before ? " " : "" }];
    }
    if (!(name in fields)) return [];
    const value = fields[name];
    const now = draft.get(name);
    const item = { label: labels[name], fields: { [name]: value }, shown: this.#shown(name, value), now: this.#shown(name, now) };
    if (name === "language") item.short = true;
    return [item];
  }

  #shown(name, value) {
    if (name === "language") return this.facts.languages[value] ?? "";
    if (Array.isArray(value)) {
      const texts = value.filter((text) => text.trim());
      return texts.map((text, place) => `${say("assist_opening", { number: place + 1 })}\n${text}`).join("\n\n");
    }
    return value ?? "";
  }

  #drawn(item) {
    const row = document.createElement("li");
    row.className = item.short ? "proposal proposal--short" : "proposal";
    const label = document.createElement("label");
    label.className = "check";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = !item.now;
    const name = document.createElement("b");
    name.textContent = item.label;
    label.append(box, name);
    row.append(label);
    if (item.portrait) row.append(this.#portrait(item.fields));
    else row.append(text(item.shown, "proposal__text"));
    if (item.now?.trim() && item.now !== item.shown) {
      const now = document.createElement("div");
      now.className = "proposal__now";
      const told = document.createElement("span");
      told.className = "small quiet";
      told.textContent = say("assist_now");
      now.append(told, text(item.now, "proposal__text"));
      row.append(now);
    }
    item.box = box;
    return row;
  }

  #portrait(fields) {
    const portrait = { ...this.facts.portrait };
    for (const name of Object.keys(portrait)) portrait[name] = draft.get(`portrait.${name}`) ?? portrait[name];
    for (const [field, value] of Object.entries(fields)) if (field !== "picture") portrait[field.slice("portrait.".length)] = value;
    const print = document.createElement("span");
    print.className = "portrait proposal__print";
    const image = document.createElement("img");
    image.src = `${this.root.dataset.drawn}?${new URLSearchParams({ ...portrait, mood: "calm", v: this.facts.drawing })}`;
    image.alt = "";
    image.width = 600;
    image.height = 800;
    print.append(image);
    return print;
  }

  get #chosen() {
    return this.#items.filter((item) => item.box.checked);
  }

  #tick(ticked) {
    for (const item of this.#items) item.box.checked = ticked;
    this.#count();
  }

  #count() {
    const chosen = this.#chosen.length;
    this.form.querySelector("[data-take-words]").textContent = say("assist_take", { count: count(chosen) });
    this.form.querySelector("[data-take]").disabled = !chosen;
  }

  #hide() {
    this.form.hidden = true;
    this.list.replaceChildren();
  }
}

function text(words, className) {
  const shown = document.createElement("p");
  shown.className = className;
  shown.textContent = words;
  return shown;
}
