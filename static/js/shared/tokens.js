// How many tokens a text will cost: inference/tokens.py, number for number. tests/fixtures/tokens.json holds both to it.

const ASCII_PER_TOKEN = 3.8;
const BYTES_PER_TOKEN = 3;
const LINE_OVERHEAD = 4;

/** ceil(a / 3.8 + b / 3), a = ASCII characters, b = UTF-8 bytes of everything else; a lone surrogate counts three. */
export function estimate(text) {
  let plain = 0;
  let rest = 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) plain += 1;
    else if (unit < 0x800) rest += 2;
    else if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      rest += 4;
      i += 1;
    } else rest += 3;
  }
  return Math.ceil(plain / ASCII_PER_TOKEN + rest / BYTES_PER_TOKEN);
}

/** Texts as lines of a prompt: each costs four more for role and separators. */
export function estimateLines(texts) {
  return texts.reduce((sum, text) => sum + estimate(text) + LINE_OVERHEAD, 0);
}
