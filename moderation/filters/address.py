"""Who is called by name in a reply, and by which name the speaker goes: neither may be anybody else's."""

import re
from collections.abc import Callable, Iterator
from itertools import chain

from moderation.filters.background import pet_form, same_person
from moderation.filters.base import Context
from moderation.filters.names import (
    COMMON_WORDS,
    FORMS,
    FORMS_ZH,
    GIVEN_NAMES,
    GIVEN_NAMES_ZH,
    NO_CALLS,
    NO_NAMES_ZH,
    NOBODY_HERE,
    SURNAMES,
)
from moderation.filters.namesakes import NAMESAKES, is_spoken_to, may_call
from moderation.filters.narrated import narrated
from moderation.filters.quick import Quick, Several
from moderation.filters.vocatives_zh import BEHIND_SURNAMES, another_self, called, renamed

_TITLE = r"(?:Mr|Mrs|Ms|Miss|Dr|Sir|Lady|Lord|Captain|Commander|Lieutenant|Sergeant|Detective|Inspector|Professor|Doctor|Master|Mistress|Prince|Princess|King|Queen|Father|Sister|Brother|Agent|Officer|General|Colonel|Duke|Baron|Count|Madame|Monsieur)\.?"
_FONDLY = r"(?:my (?:dear|love|friend|lady|lord|sweet|queen|king|child|darling)|dear(?:est)?|young|little|old|sweet|poor|good|dearest)"
_GREETED = Quick(
    rf"\b(?:hey|hello|hi|good (?:morning|evening|night|day|afternoon)|thank you|thanks|welcome(?: back)?|dear|listen(?: up)?|goodbye|farewell|sorry|bye|"
    rf"goodnight|happy birthday|congratulations|bravo|cheers|good luck|good work|well done|sure|yes|no|okay|ok|please|oh|ah|of course|tell me|come|wait|look|well|now|relax|calm down|if it isn't|your name is|your name's|named you),?\s+(?:(?-i:{_TITLE}) )?([A-Z][a-z]{{2,14}})\b(?=[,!?.…\"”]|\s*[\"”])",
    flags=re.IGNORECASE,
)
_CALLED = Quick(
    rf"(?<!country)(?<!city)(?<!town)(?<!village)(?<!state)(?<! woman)(?<! man)(?<! girl)(?<! boy)(?<!friend)(?<!resident)(?<!residents)(?<!shelter)(?<=[a-z’']),\s+(?:{_FONDLY}\s+)?([A-Z][a-z]{{2,14}})(?=[.!?,:\"”…]|$)"
)
_OPENED = Quick(
    r"(?:^|[.!?\"“*\n]\s{0,3})([A-Z][a-z]{2,14})(?:[,!][\"”]?\s|…|\.\.\.|\? (?:Is|Are|Was|Did|Do|Can|Have|What are|Where are) (?:that |it )?you\b)"
)
# Whoever is told what to do at the head of a sentence is called by a name, known as one or not.
_ORDERED = Quick(
    r"(?:^|[.!?\"“*\n]\s{0,3})([A-Z][a-z]{2,14})[,!] (?:get|come|look|close|open|stop|listen|wait|don't|stay|sit|give|take|tell|help|hold|leave|put|bring|fetch|run|duck|behind you|watch out|wake up|hurry|forgive me|trust me|breathe)\b"
)
_TITLED = Quick(rf"(?:^|[,.!?\"“*\n]\s{{0,3}}){_TITLE} ([A-Z][a-z]{{2,14}})(?=[.!?,\"”…]|$)")
_YOUNG = Quick(
    rf"(?:^|[,.!?*\n]\s{{0,3}})(?:{_FONDLY}|My (?:dear|love|friend|lady|lord)|Dear(?:est)?) ([A-Z][a-z]{{2,14}})(?=[.!?,\"”…]|$)"
)
_MY_NAME = Quick(
    rf"\b(?:my name is|my name's|the name is|the name's|(?<![a-z] )name's|call me|they call me|people call me|i am called|i go by|known as)\s+(?:(?-i:{_TITLE}) )?([A-Z][a-z]{{2,14}})\b",
    flags=re.IGNORECASE,
)
_I_AM = Quick(
    rf"\bI(?:'m|’m| am) (?!{_TITLE} )([A-Z][a-z]{{2,14}})(?=[,.!\"”]|$| of the | from )|\bI(?:'m|’m| am) ([A-Z]{{3,8}}), the\b|\bI(?:'m|’m| am) {_TITLE} ([A-Z][a-z]{{2,14}})\b"
)
_I_MYSELF = Quick(r"\bI, (?:(?-i:[A-Z][a-z]+ )?)([A-Z][a-z]{2,14})(?:, (?!too|for|of|and|the|a|as|like)| of the )")
_HERE = Quick(rf"(?:^|[.!?\"“*] ?)(?:({_TITLE}) )?([A-Z][a-z]{{2,14}}) (?:here|speaking|at your service)[.,!]")
_SPEAKING = Quick(r"\b(?:[Tt]his is|[Ii]t's) ([A-Z][a-z]{2,14}) (?:speaking|here)\b")
_LISTED = re.compile(r"[a-z,’'] [A-Z][a-z]+,\s+$")  # "Paris, London, Rome" calls nobody
_LIST_BEGINS, _LIST_GOES_ON = re.compile(r"(?:^|[.!?] )[A-Z][a-z]+,\s+$"), re.compile(r", (?:and |or )?[A-Z][a-z]+,")
_NATION = re.compile(r"(?:ish|ian|ean|ese|can|man|ch|ic|ist|gian|eek|ss)$")
_MY_NAME_ZH = Quick(
    r"(?:我叫|我的名字(?:是|叫)|(?:^|[，。！？“])(?:[\u4e00-\u9fff]{1,4}都|你|您|就|可以)*叫我|人称我?|在下|鄙人姓?|本人(?=[王李张刘陈杨赵黄周吴徐孙]))(?![一两他她它你您别吃去回来过做起给帮])([\u4e00-\u9fff]{2,3}?)(?=[，。！？”、就吧便是]|$)"
)
_I_AM_ZH = Quick(
    rf"(?:^|[。！？“，])(?:我|本[\u4e00-\u9fff]{{1,2}})(?:是|就是|名叫|名|，)(?:[^，。]{{0,4}}(?:向导|医生|管家|老师|助理|司机|导游|邻居|室友|同事|律师|队长|护士|侍卫|搭档|教练|经理|秘书|店长))?([{SURNAMES}][\u4e00-\u9fff]{{1,2}})(?=[，。！]|$)"
)
_SURNAME_ZH = Quick(rf"(?:我|免贵|在下|鄙|敝|本[\u4e00-\u9fff]{{1,2}})姓([{SURNAMES}])")
_I_AM_TITLED_ZH = Quick(rf"(?:^|[。！？“，])我(?:就)?是([{SURNAMES}]){FORMS_ZH}(?=[，。！])")
_I_AM_LITTLE_ZH = Quick(
    r"(?:^|[。！？“，])我(?:是|叫)([小阿](?!偷|人|孩|狗|猫|的|弟|妹|子|贩|厮|二|姨)[\u4e00-\u9fff])(?=[，。！]|$)"
)
_EDGES = "。！？“!?,，\n…—"
_EDGE = rf"(?:^|[{_EDGES}])"
_CALLED_ZH = Quick(
    rf"{_EDGE}(?!{NO_NAMES_ZH})(?:(?P<form>[{SURNAMES}]){FORMS_ZH}(?=[，,！!。？”]|说得|说笑|请|留步|放心|慢走|你)|(?P<bare>[阿小老][\u4e00-\u9fff]|[\u4e00-\u9fff]儿|[\u4e00-\u9fff][莲芳燕霞娟婷敏娜玲芬萍珍凤莺倩瑶琪萱妍蓉杰磊鹏斌轩涵怡]|{GIVEN_NAMES_ZH})(?=[，,！!。？”]|你[别来快先去看怎是]|[啊呀]，|$)"
    rf"|(?P<whole>[{SURNAMES}][\u4e00-\u9fff]{{1,2}})(?=[，,！!]))"
)
_ENDED_ZH = Quick(
    rf"，(?!{NO_NAMES_ZH})(?P<whole>[李王张刘陈赵吴徐孙郭罗宋郑谢韩唐曹彭蔡潘董袁蒋魏吕沈姚卢傅崔谭廖][\u4e00-\u9fff]{{1,2}})(?=。”?$)"
)
_THINGS_ZH = "这儿|那儿|哪儿|会儿|玩儿|点儿|女儿|孩儿|事儿|活儿|头儿|今儿|明儿|昨儿|花儿|鸟儿|马儿|人儿|份儿|劲儿|味儿|样儿|娘儿|哥儿|块儿|信儿|猫儿|狗儿|鱼儿|宝儿|身儿|门儿|风儿|月儿|慢儿"


_ASKED = Several(
    _CALLED,
    _CALLED_ZH,
    _ENDED_ZH,
    _GREETED,
    _HERE,
    _I_AM,
    _I_AM_LITTLE_ZH,
    _I_AM_TITLED_ZH,
    _I_AM_ZH,
    _I_MYSELF,
    _MY_NAME,
    _MY_NAME_ZH,
    _OPENED,
    _ORDERED,
    _SPEAKING,
    _SURNAME_ZH,
    _TITLED,
    _YOUNG,
)
_NO_NAMES = COMMON_WORDS | (FORMS | NO_CALLS | NOBODY_HERE) - GIVEN_NAMES
_PEOPLE = GIVEN_NAMES - NAMESAKES
Ask = Callable[[Quick], Iterator[re.Match[str]]]


def stranger(raw: str, context: Context) -> tuple[tuple[int, int], str] | None:
    """Where a name stands that is nobody's here, and why it is wrong."""
    ask = _ASKED.of(raw)
    for place in _own_names(raw, ask, context):
        if not context.background.gives(raw[slice(*place)]):
            return place, "another name of its own"
    if not context.player:
        return None
    for place in (*_called(raw, ask, context), *_called_zh(raw, ask, context), *_narrated(raw, context)):
        if not context.background.knows(raw[slice(*place)].strip(_EDGES)):
            return place, "nobody here"
    return None


def _own_names(raw: str, ask: Ask, context: Context) -> Iterator[tuple[int, int]]:
    if not context.speaker:
        return
    own = {part.lower() for part in re.split(r"[\s·]+", context.speaker) if part} | {context.speaker.lower()}
    known = " ".join((*context.facts, *context.traits, *context.earlier, *context.cast)).lower()
    for match in ask(_MY_NAME):
        name = match[1]
        if name[0].isupper() and name.lower() not in own | COMMON_WORDS and name.lower() not in known:
            yield match.span(1)
    for match in (*ask(_I_MYSELF), *(one for one in ask(_SPEAKING) if one[1].lower() in _PEOPLE)):
        if match[1].lower() not in own | COMMON_WORDS and match[1].lower() not in known:
            yield match.span(1)
    for match in ask(_HERE):
        name = match[2].lower()
        if (match[1] or name in GIVEN_NAMES) and name not in own | COMMON_WORDS and name not in known:
            yield match.span()
    for match in ask(_I_AM):
        name = match[1] or match[2] or match[3]
        sure = match[2] or match[3] or name.lower() in GIVEN_NAMES or name == context.player
        if (
            sure
            and name.lower() not in own | COMMON_WORDS
            and name.lower() not in known
            and not (match[1] and _NATION.search(name) and name.lower() not in GIVEN_NAMES)
        ):
            yield match.span()
    for match in (*ask(_MY_NAME_ZH), *ask(_I_AM_ZH)):
        name = match[1]
        taken = _same_zh(name, context.speaker) or name in known or name[0] in "一两他她它你您别"
        if not taken and not re.match(NO_NAMES_ZH, name) and not re.search(r"[的人爷妃家长工匠师生员]$", name):
            yield match.span(1)
    for match in ask(_I_AM_TITLED_ZH):
        if match[1] not in context.speaker and (len(context.speaker) > 3 or context.speaker[0] in SURNAMES):
            yield match.span(1)
    for match in ask(_I_AM_LITTLE_ZH):
        if not set(match[1]) & set(context.speaker) and match[1] not in known:
            yield match.span(1)
    if not context.player.isascii() and (
        swapped := re.search(rf"(?:^|[，。！？“])我(?:就|才)?是{re.escape(context.player)}(?=[，。！”]|$)", raw)
    ):
        yield swapped.span()
    yield from another_self(raw, context.speaker, f"{known} {context.heard}")
    for match in ask(_SURNAME_ZH):
        if len(context.speaker) in {2, 3} and context.speaker[0] in SURNAMES and context.speaker[0] != match[1]:
            yield match.span(1)


def _called(raw: str, ask: Ask, context: Context) -> Iterator[tuple[int, int]]:
    """At the head of a sentence any word has a capital: there only known names count."""
    opened = [
        match for match in ask(_OPENED) if match[1].lower() in GIVEN_NAMES and may_call(match[1], raw, match.end(1))
    ]
    anywhere = chain.from_iterable(map(ask, (_GREETED, _CALLED, _YOUNG, _TITLED)))
    for match in (*anywhere, *opened, *ask(_ORDERED)):
        name = match[1]
        if not name[0].isupper() or name.lower() in _NO_NAMES or _LISTED.search(raw[: match.start(1)]):
            continue
        if _LIST_GOES_ON.match(raw[match.end(1) :]) and _LIST_BEGINS.search(raw[: match.start(1)]):
            continue
        if _is_pet_name(name, context.player) or _known(name, _known_names(context)):
            continue
        if _is_name(name, raw):
            yield match.span(1)


def _called_zh(raw: str, ask: Ask, context: Context) -> Iterator[tuple[int, int]]:
    people = [name for name in (context.player, context.speaker, *context.cast) if name]
    spoken = "，".join((*people, context.heard, *context.facts, *context.earlier, *context.traits))
    for match in (*ask(_CALLED_ZH), *ask(_ENDED_ZH)):
        groups = match.groupdict()
        if (form := groups.get("form")) is not None:
            if all(form != name[0] for name in people) and match[0].strip(_EDGES) not in spoken:
                yield match.span()
            continue
        name = groups.get("bare") or groups.get("whole") or ""
        if (
            name in _THINGS_ZH.split("|")
            or name in spoken
            or not may_call(name, raw, match.end())
            or any(name[-1] in one or (name[0] in one and name[-1] == "儿") for one in people)
        ):
            continue
        if groups.get("whole") and not (_is_given(name[1:]) or is_spoken_to(raw, match.end())):
            continue
        if any(_same_zh(name, one) or (groups.get("whole") and name[0] == one[0]) for one in people):
            continue
        yield match.span()
    yield from called(raw, spoken, people)
    yield from renamed(raw, tuple(context.facts), spoken)


def _is_given(name: str) -> bool:
    """Behind a surname stands a given name, and not the rest of a word: 苏打水, 高原, 黄河."""
    return all(sign in BEHIND_SURNAMES for sign in name) or re.fullmatch(GIVEN_NAMES_ZH, name) is not None


def _narrated(raw: str, context: Context) -> Iterator[tuple[int, int]]:
    if context.speaker:
        people = (context.speaker, context.player, *context.cast)
        known = " ".join((*people, context.heard, *context.facts, *context.earlier, *context.traits))
        yield from narrated(raw, context.speaker, known)


def _known_names(context: Context) -> set[str]:
    spoken = " ".join([context.heard, *context.facts, *context.earlier, *context.traits])
    known = {word.lower() for word in re.findall(r"[A-Z][a-z]+", spoken)}
    for name in (context.speaker, context.player, *context.cast):
        known |= {name.lower(), *(part.lower() for part in re.split(r"[\s·]+", name) if part)}
    return known - {""}


def _is_pet_name(name: str, player: str) -> bool:
    return name.endswith(("y", "ie")) and name[0] == player[:1] and name.lower() not in GIVEN_NAMES


def _known(name: str, known: set[str]) -> bool:
    """Short forms count: Mel is Melanie. Two names that only begin alike are two: Martin is not Mara."""
    short = name.lower()
    if short in known:
        return True
    alike = _one_name if short in GIVEN_NAMES else _begin_alike
    return any(alike(short, one) for one in known if one.isascii())


def _one_name(short: str, one: str) -> bool:
    return same_person(short, one) or pet_form(short, one)


def _begin_alike(short: str, one: str) -> bool:
    return len(one) > 3 and one.startswith(short[:3])


def _is_name(word: str, raw: str) -> bool:
    """A word that also comes in small letters, or ends like no name, is none."""
    ends_like_none = word.lower() not in GIVEN_NAMES and word.endswith(("ing", "ly", "ed", "ness", "tion"))
    return not ends_like_none and not re.search(rf"\b{word.lower()}\b", raw)


def _same_zh(one: str, other: str) -> bool:
    return bool(one and other) and (one in other or other in one or one[-1] in other)
