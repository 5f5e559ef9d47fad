// One field of a form. Each knows its path in the document, writes there, and is found by it.
import { say } from "../../chat/words.js";
import { h, icon } from "./dom.js";
import { FORMS, freeName, isName } from "./shape.js";

const labels = JSON.parse(document.getElementById("loom-labels").textContent);
const choices = JSON.parse(document.getElementById("loom-choices").textContent);
const urls = JSON.parse(document.getElementById("loom-urls").textContent);
export const label = (name) => labels[name] ?? name;

/** `again(focus)` shows the form anew, after what it consists of changed. */
export class Fields {
  constructor(store, again) {
    this.store = store;
    this.again = again;
  }

  all(fields, path) {
    return fields.map((field) => this[field.type](field, [...path, field.name])).flat();
  }

  get languages() {
    return this.store.data.languages ?? ["en", "zh-hans"];
  }

  words(field, path) {
    const legend = label(field.name);
    return h("fieldset", { class: "loom__pair" }, h("legend", {}, legend), this.languages.map((code) => this.#said(field, [...path, code], legend, code)));
  }

  #said(field, path, legend, code) {
    const value = this.store.at(path) ?? "";
    const props = { ...this.#props(path), lang: code === "zh-hans" ? "zh-Hans" : "en", "aria-label": say("words_of", { label: legend, language: say(code) }), placeholder: say(code), oninput: (event) => this.#write(path, event.target.value) };
    if (field.long || field.lines || value.length > 60 || value.includes("\n")) {
      const area = h("textarea", { ...props, rows: field.lines ? 4 : 2 });
      area.value = value;
      return area;
    }
    return h("input", { ...props, type: "text", value });
  }

  /** One passage, or several of which each may have a condition. */
  text(field, path) {
    const value = this.store.at(path);
    const several = Array.isArray(value);
    const add = h("button", { class: "button button--bare loom__more", type: "button", onclick: () => this.#addLine(path, value) }, icon("plus"), say("more_lines"));
    const lines = several ? value.map((_line, at) => this.#line(path, at)) : [this.#passage(path, label(field.name))];
    return h("fieldset", { class: "loom__group" }, h("legend", {}, label(field.name)), lines, add);
  }

  #passage(path, legend) {
    return h("div", { class: "loom__pair" }, this.languages.map((code) => this.#said({ lines: true }, [...path, code], legend, code)));
  }

  #line(path, at) {
    const here = [...path, at];
    const name = say("line_of_text", { number: at + 1 });
    return h("div", { class: "loom__line" }, h("div", { class: "loom__row" }, this.expression({ name: "when" }, [...here, "when"]), this.#remove(here, name, path)), this.#passage(here, name));
  }

  #addLine(path, value) {
    if (value === undefined) this.store.set([...path, 0], { when: true, en: "", "zh-hans": "" });
    else if (Array.isArray(value)) this.store.set([...path, value.length], Object.fromEntries([["when", "true"], ...this.languages.map((code) => [code, ""])]));
    else this.store.set(path, [value, Object.fromEntries([["when", "true"], ...this.languages.map((code) => [code, ""])])]);
    this.again([...path, Array.isArray(value) ? value.length - 1 : 1, "when"]);
  }

  expression(field, path) {
    const value = this.store.at(path);
    const props = { ...this.#props(path), class: "input loom__code", type: "text", spellcheck: "false", autocapitalize: "off", value: value === undefined ? "" : String(value) };
    return this.#field(field, path, h("input", { ...props, oninput: (event) => this.#write(path, plain(event.target.value)) }));
  }

  effects(field, path) {
    const value = this.store.at(path) ?? [];
    const lines = Array.isArray(value) ? value : value.split(";").map((each) => each.trim());
    const area = h("textarea", { ...this.#props(path), class: "input loom__code", rows: 2, spellcheck: "false", oninput: (event) => this.#write(path, effectsIn(event.target.value)) });
    area.value = lines.filter(Boolean).join("\n");
    return this.#field(field, path, area);
  }

  line(field, path) {
    return this.#field(field, path, h("input", { ...this.#props(path), type: "text", value: this.store.at(path) ?? "", oninput: (event) => this.#write(path, event.target.value.trim()) }));
  }

  number(field, path) {
    const value = this.store.at(path) ?? field.usual;
    return this.#field(field, path, h("input", { ...this.#props(path), type: "number", step: 1, value, oninput: (event) => event.target.value !== "" && this.store.set(path, Math.trunc(Number(event.target.value))) }));
  }

  bool(field, path) {
    const ticked = Boolean(this.store.at(path) ?? field.usual);
    const box = h("input", { type: "checkbox", id: id(path), "data-path": path.join("."), onchange: (event) => (event.target.checked === field.usual ? this.store.remove(path) : this.store.set(path, event.target.checked)) });
    box.checked = ticked;
    return h("label", { class: "check" }, box, label(field.name));
  }

  choose(field, path) {
    const value = this.store.at(path) ?? field.among[0];
    const named = (each) => say(each === "roll" ? "roll_verb" : each === "story" ? "kind_story" : each === "practice" ? "kind_practice" : each);
    return this.#field(field, path, this.#select(path, field.among.map((each) => [each, named(each)]), value, (chosen) => this.store.set(path, chosen)));
  }

  pick(field, path) {
    const value = this.store.at(path) ?? "";
    const known = [...(field.more ?? []), ...field.of.flatMap((table) => Object.keys(this.store.data[table] ?? {}))];
    const options = [...(field.needed ? [] : [["", say(field.empty ?? "nowhere")]]), ...known.map((name) => [name, this.named(name, field.of)])];
    if (value && !known.includes(value)) options.push([value, value]);
    return this.#field(field, path, this.#select(path, options, value, (chosen) => this.#write(path, chosen)));
  }

  several(field, path) {
    const names = field.of.flatMap((table) => Object.keys(this.store.data[table] ?? {})).filter((name) => name !== path.at(-2));
    const now = () => this.store.at(path) ?? [];
    const box = (name) => {
      const input = h("input", { type: "checkbox", onchange: (event) => this.store.set(path, event.target.checked ? [...now(), name] : now().filter((each) => each !== name)) });
      input.checked = now().includes(name);
      return h("label", { class: "check" }, input, this.named(name, field.of));
    };
    return h("fieldset", { class: "loom__group", "data-path": path.join("."), tabindex: "-1" }, h("legend", {}, label(field.name)), h("div", { class: "loom__ticks" }, names.map(box)));
  }

  point(_field, path) {
    const value = this.store.at(path) ?? [0, 0];
    const part = (at, name) => this.#field({ name }, [...path, at], h("input", { ...this.#props([...path, at]), type: "number", min: 0, max: 1000, value: value[at], oninput: (event) => event.target.value !== "" && this.store.set([...path, at], Math.trunc(Number(event.target.value))) }));
    return h("div", { class: "loom__pair" }, part(0, "x"), part(1, "y"));
  }

  called(_field, path) {
    const legend = label("called");
    return h("fieldset", { class: "loom__pair" }, h("legend", {}, legend), this.languages.map((code) => {
      const here = [...path, code];
      return h("input", { ...this.#props(here), type: "text", lang: code === "zh-hans" ? "zh-Hans" : "en", "aria-label": say("words_of", { label: legend, language: say(code) }), placeholder: say(code), value: (this.store.at(here) ?? []).join(", "), oninput: (event) => this.#write(here, event.target.value.split(/[,，、]/u).map((each) => each.trim()).filter(Boolean)) });
    }));
  }

  /** What a name is called in the reader's language, with the name itself. */
  named(name, tables = ["scenes", "endings", "cast", "items", "places", "counters", "dice"]) {
    const { data } = this.store;
    const part = tables.map((table) => data[table]?.[name]).find(Boolean);
    const words = part?.title ?? part?.name;
    const said = words?.[this.#language] ?? words?.en ?? Object.values(words ?? {})[0];
    return name === "you" ? say("you") : said ? `${said} (${name})` : name;
  }

  get #language() {
    return document.documentElement.lang.startsWith("zh") ? "zh-hans" : "en";
  }

  portrait(field, path) {
    const now = () => ({ ...(this.store.at(path) ?? {}) });
    const picture = h("img", { alt: "", width: 90, height: 120, class: "loom__face" });
    const draw = () => {
      const asked = new URLSearchParams({ ...now(), seed: String(now().seed ?? "1") });
      picture.src = `${urls.portrait}?${asked}`;
    };
    const part = (name) => this.#select([...path, name], [["", "–"], ...choices[name].map((each) => [each, each])], now()[name] ?? "", (chosen) => {
      this.#write([...path, name], chosen);
      draw();
    });
    const names = field.only ?? ["palette", "head", "temper", "scene", "gate", "faces"];
    const parts = names.map((name) => this.#field({ name }, [...path, name], part(name)));
    if (!field.only) {
      parts.push(this.#field({ name: "seed" }, [...path, "seed"], h("input", { ...this.#props([...path, "seed"]), type: "text", maxlength: 60, value: now().seed ?? "", onchange: (event) => {
        this.#write([...path, "seed"], event.target.value.trim());
        draw();
      } })));
    }
    draw();
    return h("fieldset", { class: "loom__group loom__look" }, h("legend", {}, label(field.name)), picture, h("div", { class: "loom__parts" }, parts));
  }

  group(field, path) {
    const there = this.store.at(path) !== undefined;
    if (field.needed) return h("fieldset", { class: "loom__group" }, h("legend", {}, label(field.name)), this.all(field.fields, path));
    const add = () => {
      this.store.set(path, field.begins(this.store.data));
      this.again([...path, field.fields[0].name]);
    };
    if (!there) return h("button", { class: "button button--bare loom__more", type: "button", onclick: add }, icon("plus"), say("add_to", { part: label(field.name).split(/[:：]/u)[0] }));
    return h("fieldset", { class: "loom__group" }, h("legend", {}, label(field.name)), this.#remove(path, label(field.name), path), this.all(field.fields, path));
  }

  /** Parts with names: choices, beats. */
  map(field, path) {
    const form = FORMS[field.of];
    const entries = Object.entries(this.store.at(path) ?? {});
    const add = () => {
      const name = freeName(this.store.at(path), field.of);
      this.store.set([...path, name], form.begins(this.store.data));
      this.again([...path, name]);
    };
    return this.#table(field, path, entries.map(([name, part]) => this.#entry(form, [...path, name], name, part)), add);
  }

  list(field, path) {
    const form = FORMS[field.of];
    const parts = this.store.at(path) ?? [];
    const add = () => {
      this.store.set([...path, parts.length], form.begins(this.store.data));
      this.again([...path, this.store.at(path).length - 1]);
    };
    return this.#table(field, path, parts.map((part, at) => this.#entry(form, [...path, at], at, part)), add);
  }

  #table(field, path, entries, add) {
    const button = h("button", { class: "button loom__more", type: "button", onclick: add }, icon("plus"), say("add_to", { part: label(field.name).split(/[:：]/u)[0] }));
    return h("section", { class: "loom__table", "data-path": path.join(".") }, h("h3", {}, label(field.name), " ", h("span", { class: "count" }, String(entries.length))), entries, button);
  }

  #entry(form, path, name, part) {
    const words = part?.label ?? part?.means ?? part?.matters ?? part?.name ?? (typeof part?.text === "object" && !Array.isArray(part.text) ? part.text : null);
    const said = words?.[this.#language] ?? words?.en ?? "";
    const leads = part?.to ? ` → ${part.to}` : "";
    const head = h("summary", {}, h("b", {}, typeof name === "number" ? String(name + 1) : name), " ", h("span", { class: "quiet" }, `${said.length > 40 ? `${said.slice(0, 40)}…` : said}${leads}`));
    const tools = h("div", { class: "loom__row" }, typeof name === "string" ? this.rename(path) : null, this.#remove(path, String(name), path.slice(0, -1)));
    return h("details", { class: "loom__entry", "data-path": path.join(".") }, head, tools, this.all(form.fields, path));
  }

  rename(path, renamed = (name) => this.again([...path.slice(0, -1), name])) {
    const field = h("input", { class: "input loom__code", type: "text", value: path.at(-1), maxlength: 40, spellcheck: "false", autocapitalize: "off", "aria-label": say("new_name") });
    const wrong = h("p", { class: "field__error", hidden: true, role: "alert" });
    field.addEventListener("change", () => {
      const name = field.value.trim();
      if (name === path.at(-1)) return;
      const taken = !isName(name) || name in this.store.at(path.slice(0, -1));
      wrong.hidden = !taken;
      wrong.textContent = taken ? say("name_taken") : "";
      if (taken) return;
      this.store.rename(path, name);
      renamed(name);
    });
    return h("div", { class: "loom__name" }, field, wrong);
  }

  #remove(path, name, focus) {
    return h("button", { class: "button button--bare button--icon", type: "button", "aria-label": say("remove", { name }), onclick: () => {
      this.store.remove(path);
      this.again(focus);
    } }, icon("trash"));
  }

  #select(path, options, value, chosen) {
    const select = h("select", { ...this.#props(path), onchange: (event) => chosen(event.target.value) }, options.map(([code, said]) => h("option", { value: code }, said)));
    select.value = value;
    return select;
  }

  #field(field, path, control) {
    return h("div", { class: "field" }, h("label", { for: id(path) }, label(field.name)), control);
  }

  #props(path) {
    return { class: "input", id: id(path), "data-path": path.join("."), autocomplete: "off" };
  }

  /** What is empty is not there. */
  #write(path, value) {
    const empty = value === "" || (Array.isArray(value) && !value.length);
    const language = path.at(-1) === "en" || path.at(-1) === "zh-hans";
    if (empty && !language) this.store.remove(path);
    else this.store.set(path, value);
  }
}

const id = (path) => `f-${path.join("-")}`;

// "true" and numbers are what they are, everything else is text.
function plain(written) {
  const said = written.trim();
  if (said === "true" || said === "false") return said === "true";
  return /^-?\d{1,6}$/u.test(said) ? Number(said) : said;
}

function effectsIn(written) {
  const lines = written.split("\n").map((line) => line.trim()).filter(Boolean);
  return lines.length === 1 ? lines[0] : lines;
}
