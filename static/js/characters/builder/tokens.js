// How many tokens a text will cost: the same estimate as inference/tokens.py.
const encoder = new TextEncoder();
const PLAIN = /[\x00-\x7f]/gu;

export function estimate(text) {
  const plain = text.match(PLAIN)?.length ?? 0;
  const rest = encoder.encode(text).length - plain;
  return Math.ceil(plain / 3.8 + rest / 3);
}
