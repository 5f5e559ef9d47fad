"""Patterns that hardly ever match, asked in linear time whether they may at all.

`re` tries each alternative at each place of a text; RE2 reads the text once, whatever the alternatives. It knows no
look-around and counts badly, so it is asked for a looser pattern: one that matches wherever the exact one does, and
seldom elsewhere. Only then is the exact one tried, and it alone decides.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import re2

# Of what is not ASCII `re` asks which kind it is; here any will do, for that takes RE2 a state instead of hundreds.
_OTHER = r"\x{80}-\x{10ffff}"
_WIDER = {r"\w": rf"\w{_OTHER}", r"\s": rf"\s\x0b\x1c-\x1f{_OTHER}", r"\d": rf"\d{_OTHER}"}
_LEFT_OUT = {r"\W": "", r"\S": "", r"\D": ""}  # of a set of signs that may not come: to RE2 they are too many
_LOOK_AROUND = re.compile(r"\(\?<?[=!]")
_COUNTED = re.compile(r"\{(\d*),\d*\}")
_TOGETHER = 2_000  # signs of patterns that RE2 tries in one go: states multiply
_MEMORY = 1 << 20  # bytes for one pattern's states; RE2 forgets some of them and goes on where that is not enough


class Quick:
    """As `re.compile` of the pieces, of which any may match, for a `search` or `finditer` that mostly finds nothing."""

    def __init__(self, *pieces: str, flags: int = 0) -> None:
        self.exact = re.compile("|".join(pieces), flags)
        options = re2.Options()
        options.max_mem, options.never_capture, options.log_errors = _MEMORY, True, False
        options.case_sensitive = not flags & re.IGNORECASE
        multiline = "(?m)" if flags & re.MULTILINE else ""
        self._loose = [re2.compile((multiline + loosened(some)).encode(), options) for some in _in_portions(pieces)]

    def may(self, text: str) -> bool:
        """False where it certainly matches nowhere."""
        encoded = text.encode()
        return any(loose.search(encoded) is not None for loose in self._loose)

    def search(self, text: str) -> re.Match[str] | None:
        return self.exact.search(text) if self.may(text) else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self.exact.finditer(text) if self.may(text) else iter(())


def set_of(patterns: Iterable[str], *, memory: int = 1 << 23) -> Any:
    """Patterns in RE2's syntax, without regard to capitals: `Match(text)` says which of them are there, in one pass."""
    options = re2.Options()
    options.max_mem, options.log_errors = memory, False
    found = re2.Set.SearchSet(options)
    for pattern in patterns:
        found.Add(f"(?i){pattern}")
    found.Compile()
    return found


class Several:
    """Some `Quick` patterns, asked in one pass which of them may match a text."""

    def __init__(self, *patterns: Quick) -> None:
        options = re2.Options()
        options.max_mem, options.log_errors = 1 << 23, False
        self._any = re2.Set.SearchSet(options)
        for pattern in patterns:
            self._any.Add(("(?i)" if pattern.exact.flags & re.IGNORECASE else "") + loosened(pattern.exact.pattern))
        self._any.Compile()
        self._places = {pattern: at for at, pattern in enumerate(patterns)}

    def __contains__(self, pattern: Quick) -> bool:
        return pattern in self._places

    def of(self, text: str) -> "Callable[[Quick], Iterator[re.Match[str]]]":
        """What finds one of the patterns in the text."""
        there = frozenset(self._any.Match(text) or ())
        return lambda pattern: pattern.exact.finditer(text) if self._places[pattern] in there else iter(())


class Together:
    """Patterns asked in one pass which of them may match; only those are tried."""

    def __init__(self, *patterns: re.Pattern[str]) -> None:
        self._patterns = patterns
        self._any = set_of(loosened(pattern.pattern) for pattern in patterns)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Pattern by pattern, in their order."""
        for at in sorted(self._any.Match(text) or ()):
            yield from self._patterns[at].finditer(text)


def _in_portions(pieces: Iterable[str]) -> list[str]:
    portions: list[list[str]] = [[]]
    for piece in pieces:
        if portions[-1] and len(piece) + sum(map(len, portions[-1])) > _TOGETHER:
            portions.append([])
        portions[-1].append(piece)
    return ["|".join(portion) for portion in portions]


def loosened(pattern: str) -> str:
    """In RE2's syntax, for UTF-8: without look-around, without an end to counting."""
    out: list[str] = []
    at, bracket = 0, ""
    while at < len(pattern):
        if pattern[at] == "\\":
            piece, at = _escaped(pattern, at, bracket)
        elif bracket:
            bracket = "" if pattern[at] == "]" else bracket
            piece, at = pattern[at], at + 1
        elif pattern[at] == "[":
            bracket = _opening(pattern, at)
            piece, at = bracket.replace("]", r"\]"), at + len(bracket)
        elif pattern[at] == "$":  # `re` also means before a last line's end
            piece, at = r"(?:$|\n)", at + 1
        elif _LOOK_AROUND.match(pattern, at):
            piece, at = "", _closing(pattern, at)
        elif pattern[at] == "{" and (counted := _COUNTED.match(pattern, at)):
            piece, at = f"{{{counted[1] or 0},}}", counted.end()
        else:
            piece, at = pattern[at], at + 1
        out.append(piece)
    return "".join(out)


def _escaped(pattern: str, at: int, bracket: str) -> tuple[str, int]:
    sign = pattern[at : at + 2]
    if sign == r"\u":
        return rf"\x{{{pattern[at + 2 : at + 6]}}}", at + 6
    if bracket.startswith("[^"):
        return _LEFT_OUT.get(sign, sign), at + 2
    wider = _WIDER.get(sign, sign)
    return wider if bracket or wider == sign else f"[{wider}]", at + 2


def _opening(pattern: str, at: int) -> str:
    """What begins a set of signs: "[", "[^", "[]", "[^]"."""
    match = re.compile(r"\[\^?\]?").match(pattern, at)
    assert match is not None
    return match[0]


def _closing(pattern: str, at: int) -> int:
    """Where the group that opens here has ended."""
    depth = 0
    while True:
        if pattern[at] == "\\":
            at += 1
        elif pattern[at] == "[":
            at += len(_opening(pattern, at))
            while pattern[at] != "]":
                at += 2 if pattern[at] == "\\" else 1
        else:
            depth += (pattern[at] == "(") - (pattern[at] == ")")
        at += 1
        if not depth:
            return at
