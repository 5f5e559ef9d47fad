// What the house tells this person alone, beside the talk: help lines, that an AI speaks, a break. It takes no focus.
import { post } from "./http.js";

export class Notices {
  constructor({ announce }) {
    this.announce = announce;
    this.element = document.querySelector("[data-notices]");
    this.element.addEventListener("click", ({ target }) => {
      if (target.closest("[data-put-away]")) this.#putAway(target.closest("[data-notice]"));
    });
  }

  show({ kind, text, lines = [], more = "" }) {
    this.element.querySelector(`[data-notice=${kind}]`)?.remove();
    const card = document.getElementById("mould-notice").content.firstElementChild.cloneNode(true);
    card.dataset.notice = kind;
    card.querySelector("[data-text]").textContent = text;
    const list = card.querySelector("[data-lines]");
    list.replaceChildren(...lines.map(helpLine));
    list.hidden = !lines.length;
    const link = card.querySelector("[data-more]");
    link.hidden = !more;
    if (more) link.href = more;
    this.element.append(card);
    card.scrollIntoView({ block: "nearest" });
    this.announce(text);
  }

  #putAway(card) {
    card.remove();
    document.getElementById("say")?.focus({ preventScroll: true });
    if (card.dataset.notice !== "care") post(this.element.dataset.seen).catch(() => {});
  }
}

function helpLine({ name, number = "", url = "" }) {
  const line = document.getElementById("mould-help-line").content.firstElementChild.cloneNode(true);
  line.querySelector("b").textContent = name;
  const [call, page] = [line.querySelector("[data-number]"), line.querySelector("[data-url]")];
  if (number) [call.textContent, call.href] = [number, `tel:${number.replaceAll(" ", "")}`];
  else call.remove();
  if (/^https?:/u.test(url)) page.href = url;
  else page.remove();
  return line;
}
