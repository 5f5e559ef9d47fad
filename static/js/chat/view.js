// The script on the page: lines are made, changed and finished here, and nowhere else.
import { render, renderOpen } from "./markdown.js";
import { listed, say } from "./words.js";

export class View {
  #reply = null;
  #drawing = 0;

  /** `speaker(id)` knows the cast of a room; `me` is who looks, where there are several people. */
  constructor({ pages, name, speaker = () => null, unwanted = () => false, me = null }) {
    Object.assign(this, { pages, name, speaker, unwanted, me });
    this.#mark();
  }

  /** The id of the last line that is stored; the running reply does not count. */
  get headId() {
    const items = this.pages.items.filter((item) => !item.classList.contains("msg--running"));
    return items.at(-1)?.dataset.message ?? null;
  }

  get last() {
    return this.pages.last;
  }

  find(id) {
    return this.pages.find(id);
  }

  /** A whole line; true when it is on the page now, false when the page has to be fetched again to show it. */
  add(message) {
    const known = this.find(message.id);
    if (known) {
      this.#fill(known, message);
      return true;
    }
    const parent = message.parent_id ?? "";
    // In a room a line may be said while a reply runs: it follows what is stored.
    const before = this.me ? this.headId : this.last?.dataset.message;
    if (this.last && before !== parent) return false;
    this.pages.still(() => this.pages.append(this.#make(message)));
    this.#mark();
    return true;
  }

  /** The turn will speak in the place of what follows its parent: that steps back until the first word comes. */
  expect(turn) {
    const place = this.pages.items.findIndex((item) => item.dataset.message === turn.parentId);
    if (place < 0) return false;
    if (this.#waits(place + 1)) return true;
    for (const item of this.pages.items.slice(place + 1)) {
      if (item.dataset.message !== turn.messageId) item.classList.add("msg--leaving");
    }
    return true;
  }

  /** Draw what the turn has said so far, once per frame. */
  speak(turn) {
    if (!this.#reply || this.#reply.dataset.message !== turn.messageId) this.#begin(turn);
    this.#reply.turn = turn;
    if (this.#drawing) return;
    this.#drawing = requestAnimationFrame(() => {
      this.#drawing = 0;
      const reply = this.#reply;
      if (!reply || !reply.classList.contains("msg--running")) return;
      this.pages.still(() => {
        patch(text(reply), renderOpen(reply.turn.text));
        caret(text(reply));
      });
    });
  }

  /** The turn is settled: what the house says was said, was said. */
  finish(turn, { content, status, reason }) {
    if (!this.#reply || this.#reply.dataset.message !== turn.messageId) this.#begin(turn);
    const reply = this.#reply;
    this.#reply = null;
    reply.classList.remove("msg--running");
    reply.removeAttribute("aria-busy");
    reply.dataset.status = status;
    reply.dataset.source = content;
    this.pages.still(() => {
      patch(text(reply), render(content));
      this.#state(reply, status, content, reason);
    });
    nameMenu(reply, this.speaker(turn.characterId)?.name ?? this.name, content);
    const next = this.pages.items[this.pages.items.indexOf(reply) + 1];
    if (next && next.dataset.parent === turn.parentId) next.dataset.parent = turn.messageId;
    this.#mark();
    return reply;
  }

  /** Take back what was shown. Nothing in its place: the reply begins anew, if it is under way. */
  withdraw(id, replacement, reason = "") {
    const reply = this.find(id);
    if (!reply) return;
    reply.dataset.source = replacement ?? "";
    this.pages.still(() => {
      patch(text(reply), render(replacement ?? ""));
      if (!replacement && reply.classList.contains("msg--running")) return caret(text(reply));
      reply.dataset.status = "withdrawn";
      this.#state(reply, "withdrawn", replacement ?? "", reason);
    });
  }

  /** Nothing came of it: whatever had stepped back is there again. */
  release() {
    for (const item of this.pages.items) item.classList.remove("msg--leaving");
  }

  /** The stream as the house has it, kept where the page already shows the same lines. What its opener says. */
  replace(fragment) {
    const fresh = [...fragment.querySelectorAll("article")];
    const opener = fragment.querySelector("[data-opener]");
    const focus = focused();
    this.#reply = null;
    this.pages.still(() => {
      const first = fresh[0]?.dataset.message;
      const place = this.pages.items.findIndex((item) => item.dataset.message === first);
      const before = first && place > 0 ? this.pages.items.slice(0, place) : [];
      this.pages.renew([...before, ...fresh], before.length ? this.pages.more : opener?.dataset.more === "1");
    });
    this.#mark();
    if (focus) refocus(focus, this);
    return opener?.dataset ?? null;
  }

  #begin(turn) {
    this.release();
    const place = this.pages.items.findIndex((item) => item.dataset.message === turn.parentId);
    const next = place >= 0 ? this.pages.items[place + 1] : null;
    const own = this.find(turn.messageId);
    const waits = this.#waits(place + 1);
    let siblings = [turn.messageId];
    if (next && next !== own && !waits) siblings = [...list(next), turn.messageId];
    const reply = own ?? this.#make({
      id: turn.messageId, parent_id: turn.parentId, role: "character", author: this.speaker(turn.characterId)?.name ?? this.name,
      character_id: turn.characterId, content: "", status: "complete", siblings, position: siblings.length,
    });
    const whisper = place >= 0 && this.pages.items[place].classList.contains("msg--hush");
    if (whisper) hush(reply, []);
    reply.classList.add("msg--running");
    reply.setAttribute("aria-busy", "true");
    this.#reply = reply;
    this.pages.still(() => {
      if (own) return;
      if (waits) this.pages.insert(place + 1, reply);
      else if (place >= 0) this.pages.replaceFrom(place + 1, [reply]);
      else this.pages.append(reply);
    });
    this.#mark();
  }

  // Whether the line there was said in a room while a reply before it was on its way.
  #waits(place) {
    return Boolean(this.me && place > 0 && this.pages.items[place]?.dataset.role === "player");
  }

  #make(message) {
    const mould = document.getElementById(message.role === "player" ? "mould-player" : "mould-character");
    const article = mould.content.querySelector("article").cloneNode(true);
    this.#fill(article, message);
    return article;
  }

  #fill(article, message) {
    article.id = `m-${message.id}`;
    article.dataset.message = message.id;
    article.dataset.parent = message.parent_id ?? "";
    article.dataset.status = message.status;
    article.dataset.source = message.content;
    article.querySelector("[data-author]").textContent = message.author;
    const as = article.querySelector("[data-as]");
    const mine = !this.me || message.author_id === this.me;
    if (as) as.hidden = !mine || ["You", "你"].includes(message.author);
    article.classList.toggle("msg--you", message.role === "player" && mine);
    article.dataset.character = message.character_id ?? "";
    const face = this.speaker(message.character_id)?.face;
    if (face) article.querySelector(".msg__who img").src = face;
    if (message.whispered_to?.length) hush(article, message.whispered_to);
    patch(text(article), render(message.content));
    if (!mine && this.unwanted(message.author_id)) veil(text(article));
    article.toggleAttribute("data-muted", Boolean(message.muted));
    article.toggleAttribute("data-edited", Boolean(message.edited));
    article.querySelector(".msg__marks").hidden = !message.muted && !message.edited;
    article.querySelector("[data-muted-mark]").hidden = !message.muted;
    article.querySelector(".msg__marks [data-act=wordings]").hidden = !message.edited;
    this.#state(article, message.status, message.content);
    nameMenu(article, message.author, message.content);
    const again = article.querySelector(".msg__again");
    if (again) again.hidden = !message.parent_id;
    const rate = article.querySelector(".msg__rate");
    if (rate) rate.hidden = !message.parent_id;
    takes(article, message.siblings ?? [message.id], message.position ?? 1);
  }

  #state(article, status, content, reason = "") {
    const state = article.querySelector(".msg__state");
    state.hidden = status === "complete";
    if (!state.hidden) state.querySelector("p").textContent = reason || say(status);
    article.querySelector(".msg__state [data-act=continue]").hidden = !content || status === "withdrawn" || article.dataset.role === "player";
  }

  #mark() {
    this.pages.still(() => {
      for (const item of this.pages.items) item.classList.toggle("msg--last", item === this.last);
    });
  }
}

// Folded: the reader asked for that. Opening it is theirs.
function veil(body) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = say("unwanted");
  details.className = "veil";
  summary.className = "linklike";
  details.append(summary, ...body.childNodes);
  body.replaceChildren(details);
}

// A mark that others do not see this; to whom it was said, where that is known.
function hush(article, names) {
  article.classList.add("msg--hush");
  const mark = article.querySelector("[data-hush]");
  mark.hidden = false;
  mark.querySelector("span").textContent = names.length ? say("whispered_to", { names: listed(names) }) : say("whispered");
}

// Which line a menu belongs to, for those who hear the page.
function nameMenu(article, name, content) {
  const words = content.replaceAll(/[*_`#>~|]+/gu, "").replaceAll(/\s+/gu, " ").trim();
  const few = words.length > 40 ? `${words.slice(0, 40).trimEnd()}…` : words;
  article.querySelector(".msg__more").setAttribute("aria-label", say("more", { name, words: few || "…" }));
  article.querySelector("[data-choose]").setAttribute("aria-label", say("choose", { name, words: few || "…" }));
}

/** Which take of how many. */
export function takes(article, siblings, position) {
  article.dataset.siblings = siblings.join(" ");
  article.dataset.position = position;
  const swipe = article.querySelector(".swipe");
  swipe.hidden = siblings.length < 2;
  swipe.querySelector("output").textContent = `${position} / ${siblings.length}`;
  swipe.querySelector("[data-act=previous]").disabled = position <= 1;
  swipe.querySelector("[data-act=next]").disabled = position >= siblings.length;
}

export function list(article) {
  return article.dataset.siblings ? article.dataset.siblings.split(" ") : [article.dataset.message];
}

function text(article) {
  return article.querySelector(".msg__text");
}

// Only what changed is replaced, so that a selection further up survives.
function patch(target, fragment) {
  const next = [...fragment.childNodes];
  let same = 0;
  while (same < next.length && same < target.childNodes.length && target.childNodes[same].isEqualNode(next[same])) same += 1;
  while (target.childNodes.length > same) target.lastChild.remove();
  target.append(...next.slice(same));
}

function caret(target) {
  let place = target;
  while (place.lastElementChild && /^(P|LI|UL|OL|BLOCKQUOTE|H\d)$/u.test(place.lastElementChild.tagName)) place = place.lastElementChild;
  const sign = document.createElement("span");
  sign.className = "caret";
  place.append(sign);
}

function focused() {
  const at = document.activeElement;
  const article = at?.closest?.("article[data-message]");
  return article && { id: article.dataset.message, act: at.dataset.act, choose: at.matches("[data-choose]") };
}

function refocus({ id, act, choose }, view) {
  const article = view.find(id) ?? view.last;
  const control = choose ? article?.querySelector("[data-choose]") : act && article?.querySelector(`[data-act=${act}]:not([disabled])`);
  if (control && control === document.activeElement) return;
  (control ?? document.querySelector(".stream")).focus({ preventScroll: true });
}
