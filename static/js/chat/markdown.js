// Markdown of people and models: the same allow-list as chat/markdown.py, for text that is still being said.
// tests/fixtures/markdown.json holds what both must give. Change one, change the other.
import MarkdownIt from "../../vendor/markdown-it/markdown-it.js";

const MAX_PARSED = 48000;
const MAX_BRACKETS = 400;
const MAX_MARKS = 6000;
const MAX_PIPES = 3000;
const MAX_LINES = 1500;
const MAX_NESTING = 20;

const LEAVE = "/leave/?to=";
const REL = "nofollow noopener noreferrer";
const SPEECH = /["“「『«„]/u;
const ASIDE = /^\s*(?:\(\(.*\)\)|（（.*））)\s*$/su;
// Indents of other alphabets: the page indents by itself, and the two parsers strip them differently.
const EDGES = "[\\x0b\\x0c\\x1c-\\x1f\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff]+";
const EDGE_SPACES = new RegExp(`(?<=^|\\n)${EDGES}|${EDGES}(?=\\n|$)`, "gu");
const TARGET = /^https?:\/\/[^\s/?#]/iu;
const DEEP = /^(?:[ \t]*(?:>|[-+*](?=\s)|\d{1,9}[.)](?=\s))){12}/mu;
const TECHNICAL = new Set(["fence", "code_block", "heading_open", "table_open", "bullet_list_open", "ordered_list_open"]);

const TAGS = new Set(["A", "BLOCKQUOTE", "BR", "CODE", "EM", "H3", "H4", "H5", "H6", "HR", "LI", "OL", "P", "PRE", "S",
  "STRONG", "TABLE", "TBODY", "TD", "TH", "THEAD", "TR", "UL"]);
const ATTRIBUTES = { A: ["href", "title", "target", "rel"], OL: ["start"], TD: ["align"], TH: ["align"] };
const CLASSES = { EM: ["act"], P: ["tale", "aside"] };

/** The DOM of one message. Never throws, never drops a word, runs and loads nothing. */
export function render(text) {
  text = wellFormed(String(text)).replace(EDGE_SPACES, "");
  let html;
  try {
    html = tooMuch(text) ? plain(text) : rich(text);
  } catch {
    html = plain(text);
  }
  return allowed(html);
}

/** The same for text that has not ended: an action that is being said is an action already. */
export function renderOpen(text) {
  return render(closed(text));
}

// Closes what the last paragraph left open, so that half an action does not look like an asterisk and a word.
function closed(text) {
  const start = text.lastIndexOf("\n\n") + 1;
  const fences = text.match(/^ {0,3}```/gmu);
  if (fences && fences.length % 2) return text;
  const last = text.slice(start).replaceAll(/\\\*|`[^`]*`|^\s*\*\s/gmu, (part) => " ".repeat(part.length));
  const open = [];
  for (const { 0: mark, index } of last.matchAll(/(?<!\s)\*{1,2}|\*{1,2}(?!\s)/gu)) {
    if (open.length && open.at(-1).mark === mark) open.pop();
    else open.push({ mark, index });
  }
  if (!open.length) return text;
  let kept = text;
  const newest = open.at(-1);
  if (last.slice(newest.index + newest.mark.length).trim() === "") {
    kept = text.slice(0, start + newest.index);
    open.pop();
  }
  return kept.trimEnd() + open.reverse().map(({ mark }) => mark).join("");
}

function wellFormed(text) {
  return text.toWellFormed ? text.toWellFormed() : text.replace(/[\ud800-\udfff]/gu, "\ufffd");
}

function count(text, mark) {
  return text.split(mark).length - 1;
}

function tooMuch(text) {
  return [...text].length > MAX_PARSED
    || count(text, "[") > MAX_BRACKETS
    || count(text, "|") > MAX_PIPES
    || count(text, "\n") + count(text, "\r") > MAX_LINES
    || (text.match(/[*_~`<&\\!]/gu) || []).length > MAX_MARKS
    || DEEP.test(text);
}

function rich(text) {
  const env = {};
  const tokens = markdown.parse(text, env);
  if (tokens.some((token) => token.level >= MAX_NESTING - 1)) return plain(text);
  return markdown.renderer.render(tokens, markdown.options, env);
}

function plain(text) {
  const blocks = text.replaceAll("\r\n", "\n").replaceAll("\r", "\n").replaceAll("\0", "\ufffd")
    .replace(/^\n+|\n+$/gu, "").split(/\n{2,}/u).filter(Boolean);
  return blocks.map((block) => `<p>${markdown.utils.escapeHtml(block).replaceAll("\n", "<br>\n")}</p>\n`).join("");
}

// Nothing that the parser of markdown wrote reaches the page: an inert document is read, and what the allow-list
// knows is built anew.
function allowed(html) {
  const inert = new DOMParser().parseFromString(html, "text/html");
  const fragment = document.createDocumentFragment();
  copy(inert.body, fragment);
  return fragment;
}

function copy(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.append(node.data);
    else if (node.nodeType !== Node.ELEMENT_NODE) continue;
    else if (TAGS.has(node.tagName)) to.append(element(node));
    else if (!["SCRIPT", "STYLE"].includes(node.tagName)) copy(node, to);
  }
}

function element(node) {
  const made = document.createElement(node.tagName);
  for (const name of ATTRIBUTES[node.tagName] || []) {
    if (node.hasAttribute(name)) made.setAttribute(name, node.getAttribute(name));
  }
  if (made.tagName === "A" && !(made.getAttribute("href") || "").startsWith(LEAVE)) made.removeAttribute("href");
  const known = (CLASSES[node.tagName] || []).filter((name) => node.classList.contains(name));
  if (known.length) made.className = known.join(" ");
  copy(node, made);
  return made;
}

// Emphasis as players write it: an asterisk opens before any word and closes after any word.
function emphasis(state, silent) {
  const marker = state.src[state.pos];
  if (silent || (marker !== "*" && marker !== "_")) return false;
  const scanned = state.scanDelims(state.pos, marker === "*");
  let open = scanned.can_open;
  let close = scanned.can_close;
  if (marker === "*") {
    const end = state.pos + scanned.length;
    const { isWhiteSpace } = markdown.utils;
    open = !isWhiteSpace(end < state.posMax ? state.src.charCodeAt(end) : 0x20);
    close = !isWhiteSpace(state.pos ? state.src.charCodeAt(state.pos - 1) : 0x20);
  }
  for (let i = 0; i < scanned.length; i += 1) {
    state.push("text", "", 0).content = marker;
    state.delimiters.push({
      marker: marker.charCodeAt(0), length: scanned.length, token: state.tokens.length - 1, end: -1, open, close,
    });
  }
  state.pos += scanned.length;
  return true;
}

// Set the message as a play: actions, narration, asides; links lead through the exit page.
function script(state) {
  const paragraphs = [];
  state.tokens.forEach((token, place) => {
    if (token.type === "heading_open" || token.type === "heading_close") {
      token.tag = `h${Math.min(6, Number(token.tag[1]) + 2)}`;
    }
    if (token.type === "paragraph_open" && token.level === 0) paragraphs.push([token, state.tokens[place + 1]]);
    if (token.type === "th_open" || token.type === "td_open") {
      const style = token.attrGet("style");
      token.attrs = style ? [["align", style.replace("text-align:", "")]] : null;
    }
    if (token.type === "fence") token.info = "";
    for (const child of token.children || []) {
      if (child.type === "em_open") child.attrs = [["class", "act"]];
      else if (child.type === "link_open") {
        const target = child.attrGet("href");
        child.attrs = [["href", LEAVE + encodeURIComponent(target)], ["title", target], ["target", "_blank"], ["rel", REL]];
      }
    }
  });
  const spoken = !state.tokens.some((token) => TECHNICAL.has(token.type))
    && paragraphs.some(([, inline]) => SPEECH.test(words(inline)));
  for (const [paragraph, inline] of paragraphs) {
    const said = words(inline);
    if (ASIDE.test(said)) paragraph.attrs = [["class", "aside"]];
    else if (spoken && !SPEECH.test(said) && words(inline, false).trim()) paragraph.attrs = [["class", "tale"]];
  }
}

function words(inline, acted = true) {
  let depth = 0;
  let said = "";
  for (const child of inline.children || []) {
    if (child.type === "em_open") depth += 1;
    else if (child.type === "em_close") depth -= 1;
    else if (child.type === "softbreak" || child.type === "hardbreak") said += "\n";
    else if (child.type === "text" && (acted || !depth)) said += child.content;
  }
  return said;
}

const markdown = new MarkdownIt("commonmark", { html: false, breaks: true, xhtmlOut: false, linkify: false, maxNesting: MAX_NESTING });
markdown.enable(["table", "strikethrough"]);
markdown.disable(["image", "reference", "html_block", "html_inline"]);
markdown.validateLink = (url) => TARGET.test(url);
markdown.normalizeLink = (url) => url;
markdown.normalizeLinkText = (url) => url;
markdown.inline.ruler.at("emphasis", emphasis);
markdown.core.ruler.push("script", script);
