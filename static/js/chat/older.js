// Older lines as one scrolls up; the newest again on request.
import { fragment } from "./http.js";
import { toast } from "../toasts.js";
import { join, say } from "./words.js";

const NEAR = 800; // pixels

export class Older {
  #busy = false;
  #failed = 0;

  constructor({ pages, base }) {
    this.pages = pages;
    this.base = base;
    this.edge = document.querySelector("[data-older-edge]");
    this.newest = document.querySelector("[data-newest]");
    this.newest.addEventListener("click", () => {
      pages.toNewest();
      document.getElementById("say")?.focus();
    });
    let drawn = 0;
    pages.stream.addEventListener("scroll", () => {
      cancelAnimationFrame(drawn);
      drawn = requestAnimationFrame(() => this.look());
    }, { passive: true });
    this.look();
  }

  look() {
    const { stream } = this.pages;
    const above = stream.scrollHeight - stream.clientHeight + stream.scrollTop;
    this.newest.hidden = this.pages.atEnd;
    if (!this.pages.whole && -stream.scrollTop < NEAR) this.pages.still(() => this.pages.down());
    if (above < NEAR && !this.pages.still(() => this.pages.up())) this.fetch();
    this.edge.hidden = !this.pages.more;
  }

  /** A page of older lines, or `count` of them; false when there are none, or none to be had now. */
  async fetch(count = 0) {
    const first = this.pages.items[0];
    if (this.#busy || !first || Date.now() - this.#failed < 5000) return false;
    this.#busy = true;
    try {
      const piece = await fragment(`${this.base}messages/?before=${first.dataset.message}${count ? `&count=${count}` : ""}`);
      const more = piece.querySelector("[data-older]")?.dataset.more === "1";
      if (this.pages.items[0] === first) this.pages.still(() => this.pages.prepend([...piece.querySelectorAll("article")], more));
      this.edge.hidden = !more;
    } catch (error) {
      this.#failed = Date.now();
      toast(join(say("older"), error.message));
      return false;
    } finally {
      this.#busy = false;
    }
    // A page shorter than the screen leaves nothing to scroll.
    requestAnimationFrame(() => this.look());
    return true;
  }
}
