// What the character is doing, and how the line is.
import { say } from "./words.js";

/** Three cues, one is lit; none while nobody is at it. While the model serves others first, the place in line stands for thinking. */
export class Cues {
  constructor() {
    this.element = document.getElementById("cues");
  }

  /** `who` is a character of a room; elsewhere there is one alone. */
  show(phase, who = null, place = 0) {
    this.element.hidden = !phase;
    const line = this.element.querySelector("[data-cue=in_line]");
    line.hidden = !place;
    this.element.querySelector("[data-cue=thinking]").hidden = !!place;
    line.textContent = place ? say("in_line", { n: place }) : "";
    const face = this.element.querySelector("img");
    if (who?.face && face) face.src = who.face;
    for (const cue of this.element.querySelectorAll("[data-cue]")) {
      if (cue.dataset.cue === (place ? "in_line" : phase)) cue.setAttribute("aria-current", "step");
      else cue.removeAttribute("aria-current");
    }
  }
}

/** The banner of the line. Says what happened, what was kept and what to do; silent while all is well. */
export class LineBanner {
  #clock = 0;
  #late = 0;

  constructor({ retry, links }) {
    this.element = document.querySelector("[data-line]");
    this.text = this.element.querySelector("[data-line-text]");
    this.retry = this.element.querySelector("[data-line-retry]");
    this.link = this.element.querySelector("[data-line-link]");
    this.links = links;
    this.retry.addEventListener("click", retry);
  }

  show(state) {
    clearInterval(this.#clock);
    clearTimeout(this.#late);
    if (state.name === "open") return state.via ? this.#say(say(`by_${state.via}`), { retry: true }) : this.#hide();
    if (state.name === "connecting") {
      // The first moments are nobody's business; a retry stays announced until it succeeds.
      if (!state.again) this.#late = setTimeout(() => this.#say(say("connecting")), 3000);
      else this.#say(say("dropped_now"));
      return undefined;
    }
    if (state.name === "waiting") {
      const count = () => {
        const n = Math.max(0, Math.ceil((state.until - Date.now()) / 1000));
        this.#say(say(state.reason, { n }), { retry: true });
      };
      count();
      this.#clock = setInterval(count, 1000);
      return undefined;
    }
    if (state.name === "final") return this.#say(say(state.reason), { link: this.links[state.reason] || this.links.gone });
    return this.#say(say(state.name), { retry: true });
  }

  #say(text, { retry = false, link = null } = {}) {
    this.element.hidden = false;
    if (this.text.textContent !== text) this.text.textContent = text;
    this.retry.hidden = !retry;
    this.link.hidden = !link;
    if (link) [this.link.href, this.link.textContent] = link;
  }

  #hide() {
    this.element.hidden = true;
  }
}
