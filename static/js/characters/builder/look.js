import { draft } from "./save.js";
