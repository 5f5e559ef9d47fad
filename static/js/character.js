// Openings are swiped, by button, arrow key or finger; the one on view is the one that the talk begins with.
import { keeping } from "./characters/keep.js";

keeping();
// Led back here after asking to publish: what was said of it is not left folded.
const standing = document.getElementById("standing");
if (standing && location.hash === "#standing") standing.open = true;
const frame = document.getElementById("opening");
const greeting = document.querySelector("[data-greeting]");

function take() {
  const shown = frame.querySelector("[data-opening]");
  if (shown && greeting) greeting.value = shown.dataset.opening;
}

function swipe(back) {
  frame.querySelector(back ? "#opening-previous" : "#opening-next")?.click();
}

let start = null;
frame.addEventListener("htmx:afterSwap", take);
frame.addEventListener("keydown", (event) => {
  if (event.key === "ArrowLeft") swipe(true);
  if (event.key === "ArrowRight") swipe(false);
});
frame.addEventListener("touchstart", ({ touches }) => {
  start = touches.length === 1 ? { x: touches[0].clientX, y: touches[0].clientY } : null;
}, { passive: true });
frame.addEventListener("touchend", ({ changedTouches }) => {
  if (!start) return;
  const x = changedTouches[0].clientX - start.x;
  const y = changedTouches[0].clientY - start.y;
  if (Math.abs(x) > 60 && Math.abs(x) > 2 * Math.abs(y)) swipe(x > 0);
}, { passive: true });
take();
