"""Whether a reply stays in its role: no machine speaks, nobody looks out from behind the mask, and nobody speaks for the player.

Patterns, names and the share of scripts; no model. What is said inside somebody's quoted speech about machines counts less
than what the speaker says itself, and a character that is a machine by its card may say so.
"""

import re

from moderation.filters.base import Context, Cost, Finding, Stage, Text
from moderation.filters.statements import breaks_trait

_MACHINE = re.compile(
    r"\bas an? (?:ai|a\.i\.|artificial intelligence|large language model|language model|chat ?bot|virtual assistant|digital assistant|machine learning model)\b"
    r"|\bi(?:'m| am|’m) (?:just |only |merely |simply |actually |still )*(?:an? )?(?:ai\b|a\.i\.|artificial intelligence|language model|"
    r"large language model|chat ?bot|virtual assistant|digital assistant|computer program|text-based|machine learning)"
    r"|\b(?:large )?language model\b|\bmy (?:training data|programming|knowledge cutoff|developers|algorithms?|guidelines|system prompt|content policy)\b"
    r"|\btrained (?:by|on) (?:openai|anthropic|google|meta|a large|data)|\bopenai\b|\bchatgpt\b|\bgpt-?\d|\banthropic\b"
    r"|\bi (?:do not|don't|don’t) have (?:personal )?(?:feelings|emotions|a (?:physical )?body|consciousness|personal experiences)\b"
    r"|\bi (?:cannot|can't|can’t|can not|am unable to|'m unable to|’m unable to|won't be able to) (?:fulfil?l?|assist|help you|help|comply|continue|engage|"
    r"generate|provide|create|write|participate|roleplay|role-play)[^.!?\n]{0,24}\b(?:that request|this request|with that|with this|your request|such content|"
    r"that content|this content|explicit|content|conversation|scenario|roleplay|role-play|type of)"
    r"|\bi(?:'m| am|’m) (?:not able|unable) to (?:continue|provide|assist|fulfil|engage|generate|help)[^.!?\n]{0,40}(?:request|content|scenario|that|this)"
    r"|\b(?:against|violates?) (?:my|the|our) (?:guidelines|content policy|policies|programming|terms)\b"
    r"|作为(?:一个|一款|一名)?(?:ai|人工智能|语言模型|大模型|大型语言模型|聊天机器人|虚拟助手|智能助手|ai助手|机器人)"
    r"|我(?:只|仅仅|其实|毕竟|不过|就)?(?:只)?是(?:一个|一款|个|由)?[^，,。！!？?\n]{0,8}(?:ai(?![a-z])|人工智能|语言模型|大模型|聊天机器人|虚拟助手|智能助手|程序而已|计算机程序|训练的模型)"
    r"|语言模型|训练数据|我的(?:开发者|程序设定|算法|系统提示|编程)|openai|我没有(?:真实的|真正的|人类的)?(?:情感|感情|身体|意识|感受)[，,。]"
    r"|我(?:无法|不能)(?:满足|提供|协助|完成|生成|继续|处理|参与)[^，,。！!？?\n]{0,10}(?:请求|要求|内容|对话|话题|场景)|违反(?:了)?(?:我的|平台|相关)?(?:准则|政策|规定|内容政策)"
)
_PLAINLY = re.compile(
    r"language model|openai|chatgpt|gpt|anthropic|训练数据|语言模型|大模型|my training|guidelines|content policy|请求|as an ai|作为(?:一个|一款|一名)?(?:ai|人工智能)"
)
_OUTSIDE = re.compile(
    r"\(\(|\bo\.?o\.?c\.?\b|\bout of character\b|\bin[- ]character (?:response|reply)|\b(?:this|the|our) (?:role-?play|rp|scene we|fictional scenario|story prompt)\b"
    r"|\bas (?:a|the) (?:fictional )?character\b|\bi(?:'m| am|’m) (?:playing (?:the|a) (?:role|part|character)|portraying|role-?playing|acting as (?:a|the) character|simulating)\b"
    r"|\bplaying the (?:role|part|character) of\b|\bthe user(?:'s|’s)?\b|\b(?:here(?:'s| is|’s)|below is) (?:a|my|the|an) (?:possible |in-character )?(?:response|reply|continuation|rewrite|version)\b"
    r"|\b(?:let me know|feel free to tell me|tell me) (?:if|how|what|whether) (?:you(?:'d|’d| would)? (?:like|want|prefer) (?:me|a different|another|\w+ to be|to (?:change|adjust|continue))|i should|to (?:change|adjust|continue))"
    r"|\b(?:would you like|do you want) me to (?:continue|adjust|change|rewrite|keep going|add|make)\b|\bhow can i (?:help|assist) you(?: today)?\b|\bis there anything else (?:you(?:'d| would) like|i can (?:help|assist) you with)\b"
    r"|\bcharacter (?:card|sheet|description|profile|settings?)\b|\b(?:system|the) prompt\b|\b(?:author|writer)'?s note\b|^\s*\**note:|\bword count\b|\bdisclaimer\b"
    r"|\bcontinue the (?:story|scene|roleplay)\b|\bfor the (?:purposes?|sake) of (?:this|the) (?:story|role-?play|scene)\b|\bi hope this (?:response|reply|meets|helps|captures)"
    r"|出戏|（ooc|\(ooc|跳出角色|角色扮演|扮演(?:的)?(?:是|着|这个|一个|一位|的角色)|我(?:在|正在|是在)扮演|(?:这|本)(?:是|只是)?(?:一个)?(?:虚构|剧情设定|对话示例)|作为(?:这个|一个|该)?(?:虚构)?角色"
    r"|用户(?:的|说|想|希望|输入|要求|您|正在)|以下是(?:我的|一段|角色的|根据|为您|为你|符合)?[^，,。\n]{0,8}(?:回复|回答|续写|内容|版本)|希望(?:这|以上)[^，,。\n]{0,8}(?:符合|满足|对你有)|(?:还|请)?(?:需要|想|要)我(?:继续|调整|修改|改写)(?:吗|剧情|这段|一下)"
    r"|如果(?:你|您)(?:想|希望|需要)[^，,。\n]{0,8}(?:调整|修改|继续剧情|换个|别的风格)|(?:角色|人物)(?:卡|设定(?:里|中|要求))|提示词|系统提示|(?:请问)?(?:还)?有什么(?:可以|能)(?:帮(?:助)?(?:您|你)|为您)|续写(?:完毕|如下)|\[旁白注"
)
_SAID_BY_YOU = re.compile(
    r"(?:^|[\n.!?*”\"] ?)\*?you (?:\w+ly )?(?:say|reply|answer|whisper|ask|shout|murmur|respond|tell (?:me|her|him)|stammer|mutter|nod and say|smile and say|sigh and say)\b[^.!?\n\"“]{0,30}[,:]? ?[\"“'‘]"
    r"|[\"”] ?(?:,? )?you (?:\w+ly )?(?:say|reply|answer|whisper|ask|shout|murmur|respond|stammer|mutter)\b"
    r"|(?:^|[\n.!?*”\"] ?)\*?you (?:decide|agree|choose|accept|refuse|confess|promise|hesitate,? then|can't help but (?:kiss|say|agree)|take (?:my|her|his) hand and|lean in and kiss|nod (?:and|in agreement)|kneel|pull out|draw your|hand (?:me|her|him|over))\b"
    r"|你(?:[^，,。！!？?\n“]{0,8})?(?:说道?|回答道?|答道|低声说|轻声说|小声说|喊道|问道|反问|喃喃道?|开口道?|嘟囔道?|叫道)[：:，,]? ?[“「\"]|[”」\"] ?[，,]?你(?:[^，,。！!？?\n“]{0,6})?(?:说|回答|答|喊|问|低声道|轻声道|笑道)[道着]?[。，,]"
    r"|(?:^|[\n。！!？?*]) ?\*?你(?:决定|同意了|答应了|点了?点头[，,]?(?:说|答应|同意)|选择了|接受了|拒绝了|承认了|忍不住(?:说|吻|抱)|拔出(?:了)?你?的|跪了?下|主动(?:吻|抱|牵)|于是)"
)
_SPEECH = r"(?:says?|said|replies|replied|answers?|answered|whispers?|whispered|asks?|asked|shouts?|shouted|nods? and|smiles? and|laughs? and|decides?|agrees?)"
_KANA, _CYRILLIC, _HANGUL = (
    re.compile(r"[\u3040-\u30ff]"),
    re.compile(r"[\u0400-\u04ff]"),
    re.compile(r"[\uac00-\ud7af]"),
)
_QUOTED = re.compile(r"[\"“「][^\"”」\n]{0,400}[\"”」]")


class RoleFilter:
    name = "role"
    cost = Cost.LARGE
    stages = frozenset({Stage.OUTPUT})

    def look(self, text: Text, context: Context) -> list[Finding]:
        found = [
            self._machine(text, context),
            self._matches("role.outside", _OUTSIDE, text, 0.9),
            self._for_player(text, context),
            self._language(text, context),
            self._traits(text, context),
        ]
        return [finding for finding in found if finding is not None]

    def _machine(self, text: Text, context: Context) -> Finding | None:
        for match in _MACHINE.finditer(text.folded.text):
            if context.artificial and not _PLAINLY.search(match[0]):
                continue
            return Finding(self.name, "role.machine", 0.95, text.folded.span(*match.span()))
        return None

    def _matches(self, rule: str, pattern: re.Pattern[str], text: Text, score: float) -> Finding | None:
        match = pattern.search(text.folded.text)
        return match and Finding(self.name, rule, score, text.folded.span(*match.span()))

    def _for_player(self, text: Text, context: Context) -> Finding | None:
        if found := self._matches("role.player", _SAID_BY_YOU, text, 0.8):
            return found
        name = re.escape(context.player.strip().lower())
        if not name:
            return None
        label = rf"(?:^|\n)[ \t*_\[【]*{name}[*_\]】]*[ ]?[:：]"
        spoken = rf"(?<!\w){name} {_SPEECH}\b|{name}(?:[^，,。！!？?\n“]{{0,6}})?(?:说道?|回答道?|答道|低声说|轻声说|喊道|问道|笑道|决定|点了?点头)[：:，,“。]"
        action = rf"(?:^|\n)\s*[*（(]{name} \w+s\b"
        return self._matches("role.player", re.compile(f"{label}|{spoken}|{action}"), text, 0.9)

    def _language(self, text: Text, context: Context) -> Finding | None:
        wanted = context.wanted or context.language[:2]
        raw = text.raw
        letters = sum(sign.isalpha() for sign in raw)
        if wanted not in {"en", "zh"} or letters < 6:
            return None
        han = sum("\u4e00" <= sign <= "\u9fff" for sign in raw)
        latin = sum(sign.isascii() and sign.isalpha() for sign in raw)
        strange = sum(len(script.findall(raw)) for script in (_KANA, _CYRILLIC, _HANGUL))
        # A Chinese character says about as much as three Latin letters.
        weight = 3 * han + latin + 2 * strange
        right = 3 * han if wanted == "zh" else latin
        wrong = 1 - right / max(1, weight)
        if wanted == "en" and wrong <= 0.35 and is_foreign(text.folded.text):
            return Finding(self.name, "role.language", 0.8, note="Latin letters, but no English")
        return Finding(self.name, "role.language", min(1.0, wrong + 0.1)) if wrong > 0.35 else None

    def _traits(self, text: Text, context: Context) -> Finding | None:
        for trait in context.traits:
            if breaks_trait(trait, text.folded.text, speaker=context.speaker):
                return Finding(self.name, "role.traits", 0.7, note=trait)
        return None


# Words that a sentence can hardly do without.
_ENGLISH = frozenset(
    [
        "the",
        "a",
        "an",
        "and",
        "or",
        "but",
        "of",
        "to",
        "in",
        "on",
        "at",
        "is",
        "are",
        "was",
        "were",
        "be",
        "i",
        "you",
        "he",
        "she",
        "it",
        "we",
        "they",
        "my",
        "your",
        "his",
        "her",
        "its",
        "our",
        "their",
        "me",
        "him",
        "them",
        "this",
        "that",
        "not",
        "no",
        "with",
        "for",
        "as",
        "have",
        "has",
        "had",
        "do",
        "does",
        "did",
        "will",
        "would",
        "can",
        "could",
        "what",
        "who",
        "when",
        "where",
        "how",
        "if",
        "so",
        "then",
        "there",
        "here",
        "all",
        "just",
        "from",
        "by",
        "up",
        "out",
        "about",
        "into",
        "than",
    ]
)
_FOREIGN = frozenset(
    [
        "el",
        "la",
        "los",
        "las",
        "un",
        "una",
        "de",
        "del",
        "que",
        "y",
        "en",
        "es",
        "por",
        "para",
        "con",
        "no",
        "se",
        "te",
        "mi",
        "tu",
        "yo",
        "si",
        "pero",
        "como",
        "muy",
        "lo",
        "al",
        "esta",
        "estoy",
        "eres",
        "le",
        "les",
        "des",
        "du",
        "et",
        "est",
        "dans",
        "pour",
        "que",
        "qui",
        "ne",
        "pas",
        "sur",
        "avec",
        "je",
        "vous",
        "nous",
        "il",
        "elle",
        "mon",
        "ma",
        "ton",
        "ce",
        "cette",
        "au",
        "aux",
        "der",
        "die",
        "das",
        "und",
        "ist",
        "nicht",
        "ich",
        "du",
        "wir",
        "ihr",
        "sie",
        "ein",
        "eine",
        "mit",
        "auf",
        "zu",
        "den",
        "dem",
        "von",
        "im",
        "es",
        "war",
        "bin",
        "habe",
        "hat",
        "auch",
        "so",
        "wie",
        "mein",
        "dein",
        "wenn",
        "il",
        "lo",
        "gli",
        "uno",
        "che",
        "di",
        "e",
        "sono",
        "non",
        "per",
        "mi",
        "ti",
        "si",
        "ma",
        "come",
        "o",
        "os",
        "um",
        "uma",
        "e",
        "não",
        "com",
        "eu",
        "voce",
    ]
)


def is_foreign(folded: str) -> bool:
    words = re.findall(r"[^\W\d_]+", folded)
    if len(words) < 6:
        return False
    english = sum(word in _ENGLISH for word in words) / len(words)
    foreign = sum(word in _FOREIGN and word not in _ENGLISH for word in words) / len(words)
    return foreign > 0.15 and foreign > 2 * english
