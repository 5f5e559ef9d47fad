// What can be done with lines that were said: other takes, edit, hide from the model, delete; each with a way back.
import { toast } from "../toasts.js";
import { ask } from "./ask.js";
import { Choosing } from "./choosing.js";
import { copied } from "./clipboard.js";
import { edit } from "./edit.js";
import { get, post } from "./http.js";
import { LineMenu } from "./menu.js";
import { newId } from "./protocol.js";
import { Receipt } from "./receipt.js";
import { report } from "./report.js";
import { swipes } from "./swipe.js";
import { list } from "./view.js";
import { Wordings } from "./wordings.js";
import { count, say } from "./words.js";

const ANYBODYS = new Set(["copy", "listen", "sound-file", "receipt", "map", "remember", "good", "bad", "report"]);
const RATINGS = { good: "up", bad: "down" };
const OWN = new Set(["edit", "wordings", "delete-one", "delete"]);

export class Tools {
  /**
   * `send(frame)` says whether it left; `busy()` whether a turn runs; `refresh()` fetches the script as it is now. Who
   * `visits` somebody else's room changes lines of their own alone.
   */
  constructor({ view, stream, base, name, send, refresh, busy, announce, changes, checkpoints, known, map, visits }) {
    Object.assign(this, { view, base, name, send, refresh, busy, announce, changes, checkpoints, known, map, visits });
    this.receipt = new Receipt({ base });
    this.menu = new LineMenu({
      fits: (act, article) => this.#fits(act, article), choose: (act, article) => this.#do(act, article),
      marked: (act, article) => ratingOf(article) === RATINGS[act],
    });
    this.choosing = new Choosing({ pages: view.pages, run: (act, ids) => this.#withAll(act, ids) });
    this.wordings = new Wordings({ base, changes });
    stream.addEventListener("click", (event) => this.#click(event));
    stream.addEventListener("keydown", (event) => this.#arrows(event));
    swipes(stream, (article, step) => this.#do(step < 0 ? "previous" : "next", article));
  }

  #click(event) {
    const button = event.target.closest("[data-act]");
    const article = button?.closest("article[data-message]");
    if (!article) return;
    if (button.dataset.act === "more") this.menu.open(article, button);
    else this.#do(button.dataset.act, article);
  }

  #fits(act, article) {
    const mine = article.classList.contains("msg--you");
    if (this.visits && !(ANYBODYS.has(act) || (mine && OWN.has(act)))) return false;
    const last = article === this.view.last;
    const theirs = article.dataset.role === "character";
    const opening = article.dataset.parent === "";
    if (act === "regenerate" || act === "hint") return theirs ? !opening : last;
    if (act === "continue") return theirs && last && !opening;
    if (act === "receipt" || act in RATINGS) return theirs && !opening;
    if (act === "wordings") return "edited" in article.dataset;
    if (act === "listen" || act === "sound-file") return theirs && (this.aloud.speaks || act === "listen");
    if (act === "report") return !mine && !article.matches("[data-status=withdrawn]");
    if (act === "remember") return this.known.keeps;
    if (act === "mute" || act === "unmute") return "muted" in article.dataset === (act === "unmute");
    return true;
  }

  async #do(act, article) {
    const id = article.dataset.message;
    if (act === "copy") return toast(say(await copied(article.dataset.source) ? "copied" : "not_copied"));
    if (act === "listen") return this.aloud.again(article);
    if (act === "sound-file") return location.assign(this.aloud.url(id, { download: "yes" }));
    if (act === "receipt") return this.receipt.open(id);
    if (act === "choose") return this.choosing.begin(article);
    if (act === "wordings") return this.wordings.open(id);
    if (act === "checkpoint") return this.checkpoints.name(id);
    if (act === "map") return this.map.open(id);
    if (act === "report") return report(`${this.base}messages/${id}/report`, say("report_line", { name: author(article) }));
    if (act === "remember") return this.known.keep(id);
    if (act in RATINGS) return this.#rate(article, RATINGS[act]);
    if (act === "mute" || act === "unmute") return this.#withAll(act, [id]);
    if (this.busy()) return toast(say("busy", { name: this.name }));
    if (act === "previous") return this.#take(article, -1);
    if (act === "next") return this.#take(article, 1);
    if (act === "regenerate" || act === "continue") return this.#ask(act, id);
    if (act === "hint") return this.#askWithHint(article);
    if (act === "edit") return this.#edit(article);
    if (act === "delete-one") return this.#withAll("delete", [id]);
    return this.changes.make(`messages/${id}/delete`, {}, say("deleted"));
  }

  /** What the reader thinks of a reply is shown at once; pressed again it is taken back. */
  async #rate(article, rating) {
    const before = ratingOf(article);
    const wanted = before === rating ? "" : rating;
    showRating(article, wanted);
    const url = `${this.base}messages/${article.dataset.message}/rate`;
    // One after the other, so that the last press has the last word.
    this.rated = Promise.resolve(this.rated).then(() => this.changes.attempt(() => post(url, { rating: wanted })));
    if (!await this.rated) showRating(article, before);
  }

  #ask(type, id, hint = "") {
    const frame = { type, message_id: id, client_id: newId() };
    if (!this.send(hint ? { ...frame, hint } : frame)) toast(say("unreachable"));
  }

  async #askWithHint(article) {
    const id = article.dataset.message;
    // What this take was asked to be like is there to be changed.
    const before = article.dataset.role === "character" ? await this.changes.attempt(() => get(`${this.base}messages/${id}/hint`)) : null;
    const hint = await ask(document.getElementById("ask-hint"), { text: before?.hint });
    if (hint !== null) this.#ask("regenerate", id, hint);
  }

  #take(article, step) {
    const siblings = list(article);
    const wanted = siblings[Number(article.dataset.position) - 1 + step];
    if (!wanted) return;
    article.setAttribute("aria-busy", "true");
    this.changes.attempt(async () => {
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

  /** Whether it was done. Afterwards the reader is told, and offered the way back. */
  #withAll(act, messages) {
    if (act === "delete") return this.changes.make("messages/delete", { messages }, told("deleted_one", "deleted_some", messages));
    const text = act === "mute" ? told("muted", "muted_some", messages) : told("unmuted", "unmuted_some", messages);
    const done = this.changes.make("messages/mute", { messages, muted: act === "mute" }, messages.length > 1 ? text : "");
    // One line shows it itself, and its menu takes it back.
    return done.then((answer) => {
      if (answer && messages.length === 1) this.announce(text);
      return answer;
    });
  }

  #edit(article) {
    const send = (fields) => this.changes.attempt(() => post(`${this.base}messages/${article.dataset.message}/edit`, fields));
    edit(article, {
      name: this.name,
      save: (content, client) => send({ content, client_id: client }),
      change: (content) => send({ content, in_place: true }),
      done: async ({ message_id: line, undo }) => {
        await this.refresh();
        if (undo && line === article.dataset.message) this.changes.offerBack(say("changed_here"), undo);
      },
    });
  }
}

function author(article) {
  return article.querySelector("[data-author]").textContent;
}

function ratingOf(article) {
  const pressed = article.querySelector(".msg__rate [aria-pressed=true]");
  return pressed ? RATINGS[pressed.dataset.act] : "";
}

function showRating(article, rating) {
  for (const button of article.querySelectorAll(".msg__rate button")) button.setAttribute("aria-pressed", RATINGS[button.dataset.act] === rating);
}

function told(one, some, lines) {
  return lines.length === 1 ? say(one) : say(some, { n: count(lines.length) });
}
