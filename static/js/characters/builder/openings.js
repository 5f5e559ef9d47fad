// Openings: add, put in order, remove with a way back.
import { toast } from "../../toasts.js";
import { say } from "../../chat/words.js";
import { draft } from "./save.js";
import { estimate } from "./tokens.js";

const box = document.querySelector("[data-openings]");
if (box) wire();

function wire() {
  const list = box.querySelector("[data-list]");
  const template = box.querySelector("[data-opening-template]");
  const add = box.querySelector("[data-add]");
  const items = () => [...list.children];
  const texts = () => items().map((item) => item.querySelector("textarea").value);
  let made = items().length;

  const number = () => {
    const all = items();
    all.forEach((item, place) => {
      item.querySelector("[data-number]").textContent = place + 1;
      item.querySelector("[data-tokens]").textContent = estimate(item.querySelector("textarea").value);
      for (const button of item.querySelectorAll("button")) button.hidden = false;
      item.querySelector("[data-up]").disabled = place === 0;
      item.querySelector("[data-down]").disabled = place === all.length - 1;
    });
    box.querySelector("[data-none]").hidden = all.length > 0;
  };
  const changed = () => {
    number();
    draft.set("greetings", texts());
  };
  const make = (text = "") => {
    const item = template.content.firstElementChild.cloneNode(true);
    made += 1;
    const field = item.querySelector("textarea");
    field.id = `greeting-${made}-new`;
    item.querySelector("label").htmlFor = field.id;
    field.value = text;
    return item;
  };

  list.addEventListener("input", changed);
  list.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    const item = target.closest("[data-opening]");
    if (!button || !item) return;
    const place = items().indexOf(item);
    if ("remove" in button.dataset) remove(item, place);
    else move(item, place, "up" in button.dataset ? -1 : 1, button);
  });
  const move = (item, place, by, button) => {
    const other = items()[place + by];
    if (!other) return;
    if (by < 0) other.before(item);
    else other.after(item);
    changed();
    // At the end of the way the button is off; the other one keeps the keyboard here.
    (button.disabled ? item.querySelector(by < 0 ? "[data-down]" : "[data-up]") : button).focus();
  };
  const remove = (item, place) => {
    item.remove();
    changed();
    (items()[place]?.querySelector("textarea") ?? items().at(-1)?.querySelector("textarea") ?? add).focus();
    toast(say("opening_removed"), {
      undo: () => {
        const next = items()[place];
        if (next) next.before(item);
        else list.append(item);
        changed();
        item.querySelector("textarea").focus();
      },
    });
  };

  add.hidden = false;
  add.addEventListener("click", () => {
    const item = make();
    list.append(item);
    changed();
    item.querySelector("textarea").focus();
  });
  draft.addEventListener("theirs", ({ detail }) => {
    if (!("greetings" in detail)) return;
    list.replaceChildren(...(detail.greetings ?? []).map((text) => make(text)));
    number();
  });
  number();
}
