// Requests of the lorebook editor. A refusal is an Error that can be shown; `told` is all that came with it.
import { say } from "../../chat/words.js";

export class Refused extends Error {
  constructor(told = {}, status = 0) {
    super(told.message || say(status >= 500 || !status ? "unreachable" : "not_understood"));
    this.told = told;
    this.code = told.code ?? "";
    this.status = status;
    // Worth another try: the line was down, or the server was. A day's allowance is not back in a moment.
    this.passing = status >= 500 || !status || (status === 429 && this.code !== "allowance_used_up");
  }
}

export async function post(url, body, { html = false, leaving = false } = {}) {
  const response = await reach(url, {
    method: "POST",
    keepalive: leaving,
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "X-CSRFToken": document.querySelector("input[name=csrfmiddlewaretoken]").value,
    },
    body: JSON.stringify(body),
  });
  return html ? response.text() : response.json();
}

// Refusals as JSON, whatever else comes.
const ACCEPT = { Accept: "application/json, text/html;q=0.9" };

export async function get(url) {
  const response = await reach(url, { headers: ACCEPT });
  return response.text();
}

/** Rows of a table, and how many there are in all. */
export async function getPart(url) {
  const response = await reach(url, { headers: ACCEPT });
  return { html: await response.text(), all: Number(response.headers.get("X-All")) };
}

/** Markup of ours as elements. */
export function parsed(html) {
  const read = new DOMParser().parseFromString(html, "text/html");
  const pieces = document.createDocumentFragment();
  pieces.append(...read.body.childNodes);
  return pieces;
}

async function reach(url, options) {
  let response;
  try {
    response = await fetch(url, { credentials: "same-origin", redirect: "error", ...options });
  } catch {
    throw new Refused();
  }
  if (response.ok) return response;
  let error = {};
  try {
    ({ error = {} } = await response.json());
  } catch {
    // A proxy's page, not ours.
  }
  throw new Refused(error, response.status);
}
