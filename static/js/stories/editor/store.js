// The story that is being written. The document is the truth: a change in a form is sent as a change, the server makes it
// in the document, and what comes back is what is shown. Between the two the change is already made here.
import { csrf, renewed } from "../../shared/csrf.js";
import { say } from "../../chat/words.js";

const QUIET = 500;
const RETRY = 4000;
const MOST_UNDOS = 100;

/** Events: `data` (the story changed), `told` (an answer: problems, edges), `state` {state, why}, `clash`, `history`. */
export class Store extends EventTarget {
  #url;
  #changes = [];
  #source = null;
  #layout = null;
  #sending = false;
  #timer = 0;
  #past = [];
  #future = [];
  #idle = [];

  constructor(state, url) {
    super();
    this.#url = url;
    Object.assign(this, state);
    addEventListener("pagehide", () => this.#send(true));
    addEventListener("online", () => this.#soon(0));
  }

  get busy() {
    return this.#sending || this.#changes.length > 0 || this.#source !== null;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /** When everything is with the server. */
  get saved() {
    if (!this.busy && !this.#layout) return Promise.resolve();
    this.#soon(0);
    return new Promise((done) => this.#idle.push(done));
  }

  at(path) {
    return path.reduce((holder, step) => holder?.[step], this.data);
  }

  set(path, value) {
    // Letters of one field come one by one: the last of them is what is sent.
    const last = this.#changes.at(-1);
    if (last?.[0] === "set" && !this.#sending && String(last[1]) === String(path)) this.#changes.pop();
    this.#change(["set", path, value]);
    let holder = this.data;
    path.slice(0, -1).forEach((step, i) => {
      holder[step] ??= typeof path[i + 1] === "number" ? [] : {};
      holder = holder[step];
    });
    holder[path.at(-1)] = value;
    this.#tell("data", { path });
  }

  remove(path) {
    const holder = this.at(path.slice(0, -1));
    const last = path.at(-1);
    if (holder?.[last] === undefined) return;
    this.#change(["remove", path]);
    if (Array.isArray(holder)) holder.splice(last, 1);
    else delete holder[last];
    this.#tell("data", { path });
  }

  /** Here the name alone; wherever else it stands is written by the server, and comes back with its answer. */
  rename(path, name) {
    const holder = this.at(path.slice(0, -1));
    this.#change(["rename", path, name]);
    const entries = Object.entries(holder).map(([key, value]) => [key === path.at(-1) ? name : key, value]);
    for (const key of Object.keys(holder)) delete holder[key];
    Object.assign(holder, Object.fromEntries(entries));
    this.#soon(0);
    this.#tell("data", { path });
  }

  /** The whole document, as it was typed. */
  write(source) {
    this.#source = source;
    this.#changes = [];
    this.#soon(QUIET);
    this.#tell("state", { state: "saving" });
  }

  place(name, x, y) {
    this.layout[name] = [Math.round(x), Math.round(y)];
    this.#layout = this.layout;
    this.#soon(QUIET);
    this.#tell("state", { state: "saving" });
  }

  async undo() {
    await this.saved;
    if (!this.canUndo) return;
    this.#future.push(this.source);
    await this.#back(this.#past.pop());
  }

  async redo() {
    await this.saved;
    if (!this.canRedo) return;
    this.#past.push(this.source);
    await this.#back(this.#future.pop());
  }

  /** After a clash: the document of this window, or the other's. */
  async settle({ revision, theirs }, mine) {
    const ours = this.#source ?? this.source;
    this.revision = revision;
    if (mine) this.write(ours);
    else {
      this.#source = null;
      await this.#back(theirs);
    }
  }

  async #back(source) {
    const kept = [this.#past, this.#future];
    this.write(source);
    await this.saved;
    [this.#past, this.#future] = kept;
    this.#tell("history", {});
    this.#tell("data", { whole: true });
  }

  #change(change) {
    this.#changes.push(change);
    this.#soon(QUIET);
    this.#tell("state", { state: "saving" });
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #soon(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#send(), wait);
  }

  async #send(leaving = false) {
    clearTimeout(this.#timer);
    if (this.#sending) return; // with its answer goes on what came meanwhile
    if (!(this.busy || this.#layout)) {
      this.#rest();
      return;
    }
    const sent = { changes: this.#changes, source: this.#source, layout: this.#layout };
    [this.#changes, this.#source, this.#layout] = [[], null, null];
    this.#sending = true;
    const body = JSON.stringify({
      revision: this.revision,
      ...(sent.source === null ? {} : { source: sent.source }),
      ...(sent.changes.length ? { changes: sent.changes } : {}),
      ...(sent.layout ? { layout: sent.layout } : {}),
    });
    let status = 0;
    let answer = {};
    try {
      const response = await fetch(this.#url, {
        method: "POST",
        credentials: "same-origin",
        keepalive: leaving && body.length < 20_000,
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf() },
        body,
      });
      ({ status } = response);
      answer = await response.json();
    } catch {
      // No connection: what was sent is kept and sent again.
    }
    this.#sending = false;
    if (status === 200) this.#took(sent, answer);
    else await this.#kept(sent, status, answer.error ?? {});
  }

  #took(sent, answer) {
    this.revision = answer.revision;
    if (answer.problems) {
      const before = this.source;
      this.source = answer.source ?? sent.source;
      if (this.source !== before) {
        this.#past = [...this.#past, before].slice(-MOST_UNDOS);
        this.#future = [];
        this.#tell("history", {});
      }
      // What was written meanwhile is newer than the answer.
      if (!this.busy) {
        const whole = sent.source !== null || sent.changes.some(([op]) => op === "rename");
        Object.assign(this, { data: answer.data, edges: answer.edges, lines: answer.lines, problems: answer.problems });
        this.#tell("told", { whole });
      }
    }
    if (this.busy || this.#layout) this.#soon(QUIET);
    else this.#rest();
  }

  async #kept(sent, status, error) {
    this.#changes = [...sent.changes, ...this.#changes];
    this.#source ??= sent.source;
    this.#layout ??= sent.layout;
    if (status === 409 && error.theirs !== undefined) {
      // Changes in forms go into the other's document; two whole documents need a decision.
      if (this.#source === null) {
        this.revision = error.revision;
        this.#soon(0);
      } else this.#tell("clash", error);
      return;
    }
    if (status === 403 && (await renewed())) {
      this.#soon(0);
      return;
    }
    if (status >= 400 && status < 500 && status !== 429) {
      // Not to be had: what the server holds is shown again.
      [this.#changes, this.#source] = [[], null];
      this.#tell("state", { state: "trouble", why: error.message ?? "" });
      this.#rest(false);
      return;
    }
    this.#tell("state", { state: "trouble", why: say("kept_here") });
    this.#soon(RETRY);
  }

  #rest(well = true) {
    if (well) this.#tell("state", { state: "saved" });
    for (const done of this.#idle.splice(0)) done();
  }
}
