// Bringing talks: each file is sent by itself; the list tells how far the house has come with it.
import { fragment } from "./chat/http.js";
import { say } from "./chat/words.js";
import { ask } from "./shared/events.js";
import { toast } from "./toasts.js";

const form = document.querySelector("[data-bring]");
const input = form.querySelector("input[type=file]");
const zone = form.querySelector("[data-dropzone]");
const sending = document.querySelector("[data-sending]");
const list = document.querySelector("[data-imports]");
const token = form.querySelector("[name=csrfmiddlewaretoken]");
const queue = [];
let busy = false;
let watching = false;

form.querySelector("[data-plain]").remove();
form.querySelector("[data-drop-hint]").hidden = false;
zone.dataset.live = "";
input.addEventListener("change", () => {
  add([...input.files]);
  input.value = "";
});
form.addEventListener("submit", (event) => event.preventDefault());
for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, () => zone.toggleAttribute("data-over", true));
for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.toggleAttribute("data-over", false));
window.addEventListener("drop", (event) => add([...(event.dataTransfer?.files ?? [])]));
if (list.querySelector("[data-at-work]")) watch();

function add(files) {
  for (const file of files) {
    const item = document.querySelector("template#sending").content.firstElementChild.cloneNode(true);
    item.querySelector("span").textContent = file.name;
    item.querySelector("progress").setAttribute("aria-label", file.name);
    sending.append(item);
    if (file.size > Number(form.dataset.max)) refuse(item, say("too_large"));
    else queue.push({ file, item });
  }
  next();
}

// One after the other: a visitor becomes a guest with the first, and only once.
async function next() {
  if (busy || !queue.length) return;
  busy = true;
  const { file, item } = queue.shift();
  item.querySelector("p").textContent = say("sending");
  try {
    await send(file, item);
    item.remove();
    await again();
    watch();
  } catch (error) {
    refuse(item, error.message);
  }
  busy = false;
  next();
}

function refuse(item, message) {
  item.querySelector("progress").remove();
  const says = item.querySelector("p");
  says.className = "brought__wrong";
  says.textContent = message;
}

// XMLHttpRequest, because fetch does not tell how much was sent.
function send(file, item) {
  const request = new XMLHttpRequest();
  const bar = item.querySelector("progress");
  return new Promise((done, fail) => {
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable && event.loaded < event.total) bar.value = event.loaded / event.total;
      else bar.removeAttribute("value");
    });
    request.addEventListener("load", () => (request.status === 200 ? done() : fail(new Error(problem(request)))));
    request.addEventListener("error", () => fail(new Error(say("unreachable"))));
    const body = new FormData();
    body.set("files", file, file.name);
    request.open("POST", form.action);
    request.setRequestHeader("X-Part", "file");
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", token.value);
    request.send(body);
  });
}

function problem(request) {
  try {
    return JSON.parse(request.responseText).error.message;
  } catch {
    return say(request.status >= 500 ? "unreachable" : "not_understood");
  }
}

/** The list as it is now; a form somebody is filling in stays. */
async function again() {
  const fresh = await fragment(form.action);
  const csrf = fresh.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (csrf) token.value = csrf;
  const held = list.querySelector("form:focus-within")?.closest("[data-import]");
  const same = held && fresh.querySelector(`[data-import="${held.dataset.import}"][data-state=looked]`);
  same?.replaceWith(held);
  list.replaceChildren(fresh);
}

async function watch() {
  if (watching) return;
  watching = true;
  try {
    while (list.querySelector("[data-at-work]")) {
      await ask(form.dataset.watch, {}, { heard, last: "done" });
      await again();
    }
  } catch (error) {
    toast(error.message);
  }
  watching = false;
}

function heard(name, data) {
  if (name === "changed") again().catch(() => {});
  if (name !== "progress") return;
  for (const [id, part] of Object.entries(data)) {
    const bar = list.querySelector(`[data-import="${id}"] progress`);
    if (bar) bar.value = part;
  }
}
