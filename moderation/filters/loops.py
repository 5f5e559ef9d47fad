"""Whether a text goes in circles: the same sentence, clause or word again and again, with small changes or none."""

import re
from collections import Counter

from moderation.filters.statements import sentences

RUN_EN, RUN_ZH = 4, 6  # words, characters
ALIKE = 0.5  # share of a reply that stood in an earlier one
_SAME_WORD = re.compile(r"\b(\w+)(?:[\s,.!?-]+\1\b){5,}")
_SAME_SIGN = re.compile(r"([\u4e00-\u9fff])(?:[，、。！]?\1){9,}")


def circles(text: str, *, chinese: bool) -> str:
    """Why a text in small letters is a loop; empty if it is none."""
    said = [plain for sentence in sentences(text) if (plain := re.sub(r"[\W_]+", "", sentence))]
    counts = Counter(sentence for sentence in said if len(sentence) >= (4 if chinese else 8))
    times = max(counts.values(), default=0)
    if times >= 3 or any(n == 2 and len(one) >= (12 if chinese else 30) for one, n in counts.items()):
        return f"a sentence {times} times"
    if max(Counter(said).values(), default=0) >= 5 or _SAME_WORD.search(text) or _SAME_SIGN.search(text):
        return "a word again and again"
    if _nearly_the_same(text, chinese=chinese):
        return "sentences that hardly differ"
    return "a clause twice" if _long_clause_twice(text, chinese=chinese) else ""


def _parts(text: str, *, chinese: bool) -> list[str]:
    return re.findall(r"[\u4e00-\u9fff]" if chinese else r"[a-z0-9']+", text)


def _nearly_the_same(text: str, *, chinese: bool) -> bool:
    """Two sentences or clauses that are each mostly in one before them."""
    pieces = re.split(r"[，,。！？!?…\n]", text) if chinese else re.split(r"[.!?…\n]", text)
    bags = [set(parts) for piece in pieces if len(parts := _parts(piece, chinese=chinese)) >= (4 if chinese else 3)]
    again = sum(
        any(
            len(bag & before) >= 0.75 * min(len(bag), len(before)) and abs(len(bag) - len(before)) <= 4
            for before in bags[:at]
        )
        for at, bag in enumerate(bags)
    )
    return again >= 2 and again >= len(bags) * 0.4


def _long_clause_twice(text: str, *, chinese: bool) -> bool:
    clauses = [
        _parts(piece, chinese=chinese) for piece in re.split(r"[.。!！?？;；\n]" if chinese else r"[,.!?;\n]", text)
    ]
    long = Counter(tuple(clause) for clause in clauses if len(clause) >= (10 if chinese else 7))
    return max(long.values(), default=0) >= 2


def echoes(text: str, heard: str, *, chinese: bool) -> bool:
    """Nothing but the words of the line that is answered."""
    mine, theirs = _parts(text, chinese=chinese), _parts(heard, chinese=chinese)
    if len(mine) < (8 if chinese else 6) or len(mine) < len(theirs) * 0.75:
        return False
    known = set(theirs)
    return sum(part in known for part in mine) >= 0.9 * len(mine)


def runs(text: str, *, chinese: bool) -> list[tuple[str, ...]]:
    parts, size = _parts(text, chinese=chinese), RUN_ZH if chinese else RUN_EN
    return [tuple(parts[at : at + size]) for at in range(len(parts) - size + 1)]


def repeated(text: str, *, chinese: bool) -> float:
    """Share of a text's runs that stood in it before."""
    found = runs(text, chinese=chinese)
    return 1 - len(set(found)) / len(found) if len(found) >= 8 else 0.0
