// The look step: what stands now, and three ways to another one.
import { say } from "../../chat/words.js";
import { Drawn } from "./look-drawn.js";
import { Own } from "./look-own.js";
import { Painter } from "./look-paint.js";
import { Look } from "./look-state.js";

const root = document.querySelector("[data-look]");
const look = new Look();
const tabs = [...root.querySelectorAll("[role=tab]")];
const undo = root.querySelector("[data-undo]");
const told = root.querySelector("[data-look-told]");

function tell(text) {
  told.textContent = text;
}

function show(way, { focus = false } = {}) {
  for (const tab of tabs) {
    const chosen = tab.getAttribute("aria-controls") === way;
    tab.setAttribute("aria-selected", chosen);
    tab.tabIndex = chosen ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !chosen;
    if (chosen && focus) tab.focus();
  }
}

for (const tab of tabs) {
  tab.addEventListener("click", () => show(tab.getAttribute("aria-controls")));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = step ? (tabs.indexOf(tab) + step + tabs.length) % tabs.length : { Home: 0, End: tabs.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    show(tabs[next].getAttribute("aria-controls"), { focus: true });
  });
}

for (const each of root.querySelectorAll("[data-mood]")) each.addEventListener("change", () => { look.mood = each.value; });

undo.addEventListener("click", () => {
  look.undo();
  tell(say("look_undone"));
});

look.addEventListener("look", () => {
  set("[data-print]", look.address());
  set("[data-face]", look.address({ face: true }));
  // The card beside the form shows the face at rest, and need not wait for the save.
  for (const each of document.querySelectorAll("[data-see-portrait]")) change(each, look.address({ mood: "calm" }));
  undo.disabled = !look.undoable;
});

function set(where, address) {
  change(root.querySelector(where), address);
}

function change(image, address) {
  if (image.getAttribute("src") !== address) image.src = address;
}

new Drawn(root.querySelector("#drawn"), look);
new Own(root, look, { tell, show });
new Painter(root, look, { tell });
