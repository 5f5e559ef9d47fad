// The editor of a story: what is chosen, and the parts that show it.
import { say } from "../../chat/words.js";
import { h, icon } from "./dom.js";
import { Fields, label } from "./fields.js";
import { Graph } from "./graph.js";
import { Plays } from "./plays.js";
import { FORMS, freeName, TABS } from "./shape.js";
import { Store } from "./store.js";
import { Text } from "./text.js";
import { Walk } from "./walk.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const page = document.querySelector("[data-loom]");
const part = (name) => page.querySelector(`[data-${name}]`);
const urls = read("loom-urls");
const store = new Store(read("loom-state"), urls.save);
const narrow = matchMedia("(max-width: 63.99rem)");

let tab = "scenes";
let chosen = store.data ? ["scenes", store.data.start in (store.data.scenes ?? {}) ? store.data.start : Object.keys(store.data.scenes ?? {})[0]] : [];

const fields = new Fields(store, (focus) => {
  drawForm();
  reveal(focus.join("."));
});
const graph = new Graph(store, {
  choose: (name) => choose([name in (store.data.scenes ?? {}) ? "scenes" : "endings", name]),
  connect,
  drop: (name) => drop([name in (store.data.scenes ?? {}) ? "scenes" : "endings", name]),
  told,
});
const plays = new Plays(store, urls.plays, (name) => fields.named(name, ["scenes", "endings"]), (path) => jump({ path }));
const walk = new Walk(store, urls.walk, (name, tables) => fields.named(name, tables), (path) => jump({ path }));
const text = new Text(store, part("text"));

function told(words) {
  part("said").textContent = words;
}

// --- choosing

function choose(path, { focus = false } = {}) {
  chosen = path;
  drawForm();
  drawPane();
  if (focus || narrow.matches) part("form").querySelector("h2")?.focus();
}

function open(name) {
  tab = name;
  const table = TABS[name].find((each) => Object.keys(store.data[each] ?? {}).length) ?? TABS[name][0];
  if (name === "story") chosen = [];
  else if (name !== "plays" && !TABS[name].includes(chosen[0])) chosen = firstOf(table);
  drawTabs();
  drawPane();
  drawForm();
}

function firstOf(table) {
  const name = Object.keys(store.data?.[table] ?? {})[0];
  return name === undefined ? [table] : [table, name];
}

function add(table, stem) {
  const name = freeName({ ...store.data.scenes, ...store.data.endings, ...store.data[table] }, stem);
  store.set([table, name], FORMS[table].begins(store.data));
  choose([table, name], { focus: true });
}

function drop(path) {
  store.remove(path);
  told(say("delete_sure", { name: path.at(-1) }));
  chosen = firstOf(path[0]);
  drawForm();
  drawPane();
}

/** A choice of the one that leads to the other. */
function connect(from, to) {
  if (!store.data.scenes?.[from] || from === to) return;
  const name = freeName(store.data.scenes[from].choices, `to_${to}`.slice(0, 36));
  const title = (store.data.scenes[to] ?? store.data.endings[to])?.title ?? {};
  const words = Object.fromEntries(fields.languages.map((code) => [code, code === "en" ? `To: ${title[code] ?? to}` : `去：${title[code] ?? to}`]));
  store.set(["scenes", from, "choices", name], { label: words, to });
  store.edges.push({ from, to, by: `scenes.${from}.choices.${name}` });
  choose(["scenes", from]);
  reveal(`scenes.${from}.choices.${name}`, { focus: false });
  told(say("connected", { from, to }));
}

// --- drawing

function drawTabs() {
  for (const button of part("tabs").children) {
    const current = button.dataset.tab === tab;
    button.setAttribute("aria-selected", String(current));
    button.tabIndex = current ? 0 : -1;
    if (current) button.scrollIntoView({ block: "nearest", inline: "center" });
  }
  part("pane").setAttribute("aria-labelledby", `tab-${tab}`);
  page.dataset.tab = tab;
}

function drawPane() {
  const pane = part("pane");
  if (!store.data || typeof store.data !== "object") {
    pane.replaceChildren(h("p", { class: "notice" }, say("unreadable")));
    return;
  }
  if (tab === "scenes") {
    if (!pane.contains(graph.element)) pane.replaceChildren(graphTools(), h("div", { class: "loom__frame" }, h("div", { class: "loom__graph", tabindex: "-1" }, graph.element), h("div", { class: "loom__zoom" }, zoomer("−", "zoom_out", 0.8), zoomer("+", "zoom_in", 1.25))), h("p", { class: "small quiet" }, say("graph_keys")));
    graph.draw(chosen[1]);
    if (pane.dataset.shows !== "scenes") graph.show(chosen[1]);
  } else if (tab === "plays") {
    if (pane.dataset.shows !== "plays") pane.replaceChildren(walk.draw(), plays.draw());
  } else if (tab === "story") pane.replaceChildren(h("p", { class: "quiet" }, say("story_lead")));
  else pane.replaceChildren(...TABS[tab].map(listOf));
  pane.dataset.shows = tab;
}

function graphTools() {
  const button = (name, words, act) => h("button", { class: "button", type: "button", onclick: act }, icon(name), words);
  return h("div", { class: "loom__row loom__tools" }, button("plus", say("new_scene"), () => add("scenes", "scene")), button("flag", say("new_ending"), () => add("endings", "ending")));
}

function zoomer(sign, words, by) {
  return h("button", { class: "button button--icon", type: "button", "aria-label": say(words), onclick: () => graph.zoom(by) }, sign);
}

function listOf(table) {
  const names = Object.keys(store.data[table] ?? {});
  const entry = (name) => h("li", {}, h("button", { type: "button", class: "loom__pick", "aria-pressed": String(chosen[0] === table && chosen[1] === name), onclick: () => choose([table, name], { focus: true }) }, fields.named(name, [table])));
  const stem = { cast: "somebody", items: "thing", places: "place", flags: "flag", counters: "number", dice: "die" }[table];
  return h("section", { class: "loom__list", "data-path": table }, h("h2", {}, label(table)), h("ul", {}, names.map(entry)), h("button", { class: "button", type: "button", onclick: () => add(table, stem) }, icon("plus"), say("add_to", { part: label(table) })));
}

function drawForm() {
  const form = part("form");
  form.hidden = tab === "plays" || !store.data;
  if (form.hidden) return;
  const kept = [...form.querySelectorAll("details[open]")].map((each) => each.dataset.path);
  form.replaceChildren(...formOf());
  for (const path of kept) form.querySelector(`details[data-path="${CSS.escape(path)}"]`)?.setAttribute("open", "");
  if (form.dataset.shows !== chosen.join(".")) form.scrollTop = 0;
  form.dataset.shows = chosen.join(".");
  mark();
}

function formOf() {
  if (tab === "story") return [h("h2", { tabindex: "-1" }, label("story")), ...fields.all(FORMS.story.fields, [])];
  const [table, name] = chosen;
  const shape = FORMS[table];
  if (name === undefined || store.at(chosen) === undefined) return [h("p", { class: "quiet" }, say("choose"))];
  const tried = table === "scenes" ? h("button", { class: "button", type: "button", onclick: () => tryFrom(name) }, icon("onward"), say("walk_try")) : null;
  const head = h("div", { class: "loom__row loom__top" }, h("h2", { tabindex: "-1" }, fields.named(name, [table])), tried, h("button", { class: "button button--bare button--icon", type: "button", "aria-label": say("remove", { name }), onclick: () => drop(chosen) }, icon("trash")));
  const rename = fields.rename(chosen, (now) => {
    if (store.layout[name]) store.place(now, ...store.layout[name]);
    choose([table, now]);
  });
  const inner = shape.plain ? [plainFlag(chosen)] : fields.all(shape.fields, chosen);
  return [head, h("div", { class: "field" }, h("span", { class: "field__label" }, say("new_name")), rename), table === "scenes" ? connectTo(name) : null, ...inner].filter(Boolean);
}

function tryFrom(scene) {
  walk.from(scene);
  open("plays");
  part("pane").querySelector("#walk-h").focus();
}

function plainFlag(path) {
  const box = h("input", { type: "checkbox", onchange: (event) => store.set(path, event.target.checked) });
  box.checked = Boolean(store.at(path));
  return h("label", { class: "check", "data-path": path.join(".") }, box, say("true"));
}

function connectTo(from) {
  const names = [...Object.keys(store.data.scenes ?? {}), ...Object.keys(store.data.endings ?? {})].filter((name) => name !== from);
  const select = h("select", { class: "input", id: "connect-to" }, names.map((name) => h("option", { value: name }, fields.named(name))));
  return h("div", { class: "field" }, h("label", { for: "connect-to" }, say("connect_to")), h("div", { class: "loom__row" }, select, h("button", { class: "button", type: "button", onclick: () => select.value && connect(from, select.value) }, icon("right"), say("connect"))));
}

// --- problems

function drawProblems() {
  const wrong = store.problems.filter((each) => !each.hint);
  const hints = store.problems.filter((each) => each.hint);
  const words = [wrong.length ? say("problems", { count: wrong.length }) : say("no_problems"), hints.length ? say("hints", { count: hints.length }) : ""].filter(Boolean).join(" · ");
  part("wrong-count").textContent = words;
  part("next").disabled = !(wrong.length || hints.length);
  part("next-icon").replaceChildren(icon(wrong.length ? "warn" : hints.length ? "flag" : "check"));
  part("next-words").textContent = wrong.length ? say("problems", { count: wrong.length }) : hints.length ? say("hints", { count: hints.length }) : say("no_problems");
  if (part("wrong-said").textContent !== words) part("wrong-said").textContent = words;
  part("wrong").replaceChildren(...[...wrong, ...hints].map((each) => h("li", { class: each.hint ? "loom__hint" : "" }, h("button", { type: "button", onclick: () => jump(each) }, icon(each.hint ? "flag" : "warn"), h("span", {}, h("code", {}, each.path || "–"), h("span", { class: "small quiet" }, ` ${say("line_number", { line: each.line })}`), h("br"), each.reason)))));
  mark();
}

function mark() {
  const wrong = store.problems.filter((each) => !each.hint);
  for (const told of part("form").querySelectorAll("[data-reason]")) told.remove();
  for (const field of part("form").querySelectorAll("[data-path]")) {
    const { path } = field.dataset;
    const within = wrong.filter((each) => each.path === path || each.path.startsWith(`${path}.`));
    if (field.matches("details")) field.toggleAttribute("data-faulty", within.length > 0);
    else if (field.matches("input, textarea, select")) fault(field, within);
    else field.toggleAttribute("data-faulty", within.some((each) => each.path === path));
  }
}

// Why, where it is written: on a phone the list of what is wrong is far away.
function fault(field, within) {
  const id = `${field.id}-why`;
  for (const name of ["aria-invalid", "aria-describedby"]) field.removeAttribute(name);
  if (!within.length) return;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", id);
  const holder = field.closest("label") ?? field;
  holder.after(h("p", { class: "field__error", id, "data-reason": true }, within.map((each) => each.reason).join(" ")));
}

// One after the other, what is wrong before what is only odd.
let lastShown = "";
function showNext() {
  const all = [...store.problems.filter((each) => !each.hint), ...store.problems.filter((each) => each.hint)];
  const key = ({ path, reason }) => `${path} ${reason}`;
  const next = all[(all.findIndex((each) => key(each) === lastShown) + 1) % all.length];
  lastShown = key(next);
  jump(next);
  told(next.reason);
}

function jump({ path, line }) {
  if (line && !part("text").hidden) text.go(line, { focus: !store.data });
  if (!store.data) {
    beside(true);
    text.go(line);
    return;
  }
  const [table, name] = path.split(".");
  tab = Object.keys(TABS).find((each) => TABS[each].includes(table)) ?? "story";
  chosen = tab === "story" ? [] : store.data[table]?.[name] === undefined ? firstOf(table) : [table, name];
  drawTabs();
  drawPane();
  drawForm();
  reveal(path);
}

/** The field of a path, or of what it stands in: opened, in sight, with the focus. */
function reveal(path, { focus = true } = {}) {
  const form = part("form");
  let found = null;
  for (let at = path; at && !found; at = at.slice(0, Math.max(0, at.lastIndexOf(".")))) found = form.querySelector(`[data-path="${CSS.escape(at)}"]`);
  if (!found) {
    form.querySelector("h2")?.focus();
    return;
  }
  for (let holder = found; holder && holder !== form; holder = holder.parentElement) {
    if (holder.matches("details")) holder.open = true;
  }
  const target = found.matches("details") ? found.querySelector("summary") : found.matches("section") ? found.querySelector(":scope > .loom__more") : found;
  if (found.matches("details")) form.scrollTop += found.getBoundingClientRect().top - form.getBoundingClientRect().top - 16;
  target.scrollIntoView({ block: found.matches("details") && narrow.matches ? "center" : "nearest" });
  if (focus) target.focus({ preventScroll: true });
}

// --- the document beside

function beside(shown) {
  part("text").hidden = !shown;
  part("beside").setAttribute("aria-pressed", String(shown));
  page.toggleAttribute("data-two", shown);
  if (shown) text.show();
}

// --- wiring

const ICONS = { saved: "check", saving: "check", trouble: "warn" };

store.addEventListener("state", ({ detail: { state, why } }) => {
  const line = part("saved");
  line.dataset.state = state;
  line.replaceChildren(icon(ICONS[state]), h("span", {}, state === "trouble" ? say("unsaved", { why }) : say(state)));
  text.show();
});
store.addEventListener("data", ({ detail }) => {
  if (detail.whole) {
    drawPane();
    drawForm();
    drawProblems();
  } else if (tab === "scenes") graph.draw(chosen[1]);
  part("title").textContent = titleNow();
});
store.addEventListener("told", ({ detail }) => {
  if (detail.whole) {
    if (chosen.length && store.at(chosen) === undefined) chosen = firstOf(chosen[0]);
    drawForm();
  }
  drawPane();
  drawProblems();
  text.show();
  part("title").textContent = titleNow();
});
store.addEventListener("history", () => {
  part("undo").disabled = !store.canUndo;
  part("redo").disabled = !store.canRedo;
});
store.addEventListener("clash", ({ detail }) => {
  const clash = part("clash");
  clash.hidden = false;
  const settle = (mine) => {
    clash.hidden = true;
    store.settle(detail, mine);
  };
  part("mine").onclick = () => settle(true);
  part("theirs").onclick = () => settle(false);
  part("mine").focus();
});

function titleNow() {
  const title = store.data?.title;
  const language = document.documentElement.lang.startsWith("zh") ? "zh-hans" : "en";
  return title?.[language] || title?.en || part("title").textContent;
}

async function back(step, words) {
  await store[step]();
  told(say(words));
}

part("undo").addEventListener("click", () => back("undo", "undone"));
part("redo").addEventListener("click", () => back("redo", "redone"));
part("next").addEventListener("click", showNext);
part("beside").addEventListener("click", () => beside(part("text").hidden));
part("write").addEventListener("submit", async (event) => {
  if (!store.busy) return;
  event.preventDefault();
  await store.saved;
  event.target.submit();
});
addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.target.matches("input, textarea")) return;
  event.preventDefault();
  if (event.shiftKey) back("redo", "redone");
  else back("undo", "undone");
});
part("tabs").addEventListener("click", (event) => {
  const name = event.target.closest("[data-tab]")?.dataset.tab;
  if (name && store.data) open(name);
});
part("tabs").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step || !store.data) return;
  const names = Object.keys(TABS);
  open(names[(names.indexOf(tab) + step + names.length) % names.length]);
  part("tabs").querySelector('[aria-selected="true"]').focus();
});

part("title").textContent = titleNow();
drawTabs();
drawPane();
drawForm();
drawProblems();
if (!store.data) beside(true);
page.dataset.ready = "";
