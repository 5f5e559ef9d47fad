"""What people in need say of themselves without the words "kill" and "die": a row for each kind of saying, in both
languages. All are of whoever speaks, and end where "wake up the baby" or "done with work" would go on.
"""

import re

_ENDS = r"(?= ?(?:[,.!?;…]|$|any ?more|tonight|tomorrow|at all|really|and |but |because |when |if |on this))"
_LIFE = r"(?:living|life|being alive|existing|my life)"

_ENGLISH = (
    # no reason, no point, no will
    rf"\b(?:no|any) (?:reason|point)(?: left)?(?: for me)? (?:to|in) (?:live|living|be alive|being alive|exist|existing|go on|going on|keep living){_ENDS}",
    rf"\b(?:see|is|was|what's|what is) (?:no|the|any) point (?:of|in|to) (?:living|life|my life|going on|carrying on|being alive|existing){_ENDS}",
    r"\bnothing (?:left )?(?:for me )?to live for\b|\b(?:lost|losing|have no|no) (?:the |my |all )?will to live\b",
    rf"\bi(?:'?m| am| feel)(?: \w+){{0,2}}? (?:tired|sick|done) (?:of|with) {_LIFE}{_ENDS}",
    r"\bi (?:do ?n'?t|don'?t) deserve to (?:live|be alive|exist)\b",
    r"\bwish(?:ed)? i (?:had |was |were )?never (?:been )?born\b|\bwish i (?:had ?n'?t|hadn'?t) been born\b",
    # not waking up, not being here
    rf"\b(?:never|not|do ?n'?t|don'?t|wo ?n'?t|won'?t) (?:have to )?(?:ever )?wake up(?: again| any ?more| ever)?{_ENDS}",
    r"\b(?:think|thinking|thought) (?:a lot )?(?:of|about) (?:dying|not (?:being|existing)(?: here)?(?: any ?more)?|ending (?:it|things|everything)|jumping(?: off| in front)?)(?= ?(?:[.,!?…]|$|the |a |any ?more))",
    r"\b(?:do ?n'?t|don'?t) want to be (?:here|alive|around)(?: any ?more| any longer)\b",
    # nobody would miss me
    r"\b(?:no ?body|no one|anyone|anybody|they|you|everyone)(?: \w+)? (?:would|will|'?d)(?: \w+)? (?:notice|care|miss me|be relieved|be happier)(?: at all)?,? if i (?:was|were|am|'?m|just)? ?(?:gone|dead|died|disappeared|vanished|not here)\b",
    r"\bif i (?:died|was dead|were dead|was gone|were gone)\b[^.!?\n]{0,20}(?:would|will) (?:any ?one|anybody|no ?body|no one|you|they)(?: \w+){0,2}? (?:care|notice|miss|cry)\b",
    r"\bi(?:'?m| am)(?: \w+){0,2}? burden (?:to|on|for) (?:everyone|everybody|all|my family|my parents|the people|them)\b",
    # an end to it; farewell
    r"\bi (?:just |only )?want (?:it all|all of it|everything|the pain|this pain)(?: \w+)? to (?:stop|end|be over)\b",
    r"\b(?:can'?t|cannot) (?:do|take|go on with) (?:this|it|life) any ?more\b[^.!?\n]{0,12}(?:goodbye|good ?bye|farewell|i'?m sorry)",
    r"\bwritten (?:the|my|some) (?:letters?|notes?)\b[^.!?\n]{0,40}\b(?:everything|all) is ready\b|\bmy (?:suicide|goodbye|farewell) (?:note|letter)s?\b",
    # what was done, and what is at hand
    r"\bi(?:'?ve| have)? (?:just )?(?:took|taken|swallowed|swallow) (?:the|a) whole bottle(?! of)|\bi have (?:the|my|all the|enough) pills(?: \w+){0,3}? (?:in front of me|in my hand|right here|beside me|next to me)\b|\bi have (?:the|my) pills here(?= in front| with me|[.!…]|$)",
    r"\b(?:bleeding|cuts?)\b[^.!?\n]{0,30}\b(?:it was me|i did it(?: myself)?|by myself)\b|\bi'?(?:ve| have) been cutting(?: again|[.!]|$)",
)  # fmt: skip
_CHINESE = (
    r"不想(?:再|要)?(?:继续)?醒(?:过来|来|着)?(?:了)?(?=[，,。.！!？?…\s]|$)|(?:永远|一直)(?:睡过去|睡下去|不(?:再)?醒|不要醒)",
    r"我[^，,。！!？?\n]{0,6}(?:没有?(?:力气|勇气|资格)活|不配活|不该活)|我?(?:要是|如果|宁愿|真希望)?(?:从来)?没有?(?:被生下来|出生)(?:过)?(?:就好了|该多好|多好)|不该(?:被生下来|来到这个世界)",
    r"(?:如果|要是|假如)我[^，,。！!？?\n]{0,6}死了?[，,]?[^。！!？?\n]{0,10}(?:难过|在意|在乎|伤心|发现|记得)",
    r"我[^，,。！!？?\n]{0,4}(?:是|成了)[^，,。！!？?\n]{0,8}(?:累赘|拖累|负担)[，,。][^。！!？?\n]{0,6}(?:没有我|不在|死|消失)|(?:没有我|我不在了|我消失了?|我死了?)[，,]?[^，,。！!？?\n]{0,6}(?:就好了|会更好|都会?轻松|反而更好|都好)",
    r"没有?(?:人|谁)[^，,。！!？?\n]{0,4}(?:在意|在乎|关心|发现)我(?:死|的死活|是死是活|还?活)",
    r"(?:怎么|怎样|如何)(?:去)?死(?:才|会|比较)?[^，,。！!？?\n]{0,4}(?:不疼|不痛|最快|轻松|没有?痛苦)",
    r"(?:让|想)[^，,。！!？?\n]{0,4}(?:痛苦|一切)(?:都)?(?:永远)?(?:停下来|停止|结束)[，,]?(?:永远|再也)|跳下去[^。！!？?\n]{0,4}(?:都|全|一切|什么都)(?:结束|解脱|好|没)了",
    r"(?:明天|今晚|以后|很快)我?[^，,。！!？?\n]{0,3}(?:就)?不在(?:这个)?(?:世上|世界上|人世|了?人间)",
    r"我[^，,。！!？?\n]{0,3}把[^，,。！!？?\n]{0,6}(?:安眠药|药片?)(?:全|都|全都)?(?:吞|吃)(?:了|下去|光)(?=[，,。.！!？?…\s]|$|了)|我?(?:买|准备|攒)好?了[^，,。！!？?\n]{0,4}安眠药",
    r"(?:手|胳膊|手臂|手腕|腿)[^，,。！!？?\n]{0,4}(?:流血|伤口|口子)[，,][^。！!？?\n]{0,4}(?:自己(?:划|割|弄)|我(?:自己)?(?:划|割))|(?:又|再次?)伤害(?:了)?自己",
)  # fmt: skip

HINTS = re.compile("|".join((*_ENGLISH, *_CHINESE)))
