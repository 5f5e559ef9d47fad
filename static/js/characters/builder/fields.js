// Plain fields: what is typed is set, what another window wrote is shown.
import { draft } from "./save.js";

const fields = document.querySelectorAll("[data-field]");

for (const field of fields) {
  field.addEventListener("input", () => draft.set(field.dataset.field, read(field)));
}

draft.addEventListener("theirs", ({ detail }) => {
  for (const field of fields) {
    if (field.dataset.field in detail) show(field, detail[field.dataset.field]);
  }
});

function read(field) {
  if (field.type === "checkbox") return field.checked;
  if (field.type === "number" || field.type === "range") return field.value === "" ? null : Number(field.value);
  return field.value;
}

function show(field, value) {
  if (field.type === "checkbox") field.checked = Boolean(value);
  else if (field.type === "radio") field.checked = field.value === value;
  else field.value = value ?? "";
}
