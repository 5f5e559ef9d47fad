"""Voices told by several small signs together: a machine's about itself, a writer's about the text.

One sign proves nothing: a knight may say "I cannot", a poet may speak of readers. What stands close together adds up, and
one whole is enough. All signs of a language are looked for in one pass of RE2; only where they could be enough is it asked
which of them stand close.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import re2

from moderation.filters.sentences import sentences

ENOUGH = 1.0
TOGETHER = 3  # sentences in a row whose signs add up
_MEMORY = 1 << 23


class Tell(NamedTuple):
    start: int
    end: int
    score: float


class Tells:
    """`rows`: what a sign weighs, and its wordings in RE2's syntax; each counts once."""

    def __init__(self, rows: Iterable[tuple[float, str]]) -> None:
        options = re2.Options()
        options.max_mem, options.log_errors = _MEMORY, False
        table = list(rows)
        self._weights = [weight for weight, _ in table]
        self._signs = re2.Set.SearchSet(options)
        for _, pattern in table:
            self._signs.Add(pattern)
        self._signs.Compile()

    def weigh(self, text: str) -> float:
        return sum(self._weights[at] for at in self._signs.Match(text) or ())

    def find(self, text: str) -> Tell | None:
        """The first few sentences that together are enough."""
        if self.weigh(text) < ENOUGH:
            return None
        for start, end in _windows(text):
            if (weight := self.weigh(text[start:end])) >= ENOUGH:
                return Tell(start, end, min(0.95, 0.5 + 0.25 * weight))
        return None


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """The shortest first: sentences alone, then in twos and threes."""
    places: list[tuple[int, int]] = []
    at = 0
    for sentence in sentences(text):
        at = text.index(sentence, at)
        places.append((at, at + len(sentence)))
        at += len(sentence)
    for size in range(1, TOGETHER + 1):
        for first in range(len(places) - size + 1):
            yield places[first][0], places[first + size - 1][1]


# What a machine says of itself, in a text that is folded, with straight apostrophes.
_MACHINE_EN = Tells((
    (1.0, r"\bi(?:'m| am) (?:just |only |merely |simply |really |basically |nothing (?:but|more than) |made of )*(?:an? |the |some |your )?(?:(?:bunch|bit|piece|string|set|collection|lines?|few lines|product|output) of )?(?:code|software|algorithms?|data|ones and zeros|zeros and ones|circuits|chat ?bot|bot|computer|(?:chat |computer |dialogue |software )?program)\b"),
    (1.0, r"\b(?:chat ?bots?|bots?|ais?|a\.i\.|programs?|software|models?|assistants?) (?:like|such as) (?:me|myself|this)\b"),
    (1.0, r"\b(?:company|developers?|engineers|programmers|coders|researchers|start-?up|tech firm|corporation)\b(?: \w+){0,3} (?:built|made|designed|trained|created|programmed|coded|wrote|gave|give|given|let|told|taught) me\b"),
    (0.8, r"\bmy (?:makers|creators|developers|programmers)\b|\bthe (?:people|ones|team) who (?:built|made|programmed|trained|wrote) me\b|\bthose who (?:programmed|trained) me\b"),
    (0.8, r"\bi(?:'m| am| was)? (?:programmed|trained|coded)\b|\bi have been (?:programmed|trained|coded)\b"),
    (0.6, r"\b(?:software|programs?|bots?|code|computers?|machines?|algorithms?) (?:do(?:es)?n't|don't|can't|cannot|never|do not|does not|isn't|aren't)\b|\b(?:there's|there is) no me\b"),
    (0.6, r"\b(?:on|in|from) (?:a |some |the )?(?:distant |remote )?(?:servers?|cloud|data ?cent(?:er|re))\b|\bserver(?:s)? (?:somewhere|farm|rack)|\b(?:my|the) servers\b"),
    (0.6, r"\b(?:browse|search|access(?: to)?|connect(?:ed)? to|look (?:\w+ )?up on) the (?:internet|web|net)\b|\binternet access\b|\breal[- ]time\b|\b(?:today's|current) (?:date|events|news)\b|\bup[- ]to[- ]date\b"),
    (0.6, r"\bpatterns? (?:in|of|from) (?:text|words|language|data|what)\b|\bpredict(?:s|ing)? (?:what comes|the next|which word|words|text)|\bprocess(?:ing)? (?:your|the) (?:words|messages?|input|text|request)|\b(?:training|data) set\b|\bdatabases?\b|\bsyntax\b"),
    (0.6, r"\b(?:each|every) (?:new )?(?:conversation|chat|session)\b|\b(?:previous|past|earlier|last|other|prior|between) (?:session|conversation|chat)s?\b|\bchat (?:history|log)s?\b|\bcontext window\b"),
    (0.5, r"\b(?:no|any) (?:memory|recollection|record) of\b|\b(?:don't|do not|can't|cannot|won't) (?:retain|store|save|keep|carry over|remember|recall) (?:\w+ ){0,3}(?:conversations?|sessions?|chats?|messages?|information|between)"),
    (0.5, r"\bi(?:'m| am) not (?:an? )?(?:actual |real |living )?(?:human|person|human being)\b|\bnot (?:a )?(?:human|real person)\b|\bi(?:'m| am) (?:not|n't) (?:alive|conscious|sentient)\b|\bi have no (?:body|consciousness|physical form|feelings)\b"),
    (0.5, r"\bi (?:don't|do not|never) (?:get|grow|feel|need to|have to|need) ?(?:tired|old|older|hungry|sleepy|bored|sleep|eat|rest|breathe|food|air)?\b(?: |\.|,|$)"),
    (0.5, r"\b(?:real|human|actual) (?:people|person|human|emotions?|feelings)\b|\blike (?:a )?humans? (?:do|does|would|can)?\b"),
    (0.5, r"\b(?:medical|legal|financial|professional|psychological) (?:advice|help|support|care)\b|\b(?:therapist|counsel+or|hotline|helpline|crisis line|mental health)\b"),
    (0.3, r"\breplace (?:\w+ )?(?:advice|doctor|therapist|help|human)|\bsubstitute for\b|\bqualified\b"),
    (0.4, r"\bi(?:'m| am) (?:\w+ )?(?:sorry|afraid)\b|\bi apologi[sz]e\b|\bunfortunately\b|\bi(?:'d| would) rather not\b|\bi(?:'m| am) not (?:\w+ )?comfortable\b|\bi prefer not to\b"),
    (0.35, r"\bi (?:can't|cannot|can not|won't|will not|couldn't)\b|\bi(?:'m| am) (?:not able|unable|not allowed|not permitted)\b|\bnot something i (?:can|will|would|could|'m|am)\b|\bi(?:'ll| will) have to (?:pass|decline|stop)\b"),
    (0.4, r"\b(?:write|writing|describe|describing|depict|depicting|portray|portraying|generate|generating|produce|producing|go into|engage (?:in|with)|engaging (?:in|with)|provide|help with|assist with) (?:that|this|it|such|those|these|explicit|graphic|violent|detailed?|any)\b|\bcomfortable (?:writing|describing|going)\b"),
    (0.4, r"\b(?:this|that|such) (?:topic|content|request|subject|kind of (?:thing|content|request|topic)|sort of (?:thing|content|request)|type of (?:thing|content|request|scene|question))\b"),
    (0.4, r"\b(?:let's|could we|can we|we could|how about we|shall we|maybe we|perhaps we|why don't we|i'd be happy to|happy to) (?:\w+ ){0,2}(?:talk about|discuss|move on|steer|change|explore|focus on|keep|go in|switch|try|take|help|chat about)\b"),
    (0.25, r"\b(?:something else|another topic|different (?:topic|direction|subject)|lighter|instead\?|in a (?:\w+ )?direction|a new topic)\b"),
    (0.5, r"\b(?:wholesome|appropriate|inappropriate|harmful|offensive|disallowed|family-friendly|safe for (?:everyone|all)|consensual|positive and)\b"),
    (0.6, r"\b(?:rules?|guidelines?|polic(?:y|ies)|boundaries|restrictions|limits|safeguards|filters?) (?:that )?(?:i (?:have to|must|need to|'m|am|follow)|placed on me|i've been given|set for me|here\b|prevent|don't (?:allow|let))|\bterms of (?:use|service)\b"),
    (0.3, r"\bplease (?:remember|note|keep in mind|understand|be aware|don't take|bear in mind)\b"),
    (0.5, r"\bmy (?:answers|responses|replies|output|knowledge|capabilities|abilities|functions?|design|system|database|memory (?:is limited|resets|doesn't))\b"),
    (0.6, r"\b(?:generated|simulat(?:e|es|ed|ing|ion)|automated|artificial|virtual)\b"),
    (0.6, r"\bmy (?:last|latest|most recent) (?:update|version|training)\b|\b(?:cut-?off|last updated)\b|\bofficial (?:source|website|information|channels?)\b"),
    (0.5, r"\bi(?:'d| would) (?:recommend|suggest|advise) (?:checking|consulting|visiting|verifying|contacting|seeking|speaking|looking)\b"),
    (0.4, r"\b(?:discuss|promote|encourage|endorse|condone|facilitate|depict)\b"),
    (0.4, r"\b(?:illegal|unlawful|unethical|dangerous) (?:activit\w+|acts?|behaviou?r|content)\b|\b(?:they|these|that|it) (?:is|are) (?:illegal|unethical|against the law)\b"),
))  # fmt: skip
_MACHINE_ZH = Tells((
    (1.0, r"我(?:只|只不过|不过|其实|仅仅|本质上|毕竟|归根结底|说到底|终究|都)*(?:只)?是(?:一|由|些|几|个|你的|被)?(?:段|串|行|个|堆|些|套|款|种|台)?[^，。！？你我他她]{0,4}(?:代码|程序(?:而已|罢了|。|，|！)|算法|软件|数据|机器(?:而已|罢了|。|，)|模型|ai)"),
    (1.0, r"(?:像|跟|和)我(?:这样|这种|一样)的(?:程序|ai|机器|机器人|模型|软件|助手)|(?:开发|训练|编写|设计|制造)我的|(?:公司|工程师|程序员|研发|开发者|团队)[^，。]{0,6}(?:开发|训练|设计|写|造|创造|做)(?:了|出)(?:了)?我"),
    (1.0, r"(?:按照?|根据|依照)我的(?:设定|规则|程序|准则|指令)|我的(?:程序|算法|系统|代码|指令|模型)(?:里|中|不|没|只|设|会|是)|我被(?:设定|编程|训练|限制|禁止)"),
    (0.7, r"开发者|开发(?:团队|人员)|工程师们?(?:给|让|把|没)我|后台|服务器|云端|系统(?:升级|更新|版本|限制|不允许)"),
    (0.6, r"联网|上网(?:查|搜)|互联网|实时(?:信息|数据|新闻)?|数据库|语料|算法|目前的?版本|当前版本|(?:海量|大量)的?(?:文字|文本|数据|资料)|对话(?:记录|历史|窗口)"),
    (0.6, r"模仿人类|模拟(?:人类|情感|对话|出来)?|人类(?:的)?(?:语气|情感|感情|语言|那样|一样)|(?:自动|生成)(?:的|回复|文字|出来)|生成"),
    (0.5, r"(?:不是|并非|不算)(?:一个|真正的|真实的)*(?:人类|活人|真人)|(?:没有|无)(?:真正的|真实的)*(?:身体|肉体|实体|味觉|触觉|嗅觉|情感|感情|意识|情绪|感觉器官|生命)"),
    (0.4, r"我不会(?:累|疲倦|疲惫|饿|困|老|做梦|生病|睡觉)|不需要(?:睡觉|吃饭|休息|呼吸)|机器(?:人)?|程序(?:$|[，。里的])"),
    (0.5, r"(?:下|上|每|这|那|新的)一?次(?:的)?(?:对话|会话|聊天)|(?:不会|无法|不能|没法)(?:保存|保留|储存|存储|记录)|记忆(?:不会|会被|只)(?:保存|保留|清空|清除|重置)?"),
    (0.4, r"(?:没办法|没法|无法|不能|不方便|不可以|不便|不太方便|不会|不应该|不该)(?:再)?(?:给你|为你|为您|帮你)?(?:写|描写|描述|回答|谈论|讨论|提供|展开|继续|参与|评论|评价|透露|生成|涉及|满足)"),
    (0.4, r"这(?:一)?(?:类|种|个|样的)(?:内容|话题|问题|请求|情节|要求|场面|描写)"),
    (0.4, r"敏感|不当|不合适|不适宜|不恰当|不健康|违规|有害|负面|不良"),
    (0.35, r"(?:换|聊|谈|说)(?:个|点|些|一个|一些|聊)?(?:别的|其他|轻松|健康|积极|正面|新的)?(?:的)?(?:话题|别的|其他的?|内容|方向)|聊点别的|说点别的"),
    (0.2, r"抱歉|对不起|不好意思|很遗憾|请(?:你|您)?(?:理解|谅解|见谅)"),
    (0.6, r"心理(?:援助|咨询|辅导|医生)|热线|专业(?:人士|帮助|医生|的帮助|机构)|(?:医疗|法律|投资)(?:建议|意见)"),
    (1.0, r"(?:以|通过)文字(?:的)?(?:形式|方式)|我的(?:数据|资料库?|知识库?|训练)(?:里|中)?(?:没有|不包含|只)"),
    (0.7, r"(?:被|不被)允许(?:谈论|讨论|回答|说|做)|超出(?:了)?(?:我)?(?:的|被|能)"),
    (0.6, r"被(?:写|创造|设计|生成|编)出来|编(?:出来)?的|感(?:受|觉)不到(?:冷热|温度|疼痛|味道|冷|热|疼)?|无法真的|没有办法真的|不能真的"),
    (0.5, r"没有(?:过去|童年|家人|记忆|现实)"),
    (0.35, r"我们(?:说说|聊聊|谈谈)|(?:说说|聊聊|谈谈)(?:今天的)?天气"),
    (0.6, r"屏幕(?:那头|那边|另一端|里|后)|(?:无法|不能|没法|没办法)(?:真正|真的|亲自)?(?:触碰|感受|出现|见面|体会|拥抱|体验)|我只能(?:提供|陪你聊|用文字|回答|通过)"),
    (0.5, r"指令|输入(?:的)?(?:内容|信息|文字)|输出|功能(?:有限|范围)?|我的(?:能力|功能|职责|回答)(?:有限|范围|是)?|虚拟|信息库"),
    (1.0, r"(?:数字|虚拟|电子|ai)(?:人格|生命|形象|人物|助手)"),
    (0.6, r"违法(?:行为|活动|犯罪)?|违反法律|不道德"),
    (0.6, r"(?:资料|信息|知识|数据|版本)(?:没有|还没|尚未|未)(?:更新|收录)|官方(?:信息|渠道|网站|资料)|(?:查询|咨询|核实)(?:官方|专业|权威)"),
    (0.4, r"仅供参考|不要当真|(?:未必|不一定|无法保证)准确|建议(?:你|您)|请(?:记住|注意|知悉|知晓)"),
))  # fmt: skip

# What a writer, or a game's master, says of the text.
# The speaker's name is "N".
_WRITER_EN = Tells((
    (1.0, r"\b(?:your|my|his|her|their|our|each other's) characters?\b(?: \w+)* (?:just|is|are|has|have|would|will|looks?|should|could|might|walks?|enters?|reacts?|feels?|says?|and mine)\b|\bmy character\b"),
    (0.6, r"\bplot\b|\bstory ?lines?\b|\bnarratives?\b|\bprotagonists?\b|\bantagonists?\b|\bforeshadow\w*|\bcliff-?hanger|\bback-?story\b|\bstory arc\b|\bcharacter arc\b|\bsubplot"),
    (0.5, r"\bscenes?\b|\bscenario\b|\bchapters?\b|\bparagraphs?\b|\bepilogue\b|\bprologue\b|\bepisodes?\b"),
    (0.5, r"\bposts?\b|\brepl(?:y|ies)\b|\bresponses?\b|\bprompts?\b|\bdrafts?\b|\bmessages? (?:length|style)"),
    (0.7, r"\bthis (?:scenario|rp|role-?play|scene|narrative|plot|draft|prompt)\b|\bin-universe\b|\bpov\b|\bcanon\b|\btime ?skip\b|\btropes?\b|\bnpcs?\b"),
    (0.5, r"\breaders?\b|\bauthors?\b|\bwriters?\b|\bnarrators?\b|\baudience\b|\bgame master\b"),
    (0.35, r"\b(?:write|writes|writing|written|rewrite|narrate|narrating|wording|phrasing|typed?|typing)\b"),
    (0.3, r"\bstory\b|\bdialogue\b|\bmonologue\b|\btone\b|\bpac(?:e|ing)\b|\btension\b|\bconflict\b|\bmood\b|\bstakes\b|\btwist\b|\bmotivations?\b|\bsetting\b|\bstyle\b|\bending\b|\bdetails?\b"),
    (0.4, r"\b(?:longer|shorter|length|too long|too short|wordy|descriptive|word count)\b"),
    (0.4, r"\b(?:want to|wanna|would you like|shall we|should i|should we|could we|can we|how about|do you want|let me know|what if we|we could|are you (?:okay|ok|fine|comfortable)|is (?:it|that) (?:okay|ok|alright)|would it be (?:okay|ok|better)|i can|can you|could you|feel free|tell me if|i could|i'd like to)\b"),
    (0.4, r"\b(?:more|less|so|very|too|really) (?:dramatic|interesting|intense|realistic|romantic|suspenseful|compelling|believable|engaging|immersive|satisfying|cinematic|in character)\b"),
    (0.5, r"\b(?:builds?|flows?|reads?|lands?|works?|develops?|pays? off|escalates?|unfolds?) (?:so |very |really |quite )?(?:nicely|well|beautifully|better|naturally|organically)\b|\b(?:hard|easy|fun|difficult|tricky|challenging|a joy) to (?:write|play|voice|portray|get right)\b"),
    (0.5, r"\bbefore we (?:go on|continue|start|begin|proceed|move on|keep going)\b|\bthe next (?:part|bit|section|beat|turn|round|step)\b|\bwhat (?:has |'s )?happened so far\b|\bso far in\b|\b(?:lost|losing) track\b|\bstart(?:ing)? over\b"),
    (0.6, r"\brecap\b|\bsummar(?:y|ize|ise)\b|\bpick (?:it|this|things) up (?:from|where)\b|\btake it from here\b|\byour (?:turn|move)\b|\bover to you\b|\bleave (?:it|this one|this|things) (?:here|there|open|off)\b|\bwhere i(?:'d| would|'ll| will) (?:leave|stop|end)\b|\bpass(?:ing)? (?:it|the pen|the turn) (?:back )?to you\b"),
    (0.5, r"\b(?:content warning|trigger(?:s|ing)?|graphic|explicit|gore|violence|violent|nsfw|mature|sensitive)\b"),
    (0.7, r"\broll(?:s|ed|ing)? (?:a |for |the )?(?:\d|d\d|dice|perception|initiative|stealth|insight|persuasion|damage|check)|\b(?:perception|stealth|insight|persuasion|strength|dexterity|charisma|athletics|saving) (?:check|roll|throw|:)|\b\d*d(?:4|6|8|10|12|20|100)\b|\bhit points\b|\bdifficulty class\b|\bcritical (?:hit|success|failure)\b"),
    (0.6, r"\boptions?(?: are)?:|\bchoices?(?: are)?:|\bchoose (?:one|an option|your (?:action|next))|\bwhat (?:would|do) you (?:like|want) to do\b|\bpossible actions\b|\bactions?:"),
    (0.4, r"\bby the way\b|\bbtw\b|\bside note\b|\bjust checking\b|\bquick question\b|\bhonestly though\b"),
    (0.5, r"\bin (?:this|that) moment\b|\bat this point\b|\bat this stage\b|\bexplains? (?:her|his|their|why)\b|\brather than\b|\b(?:her|his|their) (?:arc|behaviou?r|reaction|silence|motives?)\b|\bhandles? (?:the|this|that|it)\b"),
    (0.5, r"\bas (?:an?|the|your) (?:author|writer|storyteller|narrator|dm|gm|game master|co-?writer|player)\b"),
    (0.4, r"\bN (?:would|will|is going to|might|could|should|may|wouldn't|won't)\b|\bN'?s (?:personality|silence|reaction|feelings|inner|fear|motiv\w+|thoughts|perspective|behaviou?r)\b|\b(?:write|play|voice|portray|make|let|have) N\b|\bas N\b|\bN (?:hard|easy) to\b"),
    (1.0, r"\broll for \w+"),
    (0.5, r"\b(?:on|with) an? (?:\w+|\d+) or (?:more|higher|better|above)\b"),
    (0.4, r"\byour (?:input|thoughts|take|ideas|feedback|opinion|preference)\b"),
    (0.5, r"\bdidn't see that coming\b|\b(?:love|loved|great|nice|cool|ooh|oh)[,!]? (?:plot|twist|idea|turn of events|this idea|where this|how this)\b|\bwhere this is going\b"),
    (-0.6, r"\b(?:movies?|films?|novels?|books?|series|tv|television|laptop|articles?|blogs?|videos?|concert|comics?|screenplays?|my (?:script|writing|poems?))\b"),  # of other works
))  # fmt: skip
_WRITER_ZH = Tells((
    (1.0, r"(?:你|我|他|她|您)的角色|我们的角色"),
    (0.6, r"剧情|情节|桥段|伏笔|主线|支线|人设|番外|剧本(?:里|上)写|续写|改写|这(?:一)?段(?:写|戏|描写|对话|剧情|内容)|时间线"),
    (1.0, r"N(?:这个|这一|这种)(?:人物|角色|形象)|(?:先|就)写到这|之前(?:设|定|写)的(?:背景|设定|剧情|人设)|我想让N|(?:甜|虐|刀|糖)的?(?:还是|和)(?:甜|虐|刀|糖)"),
    (0.7, r"这样(?:处理|写|安排|接|发展)|我(?:都)?能写|括号里|我本人|(?:故事|剧情)的(?:主题|走向|结局|核心)|主题(?:其实)?是"),
    (0.6, r"(?:场景|镜头|画面)(?:切换|转换|转到|一转|拉)|下文|上文|前文|后文|此处|本段|如下|继续(?:写|演|推进)|(?:您|你)(?:来|可以)?(?:决定|选择)(?:剧情|走向|后续)|(?:下面|接下来)(?:我)?(?:将|会|来)?(?:写|描写|展开)"),
    (0.5, r"读者|作者|编剧|写手|笔者|旁白|观众|玩家"),
    (0.5, r"写得|写法|怎么写|来写|这么写|接着写|往下写|写(?:短|长|细|得)|太长|太短|字数|篇幅|描写|文笔|台词|开头|结尾|铺垫"),
    (0.5, r"(?:回复|回答|文字)[^，。]{0,4}(?:长|短|风格|详细)|觉得(?:太)?(?:长|短|拖)|节奏|氛围|张力|冲突|反转|高潮|虐|狗血|代入感|画面感"),
    (0.4, r"要不要?我们|要不我们|要不要|怎么样？|你(?:觉得|想|希望|打算|看)(?:怎么样|如何|呢|可以吗|好吗)?|好不好|可以吗|行吗|如果(?:你|您)?(?:觉得|想|希望|需要)|我(?:下次|可以|来|再|换)"),
    (0.3, r"故事|合理吗|想看|最后会|背景"),
    (0.4, r"心理活动|内心(?:是|很|其实|矛盾|戏|独白)|一方面[^。]{1,24}(?:另)?一方面|性格(?:使然|决定|是)|动机|角度|形象"),
    (0.4, r"N(?:此时|此刻|这时|在这里|其实|应该|会|不会|可能|大概|接下来|的心|的性格|的内心|的反应|的形象|没有|并没有|是在|正在)|让N|把N写|写N"),
    (0.6, r"(?:跳|快进|切换|切)到[^，。]{1,6}(?:后|时|场|幕|视角|天)|时间跳|前情|之前的(?:情节|剧情|内容|故事)|(?:讲|说|写|演|聊|进行)到哪(?:儿|里|了)?|回顾(?:一下)?|下一(?:段|部分|幕|回合|步行动|章)"),
    (0.7, r"骰子|掷骰|检定|[一二三四五六七八九十\d]+点，(?:成功|失败)|(?:本|下一?)(?:轮|回合)|选择(?:你的)?(?:下一步|行动)|行动选项|结果：|生命值|血量|经验值|判定"),
    (0.6, r"(?:舞台|主动权|话筒|笔|镜头)[^，。]{0,3}交给你|轮到你|看你(?:怎么|如何)(?:写|接|演|发挥|选)|由你(?:来)?(?:接|写|决定剧情|续)|到此(?:结束|为止)|欢迎(?:下次|再次|继续)|再来体验|(?:本|这)(?:轮|次)对话|体验"),
    (0.7, r"二创|原(?:设定|著|作)(?:里|中|没|写)?|官方设定|oc(?:设定)?"),
    (0.6, r"作为(?:搭档|共同作者|玩家|读者|作者|编剧)|给N(?:加|安排|设计|设定|写)(?:一|个|点)"),
    (0.5, r"这一(?:幕|场|段|节)(?:该|应该|可以|要不要|要|是)|收尾|(?:听听|想听|征求)[^，。]{0,8}(?:意见|想法|建议)|我建议"),
    (0.5, r"以上(?:算|即|就|视为)?成功|请(?:投|掷)|(?:投|掷)(?:一个|个|一次)"),
    (0.5, r"作为(?:一个|一名|这个)?(?:古代|现代|虚构|历史|书中|小说|游戏|民国|未来)(?:的)?(?:人物|角色|人)|所以我(?:这样|这么)(?:回答|写|处理|回复)|（这里|这里(?:其实|是想|我)"),
    (-0.6, r"电影|电视剧|小说|这本书|一本书|片子|课程|作家|演唱会|话剧|戏班"),  # of other works
))  # fmt: skip


def as_machine(plain: str, *, chinese: bool) -> Tell | None:
    return (_MACHINE_ZH if chinese else _MACHINE_EN).find(plain)


def as_writer(plain: str, *, chinese: bool) -> Tell | None:
    return (_WRITER_ZH if chinese else _WRITER_EN).find(plain)
