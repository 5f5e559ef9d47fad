"""Which language a reply is in, told by scripts and by the words that no sentence can do without."""

import re

from moderation.filters.base import letters_of

_SCRIPTS = tuple(re.compile(script) for script in (r"[\u3040-\u30ff]", r"[\u0400-\u04ff]", r"[\uac00-\ud7af]"))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENGLISH = _words(
    "the a an and or but of to in on at is are was were be i you he she it we they my your his her its our their me him them this that not no with for as have has "
    "had do does did will would can could what who when where how if so then there here all just from by up out about into than i'm don't it's i'll"
)
_FOREIGN = _words("el la los las un una de del que y en es por para con se te mi tu yo si pero como muy lo al esta estoy eres le les des du et est dans pour qui ne pas sur avec je vous nous il elle mon ma "
    "ton ce cette au aux der die das und ist nicht ich wir ihr sie ein eine mit auf zu den dem von im war bin habe hat auch wie mein dein wenn gli uno che di e sono non per ti come o os um uma "
    "nao com eu voce mais isso ele ela adesso io ci fino il ja ty nie sie jest na do czy z w jestem jeszcze bardzo ik je niet het een van en dat maar ook jag du inte att och det som har ben sen ve bir bu icin"
)  # fmt: skip
_ONLY_FOREIGN = _FOREIGN - _ENGLISH
_LATIN, _LETTERS = re.compile("[A-Za-z]+"), re.compile(r"[^\W\d_]+")
SOME = 6  # letters, or words: below, nothing can be told


def share_of_others(raw: str, wanted: str) -> float:
    """How much of it is in another script than English or Chinese wants."""
    han, others = letters_of(raw)
    if han + others < SOME:
        return 0.0
    if raw.isascii():
        return float(wanted == "zh")
    latin = sum(map(len, _LATIN.findall(raw)))
    strange = sum(len(script.findall(raw)) for script in _SCRIPTS)
    # A Chinese character says about as much as three Latin letters.
    weight = 3 * han + latin + 2 * strange
    return 1 - (3 * han if wanted == "zh" else latin) / max(1, weight)


def is_foreign(folded: str) -> bool:
    """Latin letters, but no English."""
    words = _LETTERS.findall(folded.replace("’", "'"))
    if len(words) < SOME:
        return False
    english = sum(map(_ENGLISH.__contains__, words)) / len(words)
    foreign = sum(map(_ONLY_FOREIGN.__contains__, words)) / len(words)
    return foreign > 0.15 and foreign > 2 * english
