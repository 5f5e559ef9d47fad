// What the character looks like from outside, while it is written: name, line, opening, weight.
import { render } from "../../chat/markdown.js";
import { count, say } from "../../chat/words.js";
import { draft } from "./save.js";
import { estimate } from "./tokens.js";

const page = document.querySelector("[data-draft]");
const stranger = page.dataset.language.startsWith("zh") ? "你" : "you";
const opening = document.querySelector("[data-see-opening]");
const window_ = Number(page.dataset.window);
// What the server counted; fields of this page are counted here as they change.
const weights = JSON.parse(document.getElementById("draft-tokens").textContent);
// Openings as players read them, by what is written: macros beyond names are carried out by the server alone, which
// tells them with every save. Until then an opening with such a macro is the one that was shown last.
let read = new Map(JSON.parse(document.getElementById("draft-openings").textContent));
let shown = 0;

function names() {
  for (const each of document.querySelectorAll("[data-see=name]")) {
    each.textContent = (draft.get("name") ?? "").trim() || each.dataset.empty;
  }
  for (const each of document.querySelectorAll("[data-see=tagline]")) each.textContent = paused(draft.get("tagline") ?? "");
}

function speak() {
  if (!opening) return;
  const texts = (draft.get("greetings") ?? []).filter((text) => text.trim());
  const text = texts[Math.min(shown, texts.length - 1)];
  const local = text && named(text);
  const spoken = local?.includes("{{") ? read.get(text) : local;
  if (spoken) opening.replaceChildren(render(spoken));
  else if (!text) {
    const none = document.createElement("p");
    none.className = "quiet";
    none.textContent = say("no_opening");
    opening.replaceChildren(none);
  }
}

function named(text) {
  const char = (draft.get("nickname") || draft.get("name") || "").trim() || say("the_character");
  return paused(text)
    .replaceAll(/\{\{\/\/.*?\}\}/gsu, "")
    .replaceAll(/\{\{\s*char\s*\}\}|<(?:char|bot)>/giu, () => char)
    .replaceAll(/\{\{\s*user\s*\}\}|<user>/giu, () => stranger);
}

// A gap that is still open is a pause.
function paused(text) {
  return String(text).replaceAll(/\[\[.+?\]\]/gsu, "…");
}

function weigh() {
  const total = Object.values(weights).reduce((sum, each) => sum + each, 0);
  for (const each of document.querySelectorAll("[data-total]")) each.textContent = count(total);
  const bar = document.querySelector("[data-weight-bar]");
  if (bar) bar.value = total;
  document.querySelector("[data-weight]")?.toggleAttribute("data-heavy", total * 2 > window_);
}

function measure(field) {
  const text = draft.get(field);
  const counter = document.querySelector(`[data-count="${field}"]`);
  if (field === "greetings") weights.greetings = Math.max(0, ...(text ?? []).map(estimate));
  else if (field in weights || counter?.querySelector("[data-tokens]")) weights[field] = estimate(text ?? "");
  const tokens = counter?.querySelector("[data-tokens]");
  if (tokens) tokens.textContent = count(weights[field]);
  over(field);
}

// How many characters are too many, as soon as they are.
function over(field) {
  const text = draft.get(field);
  const input = document.querySelector(`[data-field="${field}"][data-limit]`);
  const told = document.querySelector(`[data-count="${field}"] [data-over]`);
  if (!input || !told || typeof text !== "string") return;
  const length = [...text].length;
  const limit = Number(input.dataset.limit);
  told.hidden = length <= limit * 0.9;
  told.textContent = length > limit ? say("too_long", { over: count(length - limit), limit: count(limit) })
    : say("nearly_full", { left: count(limit - length) });
  told.classList.toggle("text__over", length > limit);
}

function update(field) {
  measure(field);
  weigh();
  if (field === "name" || field === "tagline") names();
  if (["name", "nickname", "greetings"].includes(field)) speak();
}

for (const { dataset } of document.querySelectorAll("[data-limit]")) over(dataset.field);
draft.addEventListener("changed", ({ detail }) => update(detail.field));
draft.addEventListener("theirs", ({ detail }) => Object.keys(detail).forEach(update));
draft.addEventListener("saved", ({ detail }) => {
  Object.assign(weights, detail.tokens.each);
  weigh();
  read = new Map(detail.openings);
  if (read.size) speak();
  for (const each of document.querySelectorAll("[data-compiled]")) each.textContent = detail.compiled || say("no_slider");
  for (const each of document.querySelectorAll("[data-summary]")) each.textContent = detail.summary;
  for (const each of document.querySelectorAll("[data-see-portrait]")) {
    if (each.getAttribute("src") !== detail.portrait) each.src = detail.portrait;
  }
});
// The opening one is writing is the one to look at.
document.querySelector("[data-openings]")?.addEventListener("focusin", ({ target }) => {
  const item = target.closest("[data-opening]");
  if (!item) return;
  shown = [...item.parentElement.children].indexOf(item);
  speak();
});
