// Where a phrase ends, by how loud it is: for recordings that go to the house as a whole. Of pieces it finds out by itself.
const ABOVE = 0.15; // of the level over that of the room: 7.5 dB
const SPEECH = 300; // milliseconds of it, at least
const QUIET = 900; // milliseconds after it
const RISE = 0.00002; // of the room's level a millisecond, so that a room that grows louder is the room
const STEP = 100; // milliseconds: a page that was hidden measured nothing meanwhile

export class Pauses {
  #room = 1;
  #spoken = 0;
  #heardAt = 0;
  #at = 0;

  /** `level` from 0 to 1, as often as it is measured; true once for each phrase, when it has ended. */
  ends(level, now) {
    const past = this.#at ? Math.min(STEP, now - this.#at) : 0;
    this.#at = now;
    this.#room = Math.min(level, this.#room + past * RISE);
    if (level > this.#room + ABOVE) {
      this.#spoken += past;
      this.#heardAt = now;
      return false;
    }
    if (this.#spoken < SPEECH || now - this.#heardAt < QUIET) return false;
    this.#spoken = 0;
    return true;
  }
}
