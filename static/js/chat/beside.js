// The list of talks beside the page: fetched once it is seen, so that no talk waits for it and no phone loads it.
import { fragment } from "./http.js";
import { say } from "./words.js";

const PREVIEW = 90; // characters
const place = document.querySelector("[data-beside]");
const wide = matchMedia("(min-width: 64rem)");
let asked = false;

export function beside() {
  wide.addEventListener("change", look);
  look();
}

function look() {
  if (wide.matches && !asked) fetchList();
}

async function fetchList() {
  asked = true;
  place.ariaBusy = "true";
  try {
    place.replaceChildren(await fragment(place.dataset.beside));
  } catch (error) {
    const failed = document.getElementById("mould-beside").content.cloneNode(true);
    failed.querySelector("[data-why]").textContent = error.message;
    failed.querySelector("[data-again]").addEventListener("click", fetchList);
    place.replaceChildren(failed);
  }
  place.ariaBusy = "false";
}

/** The title of the talk on the page. */
export function named(title) {
  const name = place.querySelector("[aria-current] b");
  if (name) name.textContent = title;
}

/** The talk that was last spoken in stands first, with its last words. */
export function lastSaid(text) {
  const row = place.querySelector("[aria-current]");
  const line = row?.querySelector("[data-preview]");
  const words = text.replaceAll(/[*_`#>~|]+/gu, "").replaceAll(/\s+/gu, " ").trim().slice(0, PREVIEW);
  if (!line || !words || line.textContent.trim() === words) return;
  line.textContent = words;
  const time = row.querySelector("time");
  time.dateTime = new Date().toISOString();
  time.textContent = say("now");
  const item = row.closest("li");
  if (item.previousElementSibling) item.parentElement.prepend(item);
}
