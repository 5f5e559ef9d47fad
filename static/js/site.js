// What every page does: lights, menus that close, notices that go, and the way back from a refusal.
import { back } from "./back.js";
import { lights } from "./theme.js";
import { menus } from "./menus.js";
import { toasts } from "./toasts.js";

for (const field of document.querySelectorAll("[data-zone]")) field.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
lights();
menus();
toasts();
back();
