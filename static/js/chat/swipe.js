// A finger drawn sideways over a line turns to its other takes, as its buttons and the arrow keys do (tools.js).
// Up and down belongs to the browser: `touch-action` lets only what goes sideways reach this.
import { list } from "./view.js";

const BEGINS = 12; // px sideways before it is no longer a tap
const STEEPEST = 0.6; // up or down for each px sideways
const TURNS = 56; // px after which letting go turns the page
const GIVES = 3; // how much less the line moves where there is no other take

/** `take(article, step)` turns to the take before (-1) or after (1). */
export function swipes(stream, take) {
  let drag = null;

  stream.addEventListener("pointerdown", (event) => {
    drag?.text.style.removeProperty("translate");
    drag = null;
    if (event.pointerType !== "touch" || !event.isPrimary) return;
    const article = event.target.closest("article[data-message]");
    if (!article || event.target.closest("button, a, table, .edit, .scene--choosing") || list(article).length < 2) return;
    drag = { article, text: article.querySelector(".msg__text"), id: event.pointerId, x: event.clientX, y: event.clientY, by: 0 };
  });

  stream.addEventListener("pointermove", (event) => {
    if (drag?.id !== event.pointerId) return;
    const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.by && (Math.abs(x) < BEGINS || Math.abs(y) > Math.abs(x) * STEEPEST || !getSelection().isCollapsed)) return;
    drag.by = x || 1;
    drag.text.style.translate = `${there(drag) ? x : x / GIVES}px`;
  });

  for (const end of ["pointerup", "pointercancel"]) {
    stream.addEventListener(end, (event) => {
      if (drag?.id !== event.pointerId) return;
      const { article, text, by } = drag;
      const turned = end === "pointerup" && Math.abs(by) >= TURNS && there(drag);
      drag = null;
      text.style.removeProperty("translate");
      if (turned) take(article, step(by));
    });
  }
}

// To the left brings what comes after, as with the pages of a book.
function step(by) {
  return by < 0 ? 1 : -1;
}

function there({ article, by }) {
  const wanted = Number(article.dataset.position) + step(by);
  return wanted >= 1 && wanted <= list(article).length;
}
