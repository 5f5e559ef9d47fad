// Wires the page of a step: every module finds its own part of the page, or has nothing to do.
import "./fields.js";
import "./sliders.js";
import "./openings.js";
import "./ticks.js";
import "./sounds.js";
import "./gaps.js";
import "./preview.js";
import "./rail.js";
import "./conflict.js";
import "./status.js";
import "./leaving.js";
import { draft } from "./save.js";

draft.restore();
