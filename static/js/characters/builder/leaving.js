// Going on to another step waits for the last words to be saved; the form itself is for pages without scripts.
import { draft } from "./save.js";

const form = document.querySelector("[data-form]");
let writing = false;

form.addEventListener("submit", async (event) => {
  if (writing) return;
  event.preventDefault();
  const { submitter } = event;
  if (!(await saved())) return;
  if (submitter && "write" in submitter.dataset) {
    writing = true;
    // Not before this event is over: a form that is being submitted does not hear.
    setTimeout(() => form.requestSubmit(submitter));
  } else if (submitter?.value) location.assign(`../${submitter.value}/`);
});

// Whatever the server will not take is kept in this browser, and said in the status line: nobody is held here by it.
// But where nothing of the draft can be reached, neither can its next step.
function saved() {
  return new Promise((done) => {
    draft.saved.then(() => done(true));
    draft.addEventListener("trouble", ({ detail }) => done(!detail.waiting && !detail.gone), { once: true });
  });
}

// Enter in a line is not "go on": it would carry somebody away in the middle of a form.
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input:not([type=submit], [type=checkbox], [type=radio])")) event.preventDefault();
});

for (const radio of document.querySelectorAll("input[name=visibility]")) {
  radio.addEventListener("change", () => {
    const shown = !["private", "organisation"].includes(radio.value);
    document.querySelector("[data-write-private]").hidden = shown;
    document.querySelector("[data-write-shown]").hidden = !shown;
  });
}
