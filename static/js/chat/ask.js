// A dialog that asks for some words.
import { sendOnEnter } from "../enter.js";
import { storable } from "./protocol.js";

/** What was written, without the space around it; null when it was called off. `text` is there to begin with. */
export function ask(dialog, { text = "" } = {}) {
  const form = dialog.querySelector("form");
  const field = form.elements.text;
  if (!dialog.dataset.ready) {
    dialog.dataset.ready = "1";
    form.querySelector("[data-cancel]").addEventListener("click", () => dialog.close(""));
    if (field.localName === "textarea") sendOnEnter(field, () => form.requestSubmit(form.querySelector("[value=go]")));
  }
  field.value = text;
  dialog.returnValue = "";
  dialog.showModal();
  field.focus();
  field.select();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "go" ? storable(field.value).trim() : null), { once: true });
  });
}
