# ruff: noqa: E501 – a pattern, one line or two: they are read and compared as a table
"""What happened in a turn, heard by rules in English and Chinese. They would rather miss something than imagine it."""

import re
from collections.abc import Sequence

from memory.bonds.events import EVENTS, Happening

LETTERS = 2_000  # of a line that are listened to
MOST_LETTERS_OF_A_NAME = 30

_I, _YOU = r"\bi(?:'m| am)", r"\byou(?:'re| are)"
_SAID: dict[str, str] = {
    "thanked": r"\bthanks?(?: you)?\b|\bmuch obliged\b|谢谢|多谢|感谢你|谢啦",
    "praised": rf"{_YOU} (?:so |really |very |truly )?(?:kind|wonderful|brilliant|beautiful|amazing|clever|sweet|brave|"
    r"the best|funny|wise)\b|\bi (?:really )?(?:like|admire|love) (?:talking (?:to|with) you|your )"
    r"|你(?:可|也)?(?:真|太|好)(?:是)?(?:好|棒|聪明|漂亮|厉害|温柔|可爱|善良|勇敢|体贴|有趣)(?!像|不)|喜欢(?:和|跟|与)你",
    "affection": r"\bi love you\b|\bi(?:'ve| have)? missed you\b|\bi miss you\b|\*[^*\n]*\b(?:hugs?|embraces?|kisses)\b"
    r"[^*\n]*\*|我爱你|我(?:好|很|真|也)?想你了?(?:[，。！,.!~～]|$)|抱抱你?|抱住你|拥抱你|亲了?亲你",
    "confided": r"\bi(?:'ve| have) never told (?:anyone|anybody|a soul)\b|\b(?:tell|confess) (?:to )?you (?:a secret|something "
    rf"i)\b|\bcan you keep a secret\b|\bi trust you\b|{_I} (?:so |really |a little )?(?:scared|afraid|ashamed|lonely)\b"
    r"|(?:从|还)?没(?:有)?(?:跟|和|对|告诉过?)(?:任何人|谁|别人)(?:说|讲|提)?过?|告诉你一?个秘密|我(?:相信|信任|信得过)你"
    r"|我(?:其实)?(?:很|好|有点|真的)?(?:害怕|孤单|孤独|羞愧)",
    "apologised": rf"{_I} (?:so |very |really |truly )?sorry\b(?! to (?:say|hear))|\bforgive me\b|\bi apologi[sz]e\b"
    r"|\bit was my fault\b|对不起|我很?抱歉|是我不(?:好|对)|原谅我",
    "promise_kept": r"\bi kept my (?:word|promise)\b|\b(?:just )?as i promised\b|\bi promised (?:you )?(?:and|so) here\b"
    r"|我说到做到|我没(?:有)?食言|答应(?:过)?你的[^，。！？]{0,12}(?:做到|办到|带来|来)了|我守(?:住)?了?(?:约|诺言|承诺)",
    "promise_broken": r"\bi (?:broke|forgot) my (?:word|promise)\b|\bi didn't keep my (?:word|promise)\b"
    r"|我(?:食言|失约|爽约)了|我?忘了答应(?:过)?你|我没(?:有)?(?:守约|做到答应)",
    "lied": r"\bi lied(?: to you)?\b(?! down)|\bi (?:wasn't|was not|haven't been) (?:honest|truthful)\b|\bi deceived you\b"
    r"|\bwhat i told you (?:was|wasn't) (?:a lie|true)\b|我(?:骗|欺骗)了你|我(?:对你)?(?:撒|说)了?谎|我没(?:有)?说实话",
    "insulted": rf"{_YOU} (?:so |such |just |nothing but )?(?:an? )?(?:stupid|useless|idiot|pathetic|ugly|worthless|"
    r"disgusting|liar|fool|moron)\b|\bi hate you\b|\bshut up\b|\bgo to hell\b"
    r"|你(?:真|太|好|这个|就是个?)+(?:笨|蠢|没用|恶心|讨厌|丑|废物|白痴|骗子)|我(?:恨|讨厌)(?:死)?你|闭嘴|滚(?:开|蛋|出去)",
    "threatened": r"\bi(?:'ll| will|'m going to) (?:hurt|kill|beat|destroy|ruin) you\b|\bor (?:i'll|you'll) (?:hurt|regret)"
    r"|我(?:要|会|就)(?:杀|揍|弄死|毁)了?你|(?:让|叫)你(?:后悔|好看)",
    "laughed": r"\b(?:ha(?:ha)+|hehe+|lol)\b|\*[^*\n]*\b(?:laugh|giggl|chuckl|grin)[a-z]*\b[^*\n]*\*|\bthat(?:'s| is) (?:so )?"
    r"(?:funny|hilarious)\b|哈哈|嘻嘻|笑死我?|笑出(?:了)?声|\*[^*\n]*笑[^*\n]*\*|（[^）\n]*笑[^）\n]*）",
    "gave": r"\bi(?:'ve| have)? (?:brought|made|bought|got) (?:you|this for you|something for you)\b"
    r"|\bthis is for you\b|\*[^*\n]*\b(?:gives?|hands?) you\b[^*\n]*\*|给你(?:带|买|做|准备|留)了|送(?:给)?你(?:一|的|个)|这是给你的",
    "asked_after": r"\bhow (?:are you|was your|have you been|do you feel)\b|\bwhat about you\b|\btell me (?:more )?about your"
    r"|你呢[？?。]?|你(?:今天|最近)?(?:过得|还|怎么样)(?:好吗|怎么样|[？?])|(?:说说|讲讲)你(?:自己)?",
    "gave_time": r"\btake your time\b|\bno (?:hurry|rush)\b|\bwhenever you(?:'re| are) ready\b|慢慢来|不(?:着)?急|等你(?:准备|想)好",
    "asked_frankness": r"\bbe honest with me\b|\btell me (?:the truth|straight)\b|\bdon't (?:sugar-?coat|spare me)\b"
    r"|(?:跟|对|和)我说实话|别(?:瞒着?|哄)我|(?:你)?(?:有话)?直说",
}
_EVENTS = {key: re.compile(pattern, re.I) for key, pattern in _SAID.items()}
# What takes it back stands right before: "I'm not saying I love you", "don't thank me".
_NOT = re.compile(
    r"(?:\b(?:not|never|don't|doesn't|didn't|won't|wouldn't|no|if|pretend|said|says) (?:\S+ )?|[不没别勿]|如果|假如|要是|她说|他说)$",
    re.I,
)

_NAME = r"[\"“”'‘’「『*]?([A-Z\u4e00-\u9fff][^\"“”'’」』*,.!?;:，。！？；：\n]{0,29}?)"
_END = r"(?=[\"“”'’」』*,.!?;:，。！？；：\n]| (?:from|then|now|if|and|please|for)\b|吧|好了|就好|$)"
_MAY_CALL_ME = re.compile(rf"\b(?:just |please )?[Cc]all me {_NAME}{_END}|(?:就|请|可以)?叫我{_NAME}{_END}")
_I_CALL_YOU = re.compile(
    rf"\b(?:I'll|I will|I shall|[Cc]an I|[Mm]ay I|[Ss]hall I|[Ll]et me) call you {_NAME}{_END}"
    rf"|我(?:就|以后|可以|能|想)*(?:叫|喊|管)你(?:叫)?{_NAME}{_END}"
)
_WE_CALL_IT = re.compile(
    r"\b(?:[Ww]e(?:'ll| will| can)?|[Ll]et(?:'s| us)) call (?:it|this|that|him|her|them|the [a-z ]{1,30}?) "
    rf"[\"“'‘]([^\"”'’\n]{{2,{MOST_LETTERS_OF_A_NAME}}})[\"”'’]"
    r"|(?:我们|咱们?|就)(?:就|以后)?(?:把|管)?[^，。！？\n]{0,10}叫(?:做|作|它)?[“「『\"]([^”」』\"\n]{1,20})[”」』\"]"
)
_NO_NAMES = {"later", "back", "tomorrow", "when", "if", "什么", "一声", "时", "起床", "怎么", "你", "您"}


def what_happened(player: str, reply: str) -> list[Happening]:
    """In the order of the table; what the player said, and what names either gave."""
    player, reply = player[:LETTERS], reply[:LETTERS]
    found = [Happening(EVENTS[key]) for key, pattern in _EVENTS.items() if _said(pattern, player)]
    kinds = {each.event.key for each in found}
    # Who laughs at somebody, or thanks them in scorn, does not warm to them.
    if kinds & {"insulted", "threatened"}:
        found = [each for each in found if min(each.event.moves.values()) < 0]
    for key, pattern, lines in (
        ("named_player", _MAY_CALL_ME, [player]),
        ("named_player", _I_CALL_YOU, [reply]),
        ("named_character", _I_CALL_YOU, [player]),
        ("shared_word", _WE_CALL_IT, [player, reply]),
    ):
        if name := _named(pattern, lines):
            found = [each for each in found if each.event.key != key] + [Happening(EVENTS[key], name)]
    return found


def _said(pattern: re.Pattern[str], text: str) -> bool:
    return any(not _NOT.search(text[max(0, at.start() - 24) : at.start()]) for at in pattern.finditer(text))


def _named(pattern: re.Pattern[str], lines: Sequence[str]) -> str:
    for line in lines:
        for at in pattern.finditer(line):
            # `name` may stand in either half of a pattern, so it is looked for by what it caught.
            name = next((each for each in at.groups() if each), "").strip()
            taken_back = _NOT.search(line[max(0, at.start() - 12) : at.start()])
            if name and name.split()[0].lower() not in _NO_NAMES and len(name.split()) <= 4 and not taken_back:
                return name
    return ""
