// Matinee, evening, or as the device is set: at once, without the page that the form would load. The house remembers it.

export function lights() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-lights]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const theme = event.submitter.value;
    draw(theme);
    fetch(form.action, { method: "POST", body: new FormData(form, event.submitter), redirect: "manual" }).catch(() => {});
    form.closest("details").open = false;
    form.closest("details").querySelector("summary").focus();
  });
}

function draw(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  for (const button of document.querySelectorAll("[data-lights] [name=theme]:not([type=hidden])")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}
