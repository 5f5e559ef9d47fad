// Drawn portraits as a gallery: the current one with one thing changed, or others altogether.
import { say } from "../../chat/words.js";
import { choices, drawnAddress, names } from "./look-state.js";

const VARIANTS = 8;

export class Drawn {
  #by = "";
  #offered = [];

  constructor(root, look) {
    this.look = look;
    this.strip = root.querySelector("[data-strip]");
    this.more = root.querySelector("[data-more]");
    this.more.addEventListener("click", () => this.#others());
    for (const each of root.querySelectorAll("[data-by]")) {
      each.addEventListener("change", () => {
        this.#by = each.value;
        this.#offer();
      });
    }
    this.strip.addEventListener("change", ({ target }) => look.draw(this.#offered[Number(target.value)].portrait));
    look.addEventListener("look", () => this.#refresh());
    this.#offer();
  }

  #offer() {
    this.more.hidden = this.#by !== "";
    if (this.#by) {
      this.#offered = choices[this.#by].map((value) => ({ label: names[this.#by][value], portrait: { ...this.look.portrait, [this.#by]: value } }));
      this.#show();
    } else this.#others();
  }

  #others() {
    const now = this.look.portrait;
    const label = (number) => (number ? say("look_variant", { number }) : say("look_as_it_is"));
    const others = Array.from({ length: VARIANTS - 1 }, (_, number) => another(now, number));
    this.#offered = [now, ...others].map((portrait, number) => ({ label: label(number), portrait }));
    this.#show();
  }

  // A change from elsewhere (undo, another window) is shown; what this strip chose itself keeps its neighbours.
  #refresh() {
    const now = JSON.stringify(this.look.portrait);
    if (this.#by) {
      this.#offered = this.#offered.map(({ label, portrait }) => ({ label, portrait: { ...this.look.portrait, [this.#by]: portrait[this.#by] } }));
    } else if (!this.#offered.some(({ portrait }) => JSON.stringify(portrait) === now)) {
      this.#offered[0] = { ...this.#offered[0], portrait: this.look.portrait };
    }
    this.#show();
  }

  #show() {
    const now = JSON.stringify(this.look.portrait);
    const shown = this.strip.querySelectorAll("label");
    this.#offered.forEach(({ label, portrait }, place) => {
      const item = shown[place] ?? this.strip.appendChild(item_());
      const image = item.querySelector("img");
      const address = drawnAddress(portrait, this.look.mood);
      if (image.getAttribute("src") !== address) image.src = address;
      item.querySelector("span:last-child").textContent = label;
      const input = item.querySelector("input");
      input.value = place;
      input.checked = !this.look.picture && JSON.stringify(portrait) === now;
    });
    for (const surplus of [...shown].slice(this.#offered.length)) surplus.remove();
  }
}

function item_() {
  const item = document.createElement("label");
  item.className = "strip__item";
  const input = document.createElement("input");
  input.type = "radio";
  input.name = "look-drawn";
  const print = document.createElement("span");
  print.className = "portrait";
  const image = document.createElement("img");
  image.alt = "";
  image.width = 600;
  image.height = 800;
  image.decoding = "async";
  print.append(image);
  item.append(input, print, document.createElement("span"));
  return item;
}

// The first few stay near (the same figure in another light), the rest go further.
function another(now, number) {
  const other = { ...now, seed: String(1 + Math.floor(Math.random() * 99_999)) };
  const dice = number < 2 ? ["palette"] : number < 4 ? ["palette", "scene"] : ["palette", "scene", "head", "gate", "temper", "faces"];
  for (const name of dice) other[name] = choices[name][Math.floor(Math.random() * choices[name].length)];
  return other;
}
