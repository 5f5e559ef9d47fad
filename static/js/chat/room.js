// A room on the page: who is there, who is typing, to whom one speaks; and what its host does in the side panel.
import { toast } from "../toasts.js";
import { fragment, post } from "./http.js";
import { newId } from "./protocol.js";
import { report } from "./report.js";
import { listed, say } from "./words.js";

const TYPING_EVERY = 2500;
const TYPING_LASTS = 4000;
const SOON = 250;

export class Room {
  #here = new Set();
  #typing = new Map();
  #typedAt = -Infinity;
  #later = 0;
  #offered = null;

  /** `send(frame)` says whether it left. Without a room on the page all of it does nothing. */
  constructor({ send, me }) {
    this.element = document.getElementById("room");
    Object.assign(this, { send, me });
    if (!this.element) return;
    this.url = this.element.dataset.room;
    this.whisper = document.querySelector("[data-whisper]");
    this.line = document.querySelector("[data-typing]");
    this.element.addEventListener("click", (event) => this.#clicked(event));
    this.element.addEventListener("change", (event) => this.#changed(event));
    this.element.addEventListener("submit", (event) => this.#submitted(event));
    this.whisper?.addEventListener("change", () => this.#tone());
    this.whisper?.addEventListener("keydown", (event) => this.#chosenByEnter(event));
    this.whisper?.querySelector("[data-aloud]").addEventListener("click", () => this.#aloud());
    this.#offer();
  }

  get exists() {
    return Boolean(this.element);
  }

  /** A character of the cast: its name and face. Null for one that is not in it. */
  speaker(id) {
    const item = id && this.element?.querySelector(`[data-character="${CSS.escape(id)}"]`);
    return item ? { name: item.dataset.name, face: item.dataset.face } : null;
  }

  /** Whether the reader blocked this person, and wants their lines folded. */
  unwanted(id) {
    return Boolean(id && this.element?.querySelector(`[data-user="${CSS.escape(id)}"][data-unwanted]`));
  }

  /** To whom the next line is said: ids for the frame and names for the page. Nobody in particular: aloud. */
  get audience() {
    const chosen = this.#ears.filter((ear) => ear.checked);
    return { ids: chosen.map(({ value }) => value), names: chosen.map(({ dataset }) => dataset.name) };
  }

  presence({ people }) {
    this.#here = new Set(people.filter((person) => person.online).map((person) => person.user_id));
    this.#mark();
    clearTimeout(this.#later);
    this.#later = setTimeout(() => this.refresh(), SOON);
  }

  typed(text) {
    const now = Date.now();
    // Who whispers does not say that they are about to.
    if (!this.exists || !text.trim() || this.audience.ids.length || now - this.#typedAt < TYPING_EVERY) return;
    this.#typedAt = now;
    this.send({ type: "typing" });
  }

  typing({ user_id: id, name }) {
    if (this.unwanted(id)) return;
    clearTimeout(this.#typing.get(id)?.timer);
    this.#typing.set(id, { name, timer: setTimeout(() => this.#still(id), TYPING_LASTS) });
    this.#tell();
  }

  /** A line of this person has come: they are not typing it any more. */
  said(id) {
    clearTimeout(this.#typing.get(id)?.timer);
    this.#still(id);
  }

  async refresh() {
    let fresh;
    try {
      fresh = await fragment(this.url);
    } catch {
      return; // no longer here, and the line says so; or away, and the next frame comes
    }
    const opened = new Set([...this.element.querySelectorAll("details[open]")].map(keyOf));
    const focus = document.activeElement?.closest?.("#room") ? pathOf(document.activeElement) : null;
    const link = this.element.querySelector("[data-room-link]:not([hidden])");
    this.element.replaceChildren(fresh);
    this.#cautions();
    for (const details of this.element.querySelectorAll("details")) details.open = opened.has(keyOf(details));
    if (link) this.element.querySelector("[data-room-link]")?.replaceWith(link);
    if (focus) this.element.querySelector(focus)?.focus({ preventScroll: true });
    this.#mark();
    this.#offer();
  }

  /** The line below the talk says who is an AI, and who may be wrong, of those that the panel has now. */
  #cautions() {
    for (const what of ["nature", "advice"]) {
      const below = document.querySelector(`.scene__ai [data-${what}]`);
      const said = this.element.querySelector(`[data-${what}]`);
      if (below && said) below.textContent = said.textContent.trim();
    }
  }

  #mark() {
    for (const item of this.element.querySelectorAll("[data-user]")) {
      const mark = item.querySelector("[data-here]");
      if (mark) mark.hidden = !this.#here.has(item.dataset.user);
    }
  }

  get #ears() {
    return [...(this.whisper?.querySelectorAll("input") ?? [])];
  }

  // Whom one may whisper to: the cast on stage, and everybody else. Whoever was chosen and has gone stays chosen, for what
  // was meant for them must not be said aloud; the house refuses it.
  #offer() {
    if (!this.whisper) return;
    const here = [...this.element.querySelectorAll('[data-character][data-on-stage="1"], [data-user]:not([data-me], [data-absent])')]
      .map(({ dataset: { name, character, user } }) => ({ id: character ?? user, name, label: name }));
    const { ids, names } = this.audience;
    const gone = ids.map((id, at) => ({ id, name: names[at], label: say("not_here", { name: names[at] }) }))
      .filter(({ id }) => !here.some((each) => each.id === id));
    const offered = [...here, ...gone];
    const told = String(offered.map(({ id, label }) => [id, label]));
    if (told === this.#offered) return;
    this.#offered = told;
    const focused = this.whisper.contains(document.activeElement) ? document.activeElement.value : "";
    this.whisper.querySelector("[data-whisper-ears]").replaceChildren(...offered.map((each) => ear(each, ids.includes(each.id))));
    this.#ears.find(({ value }) => value === focused)?.focus({ preventScroll: true });
    this.#tone();
  }

  // In a form Enter would say the line.
  #chosenByEnter(event) {
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    event.preventDefault();
    event.target.click();
  }

  #aloud() {
    for (const each of this.#ears) each.checked = false;
    this.#tone();
    this.whisper.open = false;
    this.whisper.querySelector("summary").focus();
  }

  #tone() {
    const { names } = this.audience;
    const note = document.querySelector("[data-note]");
    this.whisper.closest("form").classList.toggle("composer--hush", names.length > 0);
    this.whisper.querySelector("[data-whisper-to]").textContent = names.length ? listed(names) : say("aloud");
    this.whisper.querySelector("[data-aloud]").setAttribute("aria-pressed", String(!names.length));
    if (names.length) {
      note.textContent = say("only_they", { names: listed(names) });
      note.dataset.about = "tone";
    } else if (note.dataset.about === "tone") {
      note.textContent = "";
      note.dataset.about = "";
    }
  }

  #still(id) {
    this.#typing.delete(id);
    this.#tell();
  }

  #tell() {
    if (!this.line) return;
    const names = [...this.#typing.values()].map((who) => who.name);
    this.line.hidden = !names.length;
    this.line.textContent = names.length ? say(names.length > 1 ? "typing_many" : "typing_one", { names: listed(names) }) : "";
  }

  async #try(path, body) {
    try {
      const answer = await post(`${this.url}${path}`, body);
      await this.refresh();
      return answer;
    } catch (error) {
      toast(error.message);
      await this.refresh();
      return null;
    }
  }

  async #clicked({ target }) {
    const button = target.closest("button[type=button]");
    if (!button) return;
    const ask = button.dataset.ask;
    if (ask && !(await asked(ask, button.textContent.trim()))) return;
    const character = button.closest("[data-character]")?.dataset.character;
    const user = button.closest("[data-user]")?.dataset.user;
    if ("cueCharacter" in button.dataset) {
      if (!this.send({ type: "cue", character_id: character, client_id: newId() })) toast(say("unreachable"));
    } else if ("reportPerson" in button.dataset) {
      const { name } = button.closest("[data-user]").dataset;
      await report(`${this.url}people/${user}/report`, say("report_person", { name }));
    } else if ("roomReport" in button.dataset) await report(`${this.url}report`, say("report_room"));
    else if (button.dataset.person) await this.#try(`people/${user}`, { act: button.dataset.person });
    else if (button.dataset.direct === "remove") await this.#try(`cast/${character}`, { remove: true });
    else if (button.dataset.revoke) await this.#try(`invitations/${button.dataset.revoke}/revoke`);
    else if ("copyLink" in button.dataset) await copied(this.element.querySelector("#room-link"));
    else if ("roomEnd" in button.dataset) await this.#try("end");
    else if ("roomLeave" in button.dataset) {
      const answer = await this.#try("leave");
      if (answer) location.assign(answer.next);
    }
    if (button.dataset.person === "host") location.reload();
  }

  #changed({ target }) {
    const { direct, rule } = target.dataset;
    const value = target.type === "checkbox" ? target.checked : target.value;
    if (direct) this.#try(`cast/${target.closest("[data-character]").dataset.character}`, { [direct]: value });
    else if (rule) this.#try("rules", { [rule]: value });
  }

  async #submitted(event) {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.target));
    if ("roomAdd" in event.target.dataset) {
      await this.#try("cast", fields);
      return;
    }
    try {
      const { url } = await post(`${this.url}invite`, fields);
      await this.refresh();
      const place = this.element.querySelector("[data-room-link]");
      place.hidden = false;
      const field = place.querySelector("input");
      field.value = url;
      field.focus();
      field.select();
    } catch (error) {
      toast(error.message);
    }
  }
}

function ear({ id, name, label }, checked) {
  const box = Object.assign(document.createElement("input"), { type: "checkbox", value: id, checked });
  box.dataset.name = name;
  const whole = Object.assign(document.createElement("label"), { className: "check" });
  whole.append(box, Object.assign(document.createElement("span"), { textContent: label }));
  return whole;
}

function keyOf(details) {
  const item = details.closest("[data-character], [data-user]");
  return item?.dataset.character ?? item?.dataset.user;
}

// How to find the same control again in the fragment that takes its place.
function pathOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const item = element.closest("[data-character], [data-user]");
  const within = item ? `[data-${item.dataset.character ? "character" : "user"}="${item.dataset.character ?? item.dataset.user}"] ` : "";
  for (const name of ["direct", "person", "rule", "revoke"]) {
    if (element.dataset[name]) return `${within}[data-${name}="${element.dataset[name]}"]`;
  }
  if (element.tagName === "SUMMARY") return `${within}summary`;
  return element.name ? `[name="${element.name}"]` : null;
}

async function copied(field) {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    toast(say("link_copied"));
  } catch {
    toast(say(document.execCommand("copy") ? "link_copied" : "link_not_copied"));
  }
}

// A question before what cannot be undone.
function asked(text, action) {
  const dialog = document.getElementById("mould-ask").content.firstElementChild.cloneNode(true);
  dialog.querySelector("p").textContent = text;
  dialog.querySelector("[value=yes]").textContent = action;
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}
