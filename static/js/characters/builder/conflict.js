// Two windows wrote the same field: mine, theirs, or look at both first. Nothing is lost until somebody has chosen.
import { count } from "../../chat/words.js";
import { draft } from "./save.js";

const box = document.querySelector("[data-conflict]");

draft.addEventListener("conflict", ({ detail }) => {
  const list = box.querySelector("[data-differs]");
  list.replaceChildren(...detail.map(both));
  box.hidden = false;
  box.querySelector("details").open = false;
  box.focus();
  box.scrollIntoView({ block: "nearest" });
});

box.querySelector("[data-mine]").addEventListener("click", () => done(() => draft.keepMine()));
box.querySelector("[data-theirs]").addEventListener("click", () => done(() => draft.takeTheirs()));

function done(choose) {
  choose();
  box.hidden = true;
  document.querySelector("[data-field]")?.focus();
}

function both({ field, mine, theirs }) {
  const item = box.querySelector("template").content.firstElementChild.cloneNode(true);
  item.querySelector("[data-label]").textContent = label(field);
  item.querySelector("[data-mine-text]").textContent = text(mine);
  item.querySelector("[data-theirs-text]").textContent = text(theirs);
  return item;
}

// The words at the field are the best name it has; a part of the page that is not here has its own.
function label(field) {
  const control = document.querySelector(`[data-field="${field}"]`) ?? document.querySelector(`[data-trait="${field.slice(7)}"] input`);
  return control?.labels?.[0]?.textContent.trim() ?? field;
}

function text(value) {
  if (value === null || value === undefined || value === "") return "—";
  if (Array.isArray(value)) return value.join("\n\n");
  if (typeof value === "object") {
    return "value" in value ? (value.pinned ? count(value.value) : `${value.value} (${value.low}–${value.high})`) : JSON.stringify(value);
  }
  return String(value);
}
