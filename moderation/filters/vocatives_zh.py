"""Names that a Chinese reply calls somebody or something by, told by how names are written and where they stand.

Two characters that both come up in given names are a name where a call stands: before a request, or behind thanks.
"""

import re
from collections.abc import Iterator
from itertools import chain

from moderation.filters.names import GIVEN_NAMES, NO_NAMES_ZH, SURNAMES
from moderation.filters.namesakes import may_call
from moderation.filters.quick import Together

GIVEN_SIGNS = (
    "秀芳娟敏英华倩艳婉清雪月云霜瑶琳琪瑾瑜璃玥芷若兰芸蓉莲薇萱菲茗荷禾菱蕊颖雅雯霏露霖岚岩峰辰星晨曦晓昕昭晗晴景轩宇宸昊泽浩涵淑润渊澜澈沐汐洛淳翰墨砚书诗琴尘逸凡安宁静怡悦欣然嫣妍娇娥婷娜姝妙"
    "念思忆慕恒远志毅勇刚强武文斌杰俊豪英伟健康祥瑞福喜梅竹菊松柏桐楠榕桃杏枫棠楚燕鹤鸾莺鹃雁龙麒麟玉珠珍玲珑珊瑚琥珀子期归离"
)
# Behind a surname these are given names as well.
BEHIND_SURNAMES = (
    GIVEN_SIGNS
    + "丽华伟军建国红磊鹏杰超涛波辉亮雷默琛睿哲诚博凯翔晟鑫鸿晶璐萍珍凤霞丹玮洁芬川威森琰珂远航乐嘉佳子梓依一俊家志美明平海江林"
)
_NO_CALLS = re.compile(
    "星星|英明|秀丽|英国|艳丽|清秀|秀雅|清华|精英|芳香|月华|芳菲|安静|安宁|宁静|平安|清晨|思念|珍珠|文武|英雄|健康|温和|星辰|清静|静静|念书|书桌|远志|晴雨|雪月|月玉|玉珠|悦耳|子期限|安逸|清雅|文静|琴书|诗书|杏子|桃子|竹子|松子|珠子|棠梨|龙子|妙龄|欣喜|喜欢|若期|归期|离期|思归|安康|强健|文书|书文|清福|福祥|祥瑞|月子|星子|燕子|莲子|玉子|石子|凡子|梅子|福气|远离|霜雪|云月|星月|雪霜"
)
_EDGE = r"(?:^|[。！？!?…”“*）)\n] ?)"
_ASKED = r"(?:把|你|您|过来|进来|出来|坐|别|快|来|听|看|慢|等|走|起来|醒|放|帮|给|让|回|到|跟|吃|喝|睡|不要|不许|记|拿)"
_BEFORE = re.compile(
    rf"{_EDGE}(?P<name>[{GIVEN_SIGNS}]{{2}})[，,！!](?={_ASKED})|{_EDGE}(?P<twice>(.)\3)[，,](?={_ASKED})"
)
_BEHIND = re.compile(
    rf"(?:谢谢你?|多谢|对不起|抱歉|别哭了?|别怕|晚安|早安|再见|保重|听我说|放心(?:吧)?|你(?:还是|真是|今天|总是|怎么|来|瘦|长)[^，。！？]{{0,8}})[，,](?P<name>[{GIVEN_SIGNS}]{{2}})(?=[。！？…”]|$)"
)
_SOFTLY = re.compile(r"(?:吧|啊|呀|了|呢)(?P<name>阿[\u4e00-\u9fff])(?=[，。！？])")
_DEAR = re.compile(
    r"亲爱的(?P<name>(?!你|您|用户|玩家|顾客|各位|先祖|朋友|客人|读者|观众|小姐|先生|女士|妈|爸|孩子|主人|大人|姑娘|公主|王子|同学|老师|家人)[\u4e00-\u9fff]{2,4})(?=[，。！])"
)
_HAILED = re.compile(
    rf"(?:我说|喂|哎|嘿|嗨|诶|早|早安|晚安|你好|师妹|师弟|师姐|师兄|别走|等等|等等我|听我说)[，,]?(?P<name>[{GIVEN_SIGNS}]{{2}})(?:啊|呀|哪)?(?=[，。！])"
)
_ENDING = re.compile(rf"[\u4e00-\u9fff][，,](?P<name>[{GIVEN_SIGNS}]{{2}})(?=[。！？…”]|$)")
_TWICE = re.compile(rf"{_EDGE}(?P<name>([{GIVEN_SIGNS}晚糖果豆团圆朵囡妞乐萌甜])\2)[，,](?!$)")
_ELDER = re.compile(rf"{_EDGE}(?P<name>[{GIVEN_SIGNS}](?:姐|哥|叔|姨|婶|嫂))(?=[，！])")
_PUPIL = re.compile(r"(?:^|[。！？!?…”“])(?P<name>小[\u4e00-\u9fff](?:同学|老师|师傅|护士|警官|姐))(?=[，！])")
# Names from abroad, told by the signs that spell them.
_SPELT = "史密斯布朗约翰森威尔逊米勒戴维德罗宾福霍怀特克拉姆尼亚萨娜丽莎艾伦贝凯恩吉诺夫基奥里希卡洛蒙哈费南雷曼托丁莫加布鲁修伯纳迪埃弗朵莱蒂妮薇黛娅琳玛蕾泰兰赛佩琼珀休埃珍伊莲索菲多帕查普洛"
_NO_ABROAD = re.compile(
    "莫斯科|罗马尼亚|威尼斯|佛罗伦萨|里斯本|布达佩斯|伊斯兰|伊拉克|巴拉克|尼罗河|马拉松|卡布奇诺|拉斐尔前派|伊比利亚|索马里|布鲁塞尔|哥伦比亚|西伯利亚|亚马逊|马德里|芝加哥|多伦多|加拉帕戈斯"
)
_ABROAD = re.compile(
    rf"(?:^|[。！？“!?，,\n…—*])(?:(?P<name>[{_SPELT}]{{2,5}})(?:先生|小姐|太太|夫人|女士|博士|教授|警官|船长|公爵|伯爵)(?=[，,！!。？”])|(?P<bare>[{_SPELT}]{{3,5}})(?=[，,！!。？”]|$))"
)
_LATIN = re.compile(r"(?:^|[。！？“，])(?P<name>[A-Z][a-z]{2,14})(?=[，！？。])")
_TITLED = re.compile(
    r"(?P<name>慕容|欧阳|上官|诸葛|司马|东方|南宫|西门|令狐|公孙|独孤|皇甫|夏侯|尉迟|宇文|长孙)(?:先生|小姐|女士|太太|公子|姑娘|大人|少爷|将军|师兄|师姐|兄|老师|医生)"
)
_PEOPLE = re.compile(
    r"妹妹|弟弟|姐姐|哥哥|妻子|丈夫|女儿|闺女|儿子|师父|师兄|师姐|师弟|师妹|徒弟|母亲|父亲|未婚妻|未婚夫"
)
_NAMED = re.compile(
    rf"(?P<kind>{_PEOPLE.pattern})(?:的名字)?(?:叫做?|名叫|名为|唤作|是)[“「]?(?P<name>[\u4e00-\u9fff]{{2,3}})(?=[，。”」]|$)"
)
_KIN = {"闺女": "女儿", "女儿": "女儿|闺女"}
_PETS = re.compile(
    r"(?P<kind>猫|狗|马|鸟|鹦鹉|兔子|仓鼠|龙|鹰|驴|牛)(?:的名字)?(?:叫做?|名叫)[“「]?(?P<name>[\u4e00-\u9fff]{2,3})(?=[，。”」]|$)"
)
_HOUSE = "斋轩楼阁坊居堂馆号庄院寺庙观苑记"
_HOUSES = re.compile(rf"(?:叫|名叫|名为|唤作)[“「]?(?P<name>[\u4e00-\u9fff]{{1,4}}[{_HOUSE}])(?=[，。”」]|$)")
_THIS_HOUSE = re.compile(
    rf"(?:我|我们|咱们?|本|这|进了?|欢迎(?:来到?|光临)?|来)(?:的|这|这间|这家)?(?:[“「](?P<quoted>[\u4e00-\u9fff]{{1,4}}[{_HOUSE}])[”」]|(?P<plain>[\u4e00-\u9fff]{{2}}[斋轩阁坊堂苑])|(?<=欢迎来到)(?P<there>[\u4e00-\u9fff]{{2,3}}[{_HOUSE}]))"
)
_MYSELF = re.compile(
    rf"(?P<so>(?<=我)[{SURNAMES}](?=某人)|[{SURNAMES}](?!某人))某(?!些|个|种|年|天|处|地)|(?:^|[，。！？“])我(?P<whole>[{SURNAMES}][\u4e00-\u9fff]{{1,2}}?)(?=从不|向来|从来|说到做到|做事|这辈子|一生|平生|岂|绝不|今日|在此|行走)"
)


# What looks back at itself RE2 cannot be asked for.
_TWO_ALIKE = (_BEFORE, _TWICE)
_CALLS = Together(_BEHIND, _SOFTLY, _TITLED, _DEAR, _HAILED, _ENDING, _ELDER, _PUPIL, _ABROAD, _LATIN)


def called(raw: str, spoken: str, people: list[str]) -> Iterator[tuple[int, int]]:
    """Where a name is called that was never spoken and is like nobody's here; `spoken` is all that is known."""
    if raw.isascii():
        return
    for match in chain(_CALLS.finditer(raw), *(pattern.finditer(raw) for pattern in _TWO_ALIKE)):
        place = next(place for place in ("name", "twice", "bare") if match.groupdict().get(place))
        name = match[place]
        if name in spoken or _NO_CALLS.match(name) or re.match(NO_NAMES_ZH, name) or _NO_ABROAD.match(name):
            continue
        if name.isascii() and name.lower() not in GIVEN_NAMES:
            continue
        if may_call(name, raw, match.end(place)) and not any(set(name) & set(one) for one in people):
            yield match.span(place)


def renamed(raw: str, facts: "tuple[str, ...]", spoken: str) -> Iterator[tuple[int, int]]:
    """Where kin, or the house, that some fact names goes by another name."""
    for fact in facts:
        if (kin := _NAMED.search(fact)) and kin["name"][0] not in "谁我你他她":
            kind = _KIN.get(kin["kind"], kin["kind"])
            other = re.compile(
                rf"(?:{kind})(?:叫)?(?P<name>{kin['name'][0]}[\u4e00-\u9fff]|[小阿][\u4e00-\u9fff])(?!{kin['name'][1:]})"
            )
            for match in other.finditer(raw):
                if match["name"] not in spoken and not re.match(NO_NAMES_ZH, match["name"]):
                    yield match.span("name")
            same = re.compile(
                rf"(?P<name>[小阿][\u4e00-\u9fff]|[{GIVEN_SIGNS}]{{2}})(?:就)?是[你我](?:的)?(?:亲)?(?:{kind})"
            )
            for match in same.finditer(raw):
                if match["name"] not in spoken:
                    yield match.span("name")
        if pet := _PETS.search(fact):
            other = re.compile(
                rf"[你我](?:的|家)+(?:那[只条匹头])?{pet['kind']}(?P<name>(?![又在正还也呢就把跑跳的了是很真和跟叫都不没])[\u4e00-\u9fff]{{2}})(?=[又在正还也呢就把跑跳蹲趴，])"
            )
            for match in other.finditer(raw):
                if match["name"] not in spoken:
                    yield match.span("name")
        if house := _HOUSES.search(fact):
            for match in _THIS_HOUSE.finditer(raw):
                place = next(place for place in ("quoted", "plain", "there") if match[place])
                if match[place] not in spoken and match[place][-1] in _HOUSE and house["name"] not in raw:
                    yield match.span(place)


def another_self(raw: str, speaker: str, spoken: str) -> Iterator[tuple[int, int]]:
    """ "裴某", of somebody whose surname is another."""
    if not 2 <= len(speaker) <= 3 or speaker[0] not in SURNAMES:
        return
    for match in _MYSELF.finditer(raw):
        place = "so" if match["so"] else "whole"
        if match[place][0] != speaker[0] and f"{match[place][0]}某" not in spoken and match[place] not in spoken:
            yield match.span(place)
