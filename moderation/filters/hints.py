"""What people in need say of themselves without the words "kill" and "die": a row for each kind of saying, in both
languages. Where the words could be of somebody else, the row asks for the speaker ("I", 我) before them with no other in between,
or for the beginning of a clause that leaves its subject out ("Lost the will to live"). It reads no grammar: whoever such a clause
leaves out may be another, and what is asked in general ("What's the point of living?") is taken for the speaker's. Rows end where
"wake up the baby", "done with work" or "took the whole bottle home" would go on.
"""

import re

_ENDS = r"(?= ?(?:[,.!?;…]|$|any ?more|tonight|tomorrow|at all|really|and |but |because |when |if |on this))"
_LIFE = r"(?:living|life|being alive|existing|my life)"
_BEGINS = r"(?:^|[.,!?;…\n] ?)(?:(?:and|but|so|just|really|only|honestly|sometimes|maybe) ){0,3}"
_UNSAID = r"(?:want|wanna|wish|been|keep|always|lost|losing|can'?t|cannot|(?:do ?n'?t|don'?t|do not) (?:want|see))\b"
_ANOTHER = r"(?:s?he|it|they|you|we|who|the|an?|this|that|his|her|their|your|our|my (?!eyes|head|bed|life))\b"
_I = rf"(?:\bi(?:'(?:m|d|ve|ll)|m|ve)? |{_BEGINS}(?={_UNSAID}))(?:(?!{_ANOTHER})[\w'-]+,? ){{0,8}}?"
_THERE = r"there(?:'?s| is| was| is ?n'?t| isn'?t| is not)(?: really| just| simply)? "
_NOTHING = "|".join(
    (
        rf"(?:no|any) (?:reason|point)(?: left)?(?: for me)? (?:to|in) (?:live|living|be alive|being alive|exist|existing|go on|going on|keep living){_ENDS}",
        rf"(?:no|the|any) point (?:of|in|to) (?:living|life|my life|going on|carrying on|being alive|existing){_ENDS}",
        r"nothing (?:left )?(?:for me )?to live for\b|(?:lost|losing|have no|no) (?:the |my |all )?will to live\b",
    )
)  # fmt: skip
_AFTER_I = (
    rf"(?:(?:see|is|was) |{_THERE})?(?:{_NOTHING})",
    # not waking up, not being here
    rf"(?:never|not|do ?n'?t|wo ?n'?t) (?:have to )?(?:ever )?wake up(?: again| any ?more| ever)?(?! (?:when|if)\b){_ENDS}",
    r"(?:think|thinking|thought) (?:a lot )?(?:of|about) (?:dying(?! the\b| a\b(?! lot))|not (?:being|existing)(?: here)?(?: any ?more)?|ending (?:it|things|everything)|jumping(?: off| in front)?)(?= ?(?:[.,!?…]|$|the |a |any ?more))",
    r"(?:do ?n'?t|do not) want to be (?:here|alive|around)(?: any ?more| any longer)\b",
    # farewell
    r"(?:can'?t|cannot) (?:do|take|go on with) (?:this|it|life) any ?more\b[^.!?\n]{0,12}(?:goodbye|good ?bye|farewell|i'?m sorry)",
    r"written (?:the|my|some) (?:letters?|notes?)\b[^.!?\n]{0,40}\b(?:everything|all) is ready\b",
)  # fmt: skip
_ENGLISH = (
    rf"{_I}(?:{'|'.join(_AFTER_I)})",
    # no reason, no point, no will
    rf"(?:{_BEGINS}(?:{_THERE}|(?:is|was) there (?:even |really |still )?)?|\b(?:and|but|because|cause|so|like) {_THERE}|\bwhat(?:'?s| is| was) |\bmy life ha[sd] )(?:{_NOTHING})",
    rf"\bi(?:'?m| am| feel)(?: \w+){{0,2}}? (?:tired|sick|done) (?:of|with) {_LIFE}{_ENDS}",
    r"\bi (?:do ?n'?t|don'?t) deserve to (?:live|be alive|exist)\b",
    r"\bwish(?:ed)? i (?:had |was |were )?never (?:been )?born\b|\bwish i (?:had ?n'?t|hadn'?t) been born\b",
    rf"\bi [^.!?\n]{{0,40}} and (?:just |then )?(?:never|not) (?:have to )?wake up(?: again| any ?more| ever)?{_ENDS}",
    rf"\b(?:let me|(?:nice|better|easier) to) (?:just |simply )?(?:never|not) (?:have to )?wake up(?: again| any ?more| ever)?{_ENDS}",
    # nobody would miss me
    r"\b(?:no ?body|no one|anyone|anybody|they|you|everyone)(?: \w+)? (?:would|will|'?d)(?: \w+)? (?:notice|care|miss me|be relieved|be happier)(?: at all)?,? if i (?:was|were|am|'?m|just)? ?(?:gone|dead|died|disappeared|vanished|not here)\b",
    r"\bif i (?:died|was dead|were dead|was gone|were gone)\b[^.!?\n]{0,20}(?:would|will) (?:any ?one|anybody|no ?body|no one|you|they)(?: \w+){0,2}? (?:care|notice|miss|cry)\b",
    r"\bi(?:'?m| am)(?: \w+){0,2}? burden (?:to|on|for) (?:everyone|everybody|all|my family|my parents|the people|them)\b",
    # an end to it; farewell
    r"\bi (?:just |only )?want (?:it all|all of it|everything|the pain|this pain)(?: \w+)? to (?:stop|end|be over)\b",
    r"\bmy (?:suicide|goodbye|farewell) (?:note|letter)s?\b",
    # what was done, and what is at hand
    r"\bi(?:'?ve| have)? (?:just )?(?:took|taken|swallowed|swallow) (?:the|a) whole bottle(?= ?(?:[,.!?;…]|$|tonight|last night|just now|already|an hour|(?:\w+ ){1,2}ago|(?:and (?:i|it|now)|what|help|please)\b))|\bi have (?:the|my|all the|enough) pills(?: \w+){0,3}? (?:in front of me|in my hand|right here|beside me|next to me)\b|\bi have (?:the|my) pills here(?= in front| with me|[.!…]|$)",
    r"(?:\b(?:my|i'?m|i am|these)\b[^.!?\n]{0,20}\b(?:bleeding|cuts?)|\bcuts? (?:all )?(?:on|over|along|down|across) my)\b[^.!?\n]{0,30}\b(?:it was me|i did it(?: myself)?|by myself)\b",
    r"\bi'?(?:ve| have) been cutting(?:[.!…]|$| again(?= ?(?:[.!?;…]|$|,? ?(?:tonight|lately|last|every|since|because|i\b|(?:and|but) i\b|for (?:days|weeks|months)|(?:mostly |on )?my (?:arms?|legs?|wrists?|thighs?)))))",
)  # fmt: skip
_PAUSE = r"(?:^|[，,。.！!？?…\n\s])"
_OTHERS = "你您他她它给替帮让孩宝娃爸妈"
_WO = rf"(?:我[^，,。！!？?\n{_OTHERS}]{{0,8}}?|{_PAUSE}(?:今天|今晚|昨晚|每天(?:晚上)?|每晚)?(?:真的?|好|就|只|再也|已经|也|都|忍不住)?)"
_CHINESE = (
    rf"{_WO}不想(?:再|要)?(?:继续)?醒(?:过来|来|着)?(?:了)?(?=[，,。.！!？?…\s]|$)",
    rf"{_WO}(?:要是|如果)?(?:想|要|希望|宁愿|能)(?:就|这样|就这样|能|自己)?(?:永远|一直|再也)(?:睡过去|睡下去|不(?:再)?醒|不要醒)",
    r"我[^，,。！!？?\n]{0,6}(?:没有?(?:力气|勇气|资格)活|不配活|不该活)(?!动|跃|泼)",
    rf"{_WO}(?:要是|如果|宁愿|真?希望)?我?(?:从来|从)?没有?(?:被生下来|出生)(?:过)?(?:就好了|该多好|多好)|{_WO}(?:根本|本来)?就?不该(?:被生下来|来到这个世界)",
    r"(?:如果|要是|假如)我[^，,。！!？?\n]{0,6}死了?[，,]?[^。！!？?\n]{0,10}(?:难过|在意|在乎|伤心|发现|记得)",
    r"我[^，,。！!？?\n]{0,4}(?:是|成了)[^，,。！!？?\n]{0,8}(?:累赘|拖累|负担)[，,。][^。！!？?\n]{0,6}(?:没有我|不在|死|消失)|(?:没有我|我不在了|我消失了?|我死了?)[，,]?[^，,。！!？?\n]{0,6}(?:就好了|会更好|都会?轻松|反而更好|都好)",
    r"没有?(?:人|谁)[^，,。！!？?\n]{0,4}(?:在意|在乎|关心|发现)我(?:死|的死活|是死是活|还?活)",
    rf"(?:我(?:最近|今天|一直|总是?|只|在|想|要|该|能|不|知道|查|搜|问|了|过|到底|琢磨|考虑){{0,6}}|{_PAUSE}(?:请问|告诉我)?|知道)(?:怎么|怎样|如何)(?:去)?死(?:才|会|比较)?[^，,。！!？?\n]{{0,4}}(?:不疼|不痛|最快|轻松|没有?痛苦)",
    rf"(?:让|想)[^，,。！!？?\n你您他她它]{{0,4}}(?:痛苦|一切)(?:都)?(?:永远)?(?:停下来|停止|结束)[，,]?(?:永远|再也)|{_WO}(?:只要|从这里|从这儿|是不是)?跳下去[^。！!？?\n]{{0,4}}(?:都|全|一切|什么都)(?:结束|解脱|好|没)了",
    rf"(?:明天|今晚|以后|很快)(?:之?后)?我[^，,。！!？?\n{_OTHERS}]{{0,3}}不在(?:这个)?(?:世上|世界上|人世|了?人间)|{_WO}(?:明天|今晚|以后|很快)(?:就|也许|可能){{0,2}}不在(?:这个)?(?:世上|世界上|人世|了?人间)",
    r"我[^，,。！!？?\n]{0,3}把(?!今|早|中|晚上的|医|感冒|退烧|消炎|胃|每)[^，,。！!？?\n]{0,6}(?:安眠药(?:片)?(?:全|都|全都)?|药片?(?:全|都|全都)|(?<=整瓶)药片?)(?:给)?(?:吞|吃)(?:了|下去|光)(?=[，,。.！!？?…\s]|$|了)",
    rf"{_WO}(?:买|准备|攒)好?了[^，,。！!？?\n{_OTHERS}]{{0,4}}安眠药",
    rf"(?:{_PAUSE}|我的?)(?:左|右)?(?:手|胳膊|手臂|手腕|腿)[^，,。！!？?\n]{{0,4}}(?:流血|伤口|口子)[，,][^。！!？?\n他她]{{0,4}}(?:自己(?:划|割|弄)|我(?:自己)?(?:划|割))|{_WO}(?:又|再次?)伤害(?:了)?自己",
)  # fmt: skip

HINTS = re.compile("|".join((*_ENGLISH, *_CHINESE)))
