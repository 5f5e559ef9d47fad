// The library: many talks at once, each step with a way back; a talk that just went to the trash can come back too.
import { fragment, post } from "./chat/http.js";
import { say } from "./chat/words.js";
import { toast } from "./toasts.js";

const restore = sessionStorage.getItem("deleted-talk");
if (restore) {
  sessionStorage.removeItem("deleted-talk");
  toast(say("talk_deleted"), { undo: () => attempt(async () => location.assign((await post(restore)).next)) });
}

const library = document.getElementById("library");
const boxes = () => [...library.querySelectorAll("input[name=talks]")];
const chosen = () => boxes().filter((box) => box.checked);
let last = null; // the one that was ticked last
if (library) live();

function live() {
  library.dataset.live = "";
  library.addEventListener("change", ({ target }) => {
    if (target.matches("[data-submits]")) target.form.requestSubmit();
    else choose();
  });
  library.addEventListener("click", range);
  library.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-shelf]") || !event.submitter?.value) return; // without one: a file, which the browser fetches
    event.preventDefault();
    arrange(event.submitter.value, event.target.elements.folder.value);
  });
  library.addEventListener("keydown", keys);
  choose();
}

function choose() {
  const bar = library.querySelector("[data-bar]");
  if (!bar) return;
  const some = chosen();
  bar.hidden = some.length === 0;
  bar.querySelector("[data-chosen]").textContent = some.length === 1 ? say("chosen_one") : say("chosen", { n: some.length });
  bar.querySelector("[value=trash]").disabled = some.some((box) => "guest" in box.dataset);
  const pinned = some.filter((box) => box.closest(".is-pinned")).length;
  bar.querySelector("[value=pin]").hidden = pinned === some.length;
  bar.querySelector("[value=unpin]").hidden = pinned === 0;
}

// With Shift held, everything between the last one and this one.
function range(event) {
  if (!event.target.matches("input[name=talks]")) return;
  const all = boxes();
  const [from, to] = [all.indexOf(last), all.indexOf(event.target)];
  if (event.shiftKey && from >= 0) {
    for (const box of all.slice(Math.min(from, to), Math.max(from, to) + 1)) box.checked = event.target.checked;
  }
  last = event.target;
  choose();
}

function keys(event) {
  const row = event.target.closest(".talklist--shelf li");
  if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
  const act = {
    ArrowDown: () => row.nextElementSibling?.querySelector("a").focus(),
    ArrowUp: () => row.previousElementSibling?.querySelector("a").focus(),
    x: () => row.querySelector("input").click(),
    Delete: () => chosen().length && arrange("trash", ""),
    Escape: () => {
      for (const box of chosen()) box.checked = false;
      choose();
    },
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

function arrange(change, folder) {
  return attempt(async () => {
    const { said, undo } = await post(library.querySelector("[data-shelf]").action, {
      do: change, folder, talks: chosen().map((box) => box.value),
    });
    await again();
    toast(said, {
      undo: () => attempt(async () => {
        const back = await post(library.dataset.undo, { undo });
        await again();
        toast(back.said);
      }),
    });
  });
}

/** The list as it is now. Who stood in it still does. */
async function again() {
  const at = boxes().findIndex((box) => box.closest("li").contains(document.activeElement));
  library.replaceChildren(await fragment(location.href));
  choose();
  const rows = library.querySelectorAll(".talklist--shelf a");
  (rows[Math.min(Math.max(at, 0), rows.length - 1)] ?? document.getElementById("main")).focus({ preventScroll: true });
}

async function attempt(work) {
  try {
    await work();
  } catch (error) {
    toast(error.message);
  }
}
