// A talk that leaves nothing: it may be kept after all, or ended at once.
import { toast } from "../toasts.js";
import { post } from "./http.js";
import { say } from "./words.js";

/** `attempt(work)` tells the reader what went wrong; `forget()` clears what this browser holds of the talk. */
export function temporary({ base, attempt, forget }) {
  const banner = document.querySelector("[data-temporary-talk]");
  if (!banner) return;
  const ask = document.getElementById("ask-end");
  banner.querySelector("[data-keep-talk]").addEventListener("click", async () => {
    if (!await attempt(() => post(`${base}keep`))) return;
    banner.remove();
    for (const button of document.querySelectorAll("[data-delete-talk]")) button.hidden = false;
    toast(say("talk_kept"));
  });
  banner.querySelector("[data-end-talk]").addEventListener("click", () => {
    ask.returnValue = "";
    ask.showModal();
  });
  ask.addEventListener("close", async () => {
    if (ask.returnValue !== "end") return;
    const told = await attempt(() => post(`${base}end`));
    if (!told) return;
    forget();
    location.replace(told.next);
  });
}
