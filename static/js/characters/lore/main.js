// The editor of a lorebook: a table and, beside it, the entry that is open.
import { count, say } from "../../chat/words.js";
import { toast } from "../../toasts.js";
import { EntryForm } from "./entry.js";
import { columnsOf, isReady } from "./fields.js";
import { get, parsed, post } from "./http.js";
import { Order } from "./order.js";
import { Rows } from "./rows.js";
import { Saving } from "./saving.js";
import { tryOut } from "./try.js";

const root = document.querySelector("[data-lore]");
const status = root.querySelector("[data-saved] span");
const pane = root.querySelector("[data-entry-pane]");
const slot = root.querySelector("[data-entry-slot]");
const bar = root.querySelector("[data-bulk-bar]");
let form = null;

const book = {
  revision: Number(root.dataset.revision),
  /** Somebody else wrote in between: the table may say something old. */
  heard(revision) {
    const missed = revision > book.revision + 1;
    book.revision = Math.max(book.revision, revision);
    if (missed) rows.refresh().catch(() => {});
  },
  state(word, sentence = "") {
    // What is saved is not all there is, where something else was written meanwhile.
    const both = [form, bookSaving];
    const unsaved = both.some((each) => each?.waits) ? "not_saved" : both.some((each) => each?.busy) && "saving";
    const told = (word === "saved" && unsaved) || word;
    root.querySelector("[data-saved]").dataset.state = told;
    status.textContent = sentence || say(told);
  },
};

const rows = new Rows(root, {
  opened: (id) => open(id),
  used: (id, enabled) => (form?.id === id ? form.use(enabled) : many(enabled ? "enable" : "disable", [id])),
  chosen: showBar,
  failed: (error) => toast(error.message),
});
const order = new Order(rows, (ids, where) => many("move", ids, where));

// ------------------------------------------------------------------ the table

async function many(action, ids, value = null) {
  book.state("saving");
  try {
    await form?.flush();
    const told = await post(root.dataset.bulk, { action, ids, value });
    book.heard(told.revision);
    const gone = action === "delete" ? [] : told.missing;
    // What was moved or deleted is so on the page already; a table that is being dragged about must not change.
    if ((action !== "delete" && action !== "move") || gone.length > 0) await rows.refresh();
    if (gone.length > 0) {
      rows.forget(gone);
      toast(say("missing", { number: count(gone.length) }));
    }
    book.state("saved");
    return told;
  } catch (error) {
    book.state("trouble", error.message);
    await rows.refresh().catch(() => {});
    return null;
  }
}

async function remove(ids) {
  const told = await many("delete", ids);
  if (!told) return;
  if (form && ids.includes(form.id)) close();
  rows.remove(ids);
  showBar();
  toast(say("deleted", { number: told.number }), { undo: () => bringBack(told.removal) });
}

async function bringBack(removal) {
  try {
    const told = await post(root.dataset.back, { removal });
    book.heard(told.revision);
    await rows.refresh();
    rows.say(say("brought_back"));
  } catch (error) {
    toast(error.message);
  }
}

function showBar() {
  const chosen = rows.chosen;
  bar.hidden = chosen.length === 0;
  bar.querySelector("[data-chosen]").textContent = say("chosen", { number: count(chosen.length) });
  const all = bar.querySelector("[data-choose-all]");
  all.checked = chosen.length > 0 && chosen.length === rows.all;
  all.indeterminate = chosen.length > 0 && chosen.length < rows.all;
}

bar.addEventListener("click", (event) => {
  const act = event.target.closest("[data-do]")?.dataset.do;
  if (!act) return;
  const chosen = rows.chosen;
  if (act === "up" || act === "down") order.step(chosen, act === "up" ? -1 : 1);
  else if (act === "delete") remove(chosen);
  else many(act, chosen).then(reread);
});
bar.querySelector("[data-choose-all]").addEventListener("change", async ({ target }) => {
  await rows.chooseAll(target.checked).catch((error) => toast(error.message));
  showBar();
});
bar.querySelector("[data-bulk-place]").addEventListener("change", async ({ target }) => {
  const value = target.value;
  target.value = "";
  if (value) await many("place", rows.chosen, value).then(reread);
});

// ------------------------------------------------------------------ the entry

async function open(id, { focus = true } = {}) {
  await form?.flush();
  try {
    slot.replaceChildren(parsed(await get(root.dataset.entryUrl.replace("00000000-0000-0000-0000-000000000000", id))));
  } catch (error) {
    toast(error.message);
    return;
  }
  const made = slot.querySelector("[data-form]");
  form = new EntryForm(made, book, { saved, take: () => open(id) });
  made.querySelector("[data-delete-entry]").addEventListener("click", () => remove([id]));
  made.querySelector("[data-copy-entry]").addEventListener("click", () => add({ fields: form.values(), after: id }));
  root.dataset.opened = "";
  rows.current(id);
  history.replaceState(null, "", `?entry=${id}`);
  if (focus) {
    pane.scrollIntoView({ block: "start", behavior: "instant" });
    made.querySelector(made.querySelector("[data-field=name]").value ? "[data-field=content]" : "[data-field=name]").focus({ preventScroll: true });
  }
}

/** What is open may have been changed with many others. */
function reread() {
  if (form) open(form.id, { focus: false });
}

function saved(told) {
  rows.put(parsed(told.row).firstElementChild);
}

function close() {
  const row = form && rows.row(form.id);
  form?.flush();
  form = null;
  slot.replaceChildren();
  delete root.dataset.opened;
  rows.current(null);
  history.replaceState(null, "", location.pathname);
  row?.querySelector("[data-open]").focus();
}

async function add(body = {}) {
  book.state("saving");
  try {
    await form?.flush();
    const told = await post(root.dataset.add, body);
    book.heard(told.revision);
    rows.add(parsed(told.row).firstElementChild, body.after);
    book.state("saved");
    await open(told.id);
  } catch (error) {
    book.state("trouble", error.message);
    toast(error.message);
  }
}

root.querySelector("[data-add-entry]").addEventListener("click", () => add());
root.querySelector("[data-close-entry]").addEventListener("click", close);

// ------------------------------------------------------------------ the book

const settings = root.querySelector("[data-settings-panel]");
const ofBook = [...root.querySelectorAll("[data-book]")];
const bookSaving = new Saving(book, root.dataset.settings, Object.assign({}, ...ofBook.map(columnsOf)));
bookSaving.addEventListener("clash", ({ detail: { mine, theirs, revision } }) => {
  toast(say("newer"));
  bookSaving.over(mine, theirs, revision);
});
for (const control of ofBook) {
  control.addEventListener(control.type === "checkbox" ? "change" : "input", () => isReady(control) && bookSaving.set(columnsOf(control)));
}
root.querySelector("[data-open-settings]").addEventListener("click", () => settings.showModal());
for (const panel of root.querySelectorAll("dialog")) {
  panel.addEventListener("click", (event) => event.target === panel && panel.close());
}

const flush = async () => {
  await form?.flush();
  await bookSaving.flush();
};
tryOut(root, { flush, show: (id) => open(id) });

const leaving = () => {
  form?.flush({ leaving: true });
  bookSaving.flush({ leaving: true });
};
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leaving());
addEventListener("pagehide", leaving);
addEventListener("beforeunload", (event) => (form?.busy || bookSaving.busy) && event.preventDefault());

if (root.dataset.asked) open(root.dataset.asked, { focus: false });
