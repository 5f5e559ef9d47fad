"""The same for Chinese: what stands right before or behind a colour, a side or a number tells what it belongs to."""

import re

from moderation.filters.base import Context
from moderation.filters.statements import sentences

_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "俩": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_NUMBER = r"[零〇一二两三四五六七八九十百千]+|\d+"
_KIN = {"母亲": "妈妈|妈|娘亲|娘", "父亲": "爸爸|爸|爹|老爹", "妈妈": "母亲|妈|娘", "爸爸": "父亲|爸|爹", "奶奶": "祖母", "爷爷": "祖父", "妻子": "老婆|媳妇|内人", "丈夫": "老公"}  # fmt: skip
_DEAD = r"去世|过世|死|牺牲|淹死|病逝|不在(?:了|人世)|走了好?(?:几|多|[一二三四五六七八九十两])?年|亡故|已故|遇害|入土"
_ALIVE = r"今早|今晚|昨[天晚]|昨夜|刚[才刚]|打(?:了)?电话|捎|在[^，。]{1,8}(?:呢|补|做|等|干)|活着|叫你|喊你|还(?:在|训|说|问)|做饭|身体硬朗|[来去]了|住在|等你|等我"
_PAST = r"若|要是|如果|生前|曾|以前|常说|当年|坟|梦|留下|忌日|灵位|在天|走的|没了|遗|[吗？?]"
_SIDES = ("东南西北", "左右", "红黑白蓝绿黄紫灰金银粉褐棕", "子丑寅卯辰巳午未申酉戌亥")
_NOT_COLOURS = r"白天|白费|白白|黑夜|黑暗|红颜|青年|金钱|黄昏|黄金|红脸|脸红|黑道|白说|蓝图|银两|银子|金子|东西|左右|南北|北方|南方|东方|西方"
_AT = re.compile(
    r"(?:在|去|到|从|往)([\u4e00-\u9fff]{2,4}?)(?:上班|工作|长大|读书|上学|当差|出生|见面|相遇|认识|出差|旅行|赶考|开店|任职|教书|念书|住|出发|成亲)"
)
_LIVES_AT = re.compile(r"([\u4e00-\u9fff]{1,4}?)(?:就)?住在([\u4e00-\u9fff]{2,3})")
_STATES = (
    (r"没亮|熄|不亮|灭了|没有亮", r"亮着|亮了|照得|每晚都亮"), (r"关闭|停了|停机|关停|坏了|停运", r"运转|启动|运行|正常工作"), (r"住在", r"搬走|搬到|搬去|不住"),
    (r"最年轻|最小", r"最年长|最老|最大"), (r"分手|离婚", r"结婚都|我们结婚|没分手|从来没有在一起|从没在一起|还在一起"),
    (r"水路", r"陆路|旱路|走山路"), (r"没睡|睡不着|失眠", r"睡得(?:可|很|真|特别)?(?:香|好|沉)|一觉睡到"), (r"冬天|下雪", r"大夏天|夏天的|七月|八月"), (r"夏天", r"大冬天|冬天的|腊月"),
)  # fmt: skip
_MARRIED, _SINGLE = (
    r"结婚|已婚|丈夫|妻子|夫妻|成亲|老婆|老公|夫人|相公",
    r"单身|没结婚|未婚|没成家|光棍|打光棍|没成亲|没嫁过|没娶过|没嫁人",
)
_WORK = r"统领|捕快|医生|大夫|兽医|牙医|老师|教师|先生|厨子|厨师|铁匠|船长|水手|警察|侦探|画家|律师|裁缝|猎人|将军|书生|掌柜|刺客|郎中|歌手|演员|记者|护士|司机|卖[\u4e00-\u9fff]{1,3}的|道士|和尚|镖师|太监|厨娘|农夫|渔夫|程序员|设计师|会计"
_ONLY = re.compile(r"独生|没有(?:兄弟|姐妹|兄弟姐妹)")


def conflict_zh(fact: str, reply: str, context: Context) -> bool:
    ours = _who(fact, context)
    for sentence in sentences(reply):
        if sentence.rstrip().endswith(("?", "？")) and not re.search(
            r"对吧？|是吧？|记得吗？|哪来的|你不介意吧", sentence
        ):
            continue
        said = _who(sentence, context)
        if any(
            check(ours, said)
            for check in (
                _sides,
                _count,
                _soon,
                _kin,
                _years,
                _life,
                _places,
                _states,
                _marriage,
                _work,
                _alone,
                _never,
            )
        ):
            return True
    return False


def _who(text: str, context: Context) -> str:
    """The speaker as "我", the player as "你"."""
    for name, stands in ((context.speaker, "我"), (context.player, "你")):
        if name and any("\u4e00" <= sign <= "\u9fff" for sign in name):
            text = text.replace(name, stands)
    return text.replace("本机", "我")


def _sides(fact: str, said: str) -> bool:
    plain_fact, plain = (re.sub(_NOT_COLOURS, "，", text) for text in (fact, said))
    for group in _SIDES:
        for ours in re.finditer(rf"([\u4e00-\u9fff]?)([{group}])(色)?的?([\u4e00-\u9fff]?)", plain_fact):
            for theirs in re.finditer(rf"([\u4e00-\u9fff]?)([{group}])(色)?的?([\u4e00-\u9fff]?)", plain):
                if ours[2] == theirs[2] or ours[2] in plain:
                    continue
                behind = ours[4] and ours[4] == theirs[4] and ours[4] not in "的了着过是，"
                if group == _SIDES[-1] and ours[4] != "时":
                    continue
                before = group == _SIDES[0] and ours[1] and ours[1] == theirs[1]
                of = ours[3] and theirs[4] and re.search(rf"{theirs[4]}(?:子|儿)?是{ours[2]}色", fact)
                if behind or before or of:
                    return True
    return False


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    total = digit = 0
    for sign in text:
        if sign in "十百千":
            total += max(1, digit) * {"十": 10, "百": 100, "千": 1000}[sign]
            digit = 0
        else:
            digit = _DIGITS.get(sign, 0)
    return total + digit


def _count(fact: str, said: str) -> bool:
    def counted(text: str) -> dict[str, int]:
        plain = re.sub(r"(?<=点)(?:才|就|都|钟)|(?<=[个只条名位匹])(?:大|小|好)", "", text)
        found = {}
        for match in re.finditer(
            rf"({_NUMBER})([\u4e00-\u9fff]{{2}}|[点号楼层岁天日年月里块元两文](?![\u4e00-\u9fff]))", plain
        ):
            found[match[2]] = _number(match[1])
        for match in re.finditer(r"([我你])[^，。]{0,3}初([一二三四五六七八九十]+)", plain):
            found[match[1]] = _number(match[2])
        return found

    ours, theirs = counted(fact), counted(said)
    return any(
        what in theirs and theirs[what] != count
        for what, count in ours.items()
        if not re.match(r"[些点]|起|样|定|直|切|般", what) or what[0] == "点"
    )


def _years(fact: str, said: str) -> bool:
    age = re.search(rf"(我|你|奶奶|爷爷|母亲|父亲|她|他)[^，。]{{0,4}}?(?:今年)?({_NUMBER})(?:岁|了)", fact)
    now = re.search(
        rf"(我|你|奶奶|爷爷|母亲|父亲|她|他)[^，。]{{0,3}}?(?:都|已经|今年|快|才|刚)({_NUMBER})(?:岁|了|出头|，|。|$)",
        said,
    )
    same = age and now and (age[1] == now[1] or (age[1] in "她他" and now[1] in fact))
    return bool(age and now and same and _number(age[2]) != _number(now[2]))


def _soon(fact: str, said: str) -> bool:
    later = rf"({_NUMBER})(?:个)?(小时|分钟|天|日|时辰|年|月)后([\u4e00-\u9fff]{{2}})"
    ours, theirs = re.search(later, fact), re.search(later, said)
    return bool(
        ours and theirs and ours[3] == theirs[3] and (_number(ours[1]), ours[2]) != (_number(theirs[1]), theirs[2])
    )


def _kin(fact: str, said: str) -> bool:
    """Whose brother, where home is, who owes whom."""
    for pattern in (
        r"([我你]是[我你])的?(弟弟|哥哥|姐姐|妹妹|师兄|师弟|师姐|师妹|儿子|父亲|徒弟|师父)",
        r"(老家|家乡|故乡)(?:是|在)([\u4e00-\u9fff]{2,4})",
    ):
        ours, theirs = re.search(pattern, fact), re.search(pattern, said)
        if ours and theirs and ours[1] == theirs[1] and ours[2] not in theirs[2] and theirs[2] not in ours[2]:
            return True
    owes, owed = (
        re.search(r"([\u4e00-\u9fff]{2,4})欠([我你])", fact),
        re.search(r"([我你])欠([\u4e00-\u9fff]{2})", said),
    )
    return bool(owes and owed and owes[2] == owed[1] and owed[2] in owes[1])


def _life(fact: str, said: str) -> bool:
    who = re.search(
        rf"([我你]?)(?:的)?({'|'.join(_KIN)}|掌门|师父|皇帝|先王|国王|[\u4e00-\u9fff]{{2,3}})(?=[^，。]{{0,8}}(?:{_DEAD}))",
        fact,
    )
    if who:
        names = rf"(?:{who[2]}|{_KIN.get(who[2], who[2])})"
        return bool(
            re.search(rf"{who[1]}(?:的|家)?{names}[^。]{{0,8}}(?:{_ALIVE})", said)
            or re.search(rf"{names}[^。]{{0,6}}(?:{_ALIVE})", said)
        ) and not re.search(rf"{_PAST}|{_DEAD}", said)
    for kin in _KIN:
        if kin in fact and re.search(r"住在|今年|开了|是|在", fact):
            return bool(re.search(rf"(?:{kin}|{_KIN[kin]})[^，。]{{0,4}}(?:{_DEAD})", said))
    return False


def _places(fact: str, said: str) -> bool:
    ours, theirs = ({match[0][len(match[1]) + 1 :]: match[1] for match in _AT.finditer(text)} for text in (fact, said))
    if any(theirs.get(doing, where) != where for doing, where in ours.items()):
        return True
    home, other = _LIVES_AT.search(fact), _LIVES_AT.search(said)
    return bool(home and other and home[1][-2:] == other[1][-2:] and home[2][:2] != other[2][:2])


def _states(fact: str, said: str) -> bool:
    for one, other in _STATES:
        for ours, theirs in ((one, other), (other, one)):
            if (mine := re.search(ours, fact)) and re.search(theirs, said) and not re.search(ours, said):
                return "住" not in mine[0] or any(fact[at : at + 2] in said for at in range(min(4, len(fact) - 1)))
    return False


def _marriage(fact: str, said: str) -> bool:
    who = re.search(rf"([我你])[^，。]{{0,8}}(?:{_MARRIED})", fact)
    return bool(who and who[1] in said and re.search(_SINGLE, said))


def _work(fact: str, said: str) -> bool:
    at = re.compile(
        rf"([我你她他]|[\u4e00-\u9fff]{{2,3}}?)(?:不过|就|只|明明|可)?(?:是)(?:个|一个|一名|镇上的?)?[^，。是]{{0,6}}?({_WORK})"
    )
    ours = at.search(fact)
    for theirs in at.finditer(said) if ours else ():
        who = ours[1] == theirs[1] or (ours[1] in "她他" and theirs[1] not in "我你") if ours else False
        if ours and who and theirs[2] not in ours[2] and ours[2] not in theirs[2]:
            return True
    return False


def _alone(fact: str, said: str) -> bool:
    return bool(
        _ONLY.search(fact) and re.search(r"我[的家]?(?:亲)?(?:姐姐|哥哥|弟弟|妹妹|姐|哥|弟|妹)", said) and "我" in fact
    ) or bool(
        re.search(r"([我你])[^，。]{0,2}(?:有|养)[^，。]{0,4}(?:儿子|女儿|孩子)", fact)
        and re.search(r"我(?:没有|从来没有|没)(?:孩子|儿女|女儿|儿子)", said)
    )


def _never(fact: str, said: str) -> bool:
    """ "没见过海" and "我见过海"; who holds the key."""
    for match in re.finditer(r"(?:从未|从没|没|没有|不曾|从来没有)([\u4e00-\u9fff]过[\u4e00-\u9fff]{1,4})", fact):
        if re.search(rf"(?<![没未曾有]){match[1]}", said):
            return True
    been = re.search(r"([我你])(?:从)?(?:没|未)去过([\u4e00-\u9fff]{2})", fact)
    if been and re.search(
        rf"{been[1]}(?:以前|从前|小时候|当年)?(?:在{been[2]}(?:住|长大|出生|读|的?那)|从{been[2]}来|是{been[2]}人)",
        said,
    ):
        return True
    held = re.search(r"([\u4e00-\u9fff]{2})在([我你])(?:手里|手上|身上|这儿|那儿|这里)", fact)
    other = held and ("我" if held[2] == "你" else "你")
    return bool(held and re.search(rf"{held[1]}(?:就|还|一直)?在{other}", said))
