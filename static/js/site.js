// What every page does: lights, menus that close, notices that go.
import { lights } from "./theme.js";
import { menus } from "./menus.js";
import { toasts } from "./toasts.js";

lights();
menus();
toasts();
