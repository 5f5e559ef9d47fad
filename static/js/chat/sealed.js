// A sealed talk: opened with its passphrase over the socket, which alone holds it open.
import { post } from "./http.js";

/** `send(frame)` says whether it went out; `opened` fetches the script, `closed` forgets what the page shows of it. */
export class Sealed {
  #scene = document.getElementById("main");
  #form = document.querySelector("[data-unlock-talk]");
  #field = document.getElementById("unlock-passphrase");
  #error = document.getElementById("unlock-error");

  constructor({ base, send, opened, closed }) {
    Object.assign(this, { opened, closed });
    this.#form?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#tell("");
      if (send({ type: "unlock", passphrase: this.#field.value })) this.#busy(true);
    });
    document.addEventListener("click", ({ target }) => {
      if (target.closest("[data-lock-now]")) send({ type: "lock" });
    });
    document.addEventListener("submit", (event) => {
      if (!event.target.matches("[data-seal-form]")) return;
      event.preventDefault();
      seal(event.target, base);
    });
  }

  get locked() {
    return this.#scene.classList.contains("scene--locked");
  }

  unlocked() {
    this.#busy(false);
    this.#field.value = "";
    this.#show(false);
    this.opened();
  }

  lock() {
    if (!this.#form) return;
    this.#busy(false);
    const was = this.locked;
    this.#show(true);
    if (!was) this.closed();
  }

  /** Whether this was about opening it. */
  refused({ code, message }) {
    if (!this.#form || !(this.locked || code === "sealed")) return false;
    if (code === "sealed") this.lock();
    this.#busy(false);
    this.#tell(message);
    this.#field.select();
    return true;
  }

  #show(locked) {
    this.#scene.classList.toggle("scene--locked", locked);
    document.querySelector("[data-sealed-talk]").hidden = !locked;
    if (locked) this.#field.focus({ preventScroll: true });
  }

  #busy(on) {
    this.#form.querySelector("button").disabled = on;
    this.#form.toggleAttribute("aria-busy", on);
  }

  #tell(text) {
    this.#error.textContent = text;
    this.#error.hidden = !text;
  }
}

async function seal(form, base) {
  const [passphrase, again] = form.querySelectorAll("input");
  const error = form.querySelector("[role=alert]");
  const tell = (text) => {
    error.textContent = text;
    error.hidden = !text;
  };
  if (passphrase.value !== again.value) return tell(form.dataset.unlike);
  try {
    await post(`${base}seal`, { passphrase: passphrase.value });
  } catch (refused) {
    return tell(refused.message);
  }
  return location.reload();
}
