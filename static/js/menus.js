// <details data-menu>: one open at a time; Escape, a click elsewhere or leaving it closes it.
export function menus() {
  document.addEventListener("click", (event) => close((menu) => !menu.contains(event.target)));
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest("details[data-menu][open]");
    if (event.key !== "Escape" || !menu) return;
    event.stopPropagation();
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("focusin", (event) => close((menu) => !menu.contains(event.target)));
}

function close(which) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) if (which(menu)) menu.open = false;
}
