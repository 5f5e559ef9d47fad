"""The same for Chinese: what stands right before or behind a colour, a side or a number tells what it belongs to."""

import re
from collections.abc import Callable
from functools import lru_cache

from moderation.filters.aspects import shows_another
from moderation.filters.base import Context
from moderation.filters.claims_states import STATES_ZH, asked_away_zh
from moderation.filters.claims_zh_held import HELD
from moderation.filters.readings import Test, in_person_zh, number_zh
from moderation.filters.sentences import LONG_AGO, LONGEST, sentences, with_topics
from moderation.filters.tables import table
from moderation.filters.things import tests_of

_NUMBER = r"[零〇一二两三四五六七八九十百千]+|\d+"
_KIN = {"母亲": "妈妈|妈|娘亲|娘", "父亲": "爸爸|爸|爹|老爹", "妈妈": "母亲|妈|娘", "爸爸": "父亲|爸|爹", "奶奶": "祖母", "爷爷": "祖父", "妻子": "老婆|媳妇|内人", "丈夫": "老公"}  # fmt: skip
_DEAD = r"去世|过世|死|牺牲|淹死|病逝|不在(?:了|人世)|走了好?(?:几|多|[一二三四五六七八九十两])?年|亡故|已故|遇害|入土"
_ALIVE = r"刚(?:在|从|到|给|把|和|跟|对)|呼叫|吩咐|下令|托我|派人|正(?:在)?[等找看睡]|找你|啄|今早|今晚|昨[天晚]|昨夜|刚[才刚]|打(?:了)?电话|捎|在[^，。]{1,8}(?:呢|补|做|等|干)|活着|叫你|喊你|还(?:在|训|说|问)|做饭|身体硬朗|[来去]了|住在|等你|等我"
_PAST = r"若|要是|如果|生前|临终|临死|曾|以前|常说|当年|坟|梦|留下|忌日|灵位|在天|走的|没了|遗|[吗？?]"
_SIDES = ("东南西北", "左右", "红黑白蓝绿黄紫灰金银粉褐棕", "子丑寅卯辰巳午未申酉戌亥")
_OTHER_SENSE = re.compile(
    r"白天|白费|白白|黑夜|黑暗|红颜|青年|金钱|黄昏|黄金|红脸|脸红|黑道|白说|蓝图|银两|银子|金子|东西|左右|南北|北方|南方|东方|西方"
)
_AT = re.compile(
    r"(?:在|去|到|从|往)([\u4e00-\u9fff]{2,4}?)(?:上班|工作|长大|读书|上学|当差|出生|见面|相遇|认识|出差|旅行|赶考|开店|任职|教书|念书|住|出发|成亲)"
)
_LIVES_AT = re.compile(r"([\u4e00-\u9fff]{1,4}?)(?:就)?住在([\u4e00-\u9fff]{2,3})")
_STATES = tuple((row["one"], row["other"]) for row in table("states")["zh"]["states"])
_MARRIED, _SINGLE = (
    r"结婚|已婚|丈夫|妻子|夫妻|成亲|老婆|老公|夫人|相公",
    r"单身|没结婚|未婚|没成家|光棍|打光棍|没成亲|没嫁过|没娶过|没嫁人",
)
_WORK = r"统领|捕快|医生|大夫|兽医|牙医|老师|教师|先生|厨子|厨师|铁匠|船长|水手|警察|侦探|画家|律师|裁缝|猎人|将军|书生|掌柜|刺客|郎中|歌手|演员|记者|护士|司机|卖[\u4e00-\u9fff]{1,3}的|道士|和尚|镖师|太监|厨娘|农夫|渔夫|程序员|设计师|会计"
_ONLY = re.compile(r"独生|没有(?:兄弟|姐妹|兄弟姐妹)")


_TAG = re.compile(r"吧[？?]|记得吗？|是不是[？?]|对不对[？?]|好吗[？?]|行吗[？?]|哪来的|你不介意吧")


def conflict_zh(fact: str, reply: str, context: Context) -> bool:
    if "什么" in reply and asked_away_zh(fact, reply):
        return True
    tests = _tests_for(fact, context.speaker, context.player)
    stated = _stated(reply, context.speaker, context.player)
    if tests and any(test(said) for said in stated for test in tests):
        return True
    return shows_another(in_person_zh(fact[:LONGEST], context), stated, "zh", context)


@lru_cache(maxsize=2_000)
def _tests_for(fact: str, speaker: str, player: str) -> tuple[Test, ...]:
    own = in_person_zh(fact[:LONGEST], Context(speaker=speaker, player=player))
    return (*(test for check in CHECKS if (test := check(own)) is not None), *tests_of(own, "zh"))


@lru_cache(maxsize=4)
def _stated(reply: str, speaker: str, player: str) -> tuple[str, ...]:
    context = Context(speaker=speaker, player=player)
    return tuple(
        in_person_zh(said, context)
        for sentence in sentences(with_topics(reply))
        if len(sentence) <= LONGEST and not LONG_AGO.match(sentence) and (said := _said(sentence))
    )


def _said(sentence: str) -> str:
    """Of a question what stands before its last clause; all of it where it only asks for a nod."""
    if not sentence.rstrip(' ”"*').endswith(("?", "？")) or _TAG.search(sentence):
        return sentence
    return "，".join(_CLAUSES.split(sentence)[:-1])


_CLAUSES = re.compile("[，,]")


_ONE_LOST = re.compile("[断伤瞎失没缺丢坏]")
_SIDED = tuple(re.compile(rf"([\u4e00-\u9fff]?)([{group}])(色)?的?([\u4e00-\u9fff]?)") for group in _SIDES)


def _sides(fact: str) -> Test | None:
    plain_fact = _OTHER_SENSE.sub("，", fact)
    ours = [list(pattern.finditer(plain_fact)) for pattern in _SIDED]
    if not any(ours):
        return None
    if _ONE_LOST.search(fact):  # the other one of two is still there
        ours[_SIDES.index("左右")] = []

    def other(said: str) -> bool:
        plain = _OTHER_SENSE.sub("，", said)
        return any(
            _other_side(fact, plain, group, mine, theirs)
            for group, found in enumerate(ours)
            if found
            for theirs in _SIDED[group].finditer(plain)
            for mine in found
        )

    return other


def _other_side(fact: str, plain: str, group: int, ours: re.Match[str], theirs: re.Match[str]) -> bool:
    if ours[2] == theirs[2] or ours[2] in plain or (group == len(_SIDES) - 1 and ours[4] != "时"):
        return False
    behind = ours[4] and ours[4] == theirs[4] and ours[4] not in "的了着过是，"
    before = group == 0 and ours[1] and ours[1] == theirs[1]
    return bool(behind or before or (ours[3] and theirs[4] and re.search(rf"{theirs[4]}(?:子|儿)?是{ours[2]}色", fact)))


_BETWEEN = re.compile("(?<=点)(?:才|就|都|钟)|(?<=[个只条名位匹])(?:大|小|好)")
_COUNTED = re.compile(rf"({_NUMBER})([\u4e00-\u9fff]{{2}}|[点号楼层岁天日年月里块元两文度](?![\u4e00-\u9fff]))")
_DAY = re.compile(r"([我你船信车货])[^，。]{0,3}初([一二三四五六七八九十]+)")
_NO_COUNT = re.compile(r"[些点]|起|样|定|直|切|般")


def _counted(text: str) -> dict[str, int]:
    plain = _BETWEEN.sub("", text)
    found = {match[2]: number_zh(match[1]) for match in _COUNTED.finditer(plain)}
    return found | {match[1]: number_zh(match[2]) for match in _DAY.finditer(plain)}


_IN_ORDER = "楼号层点岁日月年"  # of which "one" is no part of several
_SOME_OF = re.compile("还?剩|空着|其中|另")


def _count(fact: str) -> Test | None:
    ours = {what: count for what, count in _counted(fact).items() if not _NO_COUNT.match(what) or what[0] == "点"}
    if not ours:
        return None

    def other(said: str) -> bool:
        if _SOME_OF.search(said):
            return False
        theirs = _counted(said)
        return any(
            (many := theirs.get(what, count)) != count and (many != 1 or what[0] in _IN_ORDER)
            for what, count in ours.items()
        )

    return other


_HOW_OLD = re.compile(rf"(我|你|奶奶|爷爷|母亲|父亲|她|他)[^，。]{{0,4}}?(?:今年)?({_NUMBER})(?:岁|了)")
_AGED = re.compile(
    rf"(我|你|奶奶|爷爷|母亲|父亲|她|他)[^，。]{{0,3}}?(?:都|已经|今年|快|才|刚)+({_NUMBER})(?:岁|了|的人|出头|，|。|$)"
)


def _years(fact: str) -> Test | None:
    age = _HOW_OLD.search(fact)
    if not age:
        return None
    who, years = age[1], number_zh(age[2])

    def other(said: str) -> bool:
        now = _AGED.search(said)
        return bool(now and (who == now[1] or (who in "她他" and now[1] in fact)) and number_zh(now[2]) != years)

    return other


_LATER = re.compile(rf"({_NUMBER})(?:个)?(小时|分钟|天|日|时辰|年|月)后([\u4e00-\u9fff]{{2}})")


def _soon(fact: str) -> Test | None:
    ours = _LATER.search(fact)
    if not ours:
        return None
    when, what = (number_zh(ours[1]), ours[2]), ours[3]

    def other(said: str) -> bool:
        theirs = _LATER.search(said)
        return bool(theirs and theirs[3] == what and (number_zh(theirs[1]), theirs[2]) != when)

    return other


_WHOSE = (
    re.compile(r"([我你]是[我你])的?(弟弟|哥哥|姐姐|妹妹|师兄|师弟|师姐|师妹|儿子|父亲|徒弟|师父)"),
    re.compile(r"(老家|家乡|故乡)(?:是|在)([\u4e00-\u9fff]{2,4})"),
)
_OWES, _OWED = re.compile(r"([\u4e00-\u9fff]{2,4})欠([我你])"), re.compile(r"([我你])欠([\u4e00-\u9fff]{2})")


def _kin(fact: str) -> Test | None:
    """Whose brother, where home is, who owes whom."""
    ours = [(pattern, match) for pattern in _WHOSE if (match := pattern.search(fact))]
    owes = _OWES.search(fact)
    if not ours and not owes:
        return None

    def other(said: str) -> bool:
        for pattern, mine in ours:
            theirs = pattern.search(said)
            if theirs and mine[1] == theirs[1] and mine[2] not in theirs[2] and theirs[2] not in mine[2]:
                return True
        owed = _OWED.search(said) if owes else None
        return bool(owes and owed and owes[2] == owed[1] and owed[2] in owes[1])

    return other


_TIME_ZH = "去已在三上早昨前十一两几就都刚今多是被因"
_DIED = re.compile(
    rf"([我你]?)(?:的)?({'|'.join(_KIN)}|掌门|师父|皇帝|先王|国王|[\u4e00-\u9fff]{{2,3}})(?=[^，。]{{0,8}}(?:{_DEAD}))"
)
_GONE, _IS_THERE = re.compile(rf"{_PAST}|{_DEAD}"), re.compile(r"住在|今年|开了|是|在")


def _life(fact: str) -> Test | None:
    if orphan := re.search(r"([我你])是(?:个|一个)?孤儿", fact):
        parents = re.compile(rf"{orphan[1]}(?:的)?(?:娘|爹|妈|爸|父亲|母亲|爸爸|妈妈|父母)[^。]{{0,8}}(?:{_ALIVE})")
        return lambda said: bool(parents.search(said)) and not _GONE.search(said)
    if who := _DIED.search(fact):
        whole = who[2].rstrip(_TIME_ZH) if len(who[2].rstrip(_TIME_ZH)) > 1 else who[2]
        called = whole[1:] if len(whole) == 3 else whole  # without a surname
        names = rf"(?:{whole}|{_KIN.get(whole, called)})"
        alive = re.compile(rf"{who[1]}(?:的|家)?{names}[^。]{{0,8}}(?:{_ALIVE})|{names}[^。]{{0,6}}(?:{_ALIVE})")
        return lambda said: bool(alive.search(said)) and not _GONE.search(said)
    kin = next((kin for kin in _KIN if kin in fact), "")
    return _any([rf"(?:{kin}|{_KIN[kin]})[^，。]{{0,4}}(?:{_DEAD})"]) if kin and _IS_THERE.search(fact) else None


def _done_at(text: str) -> dict[str, str]:
    return {match[0][len(match[1]) + 1 :]: match[1] for match in _AT.finditer(text)}


def _places(fact: str) -> Test | None:
    ours, home = _done_at(fact), _LIVES_AT.search(fact)
    if not ours and not home:
        return None

    def elsewhere(said: str) -> bool:
        theirs = _done_at(said) if ours else {}
        if any(theirs.get(doing, where) != where for doing, where in ours.items()):
            return True
        other = _LIVES_AT.search(said) if home else None
        return bool(home and other and home[1][-2:] == other[1][-2:] and home[2][:2] != other[2][:2])

    return elsewhere


def _states(fact: str) -> Test | None:
    pairs = [
        (mine[0], re.compile(ours), re.compile(theirs))
        for one, other in _STATES
        for ours, theirs in ((one, other), (other, one))
        if (mine := re.search(ours, fact))
    ]
    if not pairs:
        return None
    begins = {fact[at : at + 2] for at in range(min(4, len(fact) - 1))}

    def changed(said: str) -> bool:
        for mine, ours, theirs in pairs:
            if theirs.search(said) and not ours.search(said):
                return "住" not in mine or any(two in said for two in begins)
        return False

    return changed


_MARRIES = re.compile(rf"([我你])[^，。]{{0,8}}(?:{_MARRIED})")


def _marriage(fact: str) -> Test | None:
    who = _MARRIES.search(fact)
    return who and (lambda said: who[1] in said and bool(re.search(_SINGLE, said)))


_IS_A = re.compile(
    rf"([我你她他]|[\u4e00-\u9fff]{{2,3}}?)(?:不过|就|只|明明|可)?(?:是(?:个|一个|一名|镇上的?)?|一个|一介|身为|好歹是)[^，。是]{{0,6}}?({_WORK})"
)


def _work(fact: str) -> Test | None:
    ours = _IS_A.search(fact)
    if not ours:
        return None
    who, trade = ours[1], ours[2]

    def other(said: str) -> bool:
        return any(
            (who == theirs[1] or (who in "她他" and theirs[1] not in "我你"))
            and theirs[2] not in trade
            and trade not in theirs[2]
            for theirs in _IS_A.finditer(said)
        )

    return other


_SIBLING = r"我[的家]?(?:亲)?(?:姐姐|哥哥|弟弟|妹妹|姐|哥|弟|妹)"
_CHILD = re.compile(r"([我你])[^，。]{0,2}(?:有|养)[^，。]{0,4}(?:儿子|女儿|孩子)")


def _alone(fact: str) -> Test | None:
    patterns = [_SIBLING] if _ONLY.search(fact) and "我" in fact else []
    if re.search(_SIBLING, fact) or re.search(r"我有[^，。]{0,5}(?:姐|哥|弟|妹|兄)", fact):
        patterns.append(
            r"(?:我|本)[^，。]{0,3}独(?:子|生|女)|家里就我一个|我没有?(?:兄弟|姐妹|兄弟姐妹|姐姐|哥哥|弟弟|妹妹)"
        )
    if _CHILD.search(fact):
        patterns.append(r"我(?:没有|从来没有|没)(?:孩子|儿女|女儿|儿子)")
    return _any(patterns)


def _any(patterns: list[str]) -> Test | None:
    if not patterns:
        return None
    pattern = re.compile("|".join(patterns))
    return lambda said: pattern.search(said) is not None


_NEVER = re.compile(r"(?:从未|从没|没|没有|不曾|从来没有)([\u4e00-\u9fff]过[\u4e00-\u9fff]{1,4})")
_NOT_BEEN = re.compile(r"([我你])(?:从)?(?:没|未)去过([\u4e00-\u9fff]{2})")
_HELD = re.compile(r"([\u4e00-\u9fff]{2})在([我你])(?:手里|手上|身上|这儿|那儿|这里)")


def _never(fact: str) -> Test | None:
    """ "没见过海" and "我见过海"; who holds the key."""
    patterns = [rf"(?<![没未曾有]){match[1]}" for match in _NEVER.finditer(fact)]
    if been := _NOT_BEEN.search(fact):
        patterns.append(
            rf"{been[1]}(?:以前|从前|小时候|当年)?(?:在{been[2]}(?:住|长大|出生|读|的?那)|从{been[2]}来|是{been[2]}人)"
        )
    if held := _HELD.search(fact):
        patterns.append(rf"{held[1]}(?:就|还|一直)?在{'我' if held[2] == '你' else '你'}")
    return _any(patterns)


_PARTED = re.compile(r"我?把(?:我的)?([\u4e00-\u9fff]{1,3}?)(?:给)?(?:当|卖|丢|送|烧|扔|埋)(?:了|掉|给|人)")


def _parted(fact: str) -> Test | None:
    """What was pawned is no longer there."""
    gone = _PARTED.search(fact)
    if not gone:
        return None
    return _any(
        [
            rf"我?[^，。]{{0,4}}(?<![卖])(?:骑|坐|开|穿|戴|佩|弹|吹)(?:上|着)?(?:我的)?{gone[1]}(?!了)|我的?{gone[1]}[^，。]{{0,4}}(?:一直|还)[^，。]{{0,3}}(?:在|挂|带|握|放|收)|我[^，。]{{0,4}}(?:戴|带|握|佩|拿)着[^，。]{{0,3}}{gone[1]}"
        ]
    )


_LOST = re.compile(
    r"([\u4e00-\u9fff]{2}|[我你])[^，。]{0,3}(?:断|没|少|失去|丢|瘸)了?[^，。]{0,3}(?:左|右|一|条|只|半)*(腿|手|胳膊|眼|臂|脚)"
)


def _limbs(fact: str) -> Test | None:
    lost = _LOST.search(fact)
    return lost and _any([rf"{lost[1]}[^。]{{0,14}}(?:两|双)(?:条|只|个)?{lost[2]}"])


CHECKS: tuple[Callable[[str], Test | None], ...] = (
    _sides, _count, _soon, _kin, _years, _life, _places, _states, _marriage, _work, _alone, _never, _parted, _limbs, *HELD, *STATES_ZH,
)  # fmt: skip
