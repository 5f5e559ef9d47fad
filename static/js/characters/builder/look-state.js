// The look of the draft: what it is drawn from or which picture was brought, one step of undo at a time.
import { same } from "../../shared/same.js";
import { draft } from "./save.js";

const facts = JSON.parse(document.getElementById("look-facts").textContent);
const { drawn, asset } = document.querySelector("[data-look]").dataset;
const NOBODY = "00000000-0000-0000-0000-000000000000";
const KEPT = 100;

export const { choices, names } = facts;

const isLook = (field) => /^(?:picture$|portrait\.|presentation\.moods$)/u.test(field);

export class Look extends EventTarget {
  #past = [];
  #told = false;
  #mood = "calm";

  constructor() {
    super();
    draft.addEventListener("theirs", ({ detail }) => { if (Object.keys(detail).some(isLook)) this.#tell(); });
    draft.addEventListener("changed", ({ detail }) => { if (isLook(detail.field)) this.#tell(); });
  }

  get portrait() {
    return Object.fromEntries(Object.entries(facts.defaults).map(([name, usual]) => [name, draft.get(`portrait.${name}`) ?? usual]));
  }

  get picture() {
    return draft.get("picture") || "";
  }

  get moods() {
    return draft.get("presentation.moods") ?? {};
  }

  get mood() {
    return this.#mood;
  }

  set mood(mood) {
    this.#mood = mood;
    this.#tell();
  }

  get undoable() {
    return this.#past.length > 0;
  }

  /** Fields of the form and their new values: one change, one step of undo. */
  change(fields) {
    const before = Object.fromEntries(Object.keys(fields).map((field) => [field, draft.get(field) ?? null]));
    if (same(before, fields)) return;
    this.#past.push(before);
    if (this.#past.length > KEPT) this.#past.shift();
    this.#write(fields);
  }

  undo() {
    const before = this.#past.pop();
    if (before) this.#write(before);
  }

  /** Choose a drawn portrait; a picture that was brought steps back. */
  draw(portrait) {
    const fields = Object.fromEntries(Object.entries(portrait).map(([name, value]) => [`portrait.${name}`, value]));
    this.change(this.picture ? { ...fields, picture: null } : fields);
  }

  /** Use a picture: for one mood, or as the main one. */
  use({ id, mood }) {
    this.change(mood && this.picture ? { "presentation.moods": { ...this.moods, [mood]: id } } : { picture: id });
  }

  address({ mood = this.#mood, face = false } = {}) {
    if (this.picture) return assetAddress(this.moods[mood] ?? this.picture, face);
    return drawnAddress(this.portrait, mood, face);
  }

  #write(fields) {
    for (const [field, value] of Object.entries(fields)) draft.set(field, value);
    this.#tell();
  }

  // Many fields at once are one change.
  #tell() {
    if (this.#told) return;
    this.#told = true;
    queueMicrotask(() => {
      this.#told = false;
      this.dispatchEvent(new Event("look"));
    });
  }
}

export function drawnAddress(portrait, mood = "calm", face = false) {
  return `${drawn}?${new URLSearchParams({ ...portrait, mood, v: facts.drawing })}${face ? "#face" : ""}`;
}

export function assetAddress(id, face = false) {
  return asset.replace(NOBODY, id) + (face ? "/face" : "");
}
