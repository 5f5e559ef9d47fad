// The test talk: the draft as this page shows it answers. What is said lives in this page alone and goes with it.
import { render, renderOpen } from "../../chat/markdown.js";
import { post } from "../../chat/http.js";
import { count, knows, say } from "../../chat/words.js";
import { sendOnEnter } from "../../enter.js";
import { ask } from "../../shared/events.js";
import { draft } from "./save.js";
import { unsaved } from "./unsaved.js";

const QUIET = 600;

class Rehearsal {
  #lines = [];
  #greetings = [];
  #at = 0;
  #name = "";
  #you = "";
  #running = null;
  #timer = 0;
  #drawing = 0;
  #another = false;

  constructor(root) {
    this.root = root;
    this.list = this.#part("lines");
    this.field = root.querySelector("textarea");
    this.form = this.#part("composer");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#speak();
    });
    sendOnEnter(this.field, () => this.form.requestSubmit());
    this.#on("stop", () => this.#running?.abort());
    this.#on("again", () => this.#again());
    this.#on("retry", () => this.#answer({ again: this.#another }));
    this.#on("reset", () => this.#reset());
    this.#on("previous", () => this.#turn(-1));
    this.#on("next", () => this.#turn(1));
    this.root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing || !this.#running) return;
      event.stopPropagation();
      this.#running.abort();
    });
    const soon = () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#weigh(), QUIET);
    };
    draft.addEventListener("changed", soon);
    draft.addEventListener("theirs", soon);
    draft.addEventListener("saved", ({ detail }) => this.#face(detail.portrait));
    // The first line is the character's: before it stands, nobody answers it.
    this.#weigh().finally(() => {
      this.field.disabled = false;
      this.#part("speak").disabled = false;
    });
  }

  // ------------------------------------------------------------------ asking

  #speak() {
    const text = this.field.value.trim();
    if (!text || this.#running) return;
    this.field.value = "";
    this.#lines.push({ role: "player", text });
    this.list.append(this.#article("player", text));
    this.#answer();
  }

  #again() {
    if (this.#running) return;
    if (this.#lines.at(-1)?.role === "character") {
      this.#lines.pop();
      this.list.lastElementChild.remove();
    }
    this.#answer({ again: true });
  }

  async #answer({ again = false } = {}) {
    if (this.#running || this.#lines.at(-1)?.role !== "player") return;
    this.#wrong(null);
    this.#another = again;
    const running = new AbortController();
    this.#running = running;
    this.#busy(true);
    this.#announce(say("try_thinking", { name: this.#name }));
    const reply = { role: "character", text: "" };
    let shown = null;
    let fate = null;
    try {
      await ask(this.root.dataset.try, { changes: unsaved(), lines: this.#lines, greeting: this.#at, again }, {
        signal: running.signal,
        last: "end",
        heard: (name, data) => {
          if (name === "prompt") this.#size(data);
          if (name !== "piece") return;
          reply.text += data.text;
          shown ??= this.#begin();
          this.#draw(shown, reply);
        },
      });
    } catch (error) {
      fate = error;
    }
    if (this.#running !== running) return; // begun anew meanwhile
    this.#running = null;
    cancelAnimationFrame(this.#drawing);
    this.#drawing = 0;
    this.#busy(false);
    const stopped = fate?.name === "AbortError";
    if (shown) this.#finish(shown, reply, stopped);
    if (fate && !stopped) {
      // What broke off is no line to answer: the next try says it anew.
      if (shown) shown.remove();
      this.#wrong(fate.message);
    } else if (shown) this.#lines.push(reply);
    this.#tools();
    if (!fate) this.#announce(say("try_said", { name: this.#name, text: reply.text.replaceAll(/[*_`#>~]/gu, "") }));
    else if (stopped) this.#announce(say("try_stopped"));
  }

  async #weigh() {
    clearTimeout(this.#timer);
    let told;
    try {
      told = await post(this.root.dataset.weigh, { changes: unsaved(), lines: this.#lines });
    } catch (error) {
      if (!this.#greetings.length && !this.#lines.length) this.#wrong(error.message, { retry: false });
      return;
    }
    if (!this.#said) this.#wrong(null);
    this.#name = told.name;
    this.#you = told.you;
    this.#greetings = told.greetings;
    this.#at = Math.min(this.#at, Math.max(0, told.greetings.length - 1));
    for (const each of this.list.querySelectorAll("[data-role=character] .msg__who")) each.textContent = told.name;
    this.#size(told.size);
    if (!this.#said && !this.#running) this.#open();
  }

  get #said() {
    return this.#lines.some((line) => line.role === "player");
  }

  // ------------------------------------------------------------------ the opening

  #open() {
    const text = this.#greetings[this.#at];
    this.#lines = text ? [{ role: "character", text }] : [];
    if (text) this.list.replaceChildren(this.#article("character", text));
    else {
      const none = document.createElement("p");
      none.className = "small quiet";
      none.textContent = say("try_silent");
      none.lang = document.documentElement.lang;
      this.list.replaceChildren(none);
    }
    this.#tools();
  }

  #turn(step) {
    this.#at = (this.#at + step + this.#greetings.length) % this.#greetings.length;
    this.#open();
    this.#announce(say("try_said", { name: this.#name, text: this.#greetings[this.#at].replaceAll(/[*_`#>~]/gu, "") }));
  }

  #reset() {
    const running = this.#running;
    this.#running = null;
    running?.abort();
    this.#busy(false);
    this.#wrong(null);
    this.#lines = [];
    this.#open();
    this.#weigh();
    this.field.focus();
  }

  // ------------------------------------------------------------------ showing

  #article(role, text) {
    const article = document.createElement("article");
    article.className = role === "player" ? "msg msg--you" : "msg";
    article.dataset.role = role;
    const who = document.createElement("h3");
    who.className = role === "player" ? "visually-hidden" : "msg__who";
    who.textContent = role === "player" ? say("try_you") : this.#name;
    const words = document.createElement("div");
    words.className = "msg__text";
    words.append(render(text));
    article.append(who, words);
    return article;
  }

  #begin() {
    const shown = this.#article("character", "");
    this.list.append(shown);
    this.#cue("speaking");
    return shown;
  }

  #draw(shown, reply) {
    if (this.#drawing) return;
    this.#drawing = requestAnimationFrame(() => {
      this.#drawing = 0;
      const caret = document.createElement("span");
      caret.className = "caret";
      caret.setAttribute("aria-hidden", "true");
      const words = shown.querySelector(".msg__text");
      words.replaceChildren(renderOpen(reply.text));
      (words.lastElementChild ?? words).append(caret);
      this.#follow();
    });
  }

  #finish(shown, reply, stopped) {
    shown.querySelector(".msg__text").replaceChildren(render(reply.text));
    if (!stopped) return;
    const note = document.createElement("p");
    note.className = "small quiet";
    note.textContent = say("try_stopped");
    note.lang = document.documentElement.lang;
    shown.append(note);
  }

  // The list scrolls by itself; who has scrolled up to read is left there.
  #follow() {
    const { scrollHeight, scrollTop, clientHeight } = this.list;
    if (scrollHeight - scrollTop - clientHeight < 160) this.list.scrollTop = scrollHeight;
  }

  #busy(busy) {
    this.#part("stop").hidden = !busy;
    this.#part("speak").hidden = busy;
    this.#part("cues").hidden = !busy;
    this.#cue("thinking");
    this.list.toggleAttribute("aria-busy", busy);
    if (busy) this.#tools();
    this.list.scrollTop = this.list.scrollHeight;
  }

  #cue(lit) {
    for (const each of this.root.querySelectorAll("[data-cue]")) {
      if (each.dataset.cue === lit) each.setAttribute("aria-current", "step");
      else each.removeAttribute("aria-current");
    }
  }

  #tools() {
    const busy = Boolean(this.#running);
    this.#part("again").hidden = busy || !this.#said || this.#lines.at(-1)?.role !== "character";
    this.#part("reset").hidden = !this.#said;
    this.#part("openings-of-try").hidden = busy || this.#said || this.#greetings.length < 2;
    this.#part("at").textContent = say("try_of", { at: this.#at + 1, all: this.#greetings.length });
  }

  #wrong(message, { retry = true } = {}) {
    const box = this.#part("wrong");
    box.hidden = !message;
    box.querySelector("p").textContent = message ?? "";
    this.#part("retry").hidden = !retry;
  }

  #size({ parts, total, window, cut }) {
    const box = this.#part("size");
    box.hidden = false;
    this.#part("size-total").textContent = say("try_size", { total: count(total), window: count(window) });
    this.#part("size-parts").replaceChildren(...Object.entries(parts).flatMap(([name, tokens]) => {
      const term = document.createElement("dt");
      term.textContent = knows(`part_${name}`) ? say(`part_${name}`) : name;
      const value = document.createElement("dd");
      value.textContent = count(tokens);
      return [term, value];
    }));
    const told = [cut?.messages && say("try_cut_lines", { count: cut.messages }), cut?.examples && say("try_cut_examples")];
    const note = this.#part("size-cut");
    note.textContent = told.filter(Boolean).join(" ");
    note.hidden = !note.textContent;
  }

  #face(address) {
    const shown = this.root.querySelector("[data-see-face]");
    const face = address.includes("/pictures/") ? `${address}/face` : `${address}#face`;
    if (shown.getAttribute("src") !== face) shown.src = face;
  }

  #announce(text) {
    this.#part("announcer").textContent = text;
  }

  #part(name) {
    return this.root.querySelector(`[data-${name}]`);
  }

  #on(name, act) {
    this.#part(name).addEventListener("click", act);
  }
}

const OPEN = "builder:test-talk";

for (const root of document.querySelectorAll("[data-rehearsal]")) {
  const folded = root.closest("details");
  const begin = () => root.dataset.begun || (root.dataset.begun = "1", new Rehearsal(root));
  if (!folded) begin();
  else {
    folded.addEventListener("toggle", () => {
      sessionStorage.setItem(OPEN, folded.open ? "1" : "");
      if (folded.open) begin();
    });
    folded.open ||= Boolean(sessionStorage.getItem(OPEN));
    if (folded.open) begin();
  }
}
