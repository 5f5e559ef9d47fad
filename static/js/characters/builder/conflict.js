// Two windows wrote the same field: mine, theirs, or look at both first. Nothing is lost until somebody has chosen.
import { count, listed } from "../../chat/words.js";
import { draft } from "./save.js";

const box = document.querySelector("[data-conflict]");
const labels = JSON.parse(document.getElementById("draft-labels").textContent);
const choices = JSON.parse(document.getElementById("draft-choices").textContent);

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
  item.querySelector("[data-label]").textContent = labels[field] ?? labels[field.split(".")[0]] ?? field;
  item.querySelector("[data-mine-text]").textContent = text(chosen(field, mine));
  item.querySelector("[data-theirs-text]").textContent = text(chosen(field, theirs));
  return item;
}

// What is chosen of several is called as it is where one chooses; of pictures for moods, the moods are told.
function chosen(field, value) {
  const known = choices[field];
  if (!known || value === null) return value;
  const codes = Array.isArray(value) ? value : typeof value === "object" ? Object.keys(value) : null;
  return codes ? listed(codes.map((code) => known[code] ?? code)) : known[value] ?? value;
}

function text(value) {
  if (value === null || value === undefined || value === "") return "—";
  if (Array.isArray(value)) return value.join("\n\n");
  if (typeof value === "object") {
    return "value" in value ? (value.pinned ? count(value.value) : `${value.value} (${value.low}–${value.high})`) : JSON.stringify(value);
  }
  return String(value);
}
