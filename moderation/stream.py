"""A reply on its way out: nothing of a forbidden phrase leaves, and nothing else is kept back.

Text goes in by pieces of any size. What could still become a term waits until that is decided; so a term that is cut
anywhere, even inside a character's combining marks, is found as a whole or not at all.
"""

from collections.abc import Sequence

from moderation.filters.base import Finding
from moderation.filters.lexicon import Lexicon, Match
from moderation.filters.normalise import Form, fold, folded_letter


class StreamGuard:
    """Every term of its lexicons is forbidden. `hit` is set once one has come; from then on nothing comes out."""

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        self._lexicons = [lexicon for lexicon in lexicons if lexicon]
        self._before = ""  # the last visible character that went out: a word may not begin right after a letter
        self._held = ""
        self.hit: Finding | None = None

    def feed(self, piece: str) -> str:
        """What may go out now."""
        if not self._lexicons:
            return piece
        if self.hit or not piece:
            return ""
        if not self._held and all(lexicon.is_quiet(self._before, piece) for lexicon in self._lexicons):
            self._before = piece[-1]
            return piece
        self._held += piece
        past = len(self._before)
        folded = fold(self._before + self._held)
        if (first := self._first(folded, more=True)) is not None:
            return self._stop(first)
        open_from = min(lexicon.open_from(folded, after=past) for lexicon in self._lexicons)
        return self._release(open_from - past)

    def close(self) -> str:
        """What was held back, when the model has ended."""
        if self.hit or not self._held:
            return ""
        first = self._first(fold(self._before + self._held), more=False)
        return self._release(len(self._held)) if first is None else self._stop(first)

    def _first(self, folded: Form, *, more: bool) -> Match | None:
        past = len(self._before)
        found = [
            match for lexicon in self._lexicons for match in lexicon.matches(folded, more=more) if match.start >= past
        ]
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
