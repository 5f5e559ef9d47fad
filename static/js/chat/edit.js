// Other words for a line, written where it stands.
import { newId, storable } from "./protocol.js";
import { say } from "./words.js";

/**
 * Opens the form in the line. When `save(content, client)`, or `change(content)` for the words alone, has told true, the
 * form closes and `done()` follows with what was told.
 */
export function edit(article, { name, save, change, done }) {
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
  form.querySelector("[data-in-place]").textContent = say("save_here");
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
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) keep(event.shiftKey ? change : save);
  });
  form.querySelector("[data-in-place]").addEventListener("click", () => keep(change));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep(save);
  });

  async function keep(how) {
    const content = storable(field.value);
    if (!content.trim() || field.readOnly) return;
    if (content === article.dataset.source) {
      close();
      return;
    }
    field.readOnly = true;
    const told = await how(content, client);
    field.readOnly = false;
    if (!told) return;
    close();
    done(told);
  }

  said.hidden = true;
  said.after(form);
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
  // On a phone the keyboard comes up; the whole box stays between it and the banner.
  form.scrollIntoView({ block: "nearest" });
}
