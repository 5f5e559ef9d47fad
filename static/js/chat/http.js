// Requests of the chat page. An answer is JSON or a fragment; a refusal is an Error that can be shown as it is.
import { csrf } from "../shared/csrf.js";
import { say } from "./words.js";

export class Refused extends Error {
  constructor({ code = "error", message = "", retry_after: retryAfter = null, limit = null } = {}, status = 0) {
    super(message || say(status >= 500 || !status ? "unreachable" : "not_understood"));
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
    this.limit = limit;
  }
}

export async function post(url, body = {}) {
  const response = await reach(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf() },
    body: JSON.stringify(body),
  });
  return response.status === 204 ? {} : response.json();
}

export async function get(url) {
  return (await reach(url, { headers: { Accept: "application/json" } })).json();
}

/** A piece of page, parsed but not yet in it. */
export async function fragment(url) {
  const response = await reach(url, { headers: { Accept: "text/html", "HX-Request": "true" } });
  const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
  const pieces = document.createDocumentFragment();
  pieces.append(...parsed.body.childNodes);
  return pieces;
}

/** A request that is either answered or a Refused; an AbortError of one's own stays what it is. */
export async function reach(url, options) {
  let response;
  try {
    response = await fetch(url, { credentials: "same-origin", redirect: "error", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused();
  }
  if (response.ok) return response;
  let error = {};
  try {
    // Of the API it is the whole answer, with `detail` for people.
    const told = await response.json();
    error = told.error ?? { ...told, message: told.detail };
  } catch {
    // A proxy's page, not ours.
  }
  throw new Refused(error, response.status);
}
