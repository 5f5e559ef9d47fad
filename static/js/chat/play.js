// A story on the page: what can be done, by button, key or form; what happened, at the lines it happened at; and the
// panel beside. The house draws all of it: here it is fetched, put in its place, and sent on.
import { toast } from "../toasts.js";
import { fragment } from "./http.js";
import { newId } from "./protocol.js";

const SOON = 40; // several events at once are one look
const WITH_ITEM = ["use", "give", "attack"];

const spoken = ({ words, rolls, passed, now, kind }) => {
  if (kind === "rolled") return `${words} ${rolls.join(", ")} ${passed ? "✓" : "✗"}`;
  return now === undefined ? words : `${words} ${now}`;
};

export class Play {
  #acts = new Set();
  #later = 0;
  #looks = 0;
  #from = null;

  /** `send(frame)` says whether it left; `go(id)` shows a line. Without a story on the page all of it does nothing. */
  constructor({ send, go }) {
    this.element = document.getElementById("play");
    Object.assign(this, { send, go });
    if (!this.element) return;
    this.url = this.element.dataset.play;
    this.lines = document.getElementById("lines");
    this.element.addEventListener("click", (event) => this.#clicked(event));
    this.element.addEventListener("submit", (event) => this.#submitted(event));
    this.element.addEventListener("change", () => this.#fit());
    document.addEventListener("click", (event) => this.#beside(event));
    document.addEventListener("submit", (event) => this.#compared(event));
    document.addEventListener("keydown", (event) => this.#pressed(event));
    new MutationObserver(() => this.#tell()).observe(this.lines, { childList: true, subtree: true });
    this.#arrange();
    const [opening, next] = this.lines.querySelectorAll("article");
    if (!next) this.#showFrom(opening);
  }

  happened({ payload }) {
    if (!this.element) return;
    this.#from = null;
    // A voice of its own: what is said of who is thinking comes right behind it.
    document.getElementById("play-told").textContent = payload.notes.map(spoken).join(". ");
    this.look();
  }

  /** Whether it was an action that the house refused. */
  refused({ client_id: id, message }) {
    if (!this.#acts.delete(id)) return false;
    toast(message);
    this.look();
    return true;
  }

  /** Ask the house how the story stands. */
  look() {
    if (!this.element) return;
    clearTimeout(this.#later);
    this.#later = setTimeout(() => this.#fetch(), SOON);
  }

  act(verb, target = "", item = "") {
    const frame = { type: "action", action_id: verb, target_id: target, args: { item }, client_id: newId() };
    if (this.#from) frame.parent_id = this.#from;
    this.#acts.add(frame.client_id);
    if (!this.send(frame)) return;
    // What was asked before knows nothing of it; its own answer leads to a look.
    this.#looks += 1;
    clearTimeout(this.#later);
    this.element.setAttribute("aria-busy", "true");
  }

  async #fetch() {
    this.#looks += 1;
    const look = this.#looks;
    let drawn;
    try {
      drawn = await fragment(this.#from ? `${this.url}?leaf=${this.#from}` : this.url);
    } catch (error) {
      if (look !== this.#looks) return;
      this.element.removeAttribute("aria-busy");
      toast(error.message);
      return;
    }
    if (look !== this.#looks) return; // a later one knows more
    this.element.removeAttribute("aria-busy");
    const held = this.element.contains(document.activeElement);
    const more = this.element.querySelector("[data-act-fold]")?.open;
    this.element.replaceChildren(...drawn.getElementById("play").childNodes);
    this.element.querySelector("[data-act-fold]")?.toggleAttribute("open", Boolean(more));
    const side = document.getElementById("play-side");
    const open = [...side.querySelectorAll("details")].map((each) => each.open);
    const [focus, whatIf] = [side.contains(document.activeElement) && document.activeElement, side.querySelector("[data-compare]")];
    side.replaceChildren(...drawn.getElementById("play-side").childNodes);
    for (const [at, each] of side.querySelectorAll("details").entries()) each.open = open[at] ?? false;
    keepCompared(whatIf, side.querySelector("[data-compare]"));
    if (focus) [...side.querySelectorAll(focus.tagName)].find((each) => each.name === focus.name && each.textContent === focus.textContent)?.focus({ preventScroll: true });
    this.#arrange();
    if (held) this.element.querySelector(".play__choice, button, select")?.focus({ preventScroll: true });
  }

  // Numbers on choices, and what happened at its lines.
  #arrange() {
    for (const [at, key] of this.element.querySelectorAll(".play__choice kbd").entries()) {
      if (at > 8) key.remove();
      else {
        key.textContent = at + 1;
        key.parentElement.setAttribute("aria-keyshortcuts", `${at + 1} Alt+${at + 1}`);
      }
    }
    this.told = new Map([...this.element.querySelectorAll("[data-told]")].map((each) => [each.dataset.told, each]));
    this.#fit();
    this.#tell();
  }

  #tell() {
    for (const [id, told] of this.told) {
      const line = told.childElementCount && document.getElementById(`m-${id}`);
      if (!line || line.querySelector(":scope > .told")) continue;
      line.append(told.cloneNode(true));
      if (line === this.lines.lastElementChild) this.#showFrom(line);
    }
  }

  // What is longer than the screen is read from its beginning.
  #showFrom(line) {
    if (line && line.offsetHeight > line.closest(".stream").clientHeight) line.scrollIntoView({ block: "start" });
  }

  // What fits the verb: a thing to use, somebody to talk to.
  #fit() {
    const bar = this.element.querySelector("[data-act-bar]");
    if (!bar) return;
    const verb = bar.elements.verb.value;
    bar.querySelector("[data-for-item]").hidden = !WITH_ITEM.includes(verb);
    const fits = { talk: ["person"], give: ["person"], attack: ["person"], take: ["lying"] }[verb];
    const { target } = bar.elements;
    for (const option of target.options) {
      option.hidden = "none" in option.dataset ? verb !== "use" : Boolean(fits && !fits.includes(option.dataset.kind));
    }
    if (target.selectedOptions[0]?.hidden !== false) {
      target.value = [...target.options].find((option) => !option.hidden)?.value ?? "";
    }
  }

  #clicked({ target }) {
    const choice = target.closest("[data-verb]");
    if (choice) this.act(choice.dataset.verb, choice.dataset.target);
    else if (target.closest("[data-now]")) this.#lookFrom(null);
  }

  #submitted(event) {
    event.preventDefault();
    const { verb, target, item } = event.target.elements;
    this.act(verb.value, target.value, WITH_ITEM.includes(verb.value) ? item.value : "");
  }

  #beside({ target }) {
    const go = target.closest("#play-side [data-go], #panel [data-go]");
    const from = target.closest("#play-side [data-from], #panel [data-from]");
    const show = target.closest("#play-side [data-show], #panel [data-show]");
    if (go) {
      document.getElementById("panel").close();
      this.act("go", go.dataset.go);
    }
    if (from) this.#lookFrom(from.dataset.from);
    if (show) this.go(show.dataset.show);
  }

  #lookFrom(id) {
    document.getElementById("panel").close();
    this.#from = id;
    this.look();
    this.element.scrollIntoView({ block: "nearest" });
  }

  async #compared(event) {
    const form = event.target.closest("[data-compare]");
    if (!form) return;
    event.preventDefault();
    try {
      const drawn = await fragment(`${form.dataset.compare}?${new URLSearchParams(new FormData(form))}`);
      document.querySelector("[data-compared]")?.replaceChildren(drawn); // the panel may be a new one by now
    } catch (error) {
      toast(error.message);
    }
  }

  // 1 to 9 choose: where nothing is being written, or with Alt anywhere.
  #pressed(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || !/^Digit[1-9]$/u.test(event.code)) return;
    if (document.querySelector("dialog[open]")) return;
    const field = event.target.closest?.("input, select, textarea, [contenteditable]");
    if (!event.altKey && field && !(field.id === "say" && !field.value)) return;
    const choice = this.element.querySelectorAll(".play__choice")[Number(event.code.at(-1)) - 1];
    if (!choice) return;
    event.preventDefault();
    this.act(choice.dataset.verb, choice.dataset.target);
  }
}

// A panel that is drawn anew shows the two ways that were compared, as long as both still end where they did.
function keepCompared(before, now) {
  if (!before || !now) return;
  const chosen = (name) => {
    const { value } = before.elements[name];
    const there = [...now.elements[name].options].some((each) => each.value === value);
    if (there) now.elements[name].value = value;
    return there;
  };
  if (["one", "other"].map(chosen).every(Boolean)) now.querySelector("[data-compared]").append(...before.querySelector("[data-compared]").childNodes);
}
