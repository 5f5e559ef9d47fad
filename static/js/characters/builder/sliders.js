// The sliders: what a position means is said at once, bounds and pin follow.
import { moveRadar } from "./radar.js";
import { draft } from "./save.js";

const traits = [...document.querySelectorAll("[data-trait]")].map((element) => new Trait(element));

draft.addEventListener("theirs", ({ detail }) => {
  for (const trait of traits) if (trait.field in detail) trait.take(detail[trait.field]);
  if (traits.length) redraw();
});

function redraw() {
  moveRadar(traits.map((trait) => trait.axis));
}

function Trait(element) {
  const part = (name) => element.querySelector(`[data-${name}]`);
  const [slider, low, high, pin, leave, kind] = ["value", "low", "high", "pin", "leave", "kind"].map(part);
  const bands = [...part("bands").children];
  const bandAt = (value) => bands.find((band) => value <= Number(band.dataset.end));
  const nameAt = (value) => bandAt(value).querySelector("b").textContent;

  this.field = `traits.${element.dataset.trait}`;

  Object.defineProperty(this, "axis", {
    get: () => {
      const value = Number(slider.value);
      return pin.checked || leave.checked
        ? { value, low: value, high: value }
        : { value, low: Number(low.value), high: Number(high.value) };
    },
  });

  const show = () => {
    const value = Number(slider.value);
    const band = bandAt(value);
    element.toggleAttribute("data-open", leave.checked);
    element.toggleAttribute("data-pinned", pin.checked && !leave.checked);
    slider.setAttribute("aria-valuetext", `${value}, ${nameAt(value)}`);
    part("band").textContent = nameAt(value);
    part("says").textContent = band.querySelector("span").textContent;
    for (const each of bands) {
      if (each === band && !leave.checked) each.setAttribute("aria-current", "true");
      else each.removeAttribute("aria-current");
    }
    part("bounds").setAttribute("x1", `${low.value}%`);
    part("bounds").setAttribute("x2", `${high.value}%`);
    for (const [end, name] of [[low, "low"], [high, "high"]]) {
      const at = Number(end.value);
      end.setAttribute("aria-valuetext", `${at}, ${nameAt(at)}`);
      part(`${name}-says`).textContent = at;
      part(`${name}-band`).textContent = nameAt(at);
    }
  };

  const changed = () => {
    show();
    redraw();
    const { value, low: least, high: most } = this.axis;
    draft.set(this.field, leave.checked ? null : { value, pinned: pin.checked, low: least, high: most });
  };

  // The bounds hold the slider between them: whichever is moved takes the others along.
  slider.addEventListener("input", () => {
    leave.checked = false;
    low.value = Math.min(Number(low.value), Number(slider.value));
    high.value = Math.max(Number(high.value), Number(slider.value));
    changed();
  });
  low.addEventListener("input", () => {
    low.value = Math.min(Number(low.value), Number(slider.value));
    unpin();
  });
  high.addEventListener("input", () => {
    high.value = Math.max(Number(high.value), Number(slider.value));
    unpin();
  });
  const unpin = () => {
    pin.checked = false;
    leave.checked = false;
    changed();
  };
  pin.addEventListener("change", () => {
    if (pin.checked) leave.checked = false;
    else widen();
    changed();
  });
  leave.addEventListener("change", changed);
  kind.hidden = false;
  kind.addEventListener("click", () => {
    if (leave.checked) leave.checked = false;
    else pin.checked = !pin.checked;
    if (!pin.checked) widen();
    changed();
  });
  // Let loose, a trait that had no room gets some.
  const widen = () => {
    if (high.value - low.value >= 10) return;
    low.value = Math.max(0, Number(slider.value) - 20);
    high.value = Math.min(100, Number(slider.value) + 20);
  };

  this.take = (setting) => {
    leave.checked = !setting;
    if (setting) {
      slider.value = setting.value;
      pin.checked = setting.pinned;
      low.value = setting.low ?? setting.value;
      high.value = setting.high ?? setting.value;
    }
    show();
  };
}
