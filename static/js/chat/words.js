// Sentences of the page, in the reader's language: rendered by templates/chat/_words.html, so that one catalogue serves.
const words = new Map();

for (const each of document.querySelectorAll("template#words")) {
  for (const word of each.content.querySelectorAll("[data-word]")) words.set(word.dataset.word, word.textContent);
}

/** The sentence for `key` with its {braces} filled in. */
export function say(key, values = {}) {
  return (words.get(key) ?? key).replace(/\{(\w+)\}/gu, (whole, name) => values[name] ?? whole);
}

export function knows(key) {
  return words.has(key);
}
