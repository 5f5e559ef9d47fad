// A password can be looked at while it is typed. Without scripts the button stays away.
for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  });
  // It goes to the house as a password, so that the browser may offer to keep it.
  field.form?.addEventListener("submit", () => { field.type = "password"; });
}
