"""Markdown of people and models, as a page may show it: an allow-list, twice.

static/js/chat/markdown.js does the same in the browser while a reply streams; tests/fixtures/markdown.json holds what
both must give. Change one, change the other.
"""

import re
from typing import Any
from urllib.parse import quote

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.common.utils import isWhiteSpace
from markdown_it.rules_inline.state_inline import Delimiter, StateInline
from markdown_it.token import Token

MAX_PARSED = 48_000  # characters; anything longer is shown as it was written
MAX_BRACKETS = 400  # each may be tried as the start of a link, to the end of its paragraph
MAX_MARKS = 6_000
MAX_PIPES = 3_000
MAX_LINES = 1_500
MAX_NESTING = 20

LEAVE = "/leave/?to="
REL = "nofollow noopener noreferrer"

TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title", "target", "rel"}, "ol": {"start"}, "td": {"align"}, "th": {"align"}}
CLASSES = {"em": {"act"}, "p": {"tale", "aside"}}

# An opening mark is enough: a speech of several paragraphs closes only once, and a stream closes later.
_SPEECH = re.compile('["“「『«„]')
_ASIDE = re.compile(r"^\s*(?:\(\(.*\)\)|（（.*））)\s*$", re.DOTALL)
# Indents of other alphabets: the page indents by itself, and the two parsers strip them differently.
_EDGES = "[\x0b\x0c\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+"
_EDGE_SPACES = re.compile(f"^{_EDGES}|{_EDGES}$", re.MULTILINE)
_TARGET = re.compile(r"^https?://[^\s/?#]", re.IGNORECASE)
_DEEP = re.compile(r"^(?:[ \t]*(?:>|[-+*](?=\s)|\d{1,9}[.)](?=\s))){12}", re.MULTILINE)
# Markup that only explanations use: there quotation marks are no speech and nothing is narration.
_TECHNICAL = {"fence", "code_block", "heading_open", "table_open", "bullet_list_open", "ordered_list_open"}


def render(text: str) -> SafeString:
    """HTML of one message. Never raises, never drops a word, loads nothing from anywhere."""
    text = _EDGE_SPACES.sub("", _well_formed(text))
    html = _plain(text) if _too_much(text) else _rich(text)
    clean = nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, allowed_classes=CLASSES, url_schemes={"http", "https"}, link_rel=None,
    )  # fmt: skip
    return mark_safe(clean)  # noqa: S308 - the allow-list above is what makes it safe


def _well_formed(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _too_much(text: str) -> bool:
    """Markup that would cost more than a reader gains, or nest deeper than the parser follows."""
    return (
        len(text) > MAX_PARSED
        or text.count("[") > MAX_BRACKETS
        or text.count("|") > MAX_PIPES
        or text.count("\n") + text.count("\r") > MAX_LINES
        or sum(text.count(mark) for mark in "*_~`<&\\!") > MAX_MARKS
        or _DEEP.search(text) is not None
    )


def _rich(text: str) -> str:
    tokens = _markdown.parse(text)
    if any(token.level >= MAX_NESTING - 1 for token in tokens):
        return _plain(text)  # the parser leaves out what is nested deeper
    return str(_markdown.renderer.render(tokens, _markdown.options, {}))


def _plain(text: str) -> str:
    """Paragraphs and line breaks, nothing else."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    blocks = (block for block in re.split(r"\n{2,}", text.strip("\n")) if block)
    return "".join(f"<p>{escape(block).replace(chr(10), '<br>' + chr(10))}</p>\n" for block in blocks)


def _emphasis(state: StateInline, silent: bool) -> bool:
    """Emphasis as players write it: an asterisk opens before any word and closes after any word.

    CommonMark also looks at punctuation, which fails on *她停下。*“坐吧。” and on *She nods.*"Sit."
    """
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    scanned = state.scanDelims(state.pos, marker == "*")
    can_open, can_close = scanned.can_open, scanned.can_close
    if marker == "*":
        before = state.src[state.pos - 1] if state.pos else " "
        end = state.pos + scanned.length
        after = state.src[end] if end < state.posMax else " "
        can_open, can_close = not isWhiteSpace(ord(after)), not isWhiteSpace(ord(before))
    for _ in range(scanned.length):
        state.push("text", "", 0).content = marker
        state.delimiters.append(
            Delimiter(
                marker=ord(marker), length=scanned.length, token=len(state.tokens) - 1, end=-1,
                open=can_open, close=can_close,
            )
        )  # fmt: skip
    state.pos += scanned.length
    return True


def _script(state: Any) -> None:
    """Set the message as a play: actions, narration, asides; links lead through the exit page."""
    tokens: list[Token] = state.tokens
    paragraphs: list[tuple[Token, Token]] = []
    for place, token in enumerate(tokens):
        if token.type == "heading_open" or token.type == "heading_close":
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
        if token.type == "paragraph_open" and token.level == 0:
            paragraphs.append((token, tokens[place + 1]))
        if token.type in ("th_open", "td_open"):
            style = str(token.attrs.pop("style", ""))
            if style:
                token.attrs["align"] = style.removeprefix("text-align:")
        if token.type == "fence":
            token.info = ""
        for child in token.children or ():
            if child.type == "em_open":
                child.attrs["class"] = "act"
            elif child.type == "link_open":
                target = str(child.attrs["href"])
                child.attrs = {
                    "href": LEAVE + quote(target, safe="-_.!~*'()"),
                    "title": target,
                    "target": "_blank",
                    "rel": REL,
                }
    spoken = not any(token.type in _TECHNICAL for token in tokens) and any(
        _SPEECH.search(_words(inline)) for _, inline in paragraphs
    )
    for paragraph, inline in paragraphs:
        words = _words(inline)
        if _ASIDE.match(words):
            paragraph.attrs["class"] = "aside"
        elif spoken and not _SPEECH.search(words) and _words(inline, acted=False).strip():
            paragraph.attrs["class"] = "tale"


def _words(inline: Token, *, acted: bool = True) -> str:
    """The text of a paragraph, with or without what stands in *asterisks*."""
    depth, words = 0, []
    for child in inline.children or ():
        if child.type == "em_open":
            depth += 1
        elif child.type == "em_close":
            depth -= 1
        elif child.type in ("softbreak", "hardbreak"):
            words.append("\n")
        elif child.type == "text" and (acted or not depth):
            words.append(child.content)
    return "".join(words)


def _build() -> MarkdownIt:
    options = {"html": False, "breaks": True, "xhtmlOut": False, "linkify": False, "maxNesting": MAX_NESTING}
    markdown = MarkdownIt("commonmark", options)
    markdown.enable(["table", "strikethrough"])
    markdown.disable(["image", "reference", "html_block", "html_inline"])
    markdown.validateLink = lambda url: _TARGET.match(url) is not None  # type: ignore[method-assign]
    markdown.normalizeLink = lambda url: url  # type: ignore[method-assign]
    markdown.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    markdown.inline.ruler.at("emphasis", _emphasis)
    markdown.core.ruler.push("script", _script)
    return markdown


_markdown = _build()
