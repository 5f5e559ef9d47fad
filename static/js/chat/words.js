// Sentences of the page, in the reader's language: rendered by templates (chat/_words.html), so that one catalogue serves.
const words = new Map();

for (const each of document.querySelectorAll("template#words, template[data-words]")) {
  for (const word of each.content.querySelectorAll("[data-word]")) words.set(word.dataset.word, word.textContent);
}

/** The sentence for `key` with its {braces} filled in. */
export function say(key, values = {}) {
  return apart((words.get(key) ?? key).replace(/\{(\w+)\}/gu, (whole, name) => values[name] ?? whole));
}

/** A number as the reader writes it. */
export function count(number) {
  return number.toLocaleString(document.documentElement.lang);
}

/** Two sentences: a space between them, but not after Chinese punctuation. */
export function join(one, other) {
  return /[，。；：！？、）”…]$/u.test(one) ? one + other : `${one} ${other}`;
}

/** Names, one after the other. */
export function listed(names) {
  return names.slice(1).reduce((all, name) => join(`${all}${document.documentElement.lang.startsWith("zh") ? "、" : ","}`, name), names[0] ?? "");
}

// Between Chinese and Latin letters or digits stands a space: chat/templatetags/stage.py does the same.
function apart(text) {
  return text.replaceAll(/(?<=\p{Script=Han})(?=[\p{Script=Latin}\d])|(?<=[\p{Script=Latin}\d])(?=\p{Script=Han})/gu, " ");
}

export function knows(key) {
  return words.has(key);
}
