// A way back to a form that finds in it what was written: a link alone would bring it empty.
export function back() {
  document.querySelector("[data-back]")?.addEventListener("click", (event) => {
    if (event.currentTarget.href !== document.referrer || history.length < 2) return;
    event.preventDefault();
    history.back();
  });
}
