// Notices at the edge of the page. One with a way back stays until it is used or dismissed.
const SECONDS = 8;

export function toasts() {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) event.target.closest("[data-toast]").remove();
  });
  for (const toast of document.querySelectorAll("[data-toast]")) leave(toast, SECONDS);
}

/** Show a notice; `undo` makes it a way back, open for thirty seconds. */
export function toast(text, { undo = null, seconds = undo ? 30 : SECONDS } = {}) {
  const shown = document.querySelector("template#toast").content.firstElementChild.cloneNode(true);
  shown.querySelector("p").textContent = text;
  if (undo) {
    const button = shown.querySelector("[data-undo]");
    button.hidden = false;
    button.addEventListener("click", () => {
      shown.remove();
      undo();
    });
  }
  rack().append(shown);
  leave(shown, seconds);
  return shown;
}

// Under a modal dialog nothing can be reached: while there is one, notices hang in it.
function rack() {
  const toasts = document.getElementById("toasts");
  const dialog = [...document.querySelectorAll("dialog:modal")].at(-1);
  if (dialog && toasts.parentElement !== dialog) {
    dialog.append(toasts);
    dialog.addEventListener("close", () => document.body.append(toasts), { once: true });
  }
  return toasts;
}

// Nothing goes while somebody is on it.
function leave(shown, seconds) {
  let timer = 0;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => (shown.matches(":hover, :focus-within") ? wait() : shown.remove()), seconds * 1000);
  };
  shown.addEventListener("mouseenter", wait);
  wait();
}
