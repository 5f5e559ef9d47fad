// The same estimate as inference/tokens.py, counted in one place.
export { estimate } from "../../shared/tokens.js";
