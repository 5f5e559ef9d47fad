// Other words for a line, written where it stands.
import { newId, storable } from "./protocol.js";
import { say } from "./words.js";

/** Opens the form in the line. When `save(content, client)` has told true, the form closes and `done()` follows. */
export function edit(article, { name, save, done }) {
  if (article.querySelector(".edit")) return;
  const theirs = article.dataset.role === "character";
  const form = document.getElementById("mould-edit").content.firstElementChild.cloneNode(true);
  const field = form.querySelector("textarea");
  const said = article.querySelector(".msg__text");
  field.id = `edit-${article.dataset.message}`;
  form.querySelector("label").htmlFor = field.id;
  form.querySelector("label").textContent = theirs ? say("edit_theirs", { name }) : say("edit");
  form.querySelector("[data-cancel]").textContent = say("cancel");
  form.querySelector("[data-save]").textContent = say(theirs ? "save_theirs" : "save");
  field.value = article.dataset.source;
  const client = newId();
  const close = () => {
    form.remove();
    said.hidden = false;
    article.querySelector("[data-act=more]").focus({ preventScroll: true });
  };
  form.querySelector("[data-cancel]").addEventListener("click", close);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) {
      event.stopPropagation();
      close();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const content = storable(field.value);
    if (!content.trim()) return;
    if (content === article.dataset.source) {
      close();
      return;
    }
    field.readOnly = true;
    const saved = await save(content, client);
    field.readOnly = false;
    if (!saved) return;
    close();
    done();
  });
  said.hidden = true;
  said.after(form);
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
  // On a phone the keyboard comes up; the whole box stays between it and the banner.
  form.scrollIntoView({ block: "nearest" });
}
