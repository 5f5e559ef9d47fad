// The first line: Enter speaks, Shift+Enter begins a new line; a line being composed with an input method is left alone.
import { sendOnEnter } from "./enter.js";

const form = document.querySelector("[data-first-line]");
if (form) sendOnEnter(form.querySelector("textarea"), () => form.requestSubmit());
