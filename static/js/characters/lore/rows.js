// The table: as many rows as were asked for so far, the next ones when somebody comes near the end. A search is the
// server's too; who is chosen is kept by id, so that all of a long table can be chosen without being here.
import { count, say } from "../../chat/words.js";
import { get, getPart, parsed } from "./http.js";

const QUIET = 200;

export class Rows {
  #list;
  #urls;
  #announce;
  #further;
  #words = "";
  #all;
  #chosen = new Set();
  #current = null;
  #asked = 0;
  #coming = null;
  #timer = 0;

  /** `chosen()` is called when others are chosen; `failed(error)` when rows could not be fetched. */
  constructor(root, { opened, used, chosen, failed }) {
    this.#list = root.querySelector("[data-rows-list]");
    this.#urls = { rows: root.dataset.rows, ids: root.dataset.ids };
    this.#announce = root.querySelector("[data-announce]");
    this.#further = root.querySelector("[data-further]");
    this.#all = Number(root.dataset.all);
    this.nothing = root.querySelector("[data-nothing]");
    this.none = root.querySelector("[data-none]");
    this.chosenChanged = chosen;
    this.failed = failed;
    this.#list.addEventListener("click", (event) => {
      const row = event.target.closest("[data-row]");
      if (event.target.closest("[data-open]") && !event.metaKey && !event.ctrlKey) {
        event.preventDefault();
        opened(row.dataset.row);
      } else if (event.target.closest("[data-use]")) {
        used(row.dataset.row, row.querySelector("[data-use]").getAttribute("aria-checked") !== "true");
      }
    });
    this.#list.addEventListener("change", ({ target }) => {
      if (!target.matches("[data-choose]")) return;
      this.#choose(target.closest("[data-row]").dataset.row, target.checked);
      chosen();
    });
    const search = root.querySelector("[data-search]");
    search.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#search(search.value), QUIET);
    });
    this.#further.addEventListener("click", () => this.more());
    new IntersectionObserver((seen) => seen.some((each) => each.isIntersecting) && this.more(), {
      rootMargin: "800px",
    }).observe(this.#further);
    this.#show();
  }

  get list() {
    return this.#list;
  }

  /** Those that are here, in their order. */
  get here() {
    return [...this.#list.children];
  }

  /** How many there are, of those that were searched for. */
  get all() {
    return this.#all;
  }

  get complete() {
    return this.#list.children.length >= this.#all;
  }

  get searching() {
    return this.#words !== "";
  }

  /** Ids, here or not. */
  get chosen() {
    return [...this.#chosen];
  }

  row(id) {
    return this.#list.querySelector(`[data-row="${id}"]`);
  }

  say(sentence) {
    this.#announce.textContent = sentence;
  }

  /** The next rows, if there are any. One request at a time. */
  more() {
    if (this.complete) return Promise.resolve();
    this.#coming ??= this.#next().finally(() => {
      this.#coming = null;
    });
    return this.#coming;
  }

  /** Until all of these are here. */
  async reach(ids) {
    while (!this.complete && ids.some((id) => !this.row(id))) {
      const before = this.#list.children.length;
      await this.more();
      if (this.#list.children.length === before) return;
    }
  }

  /** As many as were here, as they are now. */
  async refresh() {
    const asked = ++this.#asked;
    const wanted = this.#list.children.length;
    const fresh = document.createDocumentFragment();
    let all = 0;
    do {
      const part = await this.#part(fresh.lastElementChild?.dataset.row);
      if (asked !== this.#asked) return;
      all = part.all;
      if (part.rows.length === 0) break;
      fresh.append(...part.rows);
    } while (fresh.children.length < Math.min(wanted, all));
    this.#replace([...fresh.children], all);
  }

  /** In the place of the one with its id, if that is here. */
  put(row) {
    const old = this.row(row.dataset.row);
    if (!old) return;
    const at = document.activeElement;
    const held = old.contains(at) ? ["data-grip", "data-use", "data-open", "data-choose"].find((name) => at.hasAttribute(name)) : null;
    old.replaceWith(this.#dressed(row));
    if (held) row.querySelector(`[${held}]`).focus();
  }

  /** A new one, behind another or at the end; it is shown when its place is here. */
  add(row, behind = null) {
    const complete = this.complete;
    this.#all += 1;
    if (behind && this.row(behind)) this.row(behind).after(this.#dressed(row));
    else if (complete) this.#list.append(this.#dressed(row));
    this.#show();
  }

  remove(ids) {
    for (const id of ids) {
      this.row(id)?.remove();
      this.#chosen.delete(id);
    }
    this.#all = Math.max(0, this.#all - ids.length);
    this.#show();
    if (this.#list.children.length === 0) this.more();
  }

  /** They are chosen no more. */
  forget(ids) {
    for (const id of ids) this.#chosen.delete(id);
    this.chosenChanged();
  }

  current(id) {
    this.#current = id;
    for (const row of this.here) this.#dressed(row);
  }

  /** Each of those that were searched for, or none. */
  async chooseAll(on) {
    const asked = this.#asked;
    let ids = [];
    if (on) {
      ids = this.here.map((row) => row.dataset.row);
      if (!this.complete) ({ ids } = JSON.parse(await get(this.#address(this.#urls.ids))));
      if (asked !== this.#asked) return;
    }
    this.#chosen = new Set(ids);
    for (const row of this.here) this.#dressed(row);
    this.chosenChanged();
  }

  #choose(id, on) {
    if (on) this.#chosen.add(id);
    else this.#chosen.delete(id);
  }

  async #search(text) {
    const words = text.trim();
    if (words === this.#words) return;
    this.#words = words;
    const asked = ++this.#asked;
    this.#chosen.clear();
    try {
      const part = await this.#part();
      if (asked !== this.#asked) return;
      this.#replace(part.rows, part.all);
    } catch (error) {
      this.failed(error);
      return;
    }
    if (words) this.say(say("found", { number: count(this.#all) }));
  }

  async #next() {
    const asked = this.#asked;
    this.#further.setAttribute("aria-busy", "true");
    try {
      const part = await this.#part(this.#list.lastElementChild?.dataset.row);
      if (asked !== this.#asked) return;
      const held = document.activeElement === this.#further ? part.rows[0] : null;
      // One that was moved here by hand is behind the end, and here already.
      const fresh = part.rows.filter((row) => !this.row(row.dataset.row));
      this.#list.append(...fresh.map((row) => this.#dressed(row)));
      this.#all = part.rows.length > 0 ? part.all : this.#list.children.length;
      this.#show();
      held?.querySelector("[data-open]").focus();
    } catch (error) {
      // The last row is gone: somebody else took it out.
      if (error.status === 404) await this.refresh();
      else this.failed(error);
    } finally {
      this.#further.removeAttribute("aria-busy");
    }
  }

  async #part(behind = "") {
    const { html, all } = await getPart(this.#address(this.#urls.rows, behind));
    return { rows: [...parsed(html).children], all };
  }

  #address(url, behind = "") {
    const asked = new URLSearchParams();
    if (this.#words) asked.set("words", this.#words);
    if (behind) asked.set("behind", behind);
    return asked.size > 0 ? `${url}?${asked}` : url;
  }

  #replace(rows, all) {
    this.#all = all;
    this.#list.replaceChildren(...rows.map((row) => this.#dressed(row)));
    if (this.complete) this.#chosen = new Set(this.chosen.filter((id) => this.row(id)));
    this.#show();
    this.chosenChanged();
  }

  /** A row with what the page knows of it: chosen, open beside the table. */
  #dressed(row) {
    const current = row.dataset.row === this.#current;
    row.querySelector("[data-choose]").checked = this.#chosen.has(row.dataset.row);
    row.toggleAttribute("data-current", current);
    if (current) row.querySelector("[data-open]").setAttribute("aria-current", "true");
    else row.querySelector("[data-open]").removeAttribute("aria-current");
    return row;
  }

  #show() {
    const here = this.#list.children.length;
    this.#list.hidden = here === 0;
    this.none.hidden = this.#all > 0 || this.searching;
    this.nothing.hidden = this.#all > 0 || !this.searching;
    this.#further.hidden = this.complete;
    this.#further.querySelector("[data-further-text]").textContent = say("further", { number: count(Math.max(0, this.#all - here)) });
  }
}
