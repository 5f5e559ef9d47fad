// Wires the page of a step.
import "./fields.js";
import { draft } from "./save.js";

draft.restore();
