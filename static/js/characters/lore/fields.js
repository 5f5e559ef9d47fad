// Controls of a form and the values that the server takes: data-field names it, data-kind says how it is read.
export const NO_SECOND = "none";

export function valueOf(control) {
  switch (control.dataset.kind) {
    case "flag":
      return control.checked;
    case "number":
      return control.value.trim() === "" ? null : Number(control.value);
    case "open":
      return control.value.trim() === "" ? null : Number(control.value);
    case "lines":
      return [...new Set(control.value.split("\n").map((line) => line.trim()).filter(Boolean))];
    default:
      return control.value;
  }
}

/** A number that is empty or broken is not sent: it is still being typed. */
export function isReady(control) {
  if (control.dataset.kind === "number") return control.value.trim() !== "" && control.checkValidity();
  return control.dataset.kind !== "open" || control.checkValidity();
}

export function put(control, value) {
  if (control.dataset.kind === "flag") control.checked = Boolean(value);
  else if (control.dataset.kind === "lines") control.value = (value ?? []).join("\n");
  else control.value = value ?? "";
}

/** What a control stands for: one question with four answers is two columns. */
export function columnsOf(control) {
  const name = control.dataset.field ?? control.dataset.book;
  const value = valueOf(control);
  if (control.dataset.kind !== "logic") return { [name]: value };
  return value === NO_SECOND ? { selective: false } : { selective: true, logic: value };
}
