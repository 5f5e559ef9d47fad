"""Text as words to find it by: pure, the same for what is written down and for what is asked.

Letters are folded (NFKC, no case). Latin and the like is found by the beginning of a word; Chinese and Japanese, which
have no gaps, by single characters and pairs, a longer run of them only where the pairs stand next to each other.

Postgres is handed finished vectors and queries, in its own notation, instead of text to take apart: its parser knows
nothing of Chinese, and sees addresses and numbers where authors write names.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise

MAX_TERMS = 8
MAX_TERM = 100
# Characters of a word that count. Postgres takes 2 kB; nobody remembers more than this.
MAX_WORD = 64
# Postgres counts no further; and half of its megabyte.
LAST_PLACE = 16_383
MAX_LEXEMES = 12_000

_RUN = "぀-ヿ㐀-䶿一-鿿豈-﫿\U00020000-\U0003134f"
# A run of one script; "c++" and "c#" are names too.
_PIECE = re.compile(rf"(?P<run>[{_RUN}]+)|(?P<word>(?:(?![{_RUN}])[^\W_])+)(?P<sign>\+{{1,2}}|#)?")

# What every text has and no text is about.
_EVERYWHERE = """
about above after again against always among another anything asked asks away back been before behind being
below beneath between both called cannot come comes could does done down each else even ever every everything
first from gets give goes hardly have having here hers herself himself into itself just keep keeps kept knew
know known knows last less like long made make makes many more most much must near never next nobody none
nothing once only other others ours over perhaps quite rather said same says seen should since some somebody
someone something somewhere speak speaks still such take takes tell tells than that their them then there these
they thing things this those though through told took towards under until upon very want wants well went were
what whatever when where whether which while whom whose will with without word words would years your yours
yourself
"""
_COMMON = frozenset(_EVERYWHERE.split())
_PARTICLES = frozenset(
    "的了是在我你他她它们这那不就也和与有一个着过吗呢吧啊把被让从到为以之其而且或但很都还又再才只没会能要说"
)

Field = tuple[str, str]
"""Weight (A to D) and text."""


def vector(fields: Iterable[Field]) -> str:
    """These texts as a `tsvector`. Words that touch stand next to each other, all others do not."""
    places: dict[str, dict[int, str]] = {}
    place = 1
    for weight, text in fields:
        for word in fold(text).split():
            for lexeme, at in _lexemes(word, place):
                if lexeme in places or len(places) < MAX_LEXEMES:
                    # The first weight stays: fields come by weight, A first.
                    places.setdefault(lexeme, {}).setdefault(min(at, LAST_PLACE), weight)
            place = _after(word, place) + 1
    return " ".join(
        f"'{lexeme}':" + ",".join(f"{at}{weight}" for at, weight in list(found.items())[:255])
        for lexeme, found in places.items()
    )


def query(text: str) -> str:
    """What is asked as a `tsquery`: every term has to be found. Empty when there is nothing to look for."""
    return " & ".join(found for term in terms(text) if (found := _asked(term)))


def any_of(texts: Iterable[str], *, limit: int) -> str:
    """A `tsquery` for whatever has one of the first telling words or pairs of these texts."""
    lexemes: dict[str, None] = {}
    for text in texts:
        for piece in _PIECE.finditer(fold(text)):
            if run := piece["run"]:
                lexemes |= dict.fromkeys(pair for pair in _pairs(run) if not _PARTICLES & set(pair))
            elif len(word := piece["word"][:MAX_WORD]) > 3 and word not in _COMMON:
                lexemes[word] = None
    return " | ".join(f"'{lexeme}'" for lexeme in list(lexemes)[:limit])


def terms(text: str) -> list[str]:
    """The words of a search: folded, without NUL, at most eight, none longer than a name."""
    return [term[:MAX_TERM] for term in fold(text).split()[:MAX_TERMS]]


def fold(text: str) -> str:
    # Folding may undo what NFKC composed, and the other way round.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return folded.encode(errors="ignore").decode().replace("\x00", " ")


def _lexemes(word: str, place: int) -> Iterator[tuple[str, int]]:
    """Each lexeme of a word without gaps, and where it stands."""
    for piece in _PIECE.finditer(word):
        if run := piece["run"]:
            for offset, character in enumerate(run):
                yield character, place + offset
            for offset, pair in enumerate(_pairs(run)):
                yield pair, place + offset
            place += len(run)
        else:
            yield piece["word"][:MAX_WORD], place
            if piece["sign"]:
                yield piece["word"][:MAX_WORD] + piece["sign"], place
            place += 1


def _after(word: str, place: int) -> int:
    return place + sum(len(piece["run"]) if piece["run"] else 1 for piece in _PIECE.finditer(word))


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _asked(term: str) -> str:
    """One term without gaps: its pieces next to each other, the last one perhaps only begun."""
    steps: list[tuple[str, int]] = []  # a lexeme, and how far on the next one stands
    pieces = list(_PIECE.finditer(term))
    for piece in pieces:
        if run := piece["run"]:
            pairs = _pairs(run) or [run]
            steps += [(pair, 1) for pair in pairs[:-1]] + [(pairs[-1], min(len(run), 2))]
        else:
            steps.append((piece["word"][:MAX_WORD] + (piece["sign"] or ""), 1))
    if not steps:
        return ""
    said = f"'{steps[0][0]}'"
    for (_, distance), (lexeme, _) in pairwise(steps):
        said += f" <{distance}> '{lexeme}'"
    return f"{said}:*" if not pieces[-1]["run"] else said
