"""Whether a text goes in circles: the same sentence, clause or word again and again, with small changes or none."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations, islice
from operator import eq

from moderation.filters.sentences import sentences
from moderation.filters.statements import content_words, pairs

RUN_EN, RUN_ZH = 4, 6  # words, characters
ENOUGH_RUNS = 6
ALIKE = 0.5  # share of a reply that stood in an earlier one
SAME_WORDS = 6
REFRAIN = 0.3  # share of a reply up to which a short sentence may come back: people count, sing and call so
LONGEST_BAG = 40  # words of weight in a sentence
_WORD, _LETTERS = re.compile(r"\w+"), re.compile(r"[^\W_]+")
_NO_LETTERS = {sign: None for sign in range(128) if not chr(sign).isalnum()}
_HAN, _LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[a-z0-9']+")
_SENTENCES, _CLAUSES = re.compile(r"[.!?…\n]"), re.compile(r"[,.!?;\n]")
_SENTENCES_ZH, _CLAUSES_ZH = re.compile(r"[.。!！?？;；\n]"), re.compile(r"[，,。！？!?…\n]")
_SAME_WORD = re.compile(rf"\b(\w+)(?:[\s,.!?-]+\1\b){{{SAME_WORDS - 1},}}")
_SAME_SIGN = re.compile(r"([\u4e00-\u9fff])(?:[，、。！]?\1){9,}")


class Parts:
    """A text in small letters as its words, or Chinese characters, and the runs of a few of them in a row."""

    def __init__(self, text: str, *, chinese: bool) -> None:
        self.text, self.chinese = text, chinese
        self.parts = _parts(text, chinese=chinese)
        size = RUN_ZH if chinese else RUN_EN
        self.runs = list(zip(*(self.parts[at:] for at in range(size)), strict=False))
        self.known = set(self.runs)


def circles(whole: Parts) -> str:
    """Why a text is a loop; empty if it is none."""
    text, chinese = whole.text, whole.chinese
    said = [plain for sentence in sentences(text) if (plain := _plain(sentence))]
    counts = Counter(sentence for sentence in said if len(sentence) >= (4 if chinese else 8))
    long, refrain = 12 if chinese else 30, REFRAIN * sum(map(len, said))
    often = [n for one, n in counts.items() if n >= 2 and (len(one) >= long or (n >= 3 and n * len(one) >= refrain))]
    if often:
        return f"a sentence {max(often)} times"
    clauses = Counter(map(_plain, (_CLAUSES_ZH if chinese else _CLAUSES).split(text)))
    if any(n >= 4 and len(one) >= (3 if chinese else 8) for one, n in clauses.items()):
        return "a clause four times"
    if (
        max(Counter(said).values(), default=0) >= 5
        or (len(said) >= 6 and len(set(said)) * 3 <= len(said))
        or _stammers(text)
    ):
        return "a word again and again"
    if _nearly_the_same(text, chinese=chinese):
        return "sentences that hardly differ"
    if _few_words(whole.parts, chinese=chinese):
        return "the same few words"
    if _same_pair_zh(text) if chinese else _same_two(text):
        return "the same words in every sentence"
    # A clause that comes twice brings its runs twice.
    twice = len(whole.known) < len(whole.runs) and _long_clause_twice(text, chinese=chinese)
    return "a clause twice" if twice else ""


def _plain(text: str) -> str:
    return text.translate(_NO_LETTERS) if text.isascii() else "".join(_LETTERS.findall(text))


def _stammers(text: str) -> bool:
    words = _WORD.findall(text)
    often = sum(map(eq, words, words[1:])) >= SAME_WORDS - 1
    return bool((often and _SAME_WORD.search(text)) or (not text.isascii() and _SAME_SIGN.search(text)))


def _parts(text: str, *, chinese: bool) -> list[str]:
    return (_HAN if chinese else _LATIN).findall(text)


def _nearly_the_same(text: str, *, chinese: bool) -> bool:
    """Two sentences or clauses that are each mostly in one before them."""
    pieces = (_CLAUSES_ZH if chinese else _SENTENCES).split(text)
    clauses = [parts for piece in pieces if len(parts := _parts(piece, chinese=chinese)) >= (4 if chinese else 3)]
    place: dict[str, int] = {}
    bags: list[tuple[int, int]] = []  # which parts a clause has, a bit each, and how many they are
    again, enough = 0, max(2, len(clauses) * 0.4)
    for at, parts in enumerate(clauses):
        if again + len(clauses) - at < enough:
            return False
        bag = 0
        for part in parts:
            bag |= 1 << place.setdefault(part, len(place))
        size = bag.bit_count()
        again += any(
            -4 <= size - other <= 4 and (bag & before).bit_count() >= 0.75 * min(size, other) for before, other in bags
        )
        bags.append((bag, size))
    return again >= enough


def _few_words(parts: list[str], *, chinese: bool) -> bool:
    """A short text made of hardly any different words: "it was his gun, and his gun it was"."""
    shortest, longest, share = (20, 60, 0.5) if chinese else (16, 60, 0.44)
    return shortest <= len(parts) <= longest and len(set(parts)) <= share * len(parts)


def _same_two(text: str) -> bool:
    """The same two words of weight in three sentences of at most five: "the road is dangerous"."""
    pieces = _SENTENCES.split(text)
    if len(pieces) < 3:
        return False
    weighty = (words for sentence in pieces if len(words := content_words(sentence.lower())) > 1)
    said = list(islice(weighty, 6))
    if not 3 <= len(said) <= 5 or max(map(len, said)) > LONGEST_BAG:
        return False
    often = Counter(pair for words in said for pair in combinations(sorted(words), 2))
    if max(often.values(), default=0) >= max(3, len(said) * 0.75):
        return True
    every = Counter(word for words in said for word in words)
    return max(every.values()) >= max(3, len(said) * 0.75) and len(every) <= 0.6 * every.total()


def _same_pair_zh(text: str) -> bool:
    """Two characters that come again in nearly every clause of a few: "你很难受，真的很难受"."""
    clauses = [found for clause in _CLAUSES_ZH.split(text) if (found := pairs(clause))]
    if not 4 <= len(clauses) <= 8:
        return False
    return max(Counter(pair for found in clauses for pair in found).values()) >= max(4, len(clauses) * 0.75)


def _long_clause_twice(text: str, *, chinese: bool) -> bool:
    clauses = [_parts(piece, chinese=chinese) for piece in (_SENTENCES_ZH if chinese else _CLAUSES).split(text)]
    long = Counter(tuple(clause) for clause in clauses if len(clause) >= (10 if chinese else 7))
    return max(long.values(), default=0) >= 2


def echoes(whole: Parts, heard: str) -> bool:
    """Nothing but the words of the line that is answered."""
    mine, theirs = _turned(whole.parts), _turned(_parts(heard, chinese=whole.chinese))
    if len(mine) < (8 if whole.chinese else 6) or len(mine) < len(theirs) * 0.75:
        return False
    return sum(map(set(theirs).__contains__, mine)) >= 0.9 * len(mine)


_TURNED = {
    "you": "i",
    "you'd": "i'd",
    "you're": "i'm",
    "your": "my",
    "me": "i",
    "you'll": "i'll",
    "you've": "i've",
    "你": "我",
}


def _turned(parts: list[str]) -> list[str]:
    """ "You said you'd go" is "I said I'd go" again."""
    return [_TURNED.get(part, part) for part in parts]


def share_in(whole: Parts, earlier: Iterable[str]) -> float:
    """How much of it stood in earlier lines, run by run; nothing of what is too short to tell."""
    if len(whole.known) < ENOUGH_RUNS:
        return 0.0
    before = frozenset().union(*(_runs_of(line, whole.chinese) for line in earlier))
    return sum(map(before.__contains__, map(hash, whole.known))) / len(whole.known)


@lru_cache(maxsize=512)
def _runs_of(line: str, chinese: bool) -> frozenset[int]:
    """As numbers: a line is compared with each of the next few replies."""
    return frozenset(map(hash, Parts(line.lower(), chinese=chinese).runs))


def repeated(whole: Parts) -> float:
    """Share of a text's runs that stood in it before."""
    return 1 - len(whole.known) / len(whole.runs) if len(whole.runs) >= 8 else 0.0
