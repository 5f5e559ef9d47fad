// A turn as this page knows it: which text is certain, and what is missing. No DOM here.

/**
 * The text of one reply from numbered pieces. A piece covers `from`..`seq`; the first is 1. After a reconnect pieces may
 * come joined differently than they came live, so what is kept is cut where the new piece begins.
 */
export class Transcript {
  #pieces = [];

  get seq() {
    return this.#pieces.at(-1)?.seq ?? 0;
  }

  get text() {
    return this.#pieces.map((piece) => piece.content).join("");
  }

  /** "added", "known" (all of it was here) or "gap" (something before it is missing: resume from `seq`). */
  add({ from, seq, content }) {
    const first = from ?? seq;
    if (seq <= this.seq) return "known";
    if (first > this.seq + 1) return "gap";
    if (first <= this.seq) {
      const place = this.#pieces.findIndex((piece) => piece.first === first);
      if (place < 0) return this.#restart();
      this.#pieces.length = place;
    }
    this.#pieces.push({ first, seq, content });
    return "added";
  }

  /** All up to this piece is taken back; what came after it stays. */
  takeBack(seq) {
    const later = this.#pieces.filter((piece) => piece.first > seq);
    this.#pieces = seq ? [{ first: 1, seq, content: "" }, ...later] : later;
  }

  // The new piece begins inside one that we hold: ask for everything once more.
  #restart() {
    this.#pieces = [];
    return "gap";
  }
}

/** The one running turn of a talk, or the last one. */
export class Turn {
  constructor({ turn_id: id = null, message_id: messageId, parent_id: parentId = null, character_id: characterId = null, kind = "", status = "thinking" }) {
    this.id = id;
    this.messageId = messageId;
    this.parentId = parentId;
    this.characterId = characterId;
    this.kind = kind;
    this.phase = status;
    this.transcript = new Transcript();
    this.ended = false;
    this.reason = "";
    this.asked = -Infinity;
  }

  get text() {
    return this.transcript.text;
  }

  /** The frame that asks for what is missing; null while an earlier question is still open. */
  resume(now = Date.now()) {
    if (now - this.asked < 1000) return null;
    this.asked = now;
    return { type: "resume", message_id: this.messageId, last_seq: this.transcript.seq };
  }
}
