// Sound, piece after piece, without a gap between them. It knows nothing of turns or frames.
const LEAD = 0.06; // seconds between what is handed over and what is heard: the clock of sound is another one

/**
 * Plays 16-bit mono pieces in the order in which they are added. `onPart(part)` when a passage begins to be heard, `onEnd()`
 * when all that was added has been heard, after `close()`.
 */
export class Player {
  #context = null;
  #sources = new Set();
  #timers = new Set();
  #next = 0;
  #closed = false;
  #run = 0;

  constructor({ onPart = () => {}, onEnd = () => {} } = {}) {
    Object.assign(this, { onPart, onEnd });
    // Browsers give sound to who has touched the page.
    for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => this.#context?.resume(), { capture: true, passive: true });
  }

  wake() {
    this.#context ??= new AudioContext();
    if (this.#context.state === "suspended") this.#context.resume();
    return this.#context;
  }

  /** Bytes of samples; `part` is told when this piece begins to be heard. */
  add(bytes, rate, part = null) {
    const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 1);
    if (!samples.length) return;
    const context = this.wake();
    const buffer = context.createBuffer(1, samples.length, rate);
    const channel = buffer.getChannelData(0);
    for (let at = 0; at < samples.length; at += 1) channel[at] = samples[at] / 32768;
    this.#play(buffer, part);
  }

  /** A whole file. */
  async file(data) {
    const run = this.#run;
    const buffer = await this.wake().decodeAudioData(data);
    if (run === this.#run) this.#play(buffer, null);
  }

  /** Nothing more is coming. */
  close() {
    this.#closed = true;
    this.#settle();
  }

  stop() {
    this.#run += 1;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    for (const source of this.#sources) {
      source.onended = null;
      try {
        source.stop();
      } catch {
        // It has not begun.
      }
    }
    this.#sources.clear();
    this.#next = 0;
    this.#closed = false;
  }

  #play(buffer, part) {
    const context = this.#context;
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    const begins = Math.max(this.#next, context.currentTime + LEAD);
    this.#next = begins + buffer.duration;
    this.#sources.add(source);
    source.onended = () => {
      this.#sources.delete(source);
      this.#settle();
    };
    source.start(begins);
    if (part !== null) this.#later(() => this.onPart(part), begins - context.currentTime);
  }

  #later(work, seconds) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, Math.max(0, seconds * 1000));
    this.#timers.add(timer);
  }

  #settle() {
    if (!this.#closed || this.#sources.size) return;
    this.#closed = false;
    this.#next = 0;
    this.onEnd();
  }
}
