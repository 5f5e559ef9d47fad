// How a voice sounds, in the character's own words as they stand in the form.
import { draft } from "./save.js";

const group = document.querySelector("[data-sounds]");
const wrong = group?.querySelector("[data-sample-error]");
let playing = null;

for (const button of group?.querySelectorAll("[data-sample]") ?? []) {
  button.hidden = false;
  button.addEventListener("click", () => hear(button));
}

async function hear(button) {
  const again = playing?.button === button;
  playing?.stop();
  if (again) return;
  const context = new AudioContext();
  const stop = () => {
    if (playing?.button === button) playing = null;
    button.removeAttribute("aria-busy");
    context.close();
  };
  playing = { button, stop };
  wrong.hidden = true;
  button.setAttribute("aria-busy", "true");
  try {
    const pace = group.querySelector("[name='presentation.pace']:checked")?.value ?? "usual";
    const response = await fetch(`${button.dataset.sample}?pace=${pace}`, { credentials: "same-origin" });
    if (!response.ok) throw new Error((await response.json().catch(() => null))?.error?.message ?? "");
    const source = context.createBufferSource();
    source.buffer = await context.decodeAudioData(await response.arrayBuffer());
    source.connect(context.destination);
    source.addEventListener("ended", stop);
    source.start();
    document.documentElement.dataset.heard = button.dataset.sample;
  } catch (error) {
    stop();
    wrong.hidden = !error.message;
    wrong.querySelector("span").textContent = error.message;
  }
}
