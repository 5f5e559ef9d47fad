"""Names in what a reply tells of its own acts: who acts there is the speaker, and whom they look at or touch is who talks with them.

Only names that are known as such count, and none that was spoken of before: a tale may bring somebody new, but not in the speaker's place.
"""

import re
from collections.abc import Callable, Iterator

from moderation.filters.names import GIVEN_NAMES, GIVEN_NAMES_ZH, NO_NAMES_ZH, SURNAMES
from moderation.filters.namesakes import NAMESAKES, may_act, may_be_met
from moderation.filters.quick import Quick, Several
from moderation.filters.vocatives_zh import BEHIND_SURNAMES

_ACTS = (
    "smiles|sets|nods|sighs|laughs|leans|looks|shrugs|grins|tilts|takes|puts|turns|raises|lowers|glances|steps|reaches|crosses|pours|frowns|chuckles|blinks|pauses|"
    "shakes|bites|runs|rubs|opens|closes|stares|folds|walks|sits|stands|lifts|draws|pushes|pulls|hands|slides|rests|wipes|watches|kneels|whispers|murmurs"
)
_ACTING = Quick(rf"(?:^|\*|\n)\s{{0,2}}(?P<name>[A-Z][a-z]{{2,14}}) (?:\w+ly )?(?:{_ACTS})\b")
_TOWARDS = Quick(
    r"\b(?:looks?|glances?|smiles?|grins?|nods?|winks?|turns?|leans?|waves?|bows?) (?:up |over |down |back |softly |gently )?(?:at|to|toward|towards) (?P<name>[A-Z][a-z]{2,14})\b(?!'s?\b)"
    r"|\b(?:takes?|squeezes?|holds?|touches|brushes|strokes|pats|grabs?|kisses|cups) (?P<whose>[A-Z][a-z]{2,14})['’]s (?:\w+ )?(?:hands?|arms?|shoulders?|cheeks?|hair|back|face|chin|wrist|forehead)\b"
)
_SAYS = Quick(
    r"[,.!?][\"”] (?:says|said|whispers|whispered|murmurs|murmured|asks|asked|replies|replied|answers|answered) (?P<name>[A-Z][a-z]{2,14})\b"
)
_HANDED = Quick(
    r"(?:^|\*)(?:I|She|He) (?:hands?|pass(?:es)?|offers?|pours?|kiss(?:es)?|hugs?|nudges?|gives?) (?P<name>[A-Z][a-z]{2,14})\b(?!'s)"
)
_MANNER = "(?:轻轻|微微|缓缓|慢慢|淡淡|默默|温柔地|轻声|忽然|笑着)?"
_ACTS_ZH = "放下|笑了|一笑|微笑|苦笑|点(?:了)?点头|点头|摇(?:了)?摇头|摇头|叹(?:了|气)|抬(?:起|头|眼)|看着|看向|望着|望向|握(?:住|紧)|伸(?:出|手)|转(?:过)?身|皱(?:了|起|眉)|挑眉|挑了挑|端起|拿起|递(?:给|过)|低(?:下)?头|沉默|愣(?:了|住)|勾(?:了|起)|揉(?:了|着)|擦(?:了|着)|垂(?:下|眸)|眯(?:起|了)|拉(?:住|过)|推(?:开|了)|走(?:到|近|过)|坐(?:到|在|下)|站(?:起|在)|靠(?:在|着)|给你|关上|打开|推开|倒了|合上"
_NAMES_ZH = rf"(?:{GIVEN_NAMES_ZH}|[{SURNAMES}](?:{GIVEN_NAMES_ZH}))"
_ACTING_ZH = Quick(
    rf"(?:^|[*（(\n])\s{{0,2}}(?P<name>{_NAMES_ZH}|(?!{NO_NAMES_ZH})[{SURNAMES}](?:[{BEHIND_SURNAMES}]{{2}}|(?![家国])[{BEHIND_SURNAMES}])){_MANNER}(?:{_ACTS_ZH})"
)
_TOWARDS_ZH = Quick(
    rf"(?:看着|望着|望向|看向|盯着|对着|朝着|朝|向|搂住|搂着|抱住|抱着|握住|扶住|扶起|拉住|牵起|牵着|拍拍|拍了拍|揉了揉|揉揉|摸了摸|摸摸|凑近|走近|走向|递给|交给)(?P<name>{_NAMES_ZH})(?=的(?:手|肩|头|脸|眼|发|背|腰|胳膊|衣)|[，。*”）]|$|说|笑|道|轻|点|伸)"
)


_ASKED = Several(_ACTING, _TOWARDS, _SAYS, _HANDED, _ACTING_ZH, _TOWARDS_ZH)
Ask = Callable[[Quick], Iterator[re.Match[str]]]


def narrated(raw: str, speaker: str, spoken: str) -> Iterator[tuple[int, int]]:
    """Where a name stands in the speaker's place, or in that of who talks with them; `spoken` is all that is known."""
    known = spoken.lower()
    ask = _ASKED.of(raw)
    for place, match in _english(raw, ask, speaker):
        if match[place].lower() in GIVEN_NAMES and match[place].lower() not in known:
            yield match.span(place)
    for match in _chinese(raw, ask, speaker):
        name = match["name"]
        if name not in spoken and name[-2:] not in spoken:
            yield match.span("name")


def _english(raw: str, ask: Ask, speaker: str) -> Iterator[tuple[str, re.Match[str]]]:
    if speaker not in raw:
        yield from (("name", match) for match in ask(_ACTING) if may_act(match[0], match["name"]))
        yield from (("name", match) for match in ask(_SAYS))
    yield from (("name", match) for match in ask(_HANDED) if match["name"].lower() not in NAMESAKES)
    for match in ask(_TOWARDS):
        if match["whose"]:
            yield "whose", match
        elif may_be_met(match[0], match["name"], ""):
            yield "name", match


def _chinese(raw: str, ask: Ask, speaker: str) -> Iterator[re.Match[str]]:
    if raw.isascii():
        return
    if speaker not in raw:
        yield from (match for match in ask(_ACTING_ZH) if may_act(match[0], match["name"]))
    yield from (match for match in ask(_TOWARDS_ZH) if may_be_met(match[0], match["name"], raw[match.end() :]))
