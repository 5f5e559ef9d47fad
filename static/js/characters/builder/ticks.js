// Boxes that are ticked together: one field that is a list.
import { draft } from "./save.js";

for (const group of document.querySelectorAll("[data-ticks]")) {
  const boxes = [...group.querySelectorAll("input[type=checkbox]")];
  const more = document.getElementById(group.dataset.more ?? "");
  const read = () => {
    const ticked = boxes.filter((box) => box.checked).map((box) => box.value);
    const written = (more?.value ?? "").split(/[,，、\n]/u).map((word) => word.trim()).filter(Boolean);
    draft.set(group.dataset.ticks, [...new Set([...ticked, ...written])]);
  };
  group.addEventListener("change", read);
  more?.addEventListener("input", read);
  draft.addEventListener("theirs", ({ detail }) => {
    if (!(group.dataset.ticks in detail)) return;
    const chosen = detail[group.dataset.ticks] ?? [];
    for (const box of boxes) box.checked = chosen.includes(box.value);
    if (more) more.value = chosen.filter((word) => !boxes.some((box) => box.value === word)).join(", ");
  });
}
