"""One speaker a reply: a line that begins with another one's name and a colon ends it there.

Stop strings do most of this at the model, which takes four of them and may know none. Here nothing of such a line gets
out: its beginning is held back for as long as it may still become one.
"""

from collections.abc import Iterable

from chat.scene.names import COLONS

_MARKS = " \t*_“”\"'「『【[>"  # what may stand around a name
_CLOSING = _MARKS + "]】』」"
_BREAKS = "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_ROOM = 12  # marks between a name and its colon


class SpeakerGuard:
    """Text goes in by pieces, and comes out as far as it is certain. `cut` once another's line has begun.

    Where a line begins with one of the speaker's `own` names and a colon, those go: it is known who speaks.
    """

    def __init__(self, others: Iterable[str], own: Iterable[str] = ()) -> None:
        mine = {name.strip().casefold(): True for name in own if name.strip()}
        theirs = {name.strip().casefold(): False for name in others if name.strip()}
        # The longest first: "Tom Bombadil" before "Tom".
        self._names = sorted((theirs | mine).items(), key=lambda named: len(named[0]), reverse=True)
        self._longest = max((len(name) for name, _ in self._names), default=0)
        self._breaks = ""  # what stands before the line under way and is not said yet
        self._line = ""  # its beginning, while it may become a label
        self._deciding = True
        self._owned = ""  # what may follow one's own label and goes with it
        self.cut = False

    def feed(self, piece: str) -> str:
        """What may go out now."""
        out: list[str] = []
        for line in piece.splitlines(keepends=True):
            if self.cut:
                break
            body = line.rstrip(_BREAKS)
            if self._deciding:
                self._line = (self._line + body).lstrip(self._owned)
                self._decide(out)
            else:
                out.append(body)
            if len(body) < len(line) and not self.cut:
                self._break(line[len(body) :], out)
        return "".join(out)

    def close(self) -> str:
        """What was held back, when the model has ended."""
        held = "" if self.cut else self._breaks + self._line
        self._line = self._breaks = ""
        return held

    def _break(self, ending: str, out: list[str]) -> None:
        if self._deciding and not self._line.strip():
            self._breaks += self._line + ending
        else:
            if self._deciding:
                self._release(out)
            self._breaks = ending
        self._line, self._owned, self._deciding = "", "", True

    def _decide(self, out: list[str]) -> None:
        begun = self._line.lstrip(_MARKS)
        folded = begun.casefold()
        if not folded and len(self._line) <= self._longest + _ROOM:
            return None
        for name, own in self._names:
            if folded and folded.startswith(name):
                after = folded[len(name) :].lstrip(_CLOSING)
                if after and after[0] in COLONS:
                    if own:
                        self._line = self._unlabelled(begun)
                        return self._decide(out)
                    self.cut = True
                    return None
                if not after and len(folded) <= len(name) + _ROOM:
                    return None
            elif folded and name.startswith(folded):
                return None
        return self._release(out)

    def _unlabelled(self, begun: str) -> str:
        around = self._line[: len(self._line) - len(begun)]
        self._owned = " \t" + "".join(mark for mark in "*_" if mark in around)
        return begun[_past_colon(begun) :].lstrip(self._owned)

    def _release(self, out: list[str]) -> None:
        out.append(self._breaks + self._line)
        self._line = self._breaks = ""
        self._deciding = False


def _past_colon(text: str) -> int:
    return min(place for colon in COLONS if (place := text.find(colon)) >= 0) + 1
