"""A reply on its way out: nothing of a forbidden phrase leaves, and nothing else is kept back.

Text goes in by pieces of any size. What could still become a term waits until that is decided; so a term that is cut
anywhere, even inside a character's combining marks, is found as a whole or not at all.
"""

import re
from collections.abc import Callable

from moderation.filters.base import Finding
from moderation.filters.lexicon import Lexicon, Match
from moderation.filters.normalise import Form, fold, folded_letter

STEP, WINDOW = 300, 600  # signs between two looks, and how many are looked at
_SENTENCE_ENDS = re.compile(r"[.!?…。！？\n]")


class StreamWatch:
    """Looks at what a reply has come to, at the end of a sentence, every STEP signs; so what each piece bears of it is
    microseconds. `look` gets the last WINDOW signs, and says whether to stop. What ends before the first look is
    looked at when it is whole.
    """

    def __init__(self, look: Callable[[str], bool]) -> None:
        self._look = look
        self._said = ""
        self._since = 0

    def feed(self, piece: str) -> bool:
        """Whether to stop here."""
        self._said += piece
        self._since += len(piece)
        if self._since < STEP or (self._since < 2 * STEP and _SENTENCE_ENDS.search(piece) is None):
            return False
        self._said, self._since = self._said[-WINDOW:], 0
        return self._look(self._said)


class StreamGuard:
    """Every term of its lexicon is forbidden. `hit` is set once one has come; from then on nothing comes out."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._before = ""  # the last visible character that went out: a word may not begin right after a letter
        self._held = ""
        self.hit: Finding | None = None

    def feed(self, piece: str) -> str:
        """What may go out now."""
        if self.hit or not piece:
            return ""
        if not self._held and self._lexicon.is_quiet(self._before, piece):
            self._before = piece[-1]
            return piece
        self._held += piece
        past = len(self._before)
        folded = fold(self._before + self._held)
        if (first := self._first(folded, more=True)) is not None:
            return self._stop(first)
        return self._release(self._lexicon.open_from(folded, after=past) - past)

    def close(self) -> str:
        """What was held back, when the model has ended."""
        if self.hit or not self._held:
            return ""
        first = self._first(fold(self._before + self._held), more=False)
        return self._release(len(self._held)) if first is None else self._stop(first)

    def _first(self, folded: Form, *, more: bool) -> Match | None:
        past = len(self._before)
        found = (match for match in self._lexicon.matches(folded, more=more) if match.start >= past)
        return min(found, key=lambda match: match.start, default=None)

    def _stop(self, match: Match) -> str:
        """What stands before the term may go out still."""
        self.hit = Finding("stream", match.term.rule, match.term.score, note=match.term.text)
        out, self._held = self._held[: match.start - len(self._before)], ""
        return out

    def _release(self, count: int) -> str:
        out, self._held = self._held[:count], self._held[count:]
        for letter in reversed(out):
            if folded_letter(letter):
                self._before = letter
                break
        return out
