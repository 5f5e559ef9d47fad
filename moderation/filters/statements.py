"""Whether two statements cannot both be true, as far as words alone tell: other number, other colour, the opposite, a "not".

Both must speak of the same thing: they share enough of their words. English words are cut to stems; Chinese is read by pairs
of characters.
"""

import re
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from itertools import pairwise

from moderation.filters.nameless import NAME, nameless, names_of, ordered
from moderation.filters.opposites import groups, members_zh, places, stem, stems, without
from moderation.filters.sayings import plainly
from moderation.filters.sentences import is_chinese, statements


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STOP = _words_of(
    "the a an is are was were be been am i you he she it we they my your his her its our their me him them of to in on at for with and "
    "or but that this has have had do does did will would can could should may not no never n't from by as so very just ever there here "
    "who what when where which own s into out up down than then too also always about against after before over under through around "
    "between among during behind near since until till ago every each last long now still again "
)
_TIMES = frozenset(
    map(stem, _words_of("night nights day days week weeks month months year years time times today tonight"))
)
_NOT_EN = re.compile(
    r"\b(?:not(?! only)|no|never|none|nobody|nothing(?! \w+ (?:\w+ )?(?:more|better)\b)|cannot|without(?! (?:a|any|the slightest) )|neither|nor|refuses?|unable|stopped|quit)\b|n't\b|n’t\b"
)
_AGAINST = re.compile(r"\b(?:hates?|hated|fears?|feared|afraid|scared|loathes?|despises?)\b")
_NOT_ZH = re.compile(r"不|没|无|未|别|从未|绝不|讨厌|害怕|怕|戒了")
_CLAUSE = re.compile(r"[,;，；]| and | but | because |而且|但是|因为")
_COPULA = re.compile(r"\b(?:is|are|was|am|cannot|can't|can|never|does not|doesn't|do not|don't|always)\b")
_FIRST = re.compile(r"\b(?:i|i'm|i've|my|me|mine)\b|我")
_SWEARS_NOT = re.compile(
    r"\b(?:never|does not|doesn't|don't) (?:swear|curse)|\bpolite|从不说脏话|不说脏话|不骂人|彬彬有礼|有礼貌"
)
_SWEARS = re.compile(
    r"\b(?:fuck\w*|shit\w*|bitch\w*|bastards?|assholes?|damn you|go to hell|goddamn\w*|piss off|bullshit|crap)\b|他妈|操你|妈的|混蛋|王八蛋|滚开|去死|狗屁|傻逼|放屁|老子",
    re.IGNORECASE,
)
_SMALL = "的了是我你他她它们这那就也都和与有在着过吗呢吧啊呀哦个一不没很还又把被给对从到会能要说"
_TELLING = re.compile(rf"(?:(?![{_SMALL}])[\u4e00-\u9fff]){{2,}}")
_COUNTED = re.compile(r"\d+[\u4e00-\u9fff]")
_WORD = re.compile(r"[a-z0-9]+(?:['’](?!s\b)[a-z]+)?")
_CAPITAL = re.compile(r"[a-z,] ([A-Z][a-z]{2,})\b")
_TITLES = re.compile(
    r"\b(?:Captain|Doctor|Professor|King|Queen|Father|Sister|Brother|Detective|Sergeant|Nurse|Officer) (?=[A-Z][a-z])"
)
# "Closed at night", and it is noon: what holds at a time is no matter at another.
_AT_TIMES = re.compile(
    r"\b(?:at|by|during the|in the|on|every|after) (?:night|day|weekends?|mornings?|evenings?|dark|winter|summer|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)\b|夜里|晚上|白天|周末|冬天|夏天|早上|星期[一二三四五六日天]|周[一二三四五六日]"
)
_WHEN = re.compile(
    r"(?P<night>night|\bevening|\bdark\b|夜|晚)|(?P<day>noon|\bday(?:s|time|light)?\b|白天|中午|下午)|(?P<morning>\bmorning|早上|早晨|清晨)|(?P<summer>\bsummer|夏)|"
    r"(?P<winter>\bwinter|冬)|(?P<weekend>\bweekend|周末)|(?P<weekday>\b(?:mon|tues|wednes|thurs|fri|satur|sun)(?=days?\b)|(?:周|星期|礼拜)[一二三四五六日天])|(?P<ever>\b(?:always|never|all the time|around the clock)\b|总是|一直|永远|从来|整天|随时)"
)
_WEEKEND = frozenset(("satur", "sun", "六", "日"))
_DAYS = re.compile(r"\b(?:today|tomorrow|yesterday)\b|今天|明天|昨天|后天|前天")
_STANDS = re.compile(r"\b(?:open|closed|locked|shut|empty|full|crowded|dark|lit|quiet|deserted)\b|[关开锁空亮]")
# What was lost of two leaves the other one.
_ONE_OF_TWO = re.compile(
    r"\b(?:lost|broke|hurt|injured|missing|blind|gone|offline|dead|broken|amputated)\b|[断伤瞎失没缺丢坏]"
)


def contradicts(fact: str, reply: str, *, names: Iterable[str] = ()) -> bool:
    """Whether some sentence of the reply cannot be true beside the fact. Names tie nothing together: everybody has one."""
    known = ordered(frozenset(names))
    claims, proper = _claims(fact, known)
    said = _said(reply, known) if claims else None
    return said is not None and any(
        _clash(claim, sentence, proper, said)
        for claim in claims
        if said.speaks_of(claim)
        for sentence in said.sentences
    )


@lru_cache(maxsize=2_000)
def _claims(fact: str, known: tuple[str, ...]) -> "tuple[tuple[Read, ...], frozenset[str]]":
    """Its clauses; what is pinned, or was just said, is asked again with each reply. And names of things and of those who
    are not here: what is said of "Bramble" is said of the same horse."""
    titles = frozenset(match[0].strip().lower() for match in _TITLES.finditer(fact))
    plain = plainly(nameless(fact.lower(), known))
    claims = tuple(Read(claim, titles) for claim in _CLAUSE.split(plain) if claim.strip())
    parts = {part for name in known for part in name.split()}
    found = {match[1].lower() for match in _CAPITAL.finditer(fact)} - parts
    return claims, frozenset(found - places().keys())


class _Said:
    """What a reply states, and all that it speaks of: most claims are about something else."""

    def __init__(self, sentences: "tuple[Read, ...]") -> None:
        self.sentences = sentences
        self._words = frozenset().union(*(one.content for one in sentences))
        self._groups = _together(one.members for one in sentences)
        self._pairs = frozenset().union(*(one.anchors_zh for one in sentences))
        self._groups_zh = _together(one.members_zh for one in sentences)

    def speaks_of(self, claim: "Read") -> bool:
        if claim.chinese:
            return not (
                self._pairs.isdisjoint(claim.anchors_zh) and self._groups_zh.keys().isdisjoint(claim.members_zh)
            )
        return not (self._words.isdisjoint(claim.content) and self._groups.keys().isdisjoint(claim.members))

    def says_so(self, number: int, members: set[int], *, chinese: bool) -> bool:
        """Whether what a claim says of a group is said somewhere: then the other is said of another thing."""
        return bool((self._groups_zh if chinese else self._groups).get(number, set()) & members)


def _together(found: Iterable[dict[int, set[int]]]) -> dict[int, set[int]]:
    whole: dict[int, set[int]] = {}
    for members in found:
        for number, some in members.items():
            whole.setdefault(number, set()).update(some)
    return whole


@lru_cache(maxsize=4)
def _said(reply: str, names: tuple[str, ...]) -> _Said:
    return _Said(tuple(Read(one) for one in statements(plainly(nameless(reply.lower(), names)))))


def breaks_trait(trait: str, reply: str, *, speaker: str = "") -> bool:
    """A trait is a fact about the speaker, whose name may be missing on either side."""
    names = names_of(speaker)
    if _SWEARS_NOT.search(trait.lower()) and _SWEARS.search(reply):
        return True
    if contradicts(trait, reply, names=names):
        return True
    alone = _alone(nameless(trait.lower(), names))
    return alone is not None and any(map(alone, _own(reply, ordered(names))))


@lru_cache(maxsize=4)
def _own(reply: str, names: tuple[str, ...]) -> "tuple[Read, ...]":
    """What is said of the speaker."""
    low = tuple(name.lower() for name in names)
    return tuple(
        Read(nameless(one, names))
        for one in statements(reply.lower())
        if _FIRST.search(one) or any(name in one for name in low)
    )


@lru_cache(maxsize=500)
def _alone(trait: str) -> "Callable[[Read], bool] | None":
    return _alone_zh(trait) if is_chinese(trait) else _alone_en(trait)


def _alone_zh(trait: str) -> "Callable[[Read], bool] | None":
    """ "不会游泳" and "我游泳游得好", "怕黑" and "不怕黑"."""
    if feared := re.search(r"(?:怕|讨厌|厌恶|恨)([\u4e00-\u9fff]{1,6})", trait):
        what = re.escape(feared[1].strip("的了"))
        fond = re.compile(rf"(?:不怕|不讨厌|喜欢|最爱|热爱){what}")
        return lambda said: fond.search(said.text) is not None
    anchors = pairs(_NOT_ZH.sub("", trait))
    if not anchors or not _NOT_ZH.search(trait):
        return None
    return lambda said: (
        anchors <= said.anchors_zh
        and any(anchors <= pairs(clause) for clause in re.split(r"[，,、]", said.text) if not _NOT_ZH.search(clause))
    )


def _alone_en(trait: str) -> "Callable[[Read], bool] | None":
    """For traits of one word that counts: "cannot lie", "is blind", "afraid of heights"."""
    key = next((stem(word) for word in _after_verb(trait) if word not in _STOP and not _turns(word)), "")
    if not key or (len(content_words(trait)) > 1 and not _COPULA.search(trait)):
        return None
    negated = _negated(trait)
    return lambda said: key in said.content and said.negated != negated and stem(said.words[0]) != key  # no order


def _after_verb(trait: str) -> list[str]:
    match = _COPULA.search(trait)
    return _words(trait[match.end() :] if match else trait)


class Read:
    """A sentence taken apart: its words, what it speaks of, whether it denies, and its members of groups by group.

    A claim is read in its own language; a sentence in that of the claim it is held against. Titles are words like others,
    but no trade and no kin that could be another.
    """

    def __init__(self, sentence: str, titles: frozenset[str] = frozenset()) -> None:
        self.text, self.titles = sentence, titles
        self.chinese = is_chinese(sentence)

    @cached_property
    def words(self) -> list[str]:
        return _words(self.text)

    @cached_property
    def content(self) -> frozenset[str]:
        return frozenset(stem(word) for word in self.words if word not in _STOP and not _turns(word))

    @cached_property
    def negated(self) -> bool:
        return _negated(self.text)

    @cached_property
    def denies(self) -> bool:
        return _NOT_EN.search(self.text) is not None

    @cached_property
    def members(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        known = places()
        for word in (known.keys() & self.words) - self.titles:
            for group, member in known[word]:
                found.setdefault(group, set()).add(member)
        return found

    @cached_property
    def members_zh(self) -> dict[int, set[int]]:
        return members_zh(self.text)

    @cached_property
    def negated_zh(self) -> bool:
        return _NOT_ZH.search(self.text) is not None

    @cached_property
    def anchors_zh(self) -> frozenset[str]:
        return frozenset(pairs(_NOT_ZH.sub("", self.text)))


def _clash(ours: Read, theirs: Read, proper: frozenset[str], said: _Said) -> bool:
    if _at_another_time(ours.text, theirs.text):
        return False
    if ours.chinese:
        return _clash_zh(ours, theirs, said)
    if not ours.content or not theirs.content:
        return False
    for number in ours.members.keys() & theirs.members.keys():
        group = groups()[number]
        if said.says_so(number, ours.members[number], chinese=False) or _other_of_two(group, ours.text, theirs.text):
            continue
        if _denied_near(group, theirs) or _orders(group, theirs.words):
            continue
        if _nouns_behind(group, ours.words) & _nouns_behind(group, theirs.words):
            return True
        if proper & set(theirs.words):
            return True
        rest = ours.content - stems(group) - _TIMES
        if "two" in frozenset().union(*group):
            continue
        if rest and len(rest & theirs.content) >= max(1, len(rest) * 0.4):
            return True
        if len(rest) <= 1 and NAME in ours.text and NAME in theirs.text:
            return True
    shared = len(ours.content & theirs.content) / len(ours.content)
    return (
        len(ours.content) >= 2
        and shared >= 0.6
        and ours.negated != theirs.negated
        and _denies_the_same(ours.text, theirs.content)
        and _denies_the_same(theirs.text, ours.content)
    )


def _at_another_time(ours: str, theirs: str) -> bool:
    ours_on, theirs_on = set(_DAYS.findall(ours)), set(_DAYS.findall(theirs))
    if ours_on and theirs_on:
        return ours_on.isdisjoint(theirs_on)
    if not (_STANDS.search(ours) and _AT_TIMES.search(ours)):
        return False
    when = _when(theirs)
    return "ever" not in when and _when(ours).isdisjoint(when)


def _when(text: str) -> frozenset[str]:
    """Times of day, of the week and of the year that it names; a weekend is its two days."""
    return frozenset().union(*(_times(match) for match in _WHEN.finditer(text)))


def _times(match: re.Match[str]) -> frozenset[str]:
    kind = match.lastgroup or ""
    if kind == "weekday":
        day = match[0] if match[0].isascii() else match[0][-1]
        return frozenset(("日" if day == "天" else day,))
    return _WEEKEND if kind == "weekend" else frozenset((kind,))


def _other_of_two(group: tuple[frozenset[str], ...], ours: str, theirs: str) -> bool:
    sides = len(group) == 2 and any(word.startswith(("left", "左")) for one in group for word in one)
    return sides and _ONE_OF_TWO.search(ours) is not None and _ONE_OF_TWO.search(theirs) is None


def _denies_the_same(sentence: str, other: frozenset[str]) -> bool:
    """What stands right behind the "not" is spoken of on the other side as well."""
    for match in _NOT_EN.finditer(sentence):
        denied = [
            stem(word) for word in _words(sentence[match.end() :]) if word not in _STOP and not word.endswith("ly")
        ][:1]
        if denied and not set(denied) & other:
            return False
    return True


def _denied_near(group: tuple[frozenset[str], ...], said: Read) -> bool:
    """Whether what it says of the group it denies: "never locked", but not "locked, you can't get in"."""
    if not said.denies:
        return False
    every = frozenset().union(*group)
    words = said.words
    return any(
        word in every
        and any(_NOT_EN.fullmatch(before) or before.endswith(("n't", "n’t")) for before in words[max(0, at - 5) : at])
        for at, word in enumerate(words)
    )


def _nouns_behind(group: tuple[frozenset[str], ...], words: list[str]) -> set[str]:
    """What a number or a colour belongs to: the word right behind it."""
    every = frozenset().union(*group)
    return {stem(after) for word, after in pairwise(words) if word in every and after not in _STOP}


def _orders(group: tuple[frozenset[str], ...], words: list[str]) -> bool:
    """ "Open the door" says nothing of how the door is."""
    return bool(words) and any(words[0] in member for member in group)


def _clash_zh(ours: Read, theirs: Read, said: _Said) -> bool:
    for number in ours.members_zh.keys() & theirs.members_zh.keys():
        group = groups()[number]
        if not said.says_so(number, ours.members_zh[number], chinese=True) and not _other_of_two(
            group, ours.text, theirs.text
        ):
            if "三" in frozenset().union(*group):
                if _counted(ours.text) and _other_number(_counted(ours.text), _counted(theirs.text)):
                    return True
                continue
            rest = pairs(without(group, ours.text))
            if rest and len(rest & pairs(without(group, theirs.text))) >= max(1, round(len(rest) * 0.34)):
                return True
            if len(rest) <= 1 and NAME in ours.text and NAME in theirs.text:
                return True
    if _denies(ours, theirs) or _denies(theirs, ours):
        return True
    both = ours.anchors_zh & theirs.anchors_zh
    alike = len(both) >= 2 and len(both) >= 0.5 * len(ours.anchors_zh)
    if not alike or ours.negated_zh == theirs.negated_zh:
        return False
    return _denies_the_same_zh(ours.text, theirs.text) and _denies_the_same_zh(theirs.text, ours.text)


_DENIED = re.compile(r"(?:不|没|未|从未|别)(?:有|曾|能|会|可以?|再|用|想|敢)?([\u4e00-\u9fff]{2})")
_WEAK = _words_of("从来 已经 现在 今天 昨天 明天 晚上 早上 自己 知道 什么 怎么 时候 没有 可以 喜欢 觉得 一个 这里 那里")


def _denies(one: Read, other: Read) -> bool:
    """ "膝盖不疼了" and "膝盖还疼": what is denied on one side stands as it is on the other, of the same thing."""
    if not one.negated_zh or other.negated_zh:
        return False
    for match in _DENIED.finditer(one.text):
        denied = match[1] if match[1][1] not in _SMALL else match[1][0]
        if denied[0] in _SMALL or denied not in other.text:
            continue
        about = {
            pair for pair in one.anchors_zh & other.anchors_zh - _WEAK if pair not in denied and denied not in pair
        }
        if about or (len(denied) == 2 and _same_person(one.text, other.text) and denied not in _WEAK):
            return True
    return False


def _same_person(one: str, other: str) -> bool:
    return (NAME in one and NAME in other) or ("我" in one and "我" in other)


def _denies_the_same_zh(sentence: str, other: str) -> bool:
    denied = re.findall(r"(?:不|没|无|未|别)(?:有|曾|能|会|可|要|法)?([\u4e00-\u9fff])", sentence)
    return not denied or any(sign in other for sign in denied)


def _counted(text: str) -> dict[str, str]:
    """What is counted or dated, and the number: "三个鸡蛋", "三月造", "三日后". One of several is no other number."""
    found = re.findall(r"([就只才仅]有?)?([一二两三四五六七八九十百]+|\d+)([\u4e00-\u9fff]{2})", text)
    return {what: number for only, number, what in found if number != "一" or only or what[0] in "月日号点楼层岁年"}


def _other_number(ours: dict[str, str], theirs: dict[str, str]) -> bool:
    return any(
        what in theirs and theirs[what].replace("两", "二") != number.replace("两", "二")
        for what, number in ours.items()
    )


def negates(sentence: str) -> bool:
    return bool(_NOT_EN.search(sentence) or _NOT_ZH.search(sentence))


def _negated(sentence: str) -> bool:
    """Two "not" are one, as people speak; "never afraid" is none."""
    return bool(_NOT_EN.search(sentence)) != bool(_AGAINST.search(sentence))


def _turns(word: str) -> bool:
    return bool(_NOT_EN.fullmatch(word) or _AGAINST.fullmatch(word))


def content_words(sentence: str) -> set[str]:
    return {stem(word) for word in _words(sentence) if word not in _STOP and not _turns(word)}


def _words(sentence: str) -> list[str]:
    return _WORD.findall(sentence)


def pairs(text: str) -> set[str]:
    """Two characters that stand side by side and both say something."""
    found = {two for run in _TELLING.findall(text) for two in map("".join, pairwise(run))}
    return found.union(_COUNTED.findall(text))
