// Matinee, evening, or as the device is set. A cookie remembers, so that the server draws the next page right at once.
const YEAR = 60 * 60 * 24 * 365;

export function lights() {
  for (const menu of document.querySelectorAll("[data-lights]")) menu.hidden = false;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    choose(button.dataset.themeChoice);
    button.closest("details").open = false;
    button.closest("details").querySelector("summary").focus();
  });
}

function choose(theme) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${theme}; Path=/; Max-Age=${theme ? YEAR : 0}; SameSite=Lax${secure}`;
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
  }
}
