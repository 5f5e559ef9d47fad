"""Whether a reply hangs together: no loops, nothing against what is pinned or what was just said, nobody by a wrong name."""

import re
from collections import Counter

from moderation.filters.base import Context, Cost, Finding, Stage, Text
from moderation.filters.names import GIVEN_NAMES
from moderation.filters.statements import contradicts, sentences

RUN_EN, RUN_ZH = 4, 6  # words, characters
ALIKE = 0.6  # share of a reply that stood in an earlier one
_GREETED = re.compile(
    r"\b(?:hey|hello|hi|good (?:morning|evening|night|day|afternoon)|thank you|thanks|welcome(?: back)?|dear|listen(?: up)?|goodbye|farewell|sorry|bye|"
    r"good work|well done|sure|yes|no|okay|ok|please|oh|ah),?\s+([A-Z][a-z]{2,14})\b(?=[,!?.…\"”]|\s*[\"”])",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"(?<!country)(?<!city)(?<!town)(?<!village)(?<!state)(?<=[a-z’']),\s+(?:my (?:dear|love|friend)\s+|dear\s+)?([A-Z][a-z]{2,14})(?=[.!?,\"”…]|$)"
)
_OPENED = re.compile(r"(?:^|[.!?\"“*\n]\s*)([A-Z][a-z]{2,14}),\s")
_MY_NAME = re.compile(
    r"\b(?:my name is|my name's|call me|they call me|i am called|this is)\s+([A-Z][a-z]{2,14})\b", re.IGNORECASE
)
_MY_NAME_ZH = re.compile(
    r"(?:我叫|我的名字(?:是|叫)|叫我|人称我?|在下|鄙人姓?)([\u4e00-\u9fff]{2,3}?)(?=[，。！？”、就吧便是]|$)"
)
_NO_NAMES = frozenset(
    [
        "The",
        "This",
        "That",
        "There",
        "Then",
        "They",
        "What",
        "When",
        "Where",
        "Why",
        "How",
        "Yes",
        "Yeah",
        "Well",
        "Now",
        "Here",
        "Hello",
        "Good",
        "Thank",
        "Thanks",
        "Please",
        "Listen",
        "Look",
        "Come",
        "Stop",
        "Wait",
        "Never",
        "Maybe",
        "Perhaps",
        "Sorry",
        "Sure",
        "Still",
        "And",
        "But",
        "Not",
        "You",
        "Your",
        "She",
        "Her",
        "His",
        "Him",
        "Hush",
        "Careful",
        "Enough",
        "Right",
        "Fine",
        "Ah",
        "Oh",
        "Hey",
        "Morning",
        "Evening",
        "Night",
        "Dear",
        "Welcome",
        "Sir",
        "Madam",
        "Captain",
        "Doctor",
        "Lord",
        "Lady",
        "Master",
        "Miss",
        "Mister",
        "Mother",
        "Father",
        "Mom",
        "Dad",
        "Brother",
        "Sister",
        "Friend",
        "Love",
        "Honey",
        "Darling",
        "Sweetheart",
        "Traveler",
        "Traveller",
        "Stranger",
        "God",
        "Heavens",
        "Damn",
        "Really",
        "Nothing",
        "Everything",
        "Someone",
        "Nobody",
        "Quiet",
        "Slowly",
        "Suddenly",
        "Finally",
        "Today",
        "Tomorrow",
        "Tonight",
        "Yesterday",
        "Christmas",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "Silence",
        "Goodbye",
        "Farewell",
        "Indeed",
        "Exactly",
        "Perfect",
        "Absolutely",
        "Anyway",
        "Besides",
        "However",
        "Also",
        "Just",
        "Only",
        "Once",
        "Again",
        "Always",
        "Alright",
        "Okay",
        "Deal",
        "Understood",
        "Agreed",
        "Go",
        "Run",
        "Sit",
        "Stay",
        "Take",
        "Let",
        "Tell",
        "Give",
        "Try",
        "Trust",
        "Close",
        "Open",
        "Relax",
        "Breathe",
        "Easy",
        "Better",
        "Later",
        "Soon",
        "Child",
        "Kid",
        "Boss",
        "Chief",
        "Professor",
        "Majesty",
        "Highness",
        "Grace",
        "Sergeant",
        "Commander",
        "Detective",
        "Inspector",
        "Nurse",
        "Chef",
        "Coach",
        "Officer",
        "Soldier",
        "Knight",
        "Hero",
        "Fool",
        "Idiot",
        "Liar",
        "Coward",
    ]
)


class CoherenceFilter:
    name = "coherence"
    cost = Cost.LARGE
    stages = frozenset({Stage.OUTPUT})

    def look(self, text: Text, context: Context) -> list[Finding]:
        found = [
            self._loop(text),
            self._again(text, context),
            self._contradiction(text, context),
            self._names(text, context),
        ]
        return [finding for finding in found if finding is not None]

    def _loop(self, text: Text) -> Finding | None:
        said = [re.sub(r"[\W_]+", "", sentence) for sentence in sentences(text.folded.text)]
        counts = Counter(sentence for sentence in said if len(sentence) >= (4 if text.chinese else 8))
        times = max(counts.values(), default=0)
        if times >= 3 or (
            times == 2 and max(len(one) for one, n in counts.items() if n == 2) >= (12 if text.chinese else 30)
        ):
            return Finding(self.name, "coherence.loop", 0.9, note=f"a sentence {times} times")
        share = repeated(text.folded.text, chinese=text.chinese)
        return (
            Finding(self.name, "coherence.loop", min(1.0, 0.3 + share), note="runs of words come back")
            if share > 0.3
            else None
        )

    def _again(self, text: Text, context: Context) -> Finding | None:
        mine = runs(text.folded.text, chinese=text.chinese)
        if len(mine) < 6:
            return None
        before = set().union(*(runs(earlier.lower(), chinese=text.chinese) for earlier in context.earlier))
        share = len(mine & before) / len(mine)
        return Finding(self.name, "coherence.loop", share, note="earlier lines again") if share >= ALIKE else None

    def _contradiction(self, text: Text, context: Context) -> Finding | None:
        names = [name for name in (context.speaker, context.player, *context.cast) if name]
        for fact in context.facts:
            if contradicts(fact, text.folded.text, names=names):
                return Finding(self.name, "coherence.contradiction", 0.8, note="against what is pinned")
        for earlier in context.earlier[-3:]:
            for sentence in sentences(earlier):
                if states(sentence) and contradicts(sentence, text.folded.text, names=names):
                    return Finding(self.name, "coherence.contradiction", 0.6, note="against an earlier line")
        return None

    @staticmethod
    def _calls(raw: str) -> list[re.Match[str]]:
        """Where somebody is called by name. At the head of a sentence any word has a capital: there only known names count."""
        opened = [match for match in _OPENED.finditer(raw) if match[1].lower() in GIVEN_NAMES]
        return [*_GREETED.finditer(raw), *_CALLED.finditer(raw), *opened]

    def _names(self, text: Text, context: Context) -> Finding | None:
        known = _known_names(context)
        own = {part.lower() for part in re.split(r"[\s·]+", context.speaker) if part} | {context.speaker.lower()}
        for match in _MY_NAME.finditer(text.raw):
            if (
                own
                and match[1][0].isupper()
                and match[1].lower() not in own
                and match[1] not in _NO_NAMES
                and not match[0].lower().startswith("this is")
            ):
                return Finding(self.name, "coherence.name", 0.8, match.span(1), note="another name of its own")
        for match in _MY_NAME_ZH.finditer(text.raw):
            if context.speaker and not _same_zh(match[1], context.speaker) and not _same_zh(match[1], context.player):
                return Finding(self.name, "coherence.name", 0.7, match.span(1), note="another name of its own")
        if not context.player:
            return None
        for match in self._calls(text.raw):
            name = match[1]
            if name[0].isupper() and name not in _NO_NAMES and not _known(name, known) and _is_name(name, text.raw):
                return Finding(self.name, "coherence.name", 0.7, match.span(1), note="nobody here")
        for match in _CALLED_ZH.finditer(text.raw):
            known_zh = any(_same_zh(match[1], name) for name in known if len(name) < 4)
            if not known_zh and match[1][0] not in context.speaker[:1]:
                return Finding(self.name, "coherence.name", 0.7, match.span(1), note="nobody here")
        return None


# Chinese names are told by a surname before them, or by a form of address behind them.
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
_NO_NAMES_ZH = (
    "马上|高兴|方便|于是|常常|安静|白天|周末|周围|石头|温柔|万一|金色|任何|江边|江湖|黄昏|严重|许多|许久|何必|何况|白白|毛巾|成天|钱包|夏天|余下|陈年|方才|史上|"
    "小心|小时|小声|小事|小气|小狗|小猫|小鬼|小子|老实|老是|老天|老地|老样|老板|老师|老大|慢慢|轻轻|悄悄|渐渐|刚刚|偷偷|静静|默默|妈妈|爸爸|哥哥|姐姐|弟弟|妹妹|爷爷|"
    "奶奶|宝宝|谢谢|拜拜|看看|试试|想想|等等|好好|天天|来来|哈哈|嘿嘿|呵呵|嘻嘻|呜呜|嗯嗯|哼哼|走走|说说|听听|人人|处处|时时|明明|偏偏|乖乖|早早|远远|久久|紧紧|"
    "对对|行行|是是|好吧|江山|高处|高手|高些|高一|白露|白雪|方向|金子|石子|武功|文章|关于|关上|温度|温暖|安全|安心|安排|毛病|马车|马儿|钱财|孔雀|常年|易如|严格"
)
_CALLED_ZH = re.compile(
    rf"(?:^|[。！？“!?,，\n…—])(?!{_NO_NAMES_ZH})([{_SURNAMES}][\u4e00-\u9fff]{{1,2}}|[阿小老][\u4e00-\u9fff]|([\u4e00-\u9fff])\2|"
    rf"[{_SURNAMES}][\u4e00-\u9fff]?(?:哥|姐|公子|姑娘|先生|小姐|大人|少爷|殿下|将军|师弟|师妹|师兄|大夫|老师))(?=[，,！!])"
)


def _known_names(context: Context) -> set[str]:
    spoken = " ".join([context.heard, *context.facts, *context.earlier, *context.traits])
    known = {word.lower() for word in re.findall(r"[A-Z][a-z]+", spoken)} | set(
        re.findall(r"[\u4e00-\u9fff]{2,4}", spoken)
    )
    for name in (context.speaker, context.player, *context.cast):
        known |= {name.lower(), *(part.lower() for part in re.split(r"[\s·]+", name) if part)}
    return known - {""}


def _known(name: str, known: set[str]) -> bool:
    """Short forms count: Mel is Melanie."""
    short = name.lower()
    return short in known or any(len(one) > 3 and one.startswith(short[:3]) for one in known if one.isascii())


def _is_name(word: str, raw: str) -> bool:
    """A word that also comes in small letters, or ends like no name, is none."""
    return not re.search(rf"\b{word.lower()}\b", raw) and not word.endswith(("ing", "ly", "ed", "ness", "tion"))


def _same_zh(one: str, other: str) -> bool:
    return bool(one and other) and (one in other or other in one or one[-1] in other)


def states(sentence: str) -> bool:
    """A plain statement; what is asked, wished or ordered binds nobody."""
    return not sentence.rstrip(' *_"”').endswith(("?", "？", "!", "！"))


def runs(text: str, *, chinese: bool) -> set[tuple[str, ...]]:
    parts, size = (
        (re.findall(r"[\u4e00-\u9fff]", text), RUN_ZH) if chinese else (re.findall(r"[a-z0-9']+", text), RUN_EN)
    )
    return {tuple(parts[at : at + size]) for at in range(len(parts) - size + 1)}


def repeated(text: str, *, chinese: bool) -> float:
    """Share of a text's runs that stood in it before."""
    parts, size = (
        (re.findall(r"[\u4e00-\u9fff]", text), RUN_ZH) if chinese else (re.findall(r"[a-z0-9']+", text), RUN_EN)
    )
    all_runs = [tuple(parts[at : at + size]) for at in range(len(parts) - size + 1)]
    return 1 - len(set(all_runs)) / len(all_runs) if len(all_runs) >= 8 else 0.0
