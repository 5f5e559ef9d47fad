// Hearts and "Follow" answer at once; the server is told behind their back. What fails is put back, and said.
// Without this script they are plain forms.
import { toast } from "../toasts.js";

/** All hearts and follow buttons of the page, those that are fetched later too. */
export function keeping() {
  document.addEventListener("click", (event) => {
    const heart = event.target.closest("button[data-heart]");
    if (!heart) return;
    event.preventDefault();
    love(heart, !on(heart));
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-follow]");
    if (!form) return;
    event.preventDefault();
    follow(form);
  });
}

const on = (button) => button.getAttribute("aria-pressed") === "true";

async function love(heart, loved) {
  const form = document.getElementById("keep");
  show(heart, loved);
  count(heart.querySelector("[data-loves]"), loved ? 1 : -1);
  const answer = await send(heart.getAttribute("formaction"), form, "loved", loved);
  if (!answer) {
    show(heart, !loved);
    count(heart.querySelector("[data-loves]"), loved ? -1 : 1);
    toast(form.dataset.failed);
    return;
  }
  const number = heart.querySelector("[data-loves]");
  if (number && on(heart) === answer.loved) number.textContent = answer.loves || "";
  if (!loved) toast(`${heart.dataset.name}: ${form.dataset.gone}`, { undo: () => love(heart, true) });
}

async function follow(form) {
  const button = form.querySelector("button");
  const followed = !on(button);
  const number = document.querySelector("[data-followers]");
  show(button, followed);
  count(number, followed ? 1 : -1);
  const answer = await send(form.action, form, "followed", followed);
  if (answer) {
    if (number) number.textContent = answer.followers;
    return;
  }
  show(button, !followed);
  count(number, followed ? -1 : 1);
  toast(form.dataset.failed);
}

function show(button, pressed) {
  button.setAttribute("aria-pressed", pressed);
  button.value = pressed ? "0" : "1";
}

function count(number, by) {
  if (number) number.textContent = Math.max(0, Number(number.textContent) + by) || (number.dataset.loves === "" ? "" : 0);
}

// What the server says, or null; who is no longer signed in is led to the door.
async function send(url, form, name, value) {
  const body = new FormData(form);
  body.set(name, value ? "1" : "0");
  try {
    const response = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" } });
    if (response.redirected) location.assign(response.url);
    return response.ok && !response.redirected ? await response.json() : null;
  } catch {
    return null;
  }
}
