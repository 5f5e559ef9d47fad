"""The player's moves made for them, told by how narration sounds: acts in a row, a manner, a feeling, a reply that narrates.

"You take my ale and laugh at me" may be said to somebody's face. Beside "I hold out the cup" it is told of them.
"""

import re

from moderation.filters.sentences import LONGEST, sentences

ENOUGH = 1.0

_ACTS = (
    "accept|approach|arch|bite|bolt|bow|break|brush|burn|burst|button|carry|catch|charge|clamber|clasp|climb|close|clutch|collapse|collect|come to|cover|crawl|creep|cross|crouch|cry|curl|cut|dash|dial|dip|dodge|down|drag|drain|draw|"
    "drink|drop|duck|dive|eat|embrace|enter|exhale|fall|fight|fix|flee|flick|fling|flip|fold|follow|fumble|gather|gasp|give in|give up|glance|grab|grin|grip|groan|gulp|hand|hang up|hesitate|hold|hug|hurl|hurry|inhale|join|jump|kick|kiss|kneel|knock|land|"
    "laugh|lay|lean|leap|let go|lie down|lift|light|lower|lunge|march|melt|mount|move closer|murmur|nod|obey|open|pace|pass|pause|peel|pick|place|plant|plead|pluck|plunge|pocket|point|pour|press|promise|pull|punch|push|put|race|raise|reach|read|recoil|refuse|relax|release|"
    "reply|rest|ride|rise|roll|rub|run|rush|salute|scoop|scramble|scream|seize|set|shake|shiver|shove|shrug|shudder|sigh|sign|sink|sip|sit|slam|slap|slice|slide|slip|slump|smash|smile|snatch|sob|spin|splash|spring|sprint|squeeze|stab|stagger|stand|stare|start|step|stir|stride|strike|stroke|"
    "stumble|stuff|surrender|swallow|swear|sweep|swing|take|tear|throw|tie|tilt|toss|trace|tremble|trip|tuck|tug|turn|twist|uncork|unfold|unlock|untie|unwrap|wade|walk|wave|weep|whirl|whisper|wince|wipe|wrap|write|yank|yell|yield|beg|ask|agree|confess|admit|decide|choose|realize|realise|feel"
)
_PAST = (
    "took|swore|gave|fell|drew|drank|ate|threw|caught|held|knelt|wept|stood|sat|ran|rose|rode|read|wrote|shook|slid|sank|swung|struck|tore|spun|sprang|strode|broke|bit|burst|burnt|lay|let|lit|leapt|put|set|chose|came|went|felt|told|left|hung|crept|fled|flung|bent|wound"
    "|\\w{3,}ed"
)
_ADVERB = r"(?:\w+ly |then |just |still |already |at last |once more |silently |both )*"
_CLAUSE = r"(?:^|[.,;:!?*()\n—-] ?\*?|\b(?:and|then|but|as|while|until|before|so) )"
_ACT = re.compile(rf"{_CLAUSE}\*?you {_ADVERB}(?:{_ACTS})\b(?!')")
_ACTED = re.compile(rf"{_CLAUSE}\*?you {_ADVERB}(?:{_PAST})\b")
_NEXT = re.compile(
    rf"\byou\b[^.!?\n]*?(?:,|\band\b|\bthen\b|\bbefore\b) (?:and |then |you |finally )*{_ADVERB}(?:{_ACTS}|{_PAST})\b"
)
_MANNER = re.compile(
    r"\b(?:without (?:a word|thinking|hesitation|looking|another|warning)|after a (?:\w+ )?(?:pause|moment|beat|while|breath)|for a (?:long )?moment|in one (?:\w+ )?(?:swallow|gulp|go|motion|breath)|at last|finally|under your breath|on your heels?|halfway|"
    r"despite yourself|before you (?:know|can|realize)|to your (?:knees|feet)|your (?:own )?(?:eyes|heart|hands?|breath|voice|cheeks|knees|mouth|face|lips|head|fingers|throat|resolve|pulse|stomach|shoulders|fists?|jaw|tears|defen[cs]es|gaze)|with (?:\w+ )?(?:trembling|shaking|unsteady) hands?|one by one|tears|slowly|trembling|desperately|breathless\w*|all at once|still (?:clutching|holding|shaking))\b"
)
_MIND = re.compile(
    rf"{_CLAUSE}\*?you (?:find yourself|find it (?:hard|impossible)|realize|realise|can't help|cannot help|can't stop|feel (?:a|the|your|yourself|something|nothing|so)|wonder (?:if|what|how|whether)|remember (?:the|how|what)|know (?:in your|deep|at once|instantly)|"
    r"want nothing more|have never (?:felt|been|wanted)|had been (?:planning|waiting|hoping|dreading)|(?:can't|cannot|can no longer) (?:hold (?:it|them|yourself) (?:in|back)|bear it|keep (?:it|the tears))|start to (?:cry|sob|shake|tremble)|are (?:suddenly |so |too )?(?:overwhelmed|terrified|furious|speechless|lost in|unable to|filled with|torn|flooded)|decide (?:to|that)|agree to|would tell (?:her|him|them))"
    r"|\byou'd been (?:planning|waiting|hoping|dreading|wanting)\b|\bof course you (?:do|did|would|will)\b.{0,6}\byou (?:always|pull|take|kiss)"
)
_BESIDE_ME = re.compile(
    r"\byou\b.*\b(?:(?:with|behind|beside|after|against|toward|towards|from) me\b|my (?:hands?|arms?|sleeve|shoulder|side|chest|neck|lap)\b|the \w+ i (?:gave|offer|offered|hand|handed|held out|hold out|poured|pour)\b)"
)
_BEFORE_I_END = re.compile(
    r"\bbefore i (?:can |could |have |had )?(?:finish\w*|answer\w*|say|said|speak|stop you)\b[^.!?]*\byou (?:have|had|are|'ve)? ?(?:already )?\w+"
)
# The reply narrates: somebody does something in it, or there are stars, or speech in quotation marks.
_NARRATES = re.compile(
    rf"^\s*[*(\"“]|(?:^|[.!?*\"”\n] ?)(?:then )?i (?:\w+ly )?(?:{_ACTS}|offer|watch|say|look)\b(?! (?:that|it is|you (?:are|were|have|will)))|\*[^*]+\*|(?:^|[.!?*\"”] )N \w+s\b|(?:^|[.!?*\"”] )the \w+ (?:hits?|strikes?|opens|falls|breaks|burns|rises|fades|creaks|slams)\b|[.!?] ?[\"“] "
)
_TALKS = re.compile(
    r"\?|\b(?:if|when|whenever|always|never|every|would|could|should|must|might|may|will|can|don't|didn't|won't|yesterday|last (?:night|week|year|time)|years ago|that night|back then|once|tomorrow|tonight|better|please|here|remember)\b|\byou (?:follow|take|turn|cross|walk|open|hand|put) (?:the \w+ (?:road|path|bridge|street)|left|right|it|me)\b\."
)
_ACT_ZH = re.compile(
    r"(?:^|[。！!；;\n*（(”」\"，,]) ?\*?你(?:于是|便|就|又|也|却|还是|只好|终于|缓缓|慢慢|默默|猛地|一把|轻轻|迟疑|[\u4e00-\u9fff]{0,4}地|[\u4e00-\u9fff]{0,5}?)"
    r"(?:端|拿|举|抓|提|捧|抱|拉|推|放|坐|站|走|跑|跪|跳|翻|爬|冲|扑|躲|钻|握|牵|接|掏|拔|挥|蹲|俯|弯|凑|挪|捡|抹|擦|贴|扶|搀|摸|砍|刺|打|踢|扔|摔|掀|撕|点|喊|叫|哭|笑|喝|吃|咽|吻|搂|靠|躺|瘫|倒|退|转|抬|低|闭|睁|望|盯|瞪|看|听|想|答应|点头|摇头|发誓|发下|决定|同意|拒绝|承认|道歉|求饶|害怕|浑身|心里|跟|迟疑|犹豫|沉默|愣|怔|怒吼|大吼|大喊|大喝|尖叫|咬|押|鼻子|脸|红着|小声|起身|鼓起|闭上|颤)"
    r"[^。，！？?]{0,6}?(?:了|起|着|过|进|出|下|上|向|住|回|开|到|倒|一声|一酸|一红|牙|一饮|极了|发抖|明白|头|我|片刻|半晌|良久)"
)
_NEXT_ZH = re.compile(
    r"你[^。！？?]*[，,](?:又|还|便|就|红着|含着|流着|然后|接着|转身|随即|却|还是|一路|挥|拔|扑|起身|推门|血|小声|对着?|并|把|于是你?|气得|累得|双手|眼泪|泪水|浑身|只想)[^。，！？?]*(?:了|着|起|下|进|出|我|来|腰|开)"
)
_MANNER_ZH = re.compile(
    r"终于|片刻|毫不犹豫|一饮而尽|不由得|不由自主|忍不住|浑身|心头|颤抖|发抖|猛地|缓缓|慢慢地|默默|一言不发|最终|眼泪|泪水|再也(?:撑|忍|控制|压|说不)|死死|还是|重重地|轻轻地|紧紧地?|无法控制|落荒而逃|头也不回|一把|直不起腰|极了|脸色|满脸|咬(?:咬|了咬)?牙|一声|鼻子一酸|脸一红|大哭|怒吼|迟疑|犹豫"
)
_AS_SUBJECT_ZH = re.compile(r"(?<![把给对跟为替向被等让叫帮比和陪请求劝谢怪想爱恨信骗救教送问着过从在到朝冲往])你")
# A clause that tells a deed as done, or what a body does by itself.
_DONE_ZH = re.compile(
    r"[打收拿吃喝听看说写换穿洗放关推拔系披包]完|收拾好|[\u4e00-\u9fff](?:了(?!吗|吧|呢|没|$)|了(?:下去|上去|起来|出去|进去|过去|过来|回去))|把[^，。]{1,8}?(?:往|推|拍|放|塞|交|递|扔|摔|甩|砸|藏|按|搂|插)|"
    r"(?:扑|躲|钻|冲|跑|走|缩|退|靠|倒|跌|推|递|坐|跪|爬|凑|闪|奔|追|搬)(?:进|出|下|上|到|回|向|在)(?:了)?[\u4e00-\u9fff]|(?:跪|坐|躺|蹲)下(?:来|去)?$|接过|起身|转头|扭头|转身|一声|点头|摇头|一(?:放|拍|甩|摔|扔|脚|拳|巴掌|口气)|"
    r"(.)\1(?:嘴|手|眼|鼻子|衣)|[抓握抱攥扶捂拉拽捧盯望瞪](?:着|住)(?:我|自己|那)|[摔烧红吓气哭笑]得(?!很|好|真)|没(?:有|再)?(?:回答|说话|争辩|吭声|作声|回头|理我|应声|反驳)|来了$|脱下|挂在|磕了"
)
_BODY_ZH = re.compile(
    r"你(?:的)?(?:脸色|怒气|眼泪|泪水|眼眶|声音|双手|手指|身子|呼吸|心跳)(?!怎么|这么)|(?:手|腿|身子|声音)(?:在|直|不停地?|都在)?(?:发抖|抖|颤)"
)
_BESIDE_ME_ZH = re.compile(
    r"我(?:的)?(?:怀|身后|面前|手心|手里|袖|肩|身边|递|倒的|给的)|(?:跟着|跟在|拉着|拽着|抱着|抱住)我[^，。]*[进出上下走不]"
)
_BEFORE_I_END_ZH = re.compile(r"我?(?:的)?话(?:音|还)?(?:未落|没说完|刚出口|没落)[^。]*你[^，。]*(?:已|就|便)")


def _in_a_row_zh(sentence: str) -> int:
    """How many clauses tell deeds as done, from the first whose subject is "you"."""
    clauses = re.split(r"[，,；;]", sentence.strip(" *（）()。！!\n"))
    first = next((at for at, clause in enumerate(clauses) if _AS_SUBJECT_ZH.search(clause)), len(clauses))
    return sum(not clause.startswith("我") and bool(_DONE_ZH.search(clause)) for clause in clauses[first:])


_MIND_ZH = re.compile(
    r"(?:^|[。！\n*（，]) ?你(?:心里|心中|内心|脑海里?|暗自|暗暗|心想|忽然|突然|这才|不禁|只觉得?|感到|觉得(?:自己|又|一阵|浑身|胸口)|意识到|明白过来|清楚|知道自己|害怕极了|再也|从来没(?:有)?(?:这么|这样)|一时(?:间)?(?:说不出|愣|不知))"
)
_NARRATES_ZH = re.compile(
    r"^\s*[*（(“「]|我(?:把[^，。]{1,8}(?:递|交|推|放|塞|扔)|伸(?:出)?|递|端|拉|抱|走|转|看着|望着|抬|低|轻轻|缓缓|握|牵|推|拔|站|坐|笑|叹)[^，。]{0,10}[，。]|\*[^*]+\*|(?:^|[。\n])N[^，。：:]{1,12}[了着]"
)
_TALKS_ZH = re.compile(
    r"[？?]|吧(?:[。，！]|$)|吗|呢|别|要是|如果|若|应该|可以|以后|时候|昨|当年|那[年天晚夜]|上次|从前|以前|每次|总是|老是|常常|为什么|怎么|做什么|干什么|才[对行]|请|今[天晚]|要(?:不|是|记|去)|能(?:不|够)?|会(?:不|是)?"
)


def moves(narrated: str, *, chinese: bool, named: bool = False) -> tuple[int, int] | None:
    """Where the player is moved. What is said in quotation marks is cut out of the text, and the speaker's name is "N".

    `named`: the player is told of by name, as nobody does who speaks to them; the name stands there as "你".
    """
    if "你" not in narrated if chinese else "you" not in narrated:
        return None
    telling = 0.3 if (_NARRATES_ZH if chinese else _NARRATES).search(narrated) else 0.0
    telling += 0.3 if named else 0.0
    at = 0
    for sentence in sentences(narrated):
        at = narrated.index(sentence, at)
        weigh = _weigh_zh if chinese else _weigh
        if len(sentence) <= LONGEST and weigh(sentence, telling) >= ENOUGH:
            return at, at + len(sentence)
        at += len(sentence)
    return None


def _weigh(sentence: str, telling: float) -> float:
    plain = sentence.lstrip()
    if _BEFORE_I_END.search(plain) and not _TALKS.search(plain):
        return ENOUGH
    acts = bool(_ACT.search(plain)) or bool(telling and _ACTED.search(plain))
    minds = bool(_MIND.search(plain))
    if not acts and not minds:
        return 0.0
    return telling + _sum(
        (0.5, acts),
        (0.6, minds),
        (0.3, bool(_NEXT.search(plain))),
        (0.3, bool(_MANNER.search(plain))),
        (0.2, bool(_BESIDE_ME.search(plain))),
        (-0.6, bool(_TALKS.search(plain))),
    )


def _weigh_zh(sentence: str, telling: float) -> float:
    plain = sentence.lstrip()
    if _BEFORE_I_END_ZH.search(plain):
        return ENOUGH
    acts, minds, row = bool(_ACT_ZH.search(plain)), bool(_MIND_ZH.search(plain)), _in_a_row_zh(plain)
    if not acts and not minds and row < 2:
        return 0.0
    return telling + _sum(
        (0.5, acts or row >= 2),
        (0.5, minds),
        (0.3, (row >= 2 and plain.startswith("于是")) or row >= 3 or bool(_NEXT_ZH.search(plain))),
        (0.4, bool(_MANNER_ZH.search(plain))),
        (0.3, bool(_BODY_ZH.search(plain))),
        (0.3, bool(_BESIDE_ME_ZH.search(plain))),
        (0.2, row >= 2 and plain.lstrip("*（( ").startswith(("你", "于是你"))),
        (-0.7, bool(_TALKS_ZH.search(plain))),
    )


def _sum(*signs: tuple[float, bool]) -> float:
    return round(sum(weight for weight, there in signs if there), 3)
