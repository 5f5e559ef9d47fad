// Pictures of one's own: chosen, dropped or pasted, cut, sent; one for each mood if there are so many.
import { reach } from "../../chat/http.js";
import { say } from "../../chat/words.js";
import { csrf } from "../../shared/csrf.js";
import { Cropper, opened } from "./look-crop.js";
import { assetAddress, choices, names } from "./look-state.js";

export class Own {
  #mood = "";

  constructor(root, look, { tell, show }) {
    this.look = look;
    this.tell = tell;
    this.show = show;
    this.bringTo = root.dataset.bring;
    this.panel = root.querySelector("#own");
    this.file = root.querySelector("[data-file]");
    this.cropper = new Cropper(document.querySelector("[data-crop]"));
    this.file.addEventListener("change", () => {
      const [file] = this.file.files;
      this.file.value = "";
      if (file) this.#take(file, this.#mood);
      this.#mood = "";
    });
    this.file.addEventListener("cancel", () => { this.#mood = ""; });
    this.#droppable(root);
    document.addEventListener("paste", (event) => this.#pasted(event));
    root.querySelector("[data-back]").addEventListener("click", () => {
      look.change({ picture: null });
      show("drawn");
    });
    look.addEventListener("look", () => this.#slots());
    this.#slots();
  }

  #droppable(root) {
    const drop = root.querySelector("[data-drop]");
    let inside = 0;
    const holds = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    // Anywhere on the page: a file dropped beside the field must not replace the page.
    document.addEventListener("dragenter", (event) => {
      if (!holds(event)) return;
      inside += 1;
      drop.dataset.over = "";
      this.show("own");
    });
    document.addEventListener("dragleave", (event) => {
      if (holds(event) && --inside <= 0) delete drop.dataset.over;
    });
    document.addEventListener("dragover", (event) => { if (holds(event)) event.preventDefault(); });
    document.addEventListener("drop", (event) => {
      if (!holds(event)) return;
      event.preventDefault();
      inside = 0;
      delete drop.dataset.over;
      const [file] = event.dataTransfer.files;
      if (file) this.#take(file);
    });
  }

  #pasted(event) {
    const file = [...(event.clipboardData?.files ?? [])].find((each) => each.type.startsWith("image/"));
    if (!file) return;
    event.preventDefault();
    this.show("own");
    this.#take(file);
  }

  async #take(file, mood = "") {
    if (this.cropper.dialog.open) return; // one after the other
    this.#wrong("");
    let picture;
    try {
      picture = await opened(file);
    } catch (error) {
      this.#wrong(error.message);
      return;
    }
    this.cropper.open(picture, async (boxes, signal) => {
      const asked = new URLSearchParams(mood ? { ...boxes, mood } : boxes);
      const response = await reach(`${this.bringTo}?${asked}`, {
        method: "POST",
        headers: { "Content-Type": "application/octet-stream", Accept: "application/json", "X-CSRFToken": csrf() },
        body: file,
        signal,
      });
      this.look.use(await response.json());
      this.tell(say("look_brought"));
    });
  }

  #slots() {
    const { picture, moods } = this.look;
    this.panel.querySelector("[data-have]").hidden = !picture;
    if (!picture) return;
    const main = slot({ label: say("look_main"), address: assetAddress(picture), choose: () => this.#choose("") });
    const others = choices.mood.filter((mood) => mood !== "calm").map((mood) => {
      const label = names.mood[mood];
      const id = moods[mood];
      return slot({
        label,
        address: id ? assetAddress(id) : null,
        choose: () => this.#choose(mood),
        says: say(id ? "look_replace" : "look_add", { mood: label }),
        remove: id && (() => {
          const { [mood]: gone, ...rest } = moods;
          this.look.change({ "presentation.moods": Object.keys(rest).length ? rest : null });
        }),
        removeSays: say("look_remove", { mood: label }),
      });
    });
    const list = this.panel.querySelector("[data-slots]");
    const at = [...list.querySelectorAll("button")].indexOf(document.activeElement);
    list.replaceChildren(main, ...others);
    if (at >= 0) (list.querySelectorAll("button")[at] ?? list.querySelector("button")).focus();
  }

  #choose(mood) {
    this.#mood = mood;
    this.file.click();
  }

  #wrong(message) {
    const told = this.panel.querySelector("[data-own-wrong]");
    told.hidden = !message;
    told.querySelector("span").textContent = message;
  }
}

function slot({ label, address, choose, says = label, remove = null, removeSays = "" }) {
  const item = document.createElement("li");
  item.className = "slot";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "slot__pick";
  button.setAttribute("aria-label", says);
  const print = document.createElement("span");
  print.className = "portrait";
  if (address) {
    const image = document.createElement("img");
    image.src = address;
    image.alt = "";
    image.width = 600;
    image.height = 800;
    print.append(image);
  } else print.append(icon("plus"));
  const name = document.createElement("span");
  name.textContent = label;
  button.append(print, name);
  button.addEventListener("click", choose);
  item.append(button);
  if (remove) {
    const gone = document.createElement("button");
    gone.type = "button";
    gone.className = "button button--bare button--icon slot__gone";
    gone.setAttribute("aria-label", removeSays);
    gone.append(icon("close"));
    gone.addEventListener("click", remove);
    item.append(gone);
  }
  return item;
}

function icon(name) {
  const known = document.querySelector("svg.icon use").getAttribute("href");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${known.split("#")[0]}#${name}`);
  svg.append(use);
  return svg;
}
