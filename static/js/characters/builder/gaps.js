// [[What an archetype leaves open]]: named under its field; one press and it can be typed over.
import { say } from "../../chat/words.js";
import { draft } from "./save.js";

const GAP = /\[\[(.+?)\]\]/gsu;

for (const field of document.querySelectorAll("textarea[data-field], textarea[name=greetings], input[data-field]:not([type])")) watch(field);
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) for (const field of node.querySelectorAll?.("textarea[name=greetings]") ?? []) watch(field);
  }
}).observe(document.querySelector("[data-form]"), { childList: true, subtree: true });

function watch(field) {
  if (field.dataset.gapsWatched) return;
  field.dataset.gapsWatched = "yes";
  const shown = document.createElement("p");
  shown.className = "gaps";
  field.after(shown);
  const look = () => {
    const found = [...field.value.matchAll(GAP)];
    shown.hidden = !found.length;
    shown.replaceChildren(...found.map((gap, place) => button(field, gap[1].trim(), place)));
    if (found.length) shown.prepend(`${say("to_fill")} `);
  };
  field.addEventListener("input", look);
  field.addEventListener("shown", look);
  draft.addEventListener("theirs", () => queueMicrotask(look));
  look();
}

function button(field, words, place) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "gap";
  made.textContent = words;
  made.lang = field.lang;
  made.addEventListener("click", () => {
    const gap = [...field.value.matchAll(GAP)][place];
    if (!gap) return;
    field.focus();
    field.setSelectionRange(gap.index, gap.index + gap[0].length);
    reveal(field, gap.index);
  });
  return made;
}

// A selection far down a field is not always scrolled to.
function reveal(field, index) {
  if (!(field instanceof HTMLTextAreaElement)) return;
  field.scrollTop = (field.scrollHeight * index) / Math.max(1, field.value.length) - field.clientHeight / 2;
}
