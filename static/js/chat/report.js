// Telling moderators of something: a dialog with reasons. What was refused is said in it, and what was written stays.
import { toast } from "../toasts.js";
import { post } from "./http.js";
import { storable } from "./protocol.js";
import { say } from "./words.js";

const dialog = document.getElementById("report");
const form = dialog.querySelector("form");
const wrong = dialog.querySelector(".field__error");
let address = "";

/** Ask what is wrong with what `title` names, and tell it to `url`. */
export function report(url, title) {
  if (address !== url) form.reset();
  address = url;
  dialog.querySelector("[data-title]").textContent = title;
  wrong.hidden = true;
  dialog.showModal();
  (form.querySelector("[name=reason]:checked") ?? form.querySelector("[name=reason]")).focus();
}

form.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { reason, text } = form.elements;
  const send = form.querySelector("[data-send]");
  send.disabled = true;
  try {
    const told = await post(address, { reason: reason.value, text: storable(text.value) });
    dialog.close();
    form.reset();
    toast(say(told.new ? "reported" : "reported_already"));
  } catch (error) {
    wrong.querySelector("[data-error]").textContent = error.message;
    wrong.hidden = false;
  } finally {
    send.disabled = false;
  }
});
