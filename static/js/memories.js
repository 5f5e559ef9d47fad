// What a character knows about somebody: put right in place, each step with a way back, and true in every window.
import { fragment, post } from "./chat/http.js";
import { count, say } from "./chat/words.js";
import { toast } from "./toasts.js";

const page = document.querySelector("main[data-character]");
const mind = document.getElementById("mind");
const others = new BroadcastChannel(`memories ${page.dataset.character}`);
let asked = 0; // the newest request for the list: what an older one brings is thrown away

page.dataset.live = "";
mind.addEventListener("submit", submitted);
mind.addEventListener("click", clicked);
mind.addEventListener("change", ({ target }) => {
  if (target.matches("[data-submits]")) target.form.requestSubmit();
  else if (target.matches("input[name=memories]")) choose();
});
mind.addEventListener("input", ({ target }) => target.matches("[data-seek] input[type=search]") && seek(target.form));
mind.addEventListener("keydown", keys);
others.addEventListener("message", () => look({ told: true }));
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look({ told: false }));

function submitted(event) {
  const form = event.target;
  if (form.matches("[data-seek]")) {
    event.preventDefault();
    seek(form);
  } else if (form.matches("[data-act]")) {
    event.preventDefault();
    act(form, fieldsOf(form, event.submitter));
  }
}

function fieldsOf(form, submitter) {
  const fields = Object.fromEntries(new FormData(form, submitter?.name ? submitter : null));
  delete fields.csrfmiddlewaretoken;
  delete fields.next;
  if ("merge" in form.dataset) fields.memories = chosen().map((box) => box.value);
  return fields;
}

async function act(form, fields) {
  const row = form.closest(".fact");
  const rows = [...mind.querySelectorAll(".fact")];
  const at = rows.indexOf(row);
  const label = document.activeElement?.closest("button")?.parentElement === form ? form.action : "";
  await attempt(async () => {
    const { said, undo } = await post(form.action, fields);
    await draw();
    others.postMessage("");
    focusOn(label, at);
    toast(said, undo ? { undo: () => attempt(() => back(undo)) } : {});
  });
}

async function back(undo) {
  const { said } = await post(page.dataset.undo, { undo });
  await draw();
  others.postMessage("");
  toast(said);
}

// The same button where it is still there, else the row that moved up, else the page.
function focusOn(action, at) {
  const rows = mind.querySelectorAll(".fact");
  const same = action && [...mind.querySelectorAll("form[data-act]")].find((form) => form.action === action)?.querySelector("button");
  const next = rows[Math.min(Math.max(at, 0), rows.length - 1)]?.querySelector(".fact__act button");
  (same || next || page).focus({ preventScroll: true });
}

function clicked(event) {
  const edit = event.target.closest("[data-edit]");
  if (edit) return open(document.getElementById(edit.getAttribute("aria-controls")), edit);
  const cancel = event.target.closest("[data-cancel]");
  if (cancel) close(cancel.form);
}

function open(form, button) {
  if ("open" in form.dataset) return close(form);
  form.dataset.open = "";
  button.setAttribute("aria-expanded", "true");
  const text = form.elements.text;
  text.focus();
  text.setSelectionRange(text.value.length, text.value.length);
}

function close(form) {
  delete form.dataset.open;
  form.reset();
  const button = form.closest(".fact").querySelector("[data-edit]");
  button.setAttribute("aria-expanded", "false");
  button.focus();
}

const boxes = () => [...mind.querySelectorAll("input[name=memories]")];
const chosen = () => boxes().filter((box) => box.checked);

// Two or more can be put together; what they say is there to begin with.
function choose() {
  const form = document.getElementById("merge");
  if (!form) return;
  const some = chosen();
  form.toggleAttribute("data-some", some.length > 1);
  form.querySelector("[data-chosen]").textContent = some.length === 1 ? say("chosen_one") : say("chosen", { n: count(some.length) });
  const text = form.elements.text;
  if (text.value === (text.dataset.given ?? "")) {
    text.value = text.dataset.given = some.map((box) => box.closest(".fact__text").innerText.trim()).join(" ").slice(0, text.maxLength);
  }
}

function keys(event) {
  if (event.key === "Escape" && event.target.closest("[data-editing]")) {
    event.preventDefault();
    close(event.target.closest("[data-editing]"));
    return;
  }
  if (event.target.closest("textarea, input:not([type=checkbox]), select") || event.altKey || event.ctrlKey || event.metaKey) return;
  const row = event.target.closest(".fact");
  const to = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!row || !to) return;
  const rows = [...mind.querySelectorAll(".fact")];
  const next = rows[rows.indexOf(row) + to];
  if (!next) return;
  event.preventDefault();
  next.querySelector(".fact__act button")?.focus();
}

let waiting = 0;
function seek(form) {
  const address = new URL(form.action);
  address.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value)).toString();
  history.replaceState(null, "", address);
  clearTimeout(waiting);
  waiting = setTimeout(() => attempt(async () => {
    const field = form.elements.q;
    const [from, to] = [field.selectionStart, field.selectionEnd];
    if (!(await draw())) return;
    const again = mind.querySelector("[data-seek] input[type=search]");
    // Whoever typed on meanwhile goes on where they are.
    again.value = field.value;
    again.focus();
    again.setSelectionRange(from, to);
  }), 150);
}

/** The list as it is now; false where a later request overtook this one. */
async function draw() {
  const mine = (asked += 1);
  mind.setAttribute("aria-busy", "true");
  try {
    const pieces = await fragment(location.href);
    if (mine !== asked) return false;
    mind.replaceChildren(pieces);
    return true;
  } finally {
    if (mine === asked) mind.removeAttribute("aria-busy");
  }
}

/** Another window changed something, or this one comes back: drawn anew, unless somebody is writing in it. */
async function look({ told }) {
  const writing = mind.querySelector("[data-editing][data-open]") || mind.querySelector("[data-new][open] textarea")?.value || mind.querySelector("#merge[data-some]");
  if (writing) return told && toast(say("elsewhere"));
  const held = document.activeElement?.id;
  await attempt(draw);
  if (held) document.getElementById(held)?.focus({ preventScroll: true });
}

async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    toast(error.message);
    return null;
  }
}
