"""Facts of a known kind held against a reply: a fact is read once into the tests that it is good for.

`I` and `you` are read as the two who talk. Here: places, seasons, states, owners, what was never done.
"""

import re
from functools import lru_cache

from moderation.filters.aspects import shows_another
from moderation.filters.base import Context
from moderation.filters.claims_counted import COUNTED
from moderation.filters.claims_held import HELD
from moderation.filters.claims_people import PEOPLE
from moderation.filters.claims_states import STATES, asked_away
from moderation.filters.claims_zh import conflict_zh
from moderation.filters.readings import Check, Test, any_of, in_person, shared, stated
from moderation.filters.sentences import LONGEST, is_chinese
from moderation.filters.tables import table
from moderation.filters.things import tests_of

_PREPOSITION = r"(?:in|at|on|from|to|for|near|called|named|is)"
_CAPITAL = re.compile(rf"\b({_PREPOSITION}) (?:the |a )?([A-Z][a-z]+)\b")
_STATES = tuple((row["one"], row["other"]) for row in table("states")["en"]["states"])
_COMMON_VERBS = frozenset(('know', 'think', 'want', 'have', 'like', 'say', 'see', 'go', 'get', 'come', 'make', 'need', 'mean', 'remember', 'understand', 'believe', 'care', 'do', 'tell', 'look', 'be', 'been'))  # fmt: skip
_SEASONS = {"winter": "december january february", "summer": "june july august", "spring": "april", "autumn": "september october november"}  # fmt: skip
_KINDS = {
    "shellfish": "shrimps? prawns? crabs? lobsters? oysters? mussels? clams?", "nuts": "peanuts? almonds? walnuts? cashews? pecans? hazelnuts?", "dairy": "milk cheese butter cream",
    "seafood": "fish shrimps? crabs? lobsters? oysters? mussels?", "animals": "dogs? cats? horses? rabbits?",
}  # fmt: skip


def conflicts(fact: str, reply: str, context: Context) -> bool:
    if is_chinese(fact):
        return conflict_zh(fact, reply, context)
    if "hat " in reply and asked_away(fact, reply):
        return True
    said = stated(reply, context)
    tests = _tests_for(fact, context.speaker, context.player)
    if tests and any(test(sentence) for sentence in said for test in tests):
        return True
    return shows_another(_own(fact, context.speaker, context.player), said, "en", context)


@lru_cache(maxsize=2_000)
def _own(fact: str, speaker: str, player: str) -> str:
    return in_person(fact[:LONGEST], Context(speaker=speaker, player=player))


@lru_cache(maxsize=2_000)
def _tests_for(fact: str, speaker: str, player: str) -> tuple[Test, ...]:
    """Most facts say nothing of most kinds. What is pinned, or was just said, is asked again with each reply."""
    own = _own(fact, speaker, player)
    return (*(test for check in CHECKS if (test := check(own)) is not None), *tests_of(own, "en"))


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


_SLOT = re.compile(
    r"\b(in|at|on|under|behind|from|by|inside|beneath|beside|above|near|with|against|after|before) (?:(?:the|an?|Ss's|Pp's|her|his|their|its|our) )(?:\w+ )?([a-z]{3,})\b"
)
_SHORT = 12  # words of a fact that says one thing


def _frame(fact: str) -> Test | None:
    """The same said of the same in nearly the same words, and another thing in one place: under the pot, under the stairs."""
    ours = dict(_SLOT.findall(fact))
    if not ours or fact.count(" ") >= _SHORT or _NOT_SURE.search(fact):
        return None

    def other_thing(said: str) -> bool:
        theirs = dict(_SLOT.findall(said))
        both = [word for word in ours.keys() & theirs.keys() if ours[word][:4] != theirs[word][:4]]
        if len(both) != 1 or ours[both[0]][:4] in said or theirs[both[0]][:4] in fact or _NOT_SURE.search(said):
            return False
        return len(shared(fact, said) - {ours[both[0]][:4], theirs[both[0]][:4]}) >= 2

    return other_thing


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
    ways = [(pair[at], pair[1 - at]) for pair in _STATES for at in (0, 1) if re.search(pair[at], low)]
    if not ways:
        return None
    pattern = re.compile("|".join(other for _, other in ways))
    thing = re.sub("|".join(one for one, _ in ways), " ", low)  # "dead" is said of more than one

    def changed(said: str) -> bool:
        reply = said.lower().replace("not only", "")
        match = pattern.search(reply)
        if not match or _DENIED.search(reply[: match.start()] + reply[match.end() :]):
            return False
        return bool(shared(thing, said))

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
    return any_of(
        [
            rf"\b{other} (?:have|has|hold|keep|still have|carry) (?:the|that) (?:only )?{what}\b",
            rf"\b{who} never had (?:it|one|the {what})",
        ]
    )


_NEVER_BEEN = re.compile(r"\b(Ss|Pp) (?:has|have) never (?:been to|seen|visited) ([A-Z][a-z]+)")


def _been(fact: str) -> Test | None:
    never = _NEVER_BEEN.search(fact)
    if not never:
        return None
    who, where = never[1], never[2]
    return any_of(
        [
            rf"\b{who} (?:lived|was born|grew up|studied|was|went|worked) (?:in|to) {where}",
            rf"{who}'s (?:years|time|days) in {where}",
        ]
    )


_PARTED = re.compile(
    r"\bSs (?:\w+ )?(?:sold|pawned|lost|gave away|burned|threw away|buried|broke) (?:Ss's|the|that|her|his) (?:\w+ )?([a-z]{3,})\b"
)


def _parted(fact: str) -> Test | None:
    """What was sold is no longer owned."""
    gone = _PARTED.search(fact)
    if not gone:
        return None
    named = re.search(rf"\b{gone[1]} ([A-Z][a-z]+)\b", fact)
    return any_of(
        [
            *(
                [
                    rf"\bSs(?:'ll| will| can)? (?:\w+ )?(?:ride|take|saddle|wear|use|play|draw|drive) (?:\w+ )?(?:\w+ )?{named[1]}\b"
                ]
                if named
                else []
            ),
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
    return any_of(
        [
            rf"\b(?:Ss|Pp|we|We) (?:have |had |has )?never (?:even |once )?{did[1]}\b(?: (?:anything|anybody|anyone|it|that|the|a|any|you|Pp)\b|\W*$)"
        ]
    )


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
    return any_of([rf"\b{match[1]} (?:love|like|eat|ate|adore|had|always (?:eat|have))s? .{{0,20}}\b(?:{things})\b"])


CHECKS: tuple[Check, ...] = (
    *COUNTED,
    *PEOPLE,
    *HELD,
    *STATES,
    _place,
    _frame,
    _season,
    _state,
    _owner,
    _been,
    _parted,
    _undone,
    _denied,
    _allergy,
)
