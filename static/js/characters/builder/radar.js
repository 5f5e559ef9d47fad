// Moves the lines of the radar chart: the same figure as characters/radar.py.
const CENTRE = [190, 168];
const RADIUS = 112;

const svg = document.querySelector("[data-radar]");

/** `axes`: {value, low, high} for each slider, clockwise from the top. */
export function moveRadar(axes) {
  if (!svg) return;
  const points = (part) => axes.map((axis, place) => at(place, axes.length, (RADIUS * axis[part]) / 100));
  const dots = points("value");
  svg.querySelector(".figure").setAttribute("points", dots.join(" "));
  svg.querySelector(".reach").setAttribute("d", `M${points("high").join("L")}ZM${points("low").join("L")}Z`);
  svg.querySelectorAll(".dot").forEach((dot, place) => {
    dot.setAttribute("cx", dots[place][0]);
    dot.setAttribute("cy", dots[place][1]);
  });
}

function at(place, count, distance) {
  const angle = (2 * Math.PI * place) / count;
  return [CENTRE[0] + distance * Math.sin(angle), CENTRE[1] - distance * Math.cos(angle)].map((one) => Number(one.toFixed(1)));
}
