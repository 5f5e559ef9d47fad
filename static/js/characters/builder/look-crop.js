// Cutting a picture: two frames on it, the print and the face, by hand or by keyboard. The browser shows; the server cuts.
import { say } from "../../chat/words.js";

const SHAPES = { print: 3 / 4, face: 5 / 6 };
// Where a face is looked for at first: as in the drawn portraits, #face.
const USUAL_FACE = { x: 112 / 600, y: 128 / 800, width: 375 / 600 };
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_PIXELS = 20_000_000;
const MIN_SIDE = 32;

/** The picture in a file, as the browser shows it: upright. Throws an Error whose message can be shown. */
export async function opened(file) {
  if (file.size > MAX_BYTES) throw new Error(say("look_too_large"));
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    throw new Error(say("look_unreadable"));
  }
  if (picture.width * picture.height > MAX_PIXELS) throw new Error(say("look_too_many"));
  if (Math.min(picture.width, picture.height) < MIN_SIDE) throw new Error(say("look_too_small"));
  return picture;
}

export class Cropper {
  #picture = null;
  #frames = {};
  #which = "print";
  #moved = false;
  #drag = null;
  #use = null;

  constructor(dialog) {
    this.dialog = dialog;
    this.stage = dialog.querySelector("[data-stage]");
    this.canvas = dialog.querySelector("[data-canvas]");
    this.frame = dialog.querySelector("[data-frame]");
    this.size = dialog.querySelector("[data-size-of-frame]");
    this.button = dialog.querySelector("[data-use]");
    for (const each of dialog.querySelectorAll("[data-which]")) each.addEventListener("change", () => this.#choose(each.value));
    this.size.addEventListener("input", () => this.#resize(Number(this.size.value) / 100));
    this.frame.addEventListener("keydown", (event) => this.#key(event));
    this.stage.addEventListener("pointerdown", (event) => this.#grab(event));
    this.stage.addEventListener("pointermove", (event) => this.#pull(event));
    for (const end of ["pointerup", "pointercancel"]) this.stage.addEventListener(end, () => { this.#drag = null; });
    this.stage.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.#resize(this.#share * (event.deltaY < 0 ? 1.04 : 0.96));
    }, { passive: false });
    this.button.addEventListener("click", () => this.#done());
    dialog.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      this.#running?.abort();
      this.#picture?.close();
      this.#picture = null;
    });
    new ResizeObserver(() => this.#place()).observe(this.stage);
  }

  #running = null;

  /** Show it; `use({crop, face}, signal)` is asked to keep the cut and throws what can be shown. */
  open(picture, use) {
    this.#picture = picture;
    this.#use = use;
    this.#moved = false;
    const { width, height } = picture;
    const across = Math.min(width, height * SHAPES.print);
    this.#frames.print = { x: (width - across) / 2, y: (height - across / SHAPES.print) / 4, width: across };
    this.#follow();
    const scale = Math.min(1, 900 / Math.max(width, height));
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    this.canvas.getContext("2d").drawImage(picture, 0, 0, this.canvas.width, this.canvas.height);
    this.#wrong("");
    this.#busy(false);
    this.dialog.showModal();
    this.dialog.querySelector("[data-which][value=print]").checked = true;
    this.#choose("print");
    this.frame.focus({ focusVisible: false });
  }

  #choose(which) {
    this.#which = which;
    this.frame.setAttribute("aria-label", say(`crop_${which}`));
    this.frame.dataset.shape = which;
    this.#place();
  }

  #touch() {
    if (this.#which === "face") this.#moved = true;
  }

  // Until somebody moves it, the face stays where it is in the print.
  #follow() {
    if (this.#moved) return;
    const { x, y, width } = this.#frames.print;
    const height = width / SHAPES.print;
    this.#frames.face = { x: x + width * USUAL_FACE.x, y: y + height * USUAL_FACE.y, width: width * USUAL_FACE.width };
  }

  get #largest() {
    const { width, height } = this.#picture;
    return Math.min(width, height * SHAPES[this.#which]);
  }

  get #share() {
    return this.#frames[this.#which].width / this.#largest;
  }

  #resize(share) {
    this.#touch();
    const frame = this.#frames[this.#which];
    const shape = SHAPES[this.#which];
    const width = Math.min(1, Math.max(Number(this.size.min) / 100, share)) * this.#largest;
    const middle = { x: frame.x + frame.width / 2, y: frame.y + frame.width / shape / 2 };
    Object.assign(frame, { width, x: middle.x - width / 2, y: middle.y - width / shape / 2 });
    this.#place();
  }

  #move(dx, dy) {
    this.#touch();
    const frame = this.#frames[this.#which];
    frame.x += dx;
    frame.y += dy;
    this.#place();
  }

  #place() {
    if (!this.#picture) return;
    const { width, height } = this.#picture;
    const frame = this.#frames[this.#which];
    const shape = SHAPES[this.#which];
    frame.x = Math.min(Math.max(frame.x, 0), width - frame.width);
    frame.y = Math.min(Math.max(frame.y, 0), height - frame.width / shape);
    if (this.#which === "print") this.#follow();
    const box = this.canvas.getBoundingClientRect();
    const around = this.stage.getBoundingClientRect();
    const scale = box.width / width;
    Object.assign(this.frame.style, {
      left: `${box.left - around.left + frame.x * scale}px`,
      top: `${box.top - around.top + frame.y * scale}px`,
      width: `${frame.width * scale}px`,
      height: `${(frame.width / shape) * scale}px`,
    });
    this.size.value = Math.round(this.#share * 100);
    this.#see("[data-see-print]", "print");
    this.#see("[data-see-cut-face]", "face");
  }

  #see(where, which) {
    const canvas = this.dialog.querySelector(where);
    const { x, y, width } = this.#frames[which];
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(this.#picture, x, y, width, width / SHAPES[which], 0, 0, canvas.width, canvas.height);
  }

  #key(event) {
    const step = (this.#picture.width + this.#picture.height) / (event.shiftKey ? 20 : 200);
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (moves[event.key]) this.#move(...moves[event.key]);
    else if (event.key === "+" || event.key === "=") this.#resize(this.#share * 1.05);
    else if (event.key === "-" || event.key === "−") this.#resize(this.#share * 0.95);
    else return;
    event.preventDefault();
  }

  #grab(event) {
    if (event.target !== this.frame || !event.isPrimary) return;
    this.stage.setPointerCapture(event.pointerId);
    const edge = this.frame.getBoundingClientRect();
    const corner = edge.right - event.clientX < 28 && edge.bottom - event.clientY < 28;
    this.#drag = { x: event.clientX, y: event.clientY, corner, width: this.#frames[this.#which].width };
  }

  #pull(event) {
    if (!this.#drag || !event.isPrimary) return;
    const scale = this.#picture.width / this.canvas.getBoundingClientRect().width;
    if (this.#drag.corner) {
      this.#touch();
      const frame = this.#frames[this.#which];
      const { height, width } = this.#picture;
      const room = Math.min(width - frame.x, (height - frame.y) * SHAPES[this.#which]);
      const wanted = this.#drag.width + (event.clientX - this.#drag.x) * scale;
      frame.width = Math.min(room, Math.max(this.#largest * (Number(this.size.min) / 100), wanted));
      this.#place();
      return;
    }
    this.#move((event.clientX - this.#drag.x) * scale, (event.clientY - this.#drag.y) * scale);
    Object.assign(this.#drag, { x: event.clientX, y: event.clientY });
  }

  async #done() {
    if (this.#running) return;
    const running = new AbortController();
    this.#running = running;
    this.#busy(true);
    this.#wrong("");
    try {
      await this.#use({ crop: this.#box("print"), face: this.#box("face") }, running.signal);
      this.dialog.close();
    } catch (error) {
      if (error.name !== "AbortError") this.#wrong(error.message);
    } finally {
      this.#running = null;
      this.#busy(false);
    }
  }

  #box(which) {
    const { x, y, width } = this.#frames[which];
    return [x, y, width, width / SHAPES[which]].map((part) => Math.max(0, Math.round(part))).join(",");
  }

  #busy(busy) {
    this.button.disabled = busy;
    this.dialog.querySelector("[data-bringing]").hidden = !busy;
  }

  #wrong(message) {
    const told = this.dialog.querySelector("[data-crop-wrong]");
    told.hidden = !message;
    told.querySelector("span").textContent = message;
  }
}
