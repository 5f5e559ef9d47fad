"""A reply as it is said aloud: cut into sentences while it is still being written, without its markup.

Pure. What stands between asterisks is done, not said: it is told apart, so that it can be spoken in another way or left
out. Code, addresses and words out of character are for the eye alone.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Kind = Literal["speech", "action"]

_ENDS = ".!?…。！？"
_FULL_WIDTH = "。！？"
_CLOSERS = "\"'”’」』）)]》"
_PAUSES = ",;:，；：、—"
_MANY, _TOO_MANY = 200, 320  # letters after which a comma, and then any gap, ends a sentence
_WAITS = 400  # letters that a mark may wait for its other half
_TITLES = "mr mrs ms dr prof st sr jr rev hon capt col gen lt sgt gov messrs mme mlle e.g i.e cf vs approx dept mt"
_ABBREVIATIONS = frozenset(_TITLES.split())
_BEFORE_NUMBERS = frozenset(("no", "nos", "vol", "fig", "p", "pp", "ch"))
_LAST_WORD = re.compile(r"[\w.]+$")
_LINE_MARK = re.compile(r"[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-+*][ \t]+|\d{1,3}[.)][ \t]+|\|)")
# Nothing below may go back over what it has read: people write the texts.
_RULE = re.compile(r"[ \t]*+(?:(?:[-*_=][ \t]*+){3,}+|\|?[ \t:|-]{3,}+)(?=\n)")
_FENCE = re.compile(r"[ \t]*+(?:`{3,}+|~{3,}+)[^\n]*+\n")
_MARK_BEGINS = re.compile(r"[ \t]*(?:(?:`{3,}|~{3,})[^\n]*|[-+*_=#>`~|\d][-+*_=#>`~|\d.) \t:]*)?$")
_LINK = re.compile(r"!?\[([^\]\n]{0,400}+)\]\([^)\n]{0,400}+\)")
_LINK_BEGINS = re.compile(r"!?\[[^\]\n]{0,400}+(?:\](?:\([^)\n]{0,400}+)?)?$")
_TAG = re.compile(r"</?[a-zA-Z][^>\n]{0,400}+>")
_TAG_BEGINS = re.compile(r"</?(?:[a-zA-Z][^>\n]*)?$")
_ASIDE = re.compile(r"\(\(.*?\)\)|（（.*?））", re.DOTALL)
_ADDRESS = re.compile(r"\b(?:https?://|www\.)[^\s<>\u3000-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence, as it is said."""

    text: str
    kind: Kind = "speech"


class Cutter:
    """Takes a text piece by piece; gives each sentence as soon as it is known to be whole."""

    def __init__(self) -> None:
        self._raw = ""
        self._words: list[str] = []
        self._size = 0
        self._acting = self._in_fence = False
        self._line_begins = True
        self._done: list[Passage] = []

    def feed(self, piece: str) -> list[Passage]:
        self._raw += piece
        self._cut(last=False)
        return self._taken()

    def close(self) -> list[Passage]:
        """The rest, whole or not."""
        self._cut(last=True)
        self._end()
        return self._taken()

    def _taken(self) -> list[Passage]:
        done, self._done = self._done, []
        return done

    def _cut(self, *, last: bool) -> None:
        at = 0
        while at < len(self._raw) and (then := self._step(at, last)) > at:
            at = then
        self._raw = self._raw[at:]

    def _step(self, at: int, last: bool) -> int:
        """Where to go on; where it stands when more has to be known first."""
        if self._line_begins:
            after = self._line(at, last)
            if after != at or self._line_begins:
                return after
        letter = self._raw[at]
        if letter == "\n":
            self._end()
            self._line_begins = True
            return at + 1
        if letter in "*_":
            return self._emphasis(at, last)
        if letter in "[!<(（" and (past := self._bracketed(at, last)) is not None:
            return past
        if letter in _ENDS:
            return self._end_of_sentence(at, last)
        if letter in "`~|":
            return at + 1
        if letter == "\\" and at + 1 < len(self._raw):
            return self._say(self._raw[at + 1], at + 2)
        return self._say(letter, at + 1)

    # ------------------------------------------------------------ lines

    def _line(self, at: int, last: bool) -> int:
        rest = self._raw[at:]
        if fence := _FENCE.match(rest):
            self._in_fence = not self._in_fence
            return at + fence.end()
        if not last and "\n" not in rest and len(rest) < _WAITS and _MARK_BEGINS.match(rest):
            return at
        if self._in_fence:
            end = rest.find("\n")
            return at + end + 1 if end >= 0 else len(self._raw) if last or len(rest) > _WAITS else at
        if rule := _RULE.match(rest):
            return at + rule.end() + 1
        self._line_begins = False
        mark = _LINE_MARK.match(rest)
        return at + mark.end() if mark else at

    # ------------------------------------------------------------ marks

    def _emphasis(self, at: int, last: bool) -> int:
        mark, end = self._raw[at], at
        while end < len(self._raw) and self._raw[end] == mark:
            end += 1
        if end == len(self._raw) and not last:
            return at
        before, after = self._before(at), self._raw[end : end + 1]
        if mark == "_" and before.isalnum() and after.isalnum():
            return self._say(self._raw[at:end], end)
        if end - at == 2:
            return end  # strong: the words are said like any
        if self._acting or (after and not after.isspace()):
            self._end()
            self._acting = not self._acting
        return end

    def _before(self, at: int) -> str:
        return self._raw[max(0, at - 1) : at] or (self._words[-1][-1:] if self._words else " ")

    def _bracketed(self, at: int, last: bool) -> int | None:
        rest = self._raw[at:]
        if link := _LINK.match(rest):
            label = "" if rest.startswith("!") else link[1]
            # In its place, behind the letter that was before it: marks within look back at that.
            self._raw = self._raw[:at] + self._before(at) + label + self._raw[at + link.end() :]
            return at + 1
        if tag := _TAG.match(rest):
            return at + tag.end()
        if aside := _ASIDE.match(rest):
            return at + aside.end()
        opens = rest.startswith(("((", "（（")) or rest in ("(", "（")
        if not last and len(rest) < _WAITS and (opens or _LINK_BEGINS.match(rest) or _TAG_BEGINS.match(rest)):
            return at
        if rest.startswith(("((", "（（")):
            return len(self._raw)  # one that is not closed goes on to the end
        return None

    # ------------------------------------------------------------ sentences

    def _end_of_sentence(self, at: int, last: bool) -> int:
        raw, marks = self._raw, at + 1
        while marks < len(raw) and raw[marks] in _ENDS:
            marks += 1
        closed = marks
        while closed < len(raw) and raw[closed] in _CLOSERS:
            closed += 1
        if closed == len(raw) and not last:
            return at
        if raw[at] in _FULL_WIDTH or raw[closed : closed + 1] in ("", "\n", "*", "_") or self._han_before():
            return self._sentence(raw[at:closed], closed)
        if not raw[closed].isspace():
            return self._say(raw[at:marks], marks)
        follows = raw[closed:].lstrip(" \t")
        if not follows and not last:
            return at
        goes_on = follows[:1].islower() or (raw[at:marks] == "." and self._abbreviated(follows[:1]))
        return self._say(raw[at:closed], closed) if goes_on else self._sentence(raw[at:closed], closed)

    def _han_before(self) -> bool:
        return bool(self._words) and self._words[-1][-1:] > "\u2e80"

    def _abbreviated(self, follows: str) -> bool:
        word = _LAST_WORD.search("".join(self._words[-24:]))
        if word is None:
            return False
        stands = word[0]
        return (
            stands.lower() in _ABBREVIATIONS
            or (stands.lower() in _BEFORE_NUMBERS and follows.isdigit())
            or (len(stands) == 1 and stands.isupper() and stands != "I")
        )

    def _sentence(self, words: str, then: int) -> int:
        self._say(words, then)
        self._end()
        return then

    def _say(self, words: str, then: int) -> int:
        words = words[:_WAITS]  # more at once are marks alone
        self._words.append(words)
        self._size += len(words)
        breathes = self._size > _MANY and words[-1:] in _PAUSES
        if breathes or (self._size > _TOO_MANY and words[-1:].isspace()) or self._size > 2 * _WAITS:
            self._end()
        return then

    def _end(self) -> None:
        words, self._words, self._size = "".join(self._words), [], 0
        if text := said(words):
            self._done.append(Passage(text, "action" if self._acting else "speech"))


def said(words: str) -> str:
    """What of it can be said; empty where that is nothing."""
    plain = _ADDRESS.sub(" ", words)
    plain = "".join(
        " " if unicodedata.category(letter) in ("So", "Sk", "Cf", "Cc", "Co", "Cs") else letter for letter in plain
    )
    plain = " ".join(plain.split())
    return plain if any(letter.isalnum() for letter in plain) else ""


def passages_of(text: str) -> list[Passage]:
    cutter = Cutter()
    return cutter.feed(text) + cutter.close()
