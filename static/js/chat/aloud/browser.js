// The browser's own voice, where the house has none: sentence by sentence, without what is only for the eye.
const LONGEST = 220; // letters; some browsers fall silent in longer ones

export function canSpeak() {
  return "speechSynthesis" in globalThis;
}

/** What of a text is said: markup, code, addresses and, where they are not wanted, stage directions are left out. */
export function spokenWords(text, { directions = true } = {}) {
  return text
    .replaceAll(/^\s*(`{3,}|~{3,})[\s\S]*?(^\s*\1|$(?![\s\S]))/gmu, " ")
    .replaceAll(/\(\([\s\S]*?\)\)|（（[\s\S]*?））/gu, " ")
    .replaceAll(/!?\[([^\]\n]*)\]\([^)\n]*\)/gu, "$1")
    .replaceAll(/https?:\/\/\S+/gu, " ")
    .replaceAll(/(?<!\*)\*(?!\*)([^*\n]+)\*(?!\*)/gu, directions ? "$1 " : " ")
    .replaceAll(/[*_`#>~|]+/gu, "")
    .trim();
}

export class BrowserVoice {
  #run = 0;

  constructor({ onCaption = () => {}, onEnd = () => {} } = {}) {
    Object.assign(this, { onCaption, onEnd });
  }

  say(text, { language, directions = true } = {}) {
    this.stop();
    const words = canSpeak() ? spokenWords(text, { directions }) : "";
    if (!words) return this.onEnd();
    const run = this.#run;
    const pieces = sentences(words, language);
    for (const [place, piece] of pieces.entries()) {
      const said = new SpeechSynthesisUtterance(piece);
      said.lang = language;
      said.onstart = () => run === this.#run && this.onCaption(piece);
      const done = () => run === this.#run && place === pieces.length - 1 && this.onEnd();
      Object.assign(said, { onend: done, onerror: done });
      speechSynthesis.speak(said);
    }
    return undefined;
  }

  stop() {
    this.#run += 1;
    if (canSpeak()) speechSynthesis.cancel();
  }
}

function sentences(text, language) {
  const found = "Segmenter" in Intl
    ? [...new Intl.Segmenter(language, { granularity: "sentence" }).segment(text)].map((each) => each.segment)
    : text.split(/(?<=[.!?。！？…]["'”’」』]?)\s+/u);
  return found.flatMap((each) => each.match(new RegExp(`[\\s\\S]{1,${LONGEST}}`, "gu")) ?? []).map((each) => each.trim()).filter(Boolean);
}
