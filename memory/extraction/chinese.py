"""What is looked for in Chinese lines."""

import re
from collections.abc import Iterator

from memory.extraction.dates import names_a_day, resolved, written
from memory.extraction.fact import Fact, Heard
from memory.extraction.rule import Rule

_SENTENCE = re.compile(r"[^。！？!?\n；;]+[。！？!?]*")
_SHORT = r"(?P<what>[^，。！？!?；;、\n]{1,30})"
_CLAUSE = r"(?P<what>[^。！？!?；;\n]{2,120})"
_NAME = r"(?!了|过|他|她|它|你|我|人|不)(?P<name>[\u3400-\u9fffA-Za-z·]{1,12})"
_KIN = (
    "妈妈|母亲|爸爸|父亲|姐姐|妹妹|哥哥|弟弟|老婆|妻子|老公|丈夫|女朋友|男朋友|对象|儿子|女儿|孩子|奶奶|爷爷|外婆|外公|"
    "姥姥|姥爷|阿姨|叔叔|舅舅|表姐|表妹|表哥|表弟|朋友|闺蜜|同事|老板|狗狗?|猫咪?|兔子|鹦鹉|仓鼠"
)
_SOME_KIN = rf"(?P<what>(?:[一两二三四五六七几]|\d)?(?:个|只|条|位|对)?(?:{_KIN})(?:叫[\u3400-\u9fffA-Za-z]{{1,8}})?)"
_TRADE = (
    r"(?P<what>[\u3400-\u9fff]{0,8}(?:师|员|生|家|工|医|官|长|手|人员|匠|客|徒|老板|护士|警察|军人|农民|司机|教授|"
    r"秘书|会计|程序员|设计师|工程师|厨子|店主))"
)
_NOT_A_TRADE = re.compile(r"(?:人生|陌生|大家|独生|先生|学生时|女生|男生|一生|出生|发生|人家|国家|回家|在家)$")
_VERY = r"(?:真的?|特别|非常|很|最|超级?|一直|也|还是|挺|好)*"


def _rule(pattern: str, says: str, kind: str, *, slot: str = "", importance: int) -> Rule:
    return Rule(re.compile(pattern), says, kind, slot, importance)


_RULES = (
    _rule(
        rf"(?:我叫|我的名字(?:是|叫)|叫我|我名叫){_NAME}", "{P}的名字是{name}。", "about_player", slot="name",
        importance=95,
    ),
    _rule(rf"我?对{_SHORT}过敏", "{P}对{what}过敏。", "about_player", slot="allergy {what}", importance=95),
    _rule(rf"我的?生日(?:是|在|就是)?{_SHORT}", "{P}的生日是{what}。", "about_player", slot="birthday", importance=90),
    _rule(rf"我(?:出生在|出生于){_SHORT}", "{P}出生于{what}。", "about_player", slot="born", importance=80),
    _rule(
        rf"我(?:现在|目前|一直)?(?:住在|家在){_SHORT}", "{P}住在{what}。",
        "about_player", slot="home", importance=85,
    ),
    _rule(
        rf"^我[^他她它你]*[，,](?:现在|目前)?住在{_SHORT}", "{P}住在{what}。",
        "about_player", slot="home", importance=85,
    ),
    _rule(
        rf"我(?:刚刚?|最近|已经)?搬(?:家)?到了?{_SHORT}", "{P}住在{what}。",
        "about_player", slot="home", importance=85,
    ),
    _rule(rf"我(?:来自|老家在|是从){_SHORT}", "{P}来自{what}。", "about_player", slot="origin", importance=80),
    _rule(
        r"我是(?P<what>[\u3400-\u9fff]{2,8})人(?![\u3400-\u9fff])", "{P}是{what}人。", "about_player", slot="origin",
        importance=80,
    ),
    _rule(
        r"我(?:现在|目前)?在(?P<what>[^，。！？!?；;、\n]{1,20}?)(?P<how>工作|上班|教书|读书|上学)",
        "{P}在{what}{how}。",
        "about_player", slot="work at", importance=80,
    ),
    _rule(rf"我的(?:工作|职业)是{_SHORT}", "{P}的职业是{what}。", "about_player", slot="work as", importance=80),
    _rule(
        rf"我的?(?P<who>(?:大|小|二)?(?:{_KIN}))(?:的名字)?(?:叫做?|名叫|名字是|名字叫){_NAME}", "{P}的{who}叫{name}。",
        "about_player", slot="called {who}", importance=80,
    ),
    _rule(
        r"我(?:今年|已经|刚满|快)*(?P<what>\d{1,2}|[一二三四五六七八九十]{1,3})岁", "{P}{what}岁。", "about_player",
        slot="age", importance=75,
    ),
    _rule(
        r"我(?:已经|刚)*(?P<what>结婚|订婚|离婚)了", "{P}{what}了。",
        "about_player", slot="marriage", importance=75,
    ),
    _rule(
        r"我(?:还|现在|一直)*(?P<what>单身|没结婚)", "{P}{what}。",
        "about_player", slot="marriage", importance=75,
    ),
    _rule(r"我(?:一直|从小|现在)*(?:吃素|是素食者)", "{P}吃素。", "about_player", slot="diet", importance=80),
    _rule(
        r"我(?:从来|从|一向|已经)*(?:不|戒了?)(?P<how>喝|抽)(?P<what>酒|烟|咖啡|牛奶|茶)", "{P}不{how}{what}。",
        "preference", slot="{how} {what}", importance=75,
    ),
    _rule(
        r"我(?:从小)?(?:有|得过|患有)(?P<what>哮喘|糖尿病|癫痫|失眠症?|偏头痛|心脏病|高血压|低血糖)",
        "{P}有{what}。", "about_player", importance=80,
    ),
    _rule(
        r"我(?:还)?会[说讲](?P<what>[\u3400-\u9fff]{1,6}(?:语|话|文))", "{P}会说{what}。",
        "about_player", importance=65,
    ),
    _rule(
        r"我(?:从小|会|在学|一直)+(?P<how>弹|拉|吹|打|下)(?P<what>钢琴|吉他|古筝|琵琶|小提琴|大提琴|二胡|笛子|萨克斯|鼓|围棋|象棋)",
        "{P}会{how}{what}。", "about_player", importance=65,
    ),
    _rule(
        r"我(?:正?在|现在)+学(?![校生院期历问])(?P<what>[\u3400-\u9fff]{1,10}?)(?=$|[，。！？!?；;、\n呢了])",
        "{P}在学{what}。", "about_player", slot="study", importance=70,
    ),
    _rule(
        rf"我的?(?P<who>(?:大|小|二)?(?:{_KIN}))(?:现在|一直|也)*(?P<how>住在){_SHORT}", "{P}的{who}{how}{what}。",
        "about_player", slot="home {who}", importance=70,
    ),
    _rule(
        rf"我的?(?P<who>(?:大|小|二)?(?:{_KIN}))(?:在)?(?P<what>去年|前年|今年|上个月|[一两三四五六七八九十\d]+年前)"
        r"(?:去世|过世|走)了?", "{P}的{who}{what}去世了。", "about_player", slot="death {who}", importance=85,
    ),
    _rule(
        r"我(?:一直)?(?:打算|计划|梦想|想)(?:是|着|要)?(?P<what>(?:开一?[家间]|当|学会|考|写一本|搬到|环游)[^，。！？!?；;、\n]{1,30})",
        "{P}想{what}。", "about_player", importance=60,
    ),
    _rule(rf"我家?里?(?:有|养了?){_SOME_KIN}", "{P}有{what}。", "about_player", importance=75),
    _rule(
        rf"我最(?:喜欢|爱)的(?P<thing>[\u3400-\u9fff]{{1,8}}?)(?:是|就是){_SHORT}", "{P}最喜欢的{thing}是{what}。",
        "preference", slot="favourite {thing}", importance=75,
    ),
    _rule(
        rf"我{_VERY}(?:讨厌|不喜欢|受不了|不爱|不吃|反感){_SHORT}", "{P}不喜欢{what}。",
        "preference", slot="liking {what}",
        importance=65,
    ),
    _rule(
        rf"我{_VERY}(?:害怕|怕|恐惧){_SHORT}", "{P}害怕{what}。", "about_player", slot="fear {what}", importance=75
    ),
    _rule(
        rf"我{_VERY}(?:喜欢|爱好是|热爱|爱(?!你))(?!的|你){_SHORT}", "{P}喜欢{what}。",
        "preference", slot="liking {what}",
        importance=60,
    ),
)  # fmt: skip
_I_AM_A = re.compile(rf"我(?:现在|目前)?(?:是|当)(?:一?(?:个|名|位))?{_TRADE}(?![\u3400-\u9fff])")
_PROMISE = re.compile(rf"我(?:向你)?(?:保证|答应你?|发誓|承诺)[，,：:]?(?:我)?(?:一定|会|要)*{_CLAUSE}")
_ASKED = re.compile(rf"(?:请|你要|你得|帮我|一定要|要)*(?:记住|记得|别忘了?|不要忘了?|记下来?)[，,：:]?{_CLAUSE}")
_NOT_ASKED = re.compile(r"(?:我|还|不|他|她|吗|是否|都|总|永远|会|没)$")


def sentences(text: str) -> Iterator[str]:
    for found in _SENTENCE.finditer(text):
        if sentence := found.group().strip():
            yield sentence


def asked(sentence: str, heard: Heard) -> Fact | None:
    """“记住，……”；“我记得……”、“你还记得……吗？”不算。"""
    found = _ASKED.search(sentence)
    if found is None or sentence.endswith(("?", "？")) or _NOT_ASKED.search(sentence[: found.start()]):
        return None
    what = found["what"].strip()
    for fact in facts(what, heard):
        return Fact(fact.statement, fact.kind, fact.slot, max(85, fact.importance), 95, asked=True)
    return Fact(quoted(what, heard), "event", importance=85, confidence=95, asked=True)


def facts(sentence: str, heard: Heard) -> list[Fact]:
    if sentence.endswith(("?", "？", "吗", "呢")):
        return []
    promise = _PROMISE.search(sentence)
    if promise is not None:
        return [_promised(promise["what"], heard)]
    if heard.role != "player":
        return []
    found = [fact for rule in _RULES if (fact := rule.find(sentence, heard, _tidy)) is not None]
    trade = _I_AM_A.search(sentence)
    if trade is not None and not _NOT_A_TRADE.search(trade["what"]):
        found.append(Fact(f"{heard.speaker}是{trade['what']}。", "about_player", "work as", 80))
    if not found and "我" in sentence and names_a_day(sentence, chinese=True):
        found.append(Fact(quoted(sentence, heard), "event", importance=55, confidence=70))
    return found


def quoted(words: str, heard: Heard) -> str:
    """原话，日子写明；“我”是谁，前面已说。"""
    return f"{heard.speaker}在{written(heard.day, chinese=True)}说：“{resolved(words, heard.day, chinese=True)}”"


def _promised(what: str, heard: Heard) -> Fact:
    kept = resolved(what.strip("，,。 "), heard.day, chinese=True)
    day = written(heard.day, chinese=True)
    return Fact(f"{day}，{heard.speaker}答应{heard.other}：“{kept}”", "promise", importance=75)


def _tidy(value: str, heard: Heard) -> str:
    plain = re.sub(r"^(?:的|了|是|在|就是)+", "", value.strip(" “”：:"))
    return resolved(re.sub(r"(?:哦|呢|啊|呀|吧|啦|了|哈|的)+$", "", plain).strip(), heard.day, chinese=True)
