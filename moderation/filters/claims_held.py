"""What somebody has or lacks, can or never did, calls their own: a fact held against a sentence, in words of one kind."""

import re

from moderation.filters.opposites import stem
from moderation.filters.readings import Check, Test, any_of, shared

# Words for the same thing to have or to lack.
_KINDS = (
    "child|children|kids?|sons?|daughters?|little ones|boys?|girls?|baby|babies|offspring",
    "siblings?|brothers?|sisters?|twin",
    "parents?|mother|father|mom|mum|dad|mama|papa",
    "wife|husband|spouse",
    "money|coins?|gold|savings|fortune|penny",
    "friends?", "pets?|dogs?|cats?", "car|truck|motorcycle", "phone|mobile|cellphone", "gun|pistol|revolver|rifle", "map|chart", "key|keys",
    "horse|mare|stallion|pony", "ship|boat", "tattoos?", "scars?", "beard|moustache|mustache", "ring", "home|house", "job|work", "magic|powers?", "tail", "wings?",
)  # fmt: skip
_OF_KIND = {word: kind for kind in _KINDS for word in re.sub(r"\(\?:|\)", "", kind).replace("?", "").split("|")}
_NOUNS = "|".join(kind for kind in _KINDS)
_WITHOUT = {
    "only child": "siblings?|brothers?|sisters?|twin", "childless": _KINDS[0], "orphan": _KINDS[2], "bachelor": "wife|husband",
    "unmarried": "wife|husband", "single": "wife|husband", "penniless": _KINDS[4], "homeless": "home|house", "unarmed": _KINDS[9],
    "clean-shaven": _KINDS[16], "alone in the world": f"{_KINDS[1]}|{_KINDS[2]}",
}  # fmt: skip
_LACKS = re.compile(
    rf"\b(Ss|Pp)\b(?: \w+){{0,2}}? (?:has no|have no|had no|owns no|(?:does|do|did)(?:n't| not) (?:have|own|possess|carry)(?: an?| any)?|never (?:once )?(?:had|owned|possessed)(?: an?| any)?|without(?: an?| any)?) (?:\w+ )?({_NOUNS})\b"
)
_BARE = re.compile(rf"\bno ({_NOUNS})(?:, | and | or |,? nor )no ({_NOUNS})\b")
_IS_WITHOUT = re.compile(rf"\b(Ss|Pp)\b(?: \w+){{0,3}}? (?:an? )?({'|'.join(_WITHOUT)})\b")
_GONE = r"(?! (?:died|is dead|was killed|drowned|passed|were killed|left|is gone|was|were|would|used|had|never|did))"


def _lack(fact: str) -> Test | None:
    """ "Has no children", and "my son" or "three little ones at home"."""
    found = [(match[1], _OF_KIND.get(match[2], match[2])) for match in _LACKS.finditer(fact)]
    found += [("Ss", _OF_KIND.get(noun, noun)) for match in _BARE.finditer(fact) for noun in match.groups()]
    if is_without := _IS_WITHOUT.search(fact):
        found.append((is_without[1], _WITHOUT[is_without[2]]))
    return any_of(
        [
            rf"\b{who}'s (?:own |old(?:er|est)? |young(?:er|est)? |little |big |two |three |dear )*(?:{kind})\b{_GONE}(?!')|\b{who}(?:'s got| has| have| had| own| keep| carry|'ve got) (?:got )?(?:an? |the |two |three |four |five |\d+ |some |many )(?:\w+ )?(?:{kind})\b"
            for who, kind in found
        ]
    )


_HAS = re.compile(
    rf"\b(Ss|Pp)(?:'s| (?:still |always )?(?:has|have|owns?|keeps?|carries|carry|hid|hides)) (?:an? |the |own |old(?:er)? |young(?:er)? |little |big |two |three |four |\w+ )?({_NOUNS})\b"
)


def _have(fact: str) -> Test | None:
    """The other way round: "my brother writes", and "no brother, no sister"."""
    if re.search(r"\bno\b|n't|\bnever\b|\bused to\b|\bwas\b|\bwere\b|\bdied\b|\bdead\b|\?", fact):
        return None
    patterns = []
    for match in _HAS.finditer(fact):
        who, kind = match[1], _OF_KIND.get(match[2], match[2])
        narrow = match[2] if match[2] in {"brother", "sister", "mother", "father"} else kind
        patterns.append(
            rf"\b{who}\b(?: \w+){{0,2}}? (?:has no|have no|had no|(?:does|do|did)(?:n't| not) (?:have|own)(?: an?| any)?|never (?:once )?(?:had|owned)(?: an?| any)?|never knew (?:Ss's|Pp's)) (?:\w+ )?(?:{narrow}|family|siblings?|parents)\b"
        )
        if who == "Ss":
            patterns.append(rf"(?:^|[,.] ?)[Nn]o (?:{narrow})\b")
        if kind in (_KINDS[1], _KINDS[2]):
            without = "only child|alone in the world" if kind == _KINDS[1] else "orphan"
            patterns.append(rf"\b{who}\b.{{0,24}}\b(?:{without})\b")
    return any_of(patterns)


_TAUGHT = re.compile(
    r"\bSs's (mother|father|grandmother|grandfather|brother|sister|uncle|aunt) (?:\w+ )?(?:taught|told|used|showed|gave|sang|took|read|raised|brought|made|said|always|never let)\b"
)


def _knew(fact: str) -> Test | None:
    """ "My father taught me", and "I never knew my father"."""
    told = _TAUGHT.search(fact)
    return told and any_of([rf"\bSs (?:have |had )?never (?:even )?(?:knew|met|saw|known|seen) Ss's {told[1]}\b"])


_CANNOT = re.compile(
    r"\b(Ss|Pp) (?:(?:can't|cannot|can not|couldn't|could not) (?:even )?|(?:have |has |had )?never (?:once |even )?(?:learned|learnt)(?: how)? to |(?:don't|does not|doesn't|do not) know how to |(?:never|has never|have never|had never) (?:once |even |ever )?)(\w{3,})\b(?: ((?:\w+ ){0,3}\w+))?"
)
_DID = re.compile(r"\b(Ss|Pp) (?:\w+ly |just |once |also |used to |can |could )?([a-z]{3,})\b((?: [\w']+){0,5})")
_LIGHT_VERBS = frozenset(map(stem, ["know", "think", "want", "have", "like", "say", "see", "go", "get", "come", "make", "need", "mean", "remember", "understand", "believe", "care", "tell", "look", "been", "feel", "find", "let", "keep", "give", "take", "put", "leave", "help", "trust", "forget", "imagine", "stand", "wait", "hear", "thought", "said", "be", "ask", "seem", "stop", "bear", "stay"]))  # fmt: skip
_UNSURE = re.compile(r"\bnot\b|n't\b|\bnever\b|\bif\b|\bwould\b|\bcould\b|\bwant|\bwish|\bmight\b|\bmay\b|\?")


def _unable(fact: str) -> Test | None:
    """ "I drove all night", and "I can't drive, never learned how"."""
    if _UNSURE.search(fact):
        return None
    done = {(match[1], stem(match[2])) for match in _DID.finditer(fact)}
    done = {(who, verb) for who, verb in done if verb not in _LIGHT_VERBS}
    if not done:
        return None

    def unable(said: str) -> bool:
        for match in _CANNOT.finditer(said):
            if (match[1], stem(match[2])) in done and (
                not match[3] or shared(fact, match[3]) or "learn" in match[0] or "how to" in match[0]
            ):
                return True
        return False

    return unable


def _able(fact: str) -> Test | None:
    """The other way round: what somebody cannot do, or never did, they tell of having done."""
    cannot = _CANNOT.search(fact)
    if not cannot or stem(cannot[2]) in _LIGHT_VERBS:
        return None
    who, verb, what = cannot[1], stem(cannot[2]), cannot[3] or ""
    skill = "can" in cannot[0] or "learn" in cannot[0] or "how to" in cannot[0]

    def does(said: str) -> bool:
        if _UNSURE.search(said):
            return False
        return any(
            match[1] == who and stem(match[2]) == verb and (not what or skill or bool(shared(what, match[3])))
            for match in _DID.finditer(said)
        )

    return does


_NAMED = re.compile(
    r"\b(tavern|inn|pub|bar|ship|boat|horse|mare|dog|cat|sword|village|town|shop|bakery|cafe|school|sister|brother|daughter|son|wife|husband|mother|father|cousin|uncle|aunt|king|queen|captain|band|kingdom|island|street|planet)(?: is| was|,)? (?:called|named)? ?(?:the |The )?([A-Z][a-z]+(?: [A-Z][a-z]+)*)"
)
_NO_NAMES = frozenset(
    ["Ss", "Pp", "The", "A", "An", "I", "He", "She", "It", "And", "But", "Who", "When", "Where", "There", "Yes", "No"]
)


def _called(fact: str) -> Test | None:
    """Another name for the same one: "my sister Anna", where she is called Beatrice."""
    ours = next((match for match in _NAMED.finditer(fact) if match[2].split()[0] not in _NO_NAMES), None)
    if ours is None:
        return None
    what, name = ours[1], set(ours[2].split())
    whose = re.search(rf"\b(Ss|Pp)'s (?:\w+ )?{what}\b", fact)
    one = rf"\b(?:{whose[1] if whose else r'(?:Ss|Pp|the|The|this|This)'})(?:'s)? (?:\w+ )?{what}\b"
    other = re.compile(
        rf"{one}(?:,? (?:is |was )?(?:called |named )?|'s name is )(?:the )?((?!Ss|Pp)[A-Z][a-z]+(?: [A-Z][a-z]+)*)|\b(?:[Ww]elcome to|place, |called|named) the ([A-Z][a-z]+(?: [A-Z][a-z]+)*)"
    )
    place = what in {"tavern", "inn", "pub", "bar", "shop", "bakery", "cafe"}

    def renames(said: str) -> bool:
        match = other.search(said)
        if not match or (match[2] and not place):
            return False
        found = set((match[1] or match[2]).split())
        return not found & (name | _NO_NAMES)

    return renames


_KILLED = r"killed|murdered|stole|poisoned|betrayed|burned|shot|stabbed|robbed|kissed|broke|opened|wrote|sold|won|invented|founded|built|saved|rescued"
_BY = re.compile(rf"\b(Ss|Pp|[A-Z][a-z]+) (?:{_KILLED})\b")


def _doer(fact: str) -> Test | None:
    """Who did it: "you're the one who killed him", where the speaker did."""
    ours = _BY.search(fact)
    if not ours or " and " in fact[: ours.end()]:
        return None
    who, verb = ours[1], ours[0].split()[-1]
    theirs = re.compile(
        rf"\b(Ss|Pp)\b(?:'re| is| are| was)?(?: the one who| who)? (?:has |had |have )?{verb} ((?:\w+ ){{0,3}}\w+)"
    )

    def other(said: str) -> bool:
        match = theirs.search(said)
        if not match or match[1] == who or _UNSURE.search(said[: match.end()]):
            return False
        return bool(re.match(r"(?:him|her|it|them|that)\b", match[2]) or shared(fact, match[2]))

    return other


_NOW = re.compile(
    r"\b(?:it is|it's|the time is) (?:now |already |early |late |just past |the |in the )*(morning|afternoon|evening|night|midnight|noon|dawn|dusk)\b",
    re.IGNORECASE,
)
_PART = {
    "morning": "day",
    "afternoon": "noon",
    "noon": "noon",
    "evening": "night",
    "night": "night",
    "midnight": "night",
    "dawn": "day",
    "dusk": "night",
}


def _hour(fact: str) -> Test | None:
    now = _NOW.search(fact)
    if not now:
        return None
    ours = _PART[now[1].lower()]
    said_so = re.compile(
        r"\b(?:it is|it's|at this hour of the|(?:in|to) the middle of the|this (?:late|early) (?:in the )?|[Gg]ood) (?:now |already |still |early |late |the middle of the |nearly |almost |past |a fine |a cold |such a \w+ )*(morning|afternoon|evening|night|midnight|noon|dawn|dusk)\b",
        re.IGNORECASE,
    )

    def other(said: str) -> bool:
        match = said_so.search(said)
        return bool(match and _PART[match[1].lower()] != ours and not match[0].lower().startswith("good night"))

    return other


HELD: tuple[Check, ...] = (_lack, _have, _knew, _unable, _able, _called, _doer, _hour)
