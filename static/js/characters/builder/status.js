// Saved, saving, not saved: said in one quiet line.
import { toast } from "../../toasts.js";
import { say } from "../../chat/words.js";
import { draft } from "./save.js";

const line = document.querySelector("[data-saved]");
const words = line.querySelector("span");
const door = line.querySelector("[data-sign-in]");
let told = "";

function tell(state, text) {
  line.dataset.state = state;
  if (text !== told) words.textContent = text;
  told = text;
}

draft.addEventListener("changed", () => tell("saving", say("saving")));
draft.addEventListener("saved", ({ detail }) => {
  door.hidden = true;
  if (!draft.waits) tell("saved", say("saved"));
  for (const field of document.querySelectorAll("[data-revision-field]")) field.value = detail.revision;
});
draft.addEventListener("trouble", ({ detail }) => {
  door.hidden = detail.gone !== "signed_out";
  tell("trouble", detail.waiting ? `${detail.message} ${say("trying")}` : detail.message);
});
draft.addEventListener("brought", () => {
  toast(say("brought_in"));
  for (const field of document.querySelectorAll("[data-revision-field]")) field.value = draft.revision;
});
