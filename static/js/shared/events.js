// Server-sent events as the answer to a POST. Aborting the signal hangs up, and the server stops what it was doing.
import { reach, Refused } from "../chat/http.js";
import { csrf } from "./csrf.js";

/**
 * Ask, and hand every event to `heard(name, data)`. Ends with the answer. An `error` event, and an answer that breaks
 * off before `last`, are a Refused.
 */
export async function ask(url, body, { heard, last, signal }) {
  const response = await reach(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json, text/event-stream", "X-CSRFToken": csrf() },
    body: JSON.stringify(body),
    signal,
  });
  let ended = false;
  for await (const [name, data] of events(response.body, signal)) {
    if (name === "error") throw new Refused(data, 502);
    ended ||= name === last;
    heard(name, data);
  }
  if (!ended) throw new Refused();
}

/** What a stream says: [name, data, id] for each event; the id is empty where there is none. `alive` hears of every sign. */
export async function* events(body, signal, alive = () => {}) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  try {
    while (true) {
      const { value, done } = await read(reader, signal);
      if (done) return;
      alive();
      text += value;
      const blocks = text.split("\n\n");
      text = blocks.pop();
      for (const block of blocks) {
        const name = /^event: (.*)$/mu.exec(block)?.[1];
        const data = /^data: (.*)$/mu.exec(block)?.[1];
        if (name && data) yield [name, JSON.parse(data), /^id: (.*)$/mu.exec(block)?.[1] ?? ""];
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

async function read(reader, signal) {
  try {
    return await reader.read();
  } catch (error) {
    if (signal?.aborted) throw new DOMException("", "AbortError");
    throw new Refused({}, error.name === "AbortError" ? 499 : 0);
  }
}
