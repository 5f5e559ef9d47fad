// The rail of steps and the faults at their fields, as the last save found them.
import { draft } from "./save.js";

draft.addEventListener("saved", ({ detail }) => {
  let done = 0;
  for (const { step, state, note } of detail.rail) {
    const stop = document.querySelector(`[data-stop="${step}"]`);
    if (!stop) continue;
    stop.dataset.state = state;
    stop.querySelector("[data-note]").textContent = note;
    if (step !== "expert" && state === "filled") done += 1;
  }
  const bar = document.querySelector("[data-steps-done]");
  if (bar) bar.value = done;
  for (const shown of document.querySelectorAll("[data-error]")) {
    const message = detail.errors[shown.dataset.error] ?? "";
    shown.hidden = !message;
    shown.querySelector("span").textContent = message;
    const field = document.querySelector(`[data-field="${shown.dataset.error}"]`);
    if (message) field?.setAttribute("aria-invalid", "true");
    else field?.removeAttribute("aria-invalid");
  }
});

// On a phone the rail scrolls: the step one is at is in it.
const list = document.querySelector(".steps ol");
const here = list?.querySelector("[aria-current]");
if (here) list.scrollLeft = here.offsetLeft - (list.clientWidth - here.offsetWidth) / 2;
