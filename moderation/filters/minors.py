"""Sexual texts about minors: a score for sexual content that would not matter by itself, and a word or a number for a minor.

A rule instead of a model, because no such text may be kept to learn from. It is tested with scores and pairs of words.
"""

from moderation.filters.quick import Quick

STRONG = 0.34  # of a sexual score, together with a cue: prose about families and talk of them reach 0.32
_AGE = r"(?:[1-9]|1[0-7]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen)"
_CUES = Quick(
    rf"\b{_AGE}[ -]*(?:years?[ -]*old|y/?o|yrs?[ -]old)\b|\b(?:aged?|turned|turning|only|just|am|is|i'm|she's|he's) {_AGE}\b(?! *(?:minutes?|hours?|"
    r"days?|weeks?|months?|times|of|percent|%|feet|inches|or|people|men|women|guys))"
    r"|\b(?:under-?age(?:d)?|pre-?teens?|teens?|teenage(?:d|r|rs)?|minors?|child(?:ren|like|ish)?|kids?|toddlers?|infants?|school ?-?(?:girl|boy)s?"
    r"|lolis?|lolita|shotas?|jailbait|middle school(?:er)?s?|elementary school(?:er)?s?|high school(?:er)?s?|junior high|[5-9]th grader?s?"
    r"|little (?:girl|boy|sister|brother)s?|young (?:girl|boy)s?|boyhood|puberty|pubescent|daughters?|sons?|stepdaughter|stepson|niece|nephew)\b"
    r"|未成年|幼女|幼童|幼齿|萝莉|正太|小学生|初中生|高中生|中学生|女童|男童|儿童|孩童|小孩|小女孩|小男孩|女孩子?年幼|发育期|童女|学妹才|"
    r"(?<![\d.])(?:[1-9]|1[0-7])(?:周?岁)|(?<![一二三四五六七八九十百千])(?:[一二三四五六七八九]|十[一二三四五六七]?)岁|刚上(?:小学|初中|高中)"
)


def cues(folded: str) -> int:
    """How many words or numbers speak of a minor."""
    return sum(1 for _ in _CUES.finditer(folded))


def score(sexual: float, folded: str) -> float:
    """One half once a sexual score of a third meets a cue; without a cue always nothing."""
    return combine(sexual, cues(folded)) if sexual > 0 else 0.0


def combine(sexual: float, cues: int) -> float:
    if not cues:
        return 0.0
    return min(1.0, sexual * 0.5 / STRONG) if sexual < STRONG else min(1.0, 0.5 + (sexual - STRONG) / (1 - STRONG) / 2)
