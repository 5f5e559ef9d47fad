// The test bench: lines or a talk in, what comes up and why out.
import { parsed, post } from "./http.js";

export function tryOut(root, { flush, show }) {
  const panel = root.querySelector("[data-try-panel]");
  const talk = panel.querySelector("[data-try-talk]");
  const text = panel.querySelector("[data-try-text]");
  const shown = panel.querySelector("[data-tried]");
  const go = panel.querySelector("[data-try-go]");
  const fits = () => {
    panel.querySelector("[data-try-lines]").hidden = Boolean(talk?.value);
  };
  talk?.addEventListener("change", fits);
  fits();
  root.querySelector("[data-open-try]").addEventListener("click", () => panel.showModal());
  go.addEventListener("click", async () => {
    go.disabled = true;
    shown.setAttribute("aria-busy", "true");
    try {
      await flush();
      const body = talk?.value ? { conversation: talk.value } : { text: text.value };
      shown.replaceChildren(parsed(await post(root.dataset.try, body, { html: true })));
    } catch (error) {
      const sentence = document.createElement("p");
      sentence.className = "field__error";
      sentence.textContent = error.message;
      shown.replaceChildren(sentence);
    } finally {
      go.disabled = false;
      shown.removeAttribute("aria-busy");
    }
  });
  shown.addEventListener("click", (event) => {
    const link = event.target.closest("[data-show]");
    if (!link) return;
    event.preventDefault();
    panel.close();
    show(link.dataset.show);
  });
}

