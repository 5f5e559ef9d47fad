// The first line: Enter speaks, Shift+Enter begins a new line; a line being composed with an input method is left alone.
// It is kept until a talk has it: js/chat/main.js forgets it.
import { sendOnEnter } from "./enter.js";

const form = document.querySelector("[data-first-line]");
if (form) {
  const field = form.querySelector("textarea");
  field.value ||= sessionStorage.getItem("first-line") ?? "";
  form.addEventListener("submit", () => sessionStorage.setItem("first-line", field.value));
  sendOnEnter(field, () => form.requestSubmit());
}
