// The microphone itself: asked for, measured, recorded in pieces. What is recorded goes to whoever called, nowhere else.
const PIECE = 250; // milliseconds
const BITS = 32000; // a second
const WRAPPINGS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4;codecs=mp4a.40.2", "audio/webm", "audio/mp4"];
const CONSTRAINTS = { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 }, video: false };

const WHY = { NotAllowedError: "denied", SecurityError: "denied", NotSupportedError: "unsupported", TypeError: "unsupported" };

/** What stands in the way: "denied", "missing" or "unsupported". */
export class NoMicrophone extends Error {
  constructor(why) {
    super(why);
    this.why = why;
  }
}

export class Sound {
  #stream = null;
  #context = null;
  #recorder = null;
  #frame = 0;

  constructor({ onLevel = () => {}, onLost = () => {} } = {}) {
    Object.assign(this, { onLevel, onLost });
  }

  static get isSupported() {
    return Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder && Sound.wrapping);
  }

  static get wrapping() {
    return WRAPPINGS.find((type) => MediaRecorder.isTypeSupported(type));
  }

  /** What the server calls it: webm, ogg or mp4. */
  static get codec() {
    return Sound.wrapping.match(/audio\/(\w+)/u)[1];
  }

  /** `isWanted()`: whether it is still asked for, once the browser has answered. */
  async open(isWanted) {
    if (this.#stream) return;
    if (!Sound.isSupported) throw new NoMicrophone("unsupported");
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia(CONSTRAINTS);
    } catch (error) {
      throw new NoMicrophone(WHY[error.name] ?? "missing");
    }
    if (!isWanted() || this.#stream) {
      for (const track of stream.getTracks()) track.stop();
      return;
    }
    this.#stream = stream;
    for (const track of stream.getTracks()) track.addEventListener("ended", () => this.onLost());
    this.#measure();
  }

  /** Pieces of one recording to `onPiece(bytes)`, the first with its head; `onEnd()` after the last. */
  record(onPiece, onEnd) {
    const recorder = new MediaRecorder(this.#stream, { mimeType: Sound.wrapping, audioBitsPerSecond: BITS });
    // Pieces keep their order, however long each takes to be read.
    let read = Promise.resolve();
    recorder.addEventListener("dataavailable", ({ data }) => {
      if (data.size) read = read.then(() => data.arrayBuffer()).then((bytes) => onPiece(new Uint8Array(bytes)));
    });
    recorder.addEventListener("stop", () => read.then(onEnd));
    recorder.start(PIECE);
    this.#recorder = recorder;
  }

  /** The recording ends; the microphone stays open. */
  finish() {
    if (this.#recorder?.state === "recording") this.#recorder.stop();
    this.#recorder = null;
  }

  /** Nobody hears anything any more: the browser's sign goes out. */
  close() {
    this.finish();
    cancelAnimationFrame(this.#frame);
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#context?.close();
    this.#stream = null;
    this.#context = null;
    this.onLevel(0);
  }

  // How loud it is, from 0 to 1, as often as the page is drawn.
  #measure() {
    this.#context = new AudioContext();
    const analyser = new AnalyserNode(this.#context, { fftSize: 512, smoothingTimeConstant: 0.6 });
    this.#context.createMediaStreamSource(this.#stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const look = () => {
      analyser.getFloatTimeDomainData(samples);
      const mean = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      this.onLevel(Math.min(1, Math.max(0, (10 * Math.log10(mean + 1e-9) + 60) / 50)));
      this.#frame = requestAnimationFrame(look);
    };
    look();
  }
}
