// The first line: Enter speaks, Shift+Enter begins a new line; a line being composed with an input method is left alone.
// It is kept until a talk has it: js/chat/main.js forgets it.
import { keeping } from "./characters/keep.js";
import { sendOnEnter } from "./enter.js";
import { toast } from "./toasts.js";

keeping();

// What was found is brought into view when it lies below the edge; the field keeps the focus.
const cast = document.getElementById("cast");
const searchbox = document.querySelector(".cast__search");
cast?.addEventListener("htmx:afterSwap", () => {
  const found = cast.querySelector(".bill, .empty");
  if (!found || !searchbox?.contains(document.activeElement)) return;
  const { top, bottom } = found.getBoundingClientRect();
  if (top >= 0 && Math.min(bottom, top + 240) <= innerHeight) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  searchbox.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
});

// A list that cannot be fetched stays as it is, and says so.
for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  cast?.addEventListener(failure, () => toast(cast.dataset.failed));
  searchbox?.addEventListener(failure, () => toast(cast.dataset.failed));
}

const form = document.querySelector("[data-first-line]");
if (form) {
  const field = form.querySelector("textarea");
  field.value ||= sessionStorage.getItem("first-line") ?? "";
  form.addEventListener("submit", () => sessionStorage.setItem("first-line", field.value));
  sendOnEnter(field, () => form.requestSubmit());
  document.getElementById("refused")?.scrollIntoView({ block: "center" });
}
