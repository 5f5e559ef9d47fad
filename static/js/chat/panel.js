// What stands beside the talk: a column on wide screens, a dialog on narrow ones; the title; whom one plays; the trash.
import { toast } from "../toasts.js";
import { named } from "./beside.js";
import { post } from "./http.js";
import { say } from "./words.js";

export function panel({ base, talks }) {
  const side = document.getElementById("side");
  const dialog = document.getElementById("panel");
  document.querySelector("[data-panel]").addEventListener("click", () => {
    dialog.append(...side.childNodes);
    dialog.showModal();
  });
  dialog.addEventListener("close", () => side.append(...[...dialog.childNodes].filter((node) => node.nodeName !== "FORM" && node.id !== "toasts")));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  matchMedia("(min-width: 64rem)").addEventListener("change", ({ matches }) => matches && dialog.open && dialog.close());

  side.querySelector("[data-rename]")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const title = event.target.elements.title.value.trim();
    try {
      await post(`${base}rename`, { title });
      retitle(title || event.target.elements.title.placeholder);
      toast(say("renamed"));
    } catch (error) {
      toast(error.message);
    }
  });
  const always = side.querySelector("[data-play-always]");
  side.querySelector("[data-play-as]")?.addEventListener("change", async ({ target }) => {
    try {
      // Somebody else than the one for every new talk: for this one alone.
      await post(`${base}persona`, { persona: target.value });
      plays(target.value);
      always.checked = false;
      toast(say("plays", { persona: target.selectedOptions[0].textContent }));
    } catch (error) {
      target.value = target.dataset.playAs;
      toast(error.message);
    }
  });
  always?.addEventListener("change", async () => {
    const part = side.querySelector("[data-play-as]");
    try {
      await post(`${base}persona`, { persona: part.value, always: always.checked });
    } catch (error) {
      always.checked = !always.checked;
      toast(error.message);
    }
  });
  side.querySelector("[data-delete-talk]")?.addEventListener("click", async () => {
    try {
      const { restore } = await post(`${base}delete`);
      sessionStorage.setItem("deleted-talk", restore);
      location.assign(talks);
    } catch (error) {
      toast(error.message);
    }
  });
}

/** Whom the player is in this talk: chosen here, or in another tab. */
export function plays(id) {
  const part = document.querySelector("[data-play-as]");
  if (part) part.value = part.dataset.playAs = id;
}

export function retitle(title) {
  for (const place of document.querySelectorAll("[data-talk-title]")) {
    place.textContent = title;
    if (place.title) place.title = title;
  }
  named(title);
  document.title = document.title.replace(/^.* · /u, `${title} · `);
}
