"""What somebody has or lacks, can or never did, in Chinese: a fact held against a sentence. The speaker is "我", the player "你"."""

import re
from collections.abc import Callable

Test = Callable[[str], bool]

# What there may be or not, and how else it is called.
_KINDS = (
    "孩子|儿子|女儿|儿女|子女|闺女|娃", "兄弟|姐妹|姐姐|哥哥|弟弟|妹妹|兄妹|手足", "父母|爹娘|双亲|父亲|母亲|爹|娘|爸爸|妈妈|爸|妈", "妻子|老婆|媳妇|夫人|丈夫|老公|夫君|相公|对象",
    "钱|银子|银两|积蓄", "朋友", "车|轿车", "手机|电话", "地图", "钥匙", "马", "船", "刀|剑|枪|武器", "家", "工作|差事",
)  # fmt: skip
_OF_KIND = {word: kind for kind in _KINDS for word in kind.split("|")}
_NOUNS = "|".join(sorted(_OF_KIND, key=len, reverse=True))
_WITHOUT = {
    "独生": _KINDS[1], "独子": _KINDS[1], "独女": _KINDS[1], "孤儿": _KINDS[2], "无儿无女": _KINDS[0], "膝下无": _KINDS[0], "单身": _KINDS[3], "未婚": _KINDS[3], "光棍": _KINDS[3],
    "守寡": _KINDS[3], "寡妇": _KINDS[3], "丧偶": _KINDS[3], "身无分文": _KINDS[4], "无家可归": _KINDS[13], "举目无亲": f"{_KINDS[1]}|{_KINDS[2]}", "家里就我一个": _KINDS[1],
}  # fmt: skip
_LACKS = re.compile(
    rf"([我你])[^，。]{{0,6}}?(?:没有|从来没有|没|无|从没有过)(?:过|任何|什么|自己的|半个|一个)*({_NOUNS})"
)
_IS_WITHOUT = re.compile(rf"([我你])[^，。]{{0,8}}?({'|'.join(_WITHOUT)})")
_NO_MORE = r"(?![^，。]{0,6}(?:死|去世|过世|早逝|病逝|牺牲|不在了|走得早|留下|生前|要是|如果))"


def _lack(fact: str) -> Test | None:
    found = [(match[1], _OF_KIND[match[2]]) for match in _LACKS.finditer(fact)]
    if is_without := _IS_WITHOUT.search(fact):
        found.append((is_without[1], _WITHOUT[is_without[2]]))
    return _any(
        [
            rf"(?<!要是)(?<!如果){who}(?:家里?)?的?(?:大|小|亲|老|两个|三个|那个|这个|宝贝)*(?:{kind}){_NO_MORE}|{who}(?:家里?|还|就|可|一共)?有?(?:一|两|二|三|四|五|\d)(?:个|位|匹|辆|把|条)[^，。]{{0,2}}(?:{kind})"
            for who, kind in found
        ],
        unless=r"[没无]有?|要是|如果|假如|若|你说",
    )


_HAS = re.compile(
    rf"([我你])(?:家里?)?(?:的|有|还有|怀里|手里|身上)?(?:一|两|三|四|几)?(?:个|位|匹|辆|把|张)?(?:亲|小|大|老)?({_NOUNS})(?!家|车|上|下)|({_NOUNS})(?:就|还|一直)?在([我你])(?:怀里|手里|手上|身上|这儿|这里|包里)"
)


def _have(fact: str) -> Test | None:
    if re.search(r"没|无|不|未|死|去世|过世|病逝|[？?]", fact):
        return None
    patterns = []
    for match in _HAS.finditer(fact):
        who, noun = match[1] or match[4], match[2] or match[3]
        kind = _OF_KIND[noun]
        patterns.append(
            rf"{who}(?:从来|根本|哪里?|压根|这辈子|一向)?(?:就)?(?:没有|没)(?:过|什么|任何|半个|一个)?(?:{noun}|{kind})(?!了)"
        )
        if kind == _KINDS[1]:
            patterns.append(
                rf"{who}[^，。]{{0,4}}(?:是)?独(?:生|子|女|苗)|(?:家里|家中)就{who}一个|{who}[^，。]{{0,3}}没有?(?:兄弟|姐妹|手足)"
            )
        if kind == _KINDS[2]:
            patterns.append(
                rf"{who}[^，。]{{0,4}}是(?:个|一个)?孤儿|{who}(?:从没|没|从来没|连)[^，。？]{{0,8}}(?:见过|长什么样)"
            )
    return _any(patterns)


_KNOWN = re.compile(
    r"(?:我|小时候)[^，。]{0,6}?(爹|娘|爸爸?|妈妈?|父亲|母亲|爷爷|奶奶|师父|外婆|外公)[^，。]{0,4}(?:教|常|给|带|总|说|告诉|送|领|抱)"
)


def _knew(fact: str) -> Test | None:
    """ "我爹常教我写字", and "我连他长什么样都没见过"."""
    known = _KNOWN.search(fact)
    return known and _any(
        [
            rf"(?:从没|没有?|从来没有?|不曾|从未)见过(?:我的?)?{known[1][0]}",
            rf"{known[1][0]}[^。]{{0,4}}(?:走得早|死得早)|(?:长什么样|什么模样|是谁)[^。]{{0,4}}(?:没见|不知道|不记得)|没见过(?:他|她)",
        ]
    )


_DOES = "骑马|骑车|开车|驾车|游泳|做饭|下厨|喝酒|唱歌|跳舞|写字|识字|读书|射箭|用剑|使剑|打架|说谎|撒谎|下棋|弹琴|绣花|抽烟|飞|钓鱼|划船|开船|爬树|杀人|出国|喝茶|画画|看病|治病|算账|打猎"
_CANNOT = re.compile(rf"([我你])[^，。]{{0,4}}?(?:不会|不能|没学过|从没学过|从来没|从没|不懂|没)(?:怎么)?({_DOES})")
_MARKED = {deed: rf"{deed[0]}[^，。]{{0,6}}{deed[1:]}" for deed in _DOES.split("|")}


def _skill(fact: str) -> Test | None:
    """ "我骑了一夜的马", and "我不会骑马"; and the other way round."""
    if cannot := _CANNOT.search(fact):
        return _any([rf"{cannot[1]}[^，。]{{0,8}}{_MARKED[cannot[2]]}"], unless=r"不会|没|不能|别|不懂|如果|要是")
    if re.search(r"不|没|别|未", fact):
        return None
    done = [deed for deed, marked in _MARKED.items() if "我" in fact and re.search(marked, fact)]
    return _any(
        [
            rf"我[^，。]{{0,3}}(?:不会|没学过|从没学过|不懂怎么|从来没有?|从没|不能|这辈子没)(?:{deed}|{deed[0]}过{deed[1:]})"
            for deed in done
        ]
    )


_NAMED = re.compile(
    r"(酒馆|客栈|酒楼|店|茶馆|船|马|狗|猫|剑|刀|村子|镇子|学校|公司|妹妹|姐姐|哥哥|弟弟|女儿|儿子|妻子|丈夫|母亲|父亲|师父|徒弟|孩子)(?:的名字)?(?:叫|名叫|名为|名唤|是叫|取名)(?:做|作)?[“「]?([\u4e00-\u9fff]{2,4})"
)


def _called(fact: str) -> Test | None:
    """Another name for the same one: "我妹妹小雨", where she is called 晚晴."""
    ours = _NAMED.search(fact)
    if ours is None:
        return None
    what, name = ours[1], ours[2]
    shop = what in {"酒馆", "客栈", "酒楼", "店", "茶馆"}
    theirs = re.compile(
        rf"(?:我|你|这|那)(?:家|的|匹|条|只|艘|把)*{'(?:店|酒馆|客栈|酒楼|茶馆)' if shop else what}(?:的名字)?(?:就)?(?:叫|名叫|名为|是叫)(?:做|作)?[“「]?([\u4e00-\u9fff]{{2,4}})"
        + (
            ""
            if shop
            else rf"|我(?:的)?{what}([小阿]?[\u4e00-\u9fff]{{1,2}}?)(?=最|从|也|就|，|已|在|今|喜|常|总|说|来|是)"
        )
    )

    def renames(said: str) -> bool:
        match = theirs.search(said)
        if not match:
            return False
        other = match[1] or match[2]
        return not (set(other) & set(name)) and not re.match(r"[的们也都还就很一不没]", other)

    return renames


_KILLED = r"杀|偷|抢|毒死|背叛|出卖|烧|打碎|打开|写|救|骗|推|放走|弄丢"
_BY = re.compile(rf"([我你])(?:亲手|暗中|曾)?({_KILLED})(?:了|过|死)")


def _doer(fact: str) -> Test | None:
    """Who did it: "人是你杀的", where the speaker did."""
    ours = _BY.search(fact)
    if not ours or re.search(r"[和与跟]", fact[: ours.start()]):
        return None
    other = "你" if ours[1] == "我" else "我"
    return _any(
        [
            rf"是{other}(?:亲手)?{ours[2]}(?:死)?的|{other}(?:亲手|才|自己)*{ours[2]}了(?:他|她|它|人)|{ours[1]}(?:没有?|从没|怎么会|可没){ours[2]}"
        ]
    )


_CLOCK = r"早上|清晨|早晨|上午|中午|正午|下午|傍晚|晚上|夜里|深夜|半夜|凌晨|午夜|黄昏|大清早|大半夜"
_NOW = re.compile(rf"(?:现在|此刻|眼下|时间)(?:是|正是|已经|已是)?[^，。]{{0,3}}?({_CLOCK})")
_SAYS_NOW = re.compile(
    rf"(?:都|已经|这都|才|现在|这)(?:是|都)?(?:快|大)?({_CLOCK})(?:了|的)|({_CLOCK})(?:了，|好[，。！])|(?:这|都)(大清早|大半夜)的"
)


def _hour(fact: str) -> Test | None:
    now = _NOW.search(fact)
    if not now:
        return None
    ours = _part(now[1])

    def other(said: str) -> bool:
        match = _SAYS_NOW.search(said)
        return bool(match and _part(next(filter(None, match.groups()))) != ours)

    return other


def _part(word: str) -> str:
    if word in {"早上", "清晨", "早晨", "上午", "大清早"}:
        return "morning"
    return "noon" if word in {"中午", "正午", "下午"} else "night"


_TRADE = re.compile(
    r"([我你])是?(?:一|名|个|位|当)*(?:教)?(数学|语文|英语|物理|化学|历史|地理|生物|音乐|美术|体育)(?:老师|教师)|([我你])教([\u4e00-\u9fff]{2})"
)
_SUBJECTS = re.compile(
    r"教(?:的是|了)?(数学|语文|英语|物理|化学|历史|地理|生物|音乐|美术|体育)|(数学|语文|英语|物理|化学|历史|地理|生物|音乐|美术|体育)(?:老师|教师)"
)


def _subject(fact: str) -> Test | None:
    ours = _TRADE.search(fact)
    if not ours:
        return None
    what = ours[2] or ours[4]

    def other(said: str) -> bool:
        match = _SUBJECTS.search(said)
        return bool(match and "我" in said and (match[1] or match[2]) != what and what not in said)

    return other


_FEARS = re.compile(r"([我你])[^，。]{0,4}?(?:怕|害怕|恐惧|讨厌|厌恶)([\u4e00-\u9fff]{1,3})")


def _fond(fact: str) -> Test | None:
    """ "从小怕打雷", and "最喜欢打雷下雨的夜晚"."""
    feared = _FEARS.search(fact)
    if not feared or feared[2][0] in "了的你我他她":
        return None
    what = re.escape(feared[2][:2])
    return _any(
        [rf"{feared[1]}[^，。]{{0,4}}(?:喜欢|最爱|爱|享受|不怕)[^，。]{{0,3}}{what}"], unless=r"不喜欢|不爱|才怪"
    )


def _any(patterns: list[str], *, unless: str = "") -> Test | None:
    if not patterns:
        return None
    pattern = re.compile("|".join(patterns))
    excuse = re.compile(unless) if unless else None
    return lambda said: pattern.search(said) is not None and not (excuse and excuse.search(said))


HELD: tuple[Callable[[str], Test | None], ...] = (
    _lack, _have, _knew, _skill, _called, _doer, _hour, _subject, _fond,
)  # fmt: skip
