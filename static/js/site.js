// What every page does: lights, menus that close, notices that go, and the way back from a refusal.
import { back } from "./back.js";
import { lights } from "./theme.js";
import { menus } from "./menus.js";
import { toasts } from "./toasts.js";

lights();
menus();
toasts();
back();
