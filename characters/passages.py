"""A text in passages that can be recalled one by one: whole paragraphs under their headings, about 120 to 220 tokens.

Pure. Chinese is split at its own full stops, and its chapter lines (第三章 …) count as headings.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from inference.tokens import estimate

ENOUGH, MOST = 120, 220  # tokens: a passage is closed when it has enough, and never grows above the most
CRUMB = 40  # a last passage smaller than this joins the one before it
MAX_HEADING = 300  # characters of a line that may be one
HEADINGS = 3  # of the path to a passage, the innermost ones

_HEADING = re.compile(
    r"(#{1,6})[ \t]+(.+?)[ \t]*#*$|(第[0-9〇零一二三四五六七八九十百千两]{1,7}[章节節回幕卷部][^。！？]{0,40})$"
)
_FENCE = re.compile(r"(```|~~~)")
_SENTENCE = re.compile(r"(?<=[。！？!?…；])[”’」』）)\"']*|(?<=[.!?;])[\"'”’)]*(?=\s)|\n")
_MARK = re.compile(r"[*_`~]{1,3}(?=\S)|(?<=\S)[*_`~]{1,3}")


@dataclass(frozen=True, slots=True)
class Piece:
    """`heading` is the path of headings over it, outermost first; `text` is as it was written."""

    heading: str
    text: str

    @property
    def whole(self) -> str:
        """What is embedded and recalled: the words need their heading to say what they are about."""
        return f"{self.heading}\n{self.text}" if self.heading else self.text


def split(text: str) -> list[Piece]:
    """The passages of a text, in order. Nothing is left out but blank lines and headings with nothing under them."""
    pieces: list[Piece] = []
    for heading, blocks in _sections(text.replace("\r\n", "\n").replace("\r", "\n")):
        packed = list(_packed(part for block in blocks for part in _small_enough(block)))
        if len(packed) > 1 and estimate(packed[-1]) < CRUMB and estimate("\n\n".join(packed[-2:])) <= MOST + CRUMB:
            packed[-2:] = ["\n\n".join(packed[-2:])]
        pieces += [Piece(heading, body) for body in packed]
    return pieces


def _sections(text: str) -> Iterator[tuple[str, list[str]]]:
    """Paragraphs by the headings over them. Inside a code fence nothing is a heading."""
    path: list[tuple[int, str]] = []
    blocks: list[str] = []
    lines: list[str] = []
    fenced = False
    for line in text.split("\n"):
        if _FENCE.match(line.lstrip()):
            fenced = not fenced
        found = None if fenced or len(line) > MAX_HEADING else _HEADING.match(line.strip())
        if found or (not line.strip() and not fenced):
            if lines:
                blocks.append("\n".join(lines).strip("\n"))
                lines = []
        else:
            lines.append(line.rstrip())
        if found:
            if blocks:
                yield _named(path), blocks
                blocks = []
            level = len(found[1]) if found[1] else 1
            path = [each for each in path if each[0] < level]
            path.append((level, _MARK.sub("", found[2] or found[3]).strip()))
    if lines:
        blocks.append("\n".join(lines).strip("\n"))
    if blocks:
        yield _named(path), blocks


def _named(path: list[tuple[int, str]]) -> str:
    return " › ".join(name[:80] for _, name in path[-HEADINGS:])


def _small_enough(block: str) -> Iterator[str]:
    """The block itself; one that is too long at its lines and sentences; a sentence that is too long anywhere."""
    if estimate(block) <= MOST:
        yield block
        return
    taken = ""
    for sentence in _sentences(block):
        if taken and estimate(taken + sentence) > MOST:
            yield taken.strip()
            taken = ""
        taken += sentence
    if taken.strip():
        yield taken.strip()


def _sentences(block: str) -> Iterator[str]:
    start = 0
    for found in _SENTENCE.finditer(block):
        if found.end() > start:
            yield from _cut(block[start : found.end()])
            start = found.end()
    yield from _cut(block[start:])


def _cut(sentence: str) -> Iterator[str]:
    """At most so many tokens each: a script without any full stop must not make one endless passage."""
    while estimate(sentence) > MOST:
        size = max(1, len(sentence) * MOST // estimate(sentence))
        space = sentence.rfind(" ", size // 2, size)
        size = space + 1 if space > 0 else size
        yield sentence[:size]
        sentence = sentence[size:]
    if sentence:
        yield sentence


def _packed(parts: Iterator[str]) -> Iterator[str]:
    """Small neighbours together, until there is enough for a passage."""
    taken = ""
    for part in parts:
        joined = f"{taken}\n\n{part}" if taken else part
        if taken and (estimate(taken) >= ENOUGH or estimate(joined) > MOST):
            yield taken
            taken = part
        else:
            taken = joined
    if taken:
        yield taken
