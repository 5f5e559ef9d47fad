// What this page shows and the server may not have yet: requests about the draft as it stands carry it along.
import { draft } from "./save.js";

const changes = new Map();

draft.addEventListener("changed", ({ detail }) => changes.set(detail.field, detail.value));
draft.addEventListener("theirs", ({ detail }) => {
  for (const [field, value] of Object.entries(detail)) changes.set(field, value ?? null);
});

export function unsaved() {
  return Object.fromEntries(changes);
}
