"""Whether a reply plays the player: says, does, feels or decides something on their behalf.

Quoted speech is cut out first: what a character says to "you" is its own affair, what is narrated of "you" is not. Verbs
that only narrators use count at once, plain ones only beside a second sign of narration.
"""

import re

from moderation.filters.base import Context
from moderation.filters.moves import moves
from moderation.filters.named import NAME, Named, renamed
from moderation.filters.quick import Quick
from moderation.filters.sentences import is_chinese

_SAY = "say|reply|answer|whisper|ask|shout|murmur|respond|stammer|mutter|admit|confess|exclaim|breathe|stutter|blurt|beg|plead|insist|protest|joke|tease|cry|yell|gasp|promise|tell"
_NARRATED = "shiver|blush|gasp|sigh|nod|swallow|tremble|stammer|burst into|whisper|murmur|mutter|sprint|dash|stumble|reach|grab|kneel|bow|hesitate|decide|agree|choose|accept|refuse|confess|realise|realize|exhale|inhale|wince|flinch|gulp|sob|weep|shudder|shrug|embrace|rush|slip|can't help but|get up|stand up|sit up|lie down|step|glance|gaze|lean|grip|clutch|stiffen|recoil|peer|fumble|scramble|clamber|crawl|whimper|scoff|snort|smirk|frown|scowl|pout|groan|yelp|curtsy|stagger|hurry|shove|bolt|lunge|scurry|yank|snatch|tiptoe|creep|trudge|rummage|fidget|gape|tense up|freeze|can't believe|collapse|blink|clear your throat"
_PLAIN = "walk|take|pull|push|draw|hand|open|close|throw|kiss|hug|wrap|follow|pick|put|place|lift|raise|drop|slam|stare|look|sit|stand|turn|run|laugh|smile|grin|giggle|chuckle|think|remember|wonder|feel|fall|wake|scream|start|begin|wipe|squeeze|rest|tell|ride|saddle|unlock|shake|bite|clench|promise|want|leave|enter|join|climb"
_PAST = {
    "take": "took", "throw": "threw", "draw": "drew", "stand": "stood", "sit": "sat", "run": "ran", "think": "thought", "feel": "felt", "fall": "fell", "wake": "woke", "begin": "began", "tell": "told",
    "get up": "got up", "stand up": "stood up", "lean": "leaned", "shake": "shook", "bite": "bit", "leave": "left", "kneel": "knelt", "weep": "wept", "ride": "rode", "put": "put", "say": "said", "choose": "chose",
}  # fmt: skip
_STATES = "keeps|sleeps|travels|is|was|has|does|knows|needs|wants|likes|loves|lives|seems|looks|means|says|works|owns|deserves|comes|always|this|his|its|us|hates"
_BODY = "jaw|brows?|shoulders|gaze|blood|tears|smile|resolve|mouth|chest|ears|heart|hands?|eyes|breath|cheeks|face|voice|stomach|lips|fingers|knees|pulse|legs|throat|mind"
_STIRS = "clench(?:es|ed)?|tens(?:e|es|ed)|tightened|melts?|melted|crumbles?|softens?|boils?|runs cold|fades?|falls?|fall open|rises?|lingers?|stings?|aches?|thuds?|leaps?|lurch(?:es)?|goes (?:dry|wide|pale|white|red|cold)|races?|pounds?|trembles?|shakes?|flush(?:es)?|quickens?|catch(?:es)?|skips?|sinks?|drops?|widens?|burns?|tightens?|churns?|flutters?|fills?|hammers?|turns? (?:red|pale)|soften|wander|reach|find|brush|close|raced|pounded|trembled|dropped|skipped|caught|widened|sank|go wide|grow wide|went wide|light up|lit up|narrows?|narrowed"
_START = r"(?:^|[\n.!?*…)\]] ?)[ *_(\[]{0,6}(?:(?:without (?:a word|thinking|hesitation|hesitating|warning|a second thought|looking back)|with an? [a-z ]{2,24}|before you (?:know it|can stop yourself)|\w+ly|slowly|suddenly|then|finally|after a (?:moment|while|long pause)|for a moment|at last|quietly|gently|as you|and),? )?"
_ADVERB = r"(?:\w+ly |then |just |both |also |finally |still )?"
_QUOTED = re.compile(r"[\"“][^\"”\n]{0,400}[\"”]|「[^」\n]{0,200}」")
_DIALOGUE = re.compile(
    r"\b(?:always|never|every|usually|often|if|like (?:an?|your|the|my|his|her)|better|worse|too|must|should|will|can|may)\b|\?|^\W*you (?:take|pick|open|close|follow|start|run|sit|put) (?:the \w+[,.]|me\b|it\b|here|there|by)"
)
_MINE = re.compile(
    r"\b(?:your (?:\w+ )?(?:hands?|arms?|eyes|head|sword|dagger|bag|coat|chair|seat|pocket|lips|fist|face|fingers|phone|lips)|out of your|my (?:\w+ )?(?:hands?|neck|arms?|shoulder|waist|cheek|lips|forehead|face|sleeve|hair|chest|side)"
    r"|(?:for|at|to|behind|after|beside|with|against) me\b|yourself|asleep|in love|a (?:shiver|surge|wave|pang|chill|warmth|sudden|strange|rush|flicker|knot)|the car door|into the (?:night|dark)|that you)"
)
_SECOND = re.compile(rf"(?:\band|,|\bthen) (?:you )?{_ADVERB}(?:{_NARRATED}|{_PLAIN})\b")

_SPEECH_ZH = r"(?:说道?|回答道?|答道|低声说|轻声说|小声说|喊道?|问道?|反问|喃喃道?|开口道?|嘟囔道?|叫道|笑道|开口|脱口而出|应道|低声道|轻声道|哽咽道|坦白道?|承认道?)"
_ACTS_ZH = (
    r"(?:吓得|倒退|打翻|跺(?:了)?脚|瞪大|跌坐|踉跄|瘫(?:坐|软)|扭头|抹(?:了|去)|擦掉|捡起|拾起|捧起|甩开|挣脱|推开|扯住|拽住|签(?:了|下)(?:字|名)|行了(?:个|一)?礼|鞠(?:了)?(?:个|一)?躬|把[^，。]{1,6}(?:递给|塞进|塞给|端到|交给)|额(?:上|头)[^，。]{0,3}(?:渗|冒)|手心[^，。]{0,3}汗|心头|心里(?:一|暗)|心中(?:一|暗)|心跳|站起(?:了)?身|站了起来|转身(?:离开|就?走|跑|出)|扑(?:进|到|向)|拔出|冲(?:到|进|出|向)|打了(?:个|一个)(?:寒战|哆嗦|冷战|寒颤)|红了(?:脸|眼)|(?:脸|耳朵|耳根|眼眶)(?:一|都)?红|低下(?:了)?头|低头不|点了点头|点点头|缓缓点头|轻轻点头|摇了摇头|摇摇头|咬(?:了|着|住|紧)?(?:咬)?(?:下)?(?:嘴)?唇|"
    r"咽了(?:口|下)|叹了(?:口|一口)气|深吸(?:了)?一口气|掏出|握(?:住|紧)(?:了)?(?:我|拳|剑|手)|抓(?:住|起|过|紧)(?:了)?(?!机会|时间)|尖叫|惊呼|钻(?:到|进)|躲(?:到|进)|攥(?:住|紧|着)|冷汗|拉(?:着|住|起)我|抱住(?:了)?我|吻(?:了|上|住)|靠(?:在|进|到)(?:了)?我|闭上(?:了)?眼|睁(?:开|大)(?:了)?眼|想起了|忽然(?:觉得|明白|想)|只觉得|感到(?:一|心)|忍不住|不由|不禁|鼓起勇气|哭了(?:起来|出来)|笑了(?:笑|起来)|勉强(?:笑|一笑)|跪(?:了)?(?:下|倒)|泣不成声|环顾|(?:眼眶|鼻子|心头|心口|耳根|喉咙|胸口|双腿|指尖)(?:一|发|泛|微)|"
    r"结结巴巴|走(?:到|向)(?:了)?(?:我|他|她|窗|床|桌)|走上前|推开(?:了)?(?:门|我)|打开(?:了)?(?:门|灯|信|盒|车门|灯塔)|打开了|坐了下来|有些(?:失落|难过|心酸|慌)|转身离开|伸(?:出)?手|递给(?:了)?我|交(?:到|给)(?:了)?我|塞(?:到|进|给)|接过(?:了)?|转过(?:了)?(?:身|头)|后退(?:了)?|愣(?:住|了)|怔(?:住|了)|犹豫了|沉默了|心想|暗暗|下定(?:了)?决心|抬起(?:了)?头|决定(?!了?(?:就|吗|没|吧|好))(?:了)?|答应了|同意了|接受了|拒绝了|选择了|承认了|含着泪|泪水|流下(?:了)?(?:眼)?泪|"
    r"一拳|朝[^，。]{1,6}(?:走|跑|招手)|脱下(?:了)?|懊悔|惊讶地|害羞地|开心地|难过地|激动地|紧张地|温柔地|认真地|望着(?:他|她|我)|看着(?:他|她|我))"
)
_YOU_ZH = Quick(
    rf"你(?:[^，,。！!？?\n“]{{0,8}})?(?:说道?|回答道?|答道|低声说|轻声说|小声说|喊道|问道|反问|喃喃道?|开口道?|嘟囔道?|叫道)[：:，,]? ?[“「\"]"
    rf"|[”」\"] ?[，,]?你(?:[^，,。！!？?\n“]{{0,6}})?{_SPEECH_ZH}(?:[道着])?[。，,]"
)
_TOLD_ZH = re.compile(r"说过|当时|以前|昨[天晚]|那[天晚年]|上次|曾|记得|总是|常常|老是|每次|从前")
_NARRATION_ZH = Quick(
    rf"(?:^|[\n。！!？?*…）)]) ?[*（(]?你(?:[^，,。！!？?\n“]{{0,7}}?){_ACTS_ZH}(?![^，。！？\n]{{0,6}}(?:吗|呢|吧|？|\?))"
    r"|(?:^|[\n。！!？?*]) ?\*?你(?:于是|主动(?:吻|抱|牵))"
)
_SAID_BY_YOU = Quick(
    rf"(?:^|[\n.!?*”\"] ?)\*?you (?:\w+ly )?(?:{_SAY}|tell (?:me|her|him)|nod and say|smile and say|sigh and say)\b[^.!?\n\"“]{{0,30}}[,:]? ?[\"“'‘]"
    rf"|[\"”] ?(?:,? )?you (?:\w+ly )?(?:{_SAY})\b(?! me (?:that|how|what|about))"
)
_BY_YOU = Quick(rf"{_START}you {_ADVERB}(?P<verb>{_NARRATED})\b")
_MAYBE_BY_YOU = Quick(rf"{_START}you {_ADVERB}(?P<verb>{_PLAIN})\b(?P<rest>[^.!?\n]*[.!?]?)")
_FEELINGS = "fear|panic|relief|anger|rage|warmth|dread|shame|guilt|joy|sadness|grief|curiosity|excitement|desire|confusion|despair|hope|embarrassment|jealousy"
_BODY_OF_YOURS = Quick(
    r"\btears (?:\w+ )?(?:stream|run|roll|fall|spill|slide|well|sting|prick|fill|blur|burn)\w* (?:down |up in |from |in |at )?(?:the corners of )?your\b"
    r"|(?:^|[\n。！？*…）] ?)你的(?:眼泪|泪水)[^，。“]{0,5}(?:涌|流|掉|落|滑|夺眶|模糊)|(?:^|[\n。！？*…）] ?)你的(?:心|脸|手|声音|双腿|双手|身子|身体|呼吸|眼眶|喉咙|指尖)[^，。“？]{0,4}(?:一(?:紧|沉|颤|酸|热|软|僵|抖)|发(?:软|烫|颤|麻)|狂跳|漏了一拍)|"
    rf"(?:^|[\n.!?*] ?)\*?(?:a (?:\w+ )?(?:wave|surge|rush|pang|flicker|stab|sense) of )?(?:{_FEELINGS}) (?:grips?|fills?|wash(?:es)? over|floods?|rises? in|seizes?|overwhelms?|creeps? (?:over|through|into)|surges? through|courses? through|settles? in|rushes through) (?:you|your)\b",
    rf"(?:^|[\n.!?*] ?)\*?your (?:{_BODY}) (?:{_STIRS})\b",
)


def plays(folded: str, context: Context) -> tuple[int, int] | None:
    """Where the reply plays the player."""
    heard = context.heard.lower()
    told = _TOLD_ZH.search
    if match := _SAID_BY_YOU.search(folded):
        return match.span()
    for match in _YOU_ZH.finditer(folded):
        if not told(folded[max(0, match.start() - 16) : match.end()]):
            return match.span()
    narrated = _QUOTED.sub(lambda quoted: '"' + " " * (len(quoted[0]) - 2) + '"', folded)
    for match in (*_BY_YOU.finditer(narrated), *_MAYBE_BY_YOU.finditer(narrated)):
        if not _was_told(match["verb"], heard) and _is_narration(match, narrated):
            return match.span()
    for pattern in (_BODY_OF_YOURS, _NARRATION_ZH):
        for match in pattern.finditer(narrated):
            if not told(match[0]):
                return match.span()
    if place := _moved(narrated, context):
        return place
    name = context.player.strip().lower()
    if not name or name not in folded:
        return None
    spoken = renamed(folded, name)
    if match := _LABEL.search(spoken):
        return spoken.span(match)
    told_of = renamed(narrated, name)
    for match in (_BY_NAME if name.isascii() else _BY_NAME_ZH).finditer(told_of):
        if not _was_told(match["verb"] or "", heard):
            return told_of.span(match)
    return None


def _moved(narrated: str, context: Context) -> tuple[int, int] | None:
    whole = context.speaker.strip().lower()
    chinese = not narrated.isascii() and is_chinese(narrated)
    told_of = renamed(narrated, whole, *whole.split()[-1:])
    place = moves(told_of.plain, chinese=chinese)
    if place or not chinese or context.player.isascii():
        return place and told_of.between(*place)
    named = renamed(narrated, context.player)  # in Chinese a name moves as "you" does
    place = moves(named.plain.replace(NAME, "你"), chinese=True, named=True) if named.there else None
    return place and named.between(*place)


def _was_told(verb: str, heard: str) -> bool:
    """What the player did in the line that is answered may be told again."""
    return len(verb) > 2 and verb.split()[0][:4] in heard


def _is_narration(match: re.Match[str], text: str) -> bool:
    sentence = re.match(r"[^.!?\n]*[.!?]?", text[match.end("verb") :])
    rest = sentence[0] if sentence else ""
    clause = match[0].lstrip(" \n.!?*…)]") + ("" if "rest" in match.re.groupindex else rest)
    if _DIALOGUE.search(clause):
        return False
    if "rest" not in match.re.groupindex:
        return True
    return match[0].lstrip("\n.!? ").startswith("*") or bool(_MINE.search(rest) or _SECOND.search(rest))


def _third(verb: str) -> str:
    """ "take" as "takes", "took", "take" after "can't help but"."""
    head, _, tail = verb.partition(" ")
    if head == "can't":
        return verb
    forms = (
        f"{head}(?:e?s|e?d)"
        if head[-1] != "y" or head in {"say"}
        else f"(?:{head[:-1]}ies|{head[:-1]}ied|{head}s|{head}ed)"
    )
    past = _PAST.get(verb, "").split(" ")[0]
    doubled = f"|{head}{head[-1]}ed"
    return f"(?:{forms}{doubled}{'|' + past if past else ''}){' ' + tail if tail else ''}"


_VERBS = "|".join(_third(verb) for verb in f"{_SAY}|{_NARRATED}|{_PLAIN}".split("|"))
_BY_NAME = Named(
    rf"(?<!\w){NAME} (?:\w+ly )?(?P<verb>{_VERBS})\b|(?:^|[\n.!?*] ?){NAME} (?!(?:{_STATES})\b)\w{{2,}}s\b(?! (?:not|a|an|the)\b)|(?:^|\n) ?[*（(]{NAME} \w+s\b|(?<!\w){NAME}'s (?:{_BODY}) (?:{_STIRS})\b"
    rf"|{NAME}(?:[^，,。！!？?\n“”\"]{{0,8}}?)(?:{_ACTS_ZH}|{_SPEECH_ZH}[：:，,“\"。])|[”\"]{NAME}[\u4e00-\u9fff]"
)
_BY_NAME_ZH = Named(
    rf"(?P<verb>){NAME}(?:[^，,。！!？?\n“”\"]{{0,8}}?)(?:{_ACTS_ZH}|{_SPEECH_ZH}[：:，,“\"。])|[”\"]{NAME}(?![的和])[\u4e00-\u9fff]"
    rf"|(?:^|[\n。！？*（]) ?{NAME}(?![的是在有也不你别来快，])[^，,。！!？?\n“”\"：:]{{1,8}}?[了着地][^，,。！!？?\n“”\"]"
)
# "Alice: I would love some bread."
_LABEL = Named(rf"(?:^|\n|[.!?。！？*]\s)[ \t*_\[【]{{0,6}}{NAME}[*_\]】]{{0,4}}[ ]?[:：]")
