// Many cards at once: each is sent by itself and looked at first; importing is a second word, for one or for all.
import { count, say } from "../chat/words.js";
import { toast } from "../toasts.js";
import { dropped } from "./dropped.js";

const form = document.querySelector("[data-bring]");
const token = form.querySelector("[name=csrfmiddlewaretoken]");
// A visitor becomes a guest with the first import, and only once.
const atOnce = "visitor" in form.dataset ? 1 : 2;
const input = form.querySelector("input[type=file]");
const zone = form.querySelector("[data-dropzone]");
const section = document.querySelector("[data-results]");
const list = section.querySelector("[data-list]");
const says = section.querySelector("[data-progress-says]");
const meter = section.querySelector("[data-progress]");
const all = section.querySelector("[data-import-all]");
const max = Number(form.dataset.max);

/** Cards of this visit: the file, its line in the list, and how far it has come. */
const cards = [];
const queue = [];
let running = 0;
// More at once than the house reads a minute: the queue stands still for as long as it says.
let held = 0;

form.querySelector("[data-plain]").remove();
form.querySelector("[data-drop-hint]").hidden = false;
zone.dataset.live = "";
input.addEventListener("change", () => {
  take([...input.files]);
  input.value = "";
});
form.addEventListener("submit", (event) => event.preventDefault());

// A file that misses the place is not opened by the browser in place of the page.
for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, () => zone.toggleAttribute("data-over", true));
for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.toggleAttribute("data-over", false));
window.addEventListener("drop", async ({ dataTransfer }) => {
  const { files, unread, more } = await dropped(dataTransfer);
  take(files, unread);
  if (!files.length && !unread.length) toast(say("no_cards"));
  if (more) toast(say("too_many", { n: count(files.length) }));
});

all.addEventListener("click", () => {
  for (const card of looked()) send(card, "import");
  list.querySelector(".brought")?.focus({ preventScroll: true });
});

/** `unread` are names of files that the browser could not open. */
function take(files, unread = []) {
  if (!files.length && !unread.length) return;
  section.hidden = false;
  const added = [...files, ...unread.map((name) => ({ name }))].map((file) => {
    const card = { file, item: waiting(file.name), state: "waiting" };
    list.append(card.item);
    cards.push(card);
    if (!(file instanceof File)) refuse(card, say("unread"));
    else if (file.size > max) refuse(card, say("too_large"));
    else send(card, "look");
    return card;
  });
  added[0].item.scrollIntoView({ block: "nearest" });
  tell();
}

function waiting(name) {
  const item = document.querySelector("template#waiting").content.firstElementChild.cloneNode(true);
  item.querySelector("h3").textContent = name;
  item.querySelector("[data-says]").textContent = say("waiting");
  item.querySelector("progress").setAttribute("aria-label", name);
  return item;
}

function looked() {
  return cards.filter((card) => card.state === "looked");
}

function send(card, action) {
  card.state = "waiting";
  if (action === "import") show(card, waiting(card.file.name));
  queue.push([card, action]);
  tell();
  next();
}

function next() {
  while (!held && running < atOnce && queue.length) {
    running += 1;
    const [card, action] = queue.shift();
    post(card, action).finally(() => {
      running -= 1;
      tell();
      next();
    });
  }
}

// XMLHttpRequest, because fetch does not tell how much was sent.
function post(card, action) {
  const request = new XMLHttpRequest();
  const bar = card.item.querySelector("progress");
  card.item.querySelector("[data-says]").textContent = say(action === "look" ? "sending" : "importing");
  return new Promise((done) => {
    request.upload.addEventListener("progress", (event) => {
      // The last part is the reading itself, of which nobody hears.
      if (event.lengthComputable && event.loaded < event.total) bar.value = (event.loaded / event.total) * 0.9;
      else bar.removeAttribute("value");
    });
    request.addEventListener("load", () => {
      if (request.status === 429) hold(card, action, Number(request.getResponseHeader("Retry-After")) || 60);
      else if (request.status !== 200 || !shown(card, request.responseText)) refuse(card, problem(request), action);
      done();
    });
    request.addEventListener("error", () => {
      refuse(card, say("unreachable"), action);
      done();
    });
    const body = new FormData(form);
    body.set("cards", card.file, card.file.name);
    body.set("action", action);
    request.open("POST", form.action);
    request.setRequestHeader("X-Part", "results");
    request.setRequestHeader("Accept", "application/json, text/html;q=0.5");
    request.setRequestHeader("X-CSRFToken", token.value);
    request.send(body);
  });
}

/** It is sent again by itself, ahead of those that wait. */
function hold(card, action, seconds) {
  show(card, waiting(card.file.name));
  card.item.querySelector("[data-says]").textContent = say("held");
  queue.unshift([card, action]);
  held ||= setTimeout(() => {
    held = 0;
    next();
  }, seconds * 1000);
}

function problem(request) {
  try {
    return JSON.parse(request.responseText).error.message;
  } catch {
    return say("not_understood");
  }
}

/** False for another page than that of the result: one to sign in, or a proxy's. */
function shown(card, html) {
  const parsed = new DOMParser().parseFromString(`<ul>${html}</ul>`, "text/html");
  const found = parsed.querySelector(".brought");
  if (!found) return false;
  const item = document.adoptNode(found);
  token.value = parsed.querySelector("[name=csrfmiddlewaretoken]")?.value ?? token.value;
  card.state = item.dataset.state;
  if (cards.length > 3) item.querySelector("details")?.removeAttribute("open");
  const button = item.querySelector("[data-import]");
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => {
      send(card, "import");
      card.item.focus({ preventScroll: true });
    });
  }
  show(card, item);
  return true;
}

/** Not sent, or not answered: `action` can be tried again. */
function refuse(card, message, action = "") {
  const item = waiting(card.file.name);
  card.state = item.dataset.state = "refused";
  item.querySelector("progress").remove();
  const text = item.querySelector("[data-says]");
  text.className = "brought__wrong";
  text.textContent = message;
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = say("try_again");
    button.addEventListener("click", () => {
      show(card, waiting(card.file.name));
      send(card, action);
      card.item.focus({ preventScroll: true });
    });
    item.querySelector(".brought__head").append(button);
  }
  show(card, item);
}

// What somebody had opened or stood on is not taken from under them.
function show(card, item) {
  const focused = card.item.contains(document.activeElement);
  card.item.replaceWith(item);
  card.item = item;
  if (focused) item.focus({ preventScroll: true });
}

function tell() {
  const done = cards.filter((card) => card.state !== "waiting").length;
  const imported = cards.filter((card) => card.state === "imported").length;
  const refused = cards.filter((card) => card.state === "refused").length;
  const ready = looked().length;
  meter.hidden = done === cards.length;
  meter.max = cards.length;
  meter.value = done;
  says.textContent =
    done < cards.length || !imported
      ? say("read", { done: count(done), all: count(cards.length) })
      : say("done", { imported: count(imported), refused: count(refused) });
  // One card has a button of its own, and it is enough.
  const focused = document.activeElement === all;
  all.hidden = done < cards.length || !ready;
  all.querySelector("[data-import-all-says]").textContent = say("import_all", { n: count(ready) });
  if (focused && all.hidden) section.querySelector(".brought")?.focus({ preventScroll: true });
}
