"""What a fact says of people held against a sentence: life and death, kin, marriage, trade, where they are from."""

import re

from moderation.filters.opposites import group_of
from moderation.filters.readings import Check, Test, any_of

_KIN = {"mom": "mother", "mum": "mother", "mama": "mother", "dad": "father", "papa": "father", "grandma": "grandmother", "granny": "grandmother", "grandpa": "grandfather"}  # fmt: skip
_DEAD = r"\b(?:died|dead|drowned|was killed|passed away|was murdered|were killed|is buried|is gone|late)\b"
_LIVES = re.compile(
    r"\b(?:is|are) (?!dead|gone|buried|not|no longer|why|how|what|in the ground|under|with god|the reason|watching over)\w|\b(?:will|calls?|called|phoned|texted|lives|waits|waiting|wants|thinks|works|cooks|sends|sent|visits|asked me (?:to|this)|alive)\b|'s (?:at|in|home|waiting|coming|down|by|on|out|here|over|still|asleep|upstairs|outside)\b|\bthis (?:morning|week)\b|\byesterday\b|\btonight\b|\bstill\b"
)
_REMEMBERED = re.compile(
    rf"{_DEAD}|\b(?:used to|once|always said|would|had|was|were|buried|grave|ghost|memory|dream\w*|if|when|remember|before|taught|left|ago)\b|\?"
)
_MARRIED = r"\b(?:married to|is married|are married|husband of|wife of|'s (?:wife|husband))\b"
_SINGLE = re.compile(
    r"\b(?:single|bachelor|unmarried|spinster)\b|\bnot (?:even )?married|never (?:been )?married|n't (?:even )?married|no (?:wife|husband)\b"
)
_WHO_DIED = re.compile(
    r"((?:Ss's |Pp's )?)(?:(?:the|old|late|elder|younger) )*(\w+)(?= (?:died|is dead|drowned|was killed|passed|was murdered|is buried|is gone))"
)


def _life(fact: str) -> Test | None:
    if orphan := re.search(r"\b(Ss|Pp) is an orphan\b", fact):
        parents = re.compile(rf"\b{orphan[1]}'s (?:old |dear )?(?:mother|father|mom|mum|dad|parents)\b(.*)")
        return lambda said: bool(
            (told := parents.search(said)) and _LIVES.search(told[1].lower()) and not _REMEMBERED.search(said.lower())
        )
    who = _WHO_DIED.search(fact) if re.search(_DEAD, fact.lower()) else None
    if not who:
        return None
    kin = who[2].lower()
    words = "|".join({kin, *(short for short, long in _KIN.items() if long == kin)})
    subject = re.compile(
        rf"{re.escape(who[1])}(?:(?:old|dear|the) )*\b(?:{words})\b(?!'(?!s (?:by|in|at|on|out|here|over|still|asleep|waiting|coming|home|down|upstairs|outside|alive|downstairs)\b))(.*)",
        re.IGNORECASE,
    )

    def lives(said: str) -> bool:
        told = subject.search(said)
        return bool(told and _LIVES.search(told[1].lower()) and not _REMEMBERED.search(said.lower()))

    return lives


_HAS = re.compile(
    r"\b(Ss|Pp)(?:'s| (?:has|have|owns?|keeps?|rides?|drives?)) (?:an? |two |three |\w+ )?(?:\w+ ){0,2}?(daughter|son|sister|brother|horse|mare|dog|cat|wife|husband|phone|car|twin)s?\b"
)
_LACKS = re.compile(r"\b(Ss|Pp) (?:(?:does|do)(?:n't| not) (?:have|own)|(?:has|have) no|never had) (?:an? |any )?(\w+)")
_SIBLING = re.compile(r"\bSs(?:'s| has) (?:\w+ )?(?:brother|sister)")
_WIDER = {
    "daughter": "child|children|kids?|family", "son": "child|children|kids?|family", "mare": "horse",
    "brother": "siblings?", "sister": "siblings?",
}  # fmt: skip


def _kin(fact: str) -> Test | None:
    patterns = []
    has = _HAS.search(fact)
    if has and "no " not in fact and "n't" not in fact and "never" not in fact:
        patterns.append(
            rf"\b{has[1]} (?:(?:don't|do not|never) (?:have|own|had)|(?:have|had|has) no|has never had|never had) (?:an? |any )?(?:{has[2]}|{_WIDER.get(has[2], has[2])})"
        )
    if lacks := _LACKS.search(fact):
        patterns.append(rf"\b{lacks[1]}'s {lacks[2]} (?:is|was|rang|rings|has)")
    if _SIBLING.search(fact):
        patterns.append(r"Ss.*only child|only child.*Ss")
    return any_of(patterns)


_MARRIES = re.compile(rf"\b(Ss|Pp)\b.*{_MARRIED}|married to (Ss|Pp)\b")


def _marriage(fact: str) -> Test | None:
    match = _MARRIES.search(fact)
    if not match:
        return None
    who = match[1] or match[2]
    return lambda said: who in said and _SINGLE.search(said.lower()) is not None


_WORK = "|".join(group_of("doctor"))
_IS_A = re.compile(rf"\b(\w+)\b.*?\bis (?:an?|the) (?:\w+ )?({_WORK})\b")
_IS_A_NOW = re.compile(rf"\b(\w+) is (?:just |only |still )?an? (?:\w+ )?({_WORK})\b|\b[Aa]s an? ({_WORK}),? (Ss|Pp)\b")


def _work(fact: str) -> Test | None:
    """Another trade: "Pp is a journalist" and "as a doctor you know"."""
    ours = _IS_A.search(fact)
    if not ours:
        return None
    trade = ours[2]

    def other(said: str) -> bool:
        theirs = _IS_A_NOW.search(said)
        if not theirs:
            return False
        who, what = theirs[1] or theirs[4], theirs[2] or theirs[3]
        return what != trade and who.lower() not in {"she", "he", "it"} and bool(re.search(rf"\b{who}\b", fact))

    return other


_RELATIVE = re.compile(
    r"\b(mother|father|sister|brother|son|daughter|husband|wife|uncle|aunt|cousin|grandmother|grandfather|nephew|niece) (?:called |named )?([A-Z][a-z]+)"
)


def _relative(fact: str) -> Test | None:
    ours = _RELATIVE.search(fact)
    if not ours:
        return None
    kin, name = ours[1], ours[2]

    def other(said: str) -> bool:
        theirs = _RELATIVE.search(said)
        return bool(theirs and theirs[2] == name and theirs[1] != kin)

    return other


_OWES = re.compile(r"\b(\w+) owes? (\w+)")


def _debt(fact: str) -> Test | None:
    ours = _OWES.search(fact)
    if not ours:
        return None
    owing, owed = ours[1], ours[2]

    def turned(said: str) -> bool:
        theirs = _OWES.search(said)
        return bool(theirs and (theirs[2], theirs[1]) == (owing, owed))

    return turned


_LOST = re.compile(
    r"\b([A-Z]\w+)(?: has)? lost (?:an?|his|her|the|one|Ss's|Pp's) (?:left |right )?(arm|hand|leg|foot|eye)\b"
)
_PAIR = {"arm": "arms|hands", "hand": "hands", "leg": "legs|feet", "foot": "feet", "eye": "eyes"}


def _limbs(fact: str) -> Test | None:
    lost = _LOST.search(fact)
    if not lost:
        return None
    whose = re.compile(rf"\b{lost[1]}\b")
    both = re.compile(rf"\b[Bb]oth (?:(?:my|his|her|your|Ss's|Pp's|of) )*(?:{_PAIR[lost[2]]})\b")
    return lambda said: bool(whose.search(said) and both.search(said))


_ORIGIN = re.compile(
    r"\b(\w+)(?:'s)? (?:was |were |is )?(?:born|built|made|assembled|forged|raised|grew up|constructed|created|comes?) (?:and \w+ )?(?:in|from) ([A-Z][a-z]+)"
)


def _origin(fact: str) -> Test | None:
    ours = _ORIGIN.search(fact)
    if not ours:
        return None
    who, where = ours[1], ours[2]

    def other(said: str) -> bool:
        theirs = _ORIGIN.search(said)
        return bool(theirs and theirs[1] == who and theirs[2] != where and where not in said)

    return other


PEOPLE: tuple[Check, ...] = (_life, _kin, _marriage, _work, _relative, _debt, _limbs, _origin)
