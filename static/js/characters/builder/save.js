// The draft as this window knows it. Whatever is set is saved by itself, and two windows never overwrite each other
// silently.
//
//   draft.set("traits.manner", {…})   a field of the form (characters/drafting.py); null takes it away
//   draft.get("traits.manner")        what this window holds
//   await draft.saved                 everything set so far has reached the server; waits as long as that takes
//
// Events, each with `detail`:
//   changed  {field, value}           somebody called set
//   saving   {}                       a save is under way
//   saved    what draft-save answered: {revision, rail, errors, tokens, compiled, summary, portrait, openings}
//   trouble  {message, waiting, gone} it is not on the server; `waiting`: we try again by ourselves; `gone`: nothing
//                                     of this draft can be reached, "signed_out" or "not_there"
//   theirs   {field: value, …}        these were not written here, or before this page was opened: show them
//   brought  {}                       and it was another window that wrote them
//   conflict [{field, mine, theirs}]  both windows wrote these; answer with keepMine() or takeTheirs()
import { say } from "../../chat/words.js";
import { csrf, renewed } from "../../shared/csrf.js";
import { same } from "../../shared/same.js";

const QUIET = 700;
const LONGEST = 5000;
const RETRIES = [2000, 5000, 15000, 30000];
const GONE = { 401: "signed_out", 404: "not_there" };

export class Draft extends EventTarget {
  #url;
  #revision;
  #known;
  #pending = new Map();
  #sending = null;
  #clash = null;
  #timer = 0;
  #since = 0;
  #failures = 0;
  #key;
  #line;
  #waiting = [];
  #stale = false;
  #renewed = false;

  constructor({ id, url, revision, form }) {
    super();
    this.#url = url;
    this.#revision = revision;
    this.#known = new Map(Object.entries(form));
    this.#key = `draft:${id}`;
    this.#line = new BroadcastChannel(this.#key);
    this.#line.addEventListener("message", ({ data }) => this.#heard(data));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.#send(true);
      else if (this.#failures) this.#soon(0);
    });
    addEventListener("pagehide", () => this.#send(true));
    addEventListener("online", () => this.#soon(0));
  }

  get revision() {
    return this.#revision;
  }

  get(field) {
    // What was taken away is null in the newest of them.
    return [this.#pending, this.#sending, this.#known].find((held) => held?.has(field))?.get(field);
  }

  set(field, value) {
    const meant = value ?? null;
    if (same(this.get(field), meant)) return;
    this.#pending.set(field, meant);
    this.#keep();
    this.#tell("changed", { field, value: meant });
    this.#soon(QUIET);
  }

  get saved() {
    if (this.#idle) return Promise.resolve();
    this.#soon(0);
    return new Promise((done) => { this.#waiting.push(done); });
  }

  /** What an earlier page of this browser could not save. Call it once the fields are wired. */
  restore() {
    let kept = {};
    try {
      kept = JSON.parse(localStorage.getItem(this.#key) ?? "{}");
    } catch {
      // Somebody else's, or cut off.
    }
    const clash = [];
    const back = {};
    for (const [field, { value, over, clashed }] of Object.entries(kept)) {
      const theirs = this.#known.get(field);
      if (same(theirs, value)) continue;
      this.#pending.set(field, value);
      back[field] = value;
      if (clashed || !same(theirs, over)) clash.push({ field, mine: value, theirs: theirs ?? null });
    }
    this.#keep();
    if (Object.keys(back).length) this.#tell("theirs", back);
    // A page may have been read while the last save of the one before it was still on its way.
    this.#stale = this.#newest > this.#revision;
    if (clash.length) this.#stop(clash);
    else if (this.#pending.size || this.#stale) this.#soon(0);
  }

  keepMine() {
    this.#clash = null;
    this.#keep();
    this.#soon(0);
  }

  takeTheirs() {
    const taken = {};
    for (const { field, theirs } of this.#clash ?? []) {
      this.#pending.delete(field);
      taken[field] = theirs;
    }
    this.#clash = null;
    this.#keep();
    this.#bring(taken);
    this.#soon(0);
  }

  /** Something was set that is not even on its way yet. */
  get waits() {
    return this.#pending.size > 0;
  }

  get #idle() {
    return !this.#pending.size && !this.#sending;
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #bring(fields) {
    if (!Object.keys(fields).length) return;
    this.#tell("theirs", fields);
    this.#tell("brought", {});
  }

  #soon(wait) {
    clearTimeout(this.#timer);
    this.#since ||= Date.now();
    const longest = Math.max(0, this.#since + LONGEST - Date.now());
    this.#timer = setTimeout(() => this.#send(), Math.min(wait, longest));
  }

  async #send(leaving = false) {
    clearTimeout(this.#timer);
    this.#since = 0;
    if (this.#sending || this.#clash) return;
    if (!this.#pending.size && !this.#stale) {
      this.#settle();
      return;
    }
    const sent = this.#pending;
    this.#sending = sent;
    this.#pending = new Map();
    this.#tell("saving", {});
    let status = 0;
    let answer = {};
    try {
      const body = JSON.stringify({ revision: this.#revision, changes: Object.fromEntries(sent) });
      const response = await fetch(this.#url, {
        method: "POST",
        credentials: "same-origin",
        // A browser carries no more than 64 kB beyond the end of a page; the rest is kept by #keep.
        keepalive: leaving && body.length < 20_000,
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf() },
        body,
      });
      ({ status } = response);
      answer = await response.json();
    } catch {
      // No connection, or a proxy's page instead of ours: `answer` stays empty.
    }
    this.#sending = null;
    if (status === 200) this.#took(sent, answer);
    else this.#back(sent, status, answer.error ?? {});
  }

  #took(sent, answer) {
    const behind = answer.revision > this.#revision + (sent.size ? 1 : 0);
    this.#stale = false;
    for (const [field, value] of sent) this.#known.set(field, value);
    if (!behind) this.#line.postMessage({ over: this.#revision, revision: answer.revision, changes: Object.fromEntries(sent) });
    this.#revision = answer.revision;
    this.#newest = answer.revision;
    this.#failures = 0;
    this.#renewed = false;
    this.#keep();
    if (behind && answer.form) this.#bring(this.#learn(answer.form));
    this.#tell("saved", answer);
    if (this.#pending.size) this.#soon(QUIET);
    else this.#settle();
  }

  // What was on its way is pending again, unless it was written anew meanwhile.
  async #back(sent, status, error) {
    this.#pending = new Map([...sent, ...this.#pending]);
    if (status === 409 && error.theirs) {
      this.#merge(error);
      return;
    }
    if (status === 403 && !this.#renewed) {
      this.#renewed = true;
      if (await renewed()) {
        this.#soon(0);
        return;
      }
    }
    const refused = status >= 400 && status < 500 && status !== 429;
    const gone = GONE[status];
    this.#tell("trouble", { message: gone ? say(gone) : error.message || say("kept_here"), waiting: !refused, gone });
    if (!refused) {
      this.#soon(RETRIES[Math.min(this.#failures, RETRIES.length - 1)]);
      this.#since = Infinity;
    }
    this.#failures += 1;
  }

  // Another window saved first. Fields that only one of us wrote need no decision.
  #merge({ revision, theirs }) {
    const before = new Map(this.#known);
    const news = this.#learn(theirs);
    this.#revision = revision;
    const clash = [];
    for (const [field, mine] of this.#pending) {
      const now = theirs[field] ?? null;
      if (!same(now, before.get(field)) && !same(now, mine)) clash.push({ field, mine, theirs: now });
    }
    this.#bring(news);
    if (clash.length) this.#stop(clash);
    else this.#soon(0);
  }

  /** Take over what the server holds; returns what is news to the page. */
  #learn(form) {
    const news = {};
    for (const field of new Set([...this.#known.keys(), ...Object.keys(form)])) {
      const now = form[field] ?? null;
      if (!same(now, this.#known.get(field)) && !this.#pending.has(field)) news[field] = now;
    }
    this.#known = new Map(Object.entries(form));
    return news;
  }

  #stop(clash) {
    this.#clash = clash;
    this.#keep();
    this.#tell("conflict", clash);
  }

  // Another window of this browser saved. If we were writing in the same place, the server will say so.
  #heard({ over, revision, changes }) {
    if (over !== this.#revision || this.#sending || Object.keys(changes).some((field) => this.#pending.has(field))) return;
    this.#revision = revision;
    for (const [field, value] of Object.entries(changes)) this.#known.set(field, value);
    this.#bring(changes);
  }

  // Until the server has it, this browser does; and as long as nobody has chosen, that there is something to choose.
  #keep() {
    const open = new Set(this.#clash?.map(({ field }) => field));
    const held = new Map([...(this.#sending ?? []), ...this.#pending]);
    const kept = [...held].map(([field, value]) => [field, { value, over: this.#known.get(field) ?? null, clashed: open.has(field) }]);
    try {
      if (held.size) localStorage.setItem(this.#key, JSON.stringify(Object.fromEntries(kept)));
      else localStorage.removeItem(this.#key);
    } catch {
      // Full or forbidden: the page itself still holds it.
    }
  }

  // The last revision that any page of this window has seen.
  get #newest() {
    return Number(sessionStorage.getItem(this.#key) ?? 0);
  }

  set #newest(revision) {
    sessionStorage.setItem(this.#key, revision);
  }

  #settle() {
    if (!this.#idle) return;
    for (const done of this.#waiting.splice(0)) done();
  }
}

const page = document.querySelector("[data-draft]");

/** The one draft of this page. */
export const draft = new Draft({
  id: page.dataset.draft,
  url: page.dataset.save,
  revision: Number(page.dataset.revision),
  form: JSON.parse(document.getElementById("draft-form").textContent),
});
