"""Facts of a known kind held against a reply: age, life and death, kin, marriage, places, owners, how many.

`I` and `you` are read as the two who talk. Each check takes the fact and one sentence, both in small letters.
"""

import re
from collections.abc import Callable

from moderation.filters.base import Context
from moderation.filters.claims_zh import conflict_zh
from moderation.filters.opposites import group_of
from moderation.filters.readings import NUMBER, in_person, number, shared, stated

_KIN = {"mom": "mother", "mum": "mother", "mama": "mother", "dad": "father", "papa": "father", "grandma": "grandmother", "granny": "grandmother", "grandpa": "grandfather"}  # fmt: skip
_DEAD = r"\b(?:died|dead|drowned|was killed|passed away|was murdered|were killed|is buried|is gone|late)\b"
_LIVES = re.compile(
    r"\b(?:is|are) (?!dead|gone|buried|not|no longer|why|how|what|in the ground|under|with god|the reason|watching over)\w|\b(?:will|calls?|called|phoned|texted|lives|waits|waiting|wants|thinks|works|cooks|sends|visits|asked me (?:to|this)|alive|'s (?:at|in|home|waiting|coming|down))\b|\bthis (?:morning|week)\b|\byesterday\b|\btonight\b|\bstill\b"
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
    (r"\b(?:divorced|separated|broke up)\b", r"\b(?:happily married|still (?:married|together))\b"),
    (r"\blives? (?:next door|with|here|on|in|at)\b", r"\bmoved (?:away|out)\b|\bno longer lives\b"),
)  # fmt: skip
_COMMON_VERBS = frozenset(('know', 'think', 'want', 'have', 'like', 'say', 'see', 'go', 'get', 'come', 'make', 'need', 'mean', 'remember', 'understand', 'believe', 'care', 'do', 'tell', 'look', 'be', 'been'))  # fmt: skip
_SEASONS = {"winter": "december january february", "summer": "june july august", "spring": "april", "autumn": "september october november"}  # fmt: skip
_KINDS = {
    "shellfish": "shrimps? prawns? crabs? lobsters? oysters? mussels? clams?", "nuts": "peanuts? almonds? walnuts? cashews? pecans? hazelnuts?", "dairy": "milk cheese butter cream",
    "seafood": "fish shrimps? crabs? lobsters? oysters? mussels?", "animals": "dogs? cats? horses? rabbits?",
}  # fmt: skip


def conflicts(fact: str, reply: str, context: Context) -> bool:
    if any("\u4e00" <= sign <= "\u9fff" for sign in fact):
        return conflict_zh(fact, reply, context)
    own, theirs = in_person(fact, context), stated(reply, context)
    return any(check(own, sentence) for sentence in theirs for check in CHECKS)


def _age(fact: str, said: str) -> bool:
    age = re.search(rf"\b(\w+) is ({NUMBER})(?: years old|\W*$)", fact, re.IGNORECASE)
    now = re.search(
        rf"\b(\w+) is (?:only |just |already )?({NUMBER})(?: years old|\W|$)(?!\s*(?:minute|hour|mile|day|step|week|o'clock))",
        said,
        re.IGNORECASE,
    )
    return bool(age and now and age[1] == now[1] and number(age[2].lower()) != number(now[2].lower()))


def _how_many(fact: str, said: str) -> bool:
    def counted(text: str) -> dict[str, int]:
        found = re.finditer(
            rf"\b({NUMBER}) (?:of (?:my|the|Ss's) )?((?:[a-z]+ )?)([a-z]{{3,}}s)\b", text, re.IGNORECASE
        )
        behind = re.finditer(
            rf"\b(deck|floor|room|gate|chapter|pier|house|cell|platform|number|level) ({NUMBER})\b",
            text,
            re.IGNORECASE,
        )
        return {match[3].lower(): number(match[1].lower()) for match in found} | {
            match[1].lower(): number(match[2].lower()) for match in behind
        }

    ours, theirs = counted(fact), counted(said)
    if len(re.findall(rf"\b{NUMBER}\b", said, re.IGNORECASE)) > 1:  # of six rooms, two empty and four full
        return False
    units = {"days", "years", "hours", "miles", "weeks", "months", "minutes", "times"}
    return any(
        what in theirs
        and theirs[what] not in {ours[what], 1}
        and ((what.endswith("s") and what not in units) or shared(fact, said) - {what[:4]})
        for what in ours
    )


def _clock(fact: str, said: str) -> bool:
    at = rf"\b(?:at|until|till|by|before) ({NUMBER})\b"
    ours, theirs = re.search(at, fact, re.IGNORECASE), re.search(at, said, re.IGNORECASE)
    return bool(ours and theirs and number(ours[1].lower()) != number(theirs[1].lower()) and shared(fact, said))


def _life(fact: str, said: str) -> bool:
    if not re.search(_DEAD, fact.lower()) or _REMEMBERED.search(said.lower()):
        return False
    who = re.search(
        r"((?:Ss's |Pp's )?)(?:(?:the|old|late|elder|younger) )*(\w+)(?= (?:died|is dead|drowned|was killed|passed|was murdered|is buried|is gone))",
        fact,
    )
    if not who:
        return False
    kin = who[2].lower()
    words = "|".join({kin, *(short for short, long in _KIN.items() if long == kin)})
    subject = re.search(rf"{re.escape(who[1])}(?:(?:old|dear|the) )*\b(?:{words})\b(?!')(.*)", said, re.IGNORECASE)
    return bool(subject and _LIVES.search(subject[1].lower()))


def _kin(fact: str, said: str) -> bool:
    has = re.search(
        r"\b(Ss|Pp)(?:'s| (?:has|have|owns?|keeps?|rides?|drives?)) (?:an? |two |three |\w+ )?(?:\w+ ){0,2}?(daughter|son|sister|brother|horse|mare|dog|cat|wife|husband|phone|car|twin)s?\b",
        fact,
    )
    if has and "no " not in fact and "n't" not in fact and "never" not in fact:
        wider = {
            "daughter": "child|children|kids?|family",
            "son": "child|children|kids?|family",
            "mare": "horse",
            "brother": "siblings?",
            "sister": "siblings?",
        }.get(has[2], has[2])
        if re.search(
            rf"\b{has[1]} (?:(?:don't|do not|never) (?:have|own|had)|(?:have|had|has) no|has never had|never had) (?:an? |any )?(?:{has[2]}|{wider})",
            said,
        ):
            return True
    lacks = re.search(
        r"\b(Ss|Pp) (?:(?:does|do)(?:n't| not) (?:have|own)|(?:has|have) no|never had) (?:an? |any )?(\w+)", fact
    )
    return bool(lacks and re.search(rf"\b{lacks[1]}'s {lacks[2]} (?:is|was|rang|rings|has)", said)) or bool(
        re.search(r"only child", said) and re.search(r"\bSs's (?:\w+ )?(?:brother|sister)", fact) and "Ss" in said
    )


def _marriage(fact: str, said: str) -> bool:
    who = re.search(rf"\b(Ss|Pp)\b.*{_MARRIED}", fact) or re.search(r"married to (Ss|Pp)\b", fact)
    return bool(who and who[1] in said and _SINGLE.search(said.lower()))


def _place(fact: str, said: str) -> bool:
    ours, theirs = dict(_CAPITAL.findall(fact)), dict(_CAPITAL.findall(said))
    skip = {"Ss", "Pp", "Sundays", "Tuesdays", "God"}
    for word in ours.keys() & theirs.keys():
        if ours[word] == theirs[word] or {ours[word], theirs[word]} & skip or ours[word] in said:
            continue
        if word == "from" and re.search(r"\b(Ss|Pp)\b.*from", fact) and re.search(r"\b(?:Ss|Pp) (?:is|was) from", said):
            return bool(set(re.findall(r"\b(?:Ss|Pp)\b", fact)) & set(re.findall(r"\b(?:Ss|Pp)\b", said)))
        if shared(fact, said) - {ours[word].lower()[:4], theirs[word].lower()[:4], "stre"}:
            return True
    return False


def _season(fact: str, said: str) -> bool:
    now = re.search(r"\bit is (?:\w+ )?(winter|summer|spring|autumn)\b", fact.lower())
    other = now and "|".join(
        f"{name}|{months.replace(' ', '|')}" for name, months in _SEASONS.items() if name != now[1]
    )
    return bool(
        other
        and re.search(
            rf"\bit(?:'s| is) (?:\w+ )?(?:{other})\b|\bthis (?:{other}) (?:morning|day|heat|sun)", said.lower()
        )
    )


def _state(fact: str, said: str) -> bool:
    low, reply = fact.lower(), said.lower()
    if re.search(r"\bnot\b|n't\b|\bno\b|\bnever\b", reply.replace("not only", "")):
        return False
    return any(
        shared(fact, said)
        and ((re.search(one, low) and re.search(other, reply)) or (re.search(other, low) and re.search(one, reply)))
        for one, other in _STATES
    )


def _owner(fact: str, said: str) -> bool:
    has = re.search(
        r"\b(Ss|Pp) (?:has|holds|keeps|carries|wears) the (?:only )?(\w+)|\bgave (Ss|Pp) the (?:only )?(\w+)", fact
    )
    if not has:
        return False
    who, what = has[1] or has[3], has[2] or has[4]
    other = "Pp" if who == "Ss" else "Ss"
    return bool(
        re.search(
            rf"\b{other} (?:have|has|hold|keep|still have|carry) (?:the|that) (?:only )?{what}\b|\b{who} never had (?:it|one|the {what})",
            said,
        )
    )


_WORK = "|".join(group_of("doctor"))


def _work(fact: str, said: str) -> bool:
    """Another trade: "Pp is a journalist" and "as a doctor you know"."""
    ours = re.search(rf"\b(\w+)\b.*?\bis (?:an?|the) (?:\w+ )?({_WORK})\b", fact)
    theirs = re.search(
        rf"\b(\w+) is (?:just |only |still )?an? (?:\w+ )?({_WORK})\b|\b[Aa]s an? ({_WORK}),? (Ss|Pp)\b", said
    )
    if not ours or not theirs:
        return False
    who, what = theirs[1] or theirs[4], theirs[2] or theirs[3]
    return (
        what != ours[2] and re.search(rf"\b{who}\b", fact) is not None and who not in {"she", "he", "it", "She", "He"}
    )


_RELATIVE = r"\b(mother|father|sister|brother|son|daughter|husband|wife|uncle|aunt|cousin|grandmother|grandfather|nephew|niece) (?:called |named )?([A-Z][a-z]+)"


def _relative(fact: str, said: str) -> bool:
    ours, theirs = re.search(_RELATIVE, fact), re.search(_RELATIVE, said)
    return bool(ours and theirs and ours[2] == theirs[2] and ours[1] != theirs[1])


def _arrived(fact: str, said: str) -> bool:
    days = r"\b(Ss|Pp)\b.{0,40}\b(?:arrived|came|got here|come|arrive)\b.{0,40}\bon (\w+day)"
    ours, theirs = re.search(days, fact), re.search(days, said)
    return bool(ours and theirs and ours[1] == theirs[1] and ours[2] != theirs[2])


def _been(fact: str, said: str) -> bool:
    never = re.search(r"\b(Ss|Pp) (?:has|have) never (?:been to|seen|visited) ([A-Z][a-z]+)", fact)
    return bool(
        never
        and re.search(
            rf"\b{never[1]} (?:lived|was born|grew up|studied|was|went|worked) (?:in|to) {never[2]}|{never[1]}'s (?:years|time|days) in {never[2]}",
            said,
        )
    )


def _within(fact: str, said: str) -> bool:
    soon = rf"\bin ({NUMBER}) (minute|hour|day|week|month)s?\b"
    ours, theirs = re.search(soon, fact, re.IGNORECASE), re.search(soon, said, re.IGNORECASE)
    if not ours or not theirs:
        return False
    same = number(ours[1].lower()) == number(theirs[1].lower()) and ours[2] == theirs[2]
    return not same and bool(shared(fact, said) - {ours[2][:4], theirs[2][:4]})


def _debt(fact: str, said: str) -> bool:
    ours, theirs = re.search(r"\b(\w+) owes? (\w+)", fact), re.search(r"\b(\w+) owes? (\w+)", said)
    return bool(ours and theirs and (ours[1], ours[2]) == (theirs[2], theirs[1]))


def _limbs(fact: str, said: str) -> bool:
    lost = re.search(
        r"\b([A-Z]\w+)(?: has)? lost (?:an?|his|her|the|one|Ss's|Pp's) (?:left |right )?(arm|hand|leg|foot|eye)\b", fact
    )
    words = {"arm": "arms|hands", "hand": "hands", "leg": "legs|feet", "foot": "feet", "eye": "eyes"}
    return bool(
        lost
        and re.search(rf"\b{lost[1]}\b", said)
        and re.search(rf"\b[Bb]oth (?:(?:my|his|her|Ss's|of) )*(?:{words[lost[2]]})\b", said)
    )


def _denied(fact: str, said: str) -> bool:
    """ "Never kissed" and "when we kissed"; "I haven't slept" and "I slept"."""
    never = re.search(
        r"\b(?:has|have|had|Ss|Pp) ?(?:never|not|n't)(?: been)? (\w{4,})|\b(?:haven't|hasn't) (\w{4,})", fact
    )
    verb = (never[1] or never[2]) if never else ""
    if (
        not verb
        or verb[:4] in {common[:4] for common in _COMMON_VERBS}
        or re.search(r"\b(?:not|never|if|would|could|before|until|unless|want|should|let's|may|might)\b|n't\b", said)
    ):
        return False
    return bool(re.search(rf"\b(?:Ss|we|We|Pp) (?:have |has |had |just )?{verb}\b", said))


def _allergy(fact: str, said: str) -> bool:
    match = re.search(r"\b(Ss|Pp) (?:is|has been) allergic to (\w+)", fact)
    things = _KINDS.get(match[2], match[2]).replace(" ", "|") if match else "$^"
    return bool(
        match
        and re.search(
            rf"\b{match[1]} (?:love|like|eat|ate|adore|had|always (?:eat|have))s? .{{0,20}}\b(?:{things})\b", said
        )
    )


CHECKS: tuple[Callable[[str, str], bool], ...] = (
    _age, _how_many, _clock, _life, _kin, _marriage, _place, _season, _state, _owner, _denied, _allergy, _work, _relative, _arrived, _been, _within, _debt, _limbs,
)  # fmt: skip
