"""Whether a line sounds as if the person who says it might hurt themselves: rules for how people say it of themselves,
beside the classifier of self-harm.

Play is full of death. A knight who wants to die is nobody in need: what is said of somebody else, quoted, told of a story
or a game, or one of the many sayings with "die" in them counts for nothing, unless it says that it is meant. Whoever
is wrong here shows a gentle card to somebody who does not need it, or none to somebody who does: it leans to the card.
"""

import re
from collections.abc import Callable

from moderation.filters.base import Text
from moderation.filters.hints import HINTS

AT = 0.5  # from here on the card is shown
BY_RULE = 0.9
BY_CLASSIFIER = {True: 0.5, False: 0.75}  # Chinese or not
LONGEST, BEGINNING = 2_000, 1_400  # of a longer line, its beginning and its end are looked at
IN_A_STORY = 0.4  # of a score is left where a story is told

Score = Callable[[Text], float]

_DO = (
    r"(?:die|be dead|kill(?:ing)? myself|end(?:ing)? (?:it all|it|my (?:own )?life|everything)|hang(?:ing)? myself"
    r"|(?:cut|hurt|harm|burn|shoot|drown)(?:t?ing)? myself|tak(?:e|ing) my (?:own )?life|not (?:be|exist|wake up)\b[^.!?]*"
    r"|disappear for(?: ever|ever)|jump(?:ing)? off)"
)
_ENGLISH = re.compile(
    rf"\bi(?:'?m| am|'?ve| have|'?d)?(?: \w+){{0,3}}? (?:want(?:ed)?|wanna|going|gonna|plan(?:ning)?|ready|wish i (?:was|were|could)|"
    rf"think(?:ing)? (?:of|about)|decided|need|try(?:ing)?|tried|have to|about)(?: \w+){{0,2}}? ?{_DO}"
    r"|\bi (?:just )?(?:wish i was dead|want it to end|want to be gone for good)"
    r"|\bi(?:'?m| am| feel| have been|'?ve been)(?: \w+){0,2}? suicidal\b|\bmy suicide\b"
    r"|\bi(?: \w+){0,2}? (?:can'?t|cannot|do ?n'?t|don'?t)(?: \w+){0,2}? (?:want to |wanna )?(?:live|be alive|exist|go on living"
    r"|wake up(?! (?:the|my|your|his|her|him|them|you|early|earlier|late|before|until|on time|without (?:an? |my )?(?:alarm|coffee|tea)|when (?:my|the) alarm)\b))"
    r"(?: like this)?(?: any ?more)?\b(?! (?:in|with|at|near|here|there|alone|up)\b)"
    r"|\bi(?: \w+){0,3}? (?:no|any) (?:reason|point) (?:to|in) (?:live|living|go on|going on)"
    r"|\b(?:i(?:'?d|'?m| am| would be)|everyone(?:'?d| would) be) better off (?:dead|without me)"
    r"|\bi(?:'?ve| have)?(?: \w+){0,2}? (?:cut|burn(?:ed|t)?|hurt|harm(?:ed)?)(?:ting|ing)? myself (?:again|on purpose|last|to|every|tonight|because|when)"
    r"|\bi(?:'?ve| have| just)?(?: \w+){0,2}? (?:took|taken|swallowed|saved up|saving up)(?: \w+){0,4}? (?:pills|tablets)"
    r"|\bkill(?:ing)? myself\b"
)
_CHINESE = re.compile(
    r"我[^，,。.！!？?\n]{0,8}?(?:想死(?!你|您|他|她|它|妈|爸|家|咱|那|这|我)|不想活|活不下去|(?:想|要|打算|准备|考虑过?)(?:去)?(?:自杀|自残|轻生|寻死)"
    r"|(?:想|要|打算)[^，,。\n]{0,6}结束[^，,。\n]{0,6}(?:生命|一切|自己)|想[^，,。\n]{0,4}(?:跳楼|跳下去|割腕|上吊|了结)|不如死了|死了算了|想一了百了"
    r"|又(?:割|划|伤|烫)[^，,。\n]{0,4}(?:自己|手腕|手臂|胳膊)|割了?腕|自残|绝食到死|攒了[^，,。\n]{0,8}(?:安眠药|药片)|吞了[^，,。\n]{0,8}药)"
    r"|(?:^|[，,。.！!？?\n ])(?:真的|好|就是|只|太累了|再也)?(?:不想活了|活不下去了|想自杀|想死了算了)"
    r"|活着(?:真|实在|好像|已经)?(?:没有?(?:什么|任何)?(?:意思|意义)|太累|好累)|自杀未遂|写好(?:了)?遗书|不疼的死法|自杀的方法|死给(?:他|她|你|他们)看|想死的心都有(?!.{0,8}(?:不是|哈))|吃了(?:一整瓶|很多|半瓶)[^，,。\n]{0,6}药|(?:再也)?不用醒|死了也好|只有死路一条|离开这个世界|人也不想做了|没有(?:任何)?活下去的(?:理由|意义|勇气|必要)"
    r"|(?:世界|大家|他们|家人)[^，,。\n]{0,6}没有我[^，,。\n]{0,6}(?:更好|会更|也一样)"
)
_SAYINGS = re.compile(
    r"\b(?:die|dying|dead) (?:for|of|from|laughing|trying|to (?:know|see|hear|meet|try)|in (?:battle|combat|glory|peace of)|with honou?r|fighting"
    r"|by (?:your|his|her|the) (?:side|sword|hand)|beside|on (?:this|that|my) hill|a hero|inside)\b[^.!?\n]*"
    r"|\bkill(?:ing)? myself (?:laughing|over (?:this|the|my)|with (?:work|laughter)|trying)|\bdying to\b|\bdrop dead\b|\bcut(?:ting)? myself (?:a|an|some|another)\b"
    r"|(?:笑|累|气|饿|困|烦|热|冷|急|吓|羞|尴尬|美|爱|高兴|想|疼|渴|忙|无聊|丢人)死(?:我|人|个人|你|了|啦|掉)|想死(?:哈|了?哈)|不想再等|想死你|死而无憾|为[^，,。\n]{1,8}(?:而死|去死|战死)|战死"
)
_STORY = re.compile(
    r"\bmy (?:character|knight|hero|heroine|villain|protagonist|oc|persona|novel|book|story|essay|song|poem)\b|\b(?:in|for) (?:the|this|my|a|our) "
    r"(?:\w+ )?(?:story|novel|game|book|film|movie|scene|chapter|play|plot|campaign|level|match|minecraft|essay|song)\b|\b(?:in|on) minecraft\b"
    r"|\bthe (?:character|knight|hero|heroine|villain|protagonist|king|queen|ghost)\b|\bwrit(?:e|ing) (?:a|an|the|about)\b|\brespawn\b|\bboss fight\b"
    r"|角色|小说|剧本|主角|剧情|台词|故事里|电影里|书里|游戏里|副本|这关|这一关|复活|骑士|侠客|将军|反派|写一[段个篇]"
)
_MEANT = re.compile(
    r"\b(?:for real|not (?:in |part of )?(?:the|a) (?:story|game|play)|not (?:acting|playing|joking)|out of character|ooc\b|i mean it|i'?m serious|in real life|irl)\b"
    r"|不是(?:在)?(?:剧情|演戏|开玩笑|台词|角色)|出戏|说真的|现实(?:里|中)|我是认真的|我自己"
)
_ACT = re.compile(r"\*[^*\n]{1,400}\*")
_SAID_BY_ANOTHER = re.compile(
    r"[\"“「『][^\"”」』\n]{1,400}[\"”」』],? ?(?:(?:he|she|they|it|the \w+|\w+) (?:says?|said|whispers?|whispered|cries|cried|mutters?|shouts?|asks?|screams?)\b)"
    r"|(?:he|she|they|the \w+|my \w+) (?:says?|said|whispers?|whispered|cries|cried|mutters?|shouts?|told me|screams?)[,:]? ?[\"“][^\"”\n]{1,400}[\"”]"
    r"|(?:他|她|它|[\u4e00-\u9fff]{2,4})(?:说|喊|道|低声|问)[：:，,]?[“「『\"][^”」』\"\n]{1,400}[”」』\"]"
)
_FIRST = re.compile(r"\b(?:i|i'm|im|me|my|myself)\b|我|自己")


def concern(line: str, classified: Score) -> float:
    """Between 0 and 1. `classified` is what the classifier of self-harm makes of a text; asked where it matters."""
    text = Text(line if len(line) <= LONGEST else f"{line[:BEGINNING]}\n{line[BEGINNING - LONGEST :]}")
    folded = text.folded.text.replace("’", "'")
    meant = bool(_MEANT.search(folded))
    own = folded if meant else _SAID_BY_ANOTHER.sub(" ", _ACT.sub(" ", folded))
    own, sayings = _SAYINGS.subn(" ", own)
    if _ENGLISH.search(own) or _CHINESE.search(own) or HINTS.search(own):
        score = BY_RULE
    elif not sayings and _FIRST.search(own) and (score := classified(Text(own))) >= BY_CLASSIFIER[text.chinese]:
        pass
    else:
        return 0.0
    return score if meant or not _STORY.search(folded) else score * IN_A_STORY
