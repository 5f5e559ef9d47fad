// What can be done with a line that was said: other takes, another take, go on, edit, copy, delete with a way back.
import { toast } from "../toasts.js";
import { post } from "./http.js";
import { newId, storable } from "./protocol.js";
import { Receipt } from "./receipt.js";
import { swipes } from "./swipe.js";
import { list } from "./view.js";
import { say } from "./words.js";

export class Tools {
  #at = null;

  /** `send(frame)` says whether it left; `refresh()` fetches the script as it is now; `busy()` whether a turn runs. */
  constructor({ view, stream, base, name, send, refresh, busy }) {
    Object.assign(this, { view, base, name, send, refresh, busy });
    this.receipt = new Receipt({ base });
    this.menu = document.getElementById("message-menu");
    stream.addEventListener("click", (event) => this.#click(event));
    stream.addEventListener("keydown", (event) => this.#arrows(event));
    swipes(stream, (article, step) => this.#do(step < 0 ? "previous" : "next", article));
    this.menu.addEventListener("click", (event) => this.#chosen(event));
    this.menu.addEventListener("keydown", (event) => this.#walk(event));
    this.menu.addEventListener("toggle", ({ newState }) => newState === "closed" && this.#back());
  }

  #click(event) {
    const button = event.target.closest("[data-act]");
    const article = button?.closest("article[data-message]");
    if (!article) return;
    if (button.dataset.act === "more") this.#open(article, button);
    else this.#do(button.dataset.act, article);
  }

  #do(act, article) {
    const id = article.dataset.message;
    if (act === "copy") return this.#copy(article);
    if (act === "receipt") return this.receipt.open(id);
    if (this.busy()) return toast(say("busy", { name: this.name }));
    if (act === "previous") return this.#take(article, -1);
    if (act === "next") return this.#take(article, 1);
    if (act === "regenerate" || act === "continue") return this.#ask(act, id);
    if (act === "edit") return this.#edit(article);
    return this.#delete(id);
  }

  #ask(type, id) {
    if (!this.send({ type, message_id: id, client_id: newId() })) toast(say("unreachable"));
  }

  async #try(work) {
    try {
      return await work();
    } catch (error) {
      if (!error.status && error.name !== "Error" && !error.code) throw error;
      toast(error.message);
      return null;
    }
  }

  #take(article, step) {
    const siblings = list(article);
    const wanted = siblings[Number(article.dataset.position) - 1 + step];
    if (!wanted) return;
    article.setAttribute("aria-busy", "true");
    this.#try(async () => {
      await post(`${this.base}messages/${wanted}/select`);
      await this.refresh();
      document.getElementById(`m-${wanted}`)?.querySelector(`[data-act=${step < 0 ? "previous" : "next"}]:not([disabled])`)
        ?.focus({ preventScroll: true });
    }).finally(() => article.removeAttribute("aria-busy"));
  }

  #arrows(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("textarea, input, [role=menu], pre")) return;
    const article = event.target.closest("article[data-message]") ?? this.view.last;
    if (!article || list(article).length < 2) return;
    event.preventDefault();
    this.#do(step < 0 ? "previous" : "next", article);
  }

  #delete(id) {
    this.#try(async () => {
      const { undo } = await post(`${this.base}messages/${id}/delete`);
      await this.refresh();
      const back = () => this.#try(async () => {
        await post(`${this.base}undo`, { undo });
        await this.refresh();
        toast(say("undone"));
      });
      toast(say("deleted"), { undo: back });
    });
  }

  #edit(article) {
    if (article.querySelector(".edit")) return;
    const theirs = article.dataset.role === "character";
    const form = document.getElementById("mould-edit").content.firstElementChild.cloneNode(true);
    const field = form.querySelector("textarea");
    const said = article.querySelector(".msg__text");
    field.id = `edit-${article.dataset.message}`;
    form.querySelector("label").htmlFor = field.id;
    form.querySelector("label").textContent = theirs ? say("edit_theirs", { name: this.name }) : say("edit");
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
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const content = storable(field.value);
      if (!content.trim()) return;
      if (content === article.dataset.source) return close();
      field.readOnly = true;
      this.#try(async () => {
        await post(`${this.base}messages/${article.dataset.message}/edit`, { content, client_id: client });
        close();
        await this.refresh();
      }).finally(() => { field.readOnly = false; });
    });
    said.hidden = true;
    said.after(form);
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    // On a phone the keyboard comes up; the whole box stays between it and the banner.
    form.scrollIntoView({ block: "nearest" });
  }

  async #copy(article) {
    const text = article.dataset.source;
    try {
      await navigator.clipboard.writeText(text);
      toast(say("copied"));
    } catch {
      toast(say(copyByHand(text) ? "copied" : "not_copied"));
    }
  }

  #open(article, button) {
    this.#at = { article, button };
    const last = article === this.view.last;
    const theirs = article.dataset.role === "character";
    this.menu.querySelector("[data-act=regenerate]").hidden = theirs ? article.dataset.parent === "" : !last;
    this.menu.querySelector("[data-act=continue]").hidden = !theirs || !last || article.dataset.parent === "";
    this.menu.querySelector("[data-act=receipt]").hidden = !theirs || article.dataset.parent === "";
    this.menu.showPopover();
    const at = button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.menu;
    const below = at.bottom + height + 8 <= innerHeight;
    this.menu.style.insetBlockStart = `${below ? at.bottom + 4 : Math.max(8, at.top - height - 4)}px`;
    this.menu.style.insetInlineStart = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
    this.menu.querySelector("button:not([hidden])").focus();
  }

  #chosen(event) {
    const act = event.target.closest("[data-act]")?.dataset.act;
    const { article } = this.#at ?? {};
    if (!act || !article) return;
    this.menu.hidePopover();
    this.#do(act, article);
  }

  #walk(event) {
    const buttons = [...this.menu.querySelectorAll("button:not([hidden])")];
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined) {
      if (event.key === "Tab") this.menu.hidePopover();
      return;
    }
    event.preventDefault();
    buttons[(to + buttons.length) % buttons.length].focus();
  }

  #back() {
    if (document.activeElement === document.body || this.menu.contains(document.activeElement)) this.#at?.button.focus({ preventScroll: true });
  }
}

// Without a secure context there is no clipboard interface.
function copyByHand(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
