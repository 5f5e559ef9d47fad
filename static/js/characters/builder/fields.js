// Plain fields: what is typed is set, what another window wrote is shown.
import { draft } from "./save.js";

const fields = document.querySelectorAll("[data-field]");

for (const field of fields) {
  field.addEventListener("input", () => draft.set(field.dataset.field, read(field)));
}

// Where a refusal leads to: what is wrong is under the hand.
const led = document.getElementById(location.hash.slice(1));
if (led?.matches("input, textarea, select")) led.focus();

draft.addEventListener("theirs", ({ detail }) => {
  for (const field of fields) {
    if (field.dataset.field in detail) show(field, detail[field.dataset.field]);
  }
});

function read(field) {
  if ("lines" in field.dataset) return field.value.split("\n").filter(Boolean);
  if (field.type === "checkbox") return field.checked;
  if (field.type === "number") return field.value === "" ? null : Number(field.value);
  return field.value;
}

function show(field, value) {
  if ("lines" in field.dataset) field.value = (value ?? []).join("\n");
  else if (field.type === "checkbox") field.checked = Boolean(value);
  else if (field.type === "radio") field.checked = field.value === value;
  else field.value = value ?? "";
  field.dispatchEvent(new Event("shown", { bubbles: true }));
}
