// Portraits by a model: asked for in words, waited for, and chosen from a row of what came.
import { say } from "../../chat/words.js";
import { ask } from "../../shared/events.js";
import { unsaved } from "./unsaved.js";

export class Painter {
  #running = null;
  #painted = [];

  constructor(root, look, { tell }) {
    this.panel = root.querySelector("#paint");
    if (!this.panel) return;
    this.look = look;
    this.tell = tell;
    this.url = root.dataset.paint;
    this.row = this.panel.querySelector("[data-painted]");
    this.panel.querySelector("[data-paint-it]").addEventListener("click", () => this.#paint());
    this.panel.querySelector("[data-paint-stop]").addEventListener("click", () => this.#running?.abort());
    look.addEventListener("look", () => this.#mark());
  }

  async #paint() {
    if (this.#running) return;
    const running = new AbortController();
    this.#running = running;
    this.#busy(true);
    this.#wrong("");
    const began = Date.now();
    const seconds = this.panel.querySelector("[data-seconds]");
    const clock = setInterval(() => { seconds.textContent = say("look_seconds", { seconds: Math.round((Date.now() - began) / 1000) }); }, 1000);
    seconds.textContent = "";
    const { mood } = this.look;
    const wish = this.panel.querySelector("[data-wish]").value;
    try {
      // A mood of its own only where there is a main picture for it to belong to.
      const asked = { wish, changes: unsaved(), mood: this.look.picture && mood !== "calm" ? mood : "" };
      await ask(this.url, asked, {
        signal: running.signal,
        last: "picture",
        heard: (name, data) => {
          if (name === "picture") this.#came(data);
        },
      });
    } catch (error) {
      if (error.name !== "AbortError") this.#wrong(error.message);
    } finally {
      clearInterval(clock);
      this.#running = null;
      this.#busy(false);
    }
  }

  #came(picture) {
    this.#painted.push(picture);
    const number = this.#painted.length;
    const item = document.createElement("button");
    item.type = "button";
    item.className = "strip__item";
    item.dataset.id = picture.id;
    item.setAttribute("aria-label", say("look_use", { number }));
    const print = document.createElement("span");
    print.className = "portrait";
    const image = document.createElement("img");
    image.src = picture.url;
    image.alt = "";
    image.width = picture.width;
    image.height = picture.height;
    print.append(image);
    item.append(print);
    item.addEventListener("click", () => this.look.use(picture));
    this.row.prepend(item);
    this.#mark();
    this.tell(say("look_painted"));
  }

  #mark() {
    const used = new Set([this.look.picture, ...Object.values(this.look.moods)]);
    for (const each of this.row.children) each.setAttribute("aria-pressed", used.has(each.dataset.id));
  }

  #busy(busy) {
    this.panel.querySelector("[data-paint-it]").hidden = busy;
    this.panel.querySelector("[data-paint-stop]").hidden = !busy;
    this.panel.querySelector("[data-painting]").hidden = !busy;
    (busy ? this.panel.querySelector("[data-paint-stop]") : this.panel.querySelector("[data-paint-it]")).focus();
  }

  #wrong(message) {
    const told = this.panel.querySelector("[data-paint-wrong]");
    told.hidden = !message;
    told.querySelector("span").textContent = message;
  }
}
