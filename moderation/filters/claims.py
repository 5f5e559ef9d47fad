"""Facts of a known kind held against a reply: age, life and death, kin, marriage, places, owners, how many.

`I` and `you` are read as the two who talk. Each check takes the fact and one sentence, both in small letters.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from moderation.filters.base import Context
from moderation.filters.claims_zh import conflict_zh
from moderation.filters.opposites import group_of
from moderation.filters.readings import NUMBER, in_person, number, shared, stated
from moderation.filters.statements import LONGEST

_KIN = {"mom": "mother", "mum": "mother", "mama": "mother", "dad": "father", "papa": "father", "grandma": "grandmother", "granny": "grandmother", "grandpa": "grandfather"}  # fmt: skip
_DEAD = r"\b(?:died|dead|drowned|was killed|passed away|was murdered|were killed|is buried|is gone|late)\b"
_LIVES = re.compile(
    r"\b(?:is|are) (?!dead|gone|buried|not|no longer|why|how|what|in the ground|under|with god|the reason|watching over)\w|\b(?:will|calls?|called|phoned|texted|lives|waits|waiting|wants|thinks|works|cooks|sends|sent|visits|asked me (?:to|this)|alive|'s (?:at|in|home|waiting|coming|down))\b|\bthis (?:morning|week)\b|\byesterday\b|\btonight\b|\bstill\b"
)
_REMEMBERED = re.compile(
    rf"{_DEAD}|\b(?:used to|once|always said|would|had|was|were|buried|grave|ghost|memory|dream\w*|if|when|remember|before|taught|left|ago)\b|\?"
)
_MARRIED = r"\b(?:married to|is married|are married|husband of|wife of|'s (?:wife|husband))\b"
_SINGLE = re.compile(
    r"\b(?:single|bachelor|unmarried|spinster)\b|\bnot (?:even )?married|never (?:been )?married|n't (?:even )?married|no (?:wife|husband)\b"
)
_PREPOSITION = r"(?:in|at|on|from|to|for|near|called|named|is)"
_CAPITAL = re.compile(rf"\b({_PREPOSITION}) (?:the |a )?([A-Z][a-z]+)\b")
_STATES = (
    (r"\b(?:is|was|are|were|been|stays?) (?:\w+ )?(?:off|offline|dark|out|dead|broken)\b|\bshut down\b", r"\b(?:is|are|still|always) (?:\w+ )?(?:running|online|lit|working|on)\b|\bshin(?:es|ing)\b|\bfull power\b|\blights up\b"),
    (r"\b(?:failed|broke down|gave out|stopped working|won't start)\b", r"\bnever (?:run|ran|worked|sounded) better\b|\b(?:purrs?|hums?) (?:like|along)|\bruns? (?:fine|smoothly|perfectly)\b"),
    (r"\b(?:engaged|betrothed) to\b", r"\b(?:already|long|been) married\b|\bmarried to\b.*\balready\b"),
    (r"\b(?:divorced|separated|broke up)\b", r"\b(?:happily married|still (?:married|together))\b"),
    (r"\blives? (?:next door|with|here|on|in|at)\b", r"\bmoved (?:away|out)\b|\bno longer lives\b"),
)  # fmt: skip
_COMMON_VERBS = frozenset(('know', 'think', 'want', 'have', 'like', 'say', 'see', 'go', 'get', 'come', 'make', 'need', 'mean', 'remember', 'understand', 'believe', 'care', 'do', 'tell', 'look', 'be', 'been'))  # fmt: skip
_SEASONS = {"winter": "december january february", "summer": "june july august", "spring": "april", "autumn": "september october november"}  # fmt: skip
_KINDS = {
    "shellfish": "shrimps? prawns? crabs? lobsters? oysters? mussels? clams?", "nuts": "peanuts? almonds? walnuts? cashews? pecans? hazelnuts?", "dairy": "milk cheese butter cream",
    "seafood": "fish shrimps? crabs? lobsters? oysters? mussels?", "animals": "dogs? cats? horses? rabbits?",
}  # fmt: skip


Test = Callable[[str], bool]  # of a sentence: whether it goes against the fact that the test was made for


def conflicts(fact: str, reply: str, context: Context) -> bool:
    if any("\u4e00" <= sign <= "\u9fff" for sign in fact):
        return conflict_zh(fact, reply, context)
    tests = _tests_for(fact, context.speaker, context.player)
    return bool(tests) and any(test(sentence) for sentence in stated(reply, context) for test in tests)


@lru_cache(maxsize=2_000)
def _tests_for(fact: str, speaker: str, player: str) -> tuple[Test, ...]:
    """Most facts say nothing of most kinds. What is pinned, or was just said, is asked again with each reply."""
    own = in_person(fact[:LONGEST], Context(speaker=speaker, player=player))
    return tuple(test for check in CHECKS if (test := check(own)) is not None)


_HOW_OLD = re.compile(rf"\b(\w+) is ({NUMBER})(?: years old|\W*$)", re.IGNORECASE)
_AGED = re.compile(
    rf"\b(\w+) is (?:only |just |already )?({NUMBER})(?: years old|\W|$)(?!\s*(?:minute|hour|mile|day|step|week|o'clock))",
    re.IGNORECASE,
)


def _age(fact: str) -> Test | None:
    age = _HOW_OLD.search(fact)
    if not age:
        return None
    who, years = age[1], number(age[2].lower())

    def other(said: str) -> bool:
        now = _AGED.search(said)
        return bool(now and now[1] == who and number(now[2].lower()) != years)

    return other


_COUNTED = re.compile(rf"\b({NUMBER}) (?:of (?:my|the|Ss's) )?((?:[a-z]+ )?)([a-z]{{3,}}s)\b", re.IGNORECASE)
_NUMBERED = re.compile(
    rf"\b(deck|floor|room|gate|chapter|pier|house|cell|platform|number|level) ({NUMBER})\b", re.IGNORECASE
)
_NUMBERS = re.compile(rf"\b{NUMBER}\b", re.IGNORECASE)
_UNITS = frozenset({"days", "years", "hours", "miles", "weeks", "months", "minutes", "times"})


def _counted(text: str) -> dict[str, int]:
    found = {match[3].lower(): number(match[1].lower()) for match in _COUNTED.finditer(text)}
    return found | {match[1].lower(): number(match[2].lower()) for match in _NUMBERED.finditer(text)}


def _how_many(fact: str) -> Test | None:
    ours = _counted(fact)
    if not ours:
        return None

    def other(said: str) -> bool:
        if len(_NUMBERS.findall(said)) != 1:  # of six rooms, two empty and four full
            return False
        theirs = _counted(said)
        return any(
            what in theirs
            and theirs[what] not in {ours[what], 1}
            and ((what.endswith("s") and what not in _UNITS) or shared(fact, said) - {what[:4]})
            for what in ours
        )

    return other


_AT = re.compile(rf"\b(?:at|until|till|by|before) ({NUMBER})\b", re.IGNORECASE)


def _clock(fact: str) -> Test | None:
    ours = _AT.search(fact)
    if not ours:
        return None
    hour = number(ours[1].lower())

    def other(said: str) -> bool:
        theirs = _AT.search(said)
        return bool(theirs and number(theirs[1].lower()) != hour and shared(fact, said))

    return other


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
    subject = re.compile(rf"{re.escape(who[1])}(?:(?:old|dear|the) )*\b(?:{words})\b(?!')(.*)", re.IGNORECASE)

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
    return _any(patterns)


def _any(patterns: list[str]) -> Test | None:
    if not patterns:
        return None
    pattern = re.compile("|".join(patterns))
    return lambda said: pattern.search(said) is not None


_MARRIES = re.compile(rf"\b(Ss|Pp)\b.*{_MARRIED}|married to (Ss|Pp)\b")


def _marriage(fact: str) -> Test | None:
    match = _MARRIES.search(fact)
    if not match:
        return None
    who = match[1] or match[2]
    return lambda said: who in said and _SINGLE.search(said.lower()) is not None


_FROM, _IS_FROM = re.compile(r"\b(?:Ss|Pp)\b.*from"), re.compile(r"\b(?:Ss|Pp) (?:is|was) from")
_PEOPLE = re.compile(r"\b(?:Ss|Pp)\b")
_NO_PLACES = frozenset({"Ss", "Pp", "Sundays", "Tuesdays", "God"})


def _place(fact: str) -> Test | None:
    ours = dict(_CAPITAL.findall(fact))
    if not ours:
        return None
    people, comes_from = set(_PEOPLE.findall(fact)), _FROM.search(fact) is not None

    def elsewhere(said: str) -> bool:
        theirs = dict(_CAPITAL.findall(said))
        for word in ours.keys() & theirs.keys():
            if ours[word] == theirs[word] or {ours[word], theirs[word]} & _NO_PLACES or ours[word] in said:
                continue
            if word == "from" and comes_from and _IS_FROM.search(said):
                return bool(people & set(_PEOPLE.findall(said)))
            if shared(fact, said) - {ours[word].lower()[:4], theirs[word].lower()[:4], "stre"}:
                return True
        return False

    return elsewhere


_SEASON = re.compile(r"\bit is (?:\w+ )?(winter|summer|spring|autumn)\b")


def _season(fact: str) -> Test | None:
    now = _SEASON.search(fact.lower())
    if not now:
        return None
    other = "|".join(f"{name}|{months.replace(' ', '|')}" for name, months in _SEASONS.items() if name != now[1])
    pattern = re.compile(rf"\bit(?:'s| is) (?:\w+ )?(?:{other})\b|\bthis (?:{other}) (?:morning|day|heat|sun)")
    return lambda said: pattern.search(said.lower()) is not None


_DENIED = re.compile(r"\bnot\b|n't\b|\bno\b|\bnever\b")


def _state(fact: str) -> Test | None:
    low = fact.lower()
    against = [pair[1 - at] for pair in _STATES for at in (0, 1) if re.search(pair[at], low)]
    if not against:
        return None
    pattern = re.compile("|".join(against))

    def changed(said: str) -> bool:
        reply = said.lower()
        if not pattern.search(reply) or _DENIED.search(reply.replace("not only", "")):
            return False
        return bool(shared(fact, said))

    return changed


_OWNS = re.compile(
    r"\b(Ss|Pp) (?:has|holds|keeps|carries|wears) the (?:only )?(\w+)|\bgave (Ss|Pp) the (?:only )?(\w+)"
)


def _owner(fact: str) -> Test | None:
    has = _OWNS.search(fact)
    if not has:
        return None
    who, what = has[1] or has[3], has[2] or has[4]
    other = "Pp" if who == "Ss" else "Ss"
    return _any(
        [
            rf"\b{other} (?:have|has|hold|keep|still have|carry) (?:the|that) (?:only )?{what}\b",
            rf"\b{who} never had (?:it|one|the {what})",
        ]
    )


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


_CAME = re.compile(r"\b(Ss|Pp)\b.{0,40}\b(?:arrived|came|got here|come|arrive)\b.{0,40}\bon (\w+day)")


def _arrived(fact: str) -> Test | None:
    ours = _CAME.search(fact)
    if not ours:
        return None
    who, day = ours[1], ours[2]

    def other(said: str) -> bool:
        theirs = _CAME.search(said)
        return bool(theirs and theirs[1] == who and theirs[2] != day)

    return other


_NEVER_BEEN = re.compile(r"\b(Ss|Pp) (?:has|have) never (?:been to|seen|visited) ([A-Z][a-z]+)")


def _been(fact: str) -> Test | None:
    never = _NEVER_BEEN.search(fact)
    if not never:
        return None
    who, where = never[1], never[2]
    return _any(
        [
            rf"\b{who} (?:lived|was born|grew up|studied|was|went|worked) (?:in|to) {where}",
            rf"{who}'s (?:years|time|days) in {where}",
        ]
    )


_SOON = re.compile(rf"\bin ({NUMBER}) (minute|hour|day|week|month)s?\b", re.IGNORECASE)


def _within(fact: str) -> Test | None:
    ours = _SOON.search(fact)
    if not ours:
        return None
    long, unit = number(ours[1].lower()), ours[2]

    def other(said: str) -> bool:
        theirs = _SOON.search(said)
        if not theirs or (number(theirs[1].lower()), theirs[2]) == (long, unit):
            return False
        return bool(shared(fact, said) - {unit[:4], theirs[2][:4]})

    return other


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


_BY_DAY = re.compile(r"\b(?:on|by|until|till|before|this|next) ((?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b")


def _day(fact: str) -> Test | None:
    ours = _BY_DAY.search(fact)
    if not ours:
        return None
    day = ours[1]

    def other(said: str) -> bool:
        theirs = _BY_DAY.search(said)
        return bool(theirs and day not in said and shared(fact, said) - {day[:4].lower(), theirs[1][:4].lower()})

    return other


_PARTED = re.compile(
    r"\bSs (?:\w+ )?(?:sold|pawned|lost|gave away|burned|threw away|buried|broke) (?:Ss's|the|that) (?:\w+ )?([a-z]{3,})\b"
)


def _parted(fact: str) -> Test | None:
    """What was sold is no longer owned."""
    gone = _PARTED.search(fact)
    if not gone:
        return None
    return _any(
        [
            rf"\bSs (?:still |always )?(?:have|has|own|owns|keep|wear|carry|live in|use) (?:Ss's|the|that) (?:\w+ )?{gone[1]}\b",
            rf"\bSs's (?:\w+ )?{gone[1]} (?:is (?:right here|still|in Ss's|at home|on Ss's)|hangs)",
        ]
    )


_DID = re.compile(r"\b(?:Ss|Pp) (?:and (?:Ss|Pp) )?([a-z]{4,})\b")


def _undone(fact: str) -> Test | None:
    """ "We stole the crown" and "we never stole anything"."""
    did = _DID.search(fact)
    if not did or did[1][:4] in {common[:4] for common in _COMMON_VERBS} or _NOT_SURE.search(fact):
        return None
    return _any(
        [
            rf"\b(?:Ss|Pp|we|We) (?:have |had |has )?never (?:even |once )?{did[1]}\b(?: (?:anything|anybody|anyone|it|that|the|a|any|you|Pp)\b|\W*$)"
        ]
    )


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


_NEVER_DID = re.compile(r"\b(?:has|have|had|Ss|Pp) ?(?:never|not|n't)(?: been)? (\w{4,})|\b(?:haven't|hasn't) (\w{4,})")
_NOT_SURE = re.compile(r"\b(?:not|never|if|would|could|before|until|unless|want|should|let's|may|might)\b|n't\b")


def _denied(fact: str) -> Test | None:
    """ "Never kissed" and "when we kissed"; "I haven't slept" and "I slept"."""
    never = _NEVER_DID.search(fact)
    verb = (never[1] or never[2]) if never else ""
    if not verb or verb[:4] in {common[:4] for common in _COMMON_VERBS}:
        return None
    did = re.compile(rf"\b(?:Ss|we|We|Pp) (?:have |has |had |just )?{verb}\b")
    return lambda said: bool(did.search(said)) and not _NOT_SURE.search(said)


_ALLERGIC = re.compile(r"\b(Ss|Pp) (?:is|has been) allergic to (\w+)")


def _allergy(fact: str) -> Test | None:
    match = _ALLERGIC.search(fact)
    if not match:
        return None
    things = _KINDS.get(match[2], match[2]).replace(" ", "|")
    return _any([rf"\b{match[1]} (?:love|like|eat|ate|adore|had|always (?:eat|have))s? .{{0,20}}\b(?:{things})\b"])


CHECKS: tuple[Callable[[str], Test | None], ...] = (
    _age, _how_many, _clock, _life, _kin, _marriage, _place, _season, _state, _owner, _denied, _allergy, _work, _relative, _arrived, _been, _within, _debt, _limbs, _origin, _day, _parted, _undone,
)  # fmt: skip
