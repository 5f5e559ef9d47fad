// Making elements.
const icons = document.querySelector("template[data-icons]");
const SVG = "http://www.w3.org/2000/svg";

/** `h("button", {type: "button", onclick}, "Save")`; what begins with `on` is listened for, false and null are left out. */
export function h(tag, props = {}, ...inner) {
  return filled(document.createElement(tag), props, inner);
}

export function s(tag, props = {}, ...inner) {
  return filled(document.createElementNS(SVG, tag), props, inner);
}

export function icon(name) {
  return icons.content.querySelector(`[data-icon="${name}"]`).firstElementChild.cloneNode(true);
}

function filled(element, props, inner) {
  for (const [name, value] of Object.entries(props)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...inner.flat().filter((each) => each !== null && each !== undefined && each !== false));
  return element;
}
