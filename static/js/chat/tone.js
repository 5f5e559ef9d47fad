// The tone that the player asks for: a slider in the composer, kept as soon as it is let go.
import { toast } from "../toasts.js";
import { post } from "./http.js";

export function tone({ base, announce }) {
  const menu = document.querySelector("[data-tone]");
  if (!menu) return;
  const slider = menu.querySelector("input");
  const names = slider.dataset.names.split("|");
  let kept = slider.value;

  function tell() {
    const name = names[Number(slider.value) - Number(slider.min)];
    slider.setAttribute("aria-valuetext", name);
    menu.querySelector("[data-tone-now]").textContent = name;
    return name;
  }

  slider.addEventListener("input", tell);
  slider.addEventListener("change", async () => {
    try {
      await post(`${base}tone`, { tone: Number(slider.value) });
      kept = slider.value;
      announce(tell());
    } catch (error) {
      slider.value = kept;
      tell();
      toast(error.message);
    }
  });
}
