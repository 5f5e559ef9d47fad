import "./rehearsal.js";
