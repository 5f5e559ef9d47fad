// One recording on its way to the house: numbered pieces, kept until it is over, so that it can go on after the line was
// away, and to whichever process answers then.
import { newId } from "../protocol.js";

const HEAD = 4; // bytes: the number of a piece

export class Upload {
  #pieces = [];
  #sent = 0;
  #isTaken = false; // the house has said up to where it has heard
  #isOver = false; // and the house was told

  /** `line` sends frames and bytes; where it is on a detour, pieces are kept for `whole`. */
  constructor(line, { codec, language = "" }) {
    Object.assign(this, { line, codec, language, id: newId() });
    this.isEnded = false;
    this.isPosted = false; // as a whole
    this.finals = new Map();
    if (!line.isAround) this.begin();
  }

  /** All of it, for a request. */
  get whole() {
    return new Blob(this.#pieces);
  }

  /** Also after a reconnect: the answer says what is there already. */
  begin() {
    this.#isTaken = false;
    this.#isOver = false;
    this.line.send({ type: "audio_start", codec: this.codec, client_id: this.id, language: this.language });
  }

  add(bytes) {
    this.#pieces.push(bytes);
    this.#send();
  }

  end() {
    this.isEnded = true;
    this.#send();
  }

  acknowledged(seq) {
    if (!this.#isTaken || seq > this.#sent) {
      this.#isTaken = true;
      this.#sent = seq;
    }
    this.#send();
  }

  #send() {
    if (!this.#isTaken) return;
    while (this.#sent < this.#pieces.length) {
      if (!this.line.sendBytes(numbered(this.#sent + 1, this.#pieces[this.#sent]))) {
        this.#isTaken = false;
        return;
      }
      this.#sent += 1;
    }
    if (!this.isEnded || this.#isOver) return;
    this.#isOver = this.line.send({ type: "audio_end", client_id: this.id, last_seq: this.#pieces.length });
  }
}

function numbered(seq, bytes) {
  const framed = new Uint8Array(HEAD + bytes.length);
  new DataView(framed.buffer).setUint32(0, seq);
  framed.set(bytes, HEAD);
  return framed;
}
