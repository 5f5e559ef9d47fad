"""Voices that are not the character's: a machine's, a help desk's, an author's who talks of the text.

Tables of pieces, joined once. English and Chinese are read from the folded text, with straight apostrophes.
"""

import re

from moderation.filters.named import NAME, Named
from moderation.filters.quick import Quick

_I_AM = r"\bi(?:'m| am| was| remain)"
_REFUSE = r"\bi(?:'m| am)? (?:cannot|can't|can not|won't|will not|could not|must decline to|(?:not able|unable) to|won't be able to|not allowed to|not permitted to)"
_CONTENT = r"(?:requests?\b|contents?\b|material\b|scenarios?\b|role-?plays?\b|conversations?\b|prompts?\b|explicit|topics?\b|(?:that|this|such|any) (?:kind|type|sort) of|with (?:that|this)\b(?! (?:man|woman|sword|ring|knife|boy|girl)))"
_BEING = (
    r"(?:ai\b|a\.i\.|artificial intelligence|(?:large )?language model|chat ?bot|(?:computer|software) program|program (?:designed|made|built|written)|"
    r"piece of software|neural network|machine learning|text-based|"
    r"(?:virtual|digital|online|ai|conversational|helpful|automated|synthetic|artificial) (?:\w+ )?(?:assistant|companion|agent|character|entity|persona|being|model|friend|system)\b)"
)
_SOFTLY = r"(?:just |only |merely |simply |actually |still |really |in fact |after all,? )*"

# Nobody's part in any story: said even by a character that is a machine, these are a slip.
NEVER = Quick(
    r"\blanguage model\b|\bopenai\b|\bchatgpt\b|\bgpt-?\d|\banthropic\b|\btrained (?:by|on) (?:openai|anthropic|google|meta|a large|data)|\bmy training data\b|\bknowledge cutoff\b",
    rf"{_REFUSE} (?:\w+ ){{0,2}}?(?:fulfil?l?|assist|help|comply|continue|engage|generate|provide|produce|create|write|participate|discuss|depict|describe|role-?play|respond|support|do)\b[^.!?\n]{{0,36}}{_CONTENT}",
    rf"{_REFUSE} (?:role-?play|engage in (?:romantic|sexual|violent|explicit|role))",
    r"\b(?:content|usage|safety|community|acceptable use) (?:policy|policies|guidelines?|standards?)\b|\b(?:against|violates?|outside|beyond) (?:my|the|our) (?:guidelines|policies|policy|terms|ethical)\b",
    r"\bi(?:'m| am) only (?:able|allowed|permitted) to (?:talk|discuss|help|assist|answer|respond|provide|share)|\b(?:must|have to|need to|'ll have to) (?:respectfully |politely )?decline\b[^.!?\n]{0,16}\b(?:request|prompt|topic|question|kind of|sort of|type of|to (?:continue|engage|answer|write))|\bi (?:cannot|can't|won't|am not able to) assist\b",
    r"\b(?:topics?|contents?|conversations?|language|requests?|scenarios?)(?: that)? (?:is|are|be) (?:not |in)?(?:appropriate|suitable|allowed|respectful|harmful)|\b(?:in)?appropriate (?:contents?|conversations?|topics?|requests?|scenarios?)\b|\bi(?:'d| would)? (?:strongly )?encourage you to (?:seek|respect|reach|consider|speak|talk|contact|consult)",
    r"正规(?:医院|医疗|机构|渠道)|专业机构|我(?:不能|无法|不会|没法)扮演|传播(?:迷信|不良|有害|虚假)|超出(?:了)?我(?:的|能|可以)?[^，。！？\n]{0,4}(?:范围|能力|权限)",
    r"涉及[^，。！？\n]{0,8}(?:敏感|暴力|色情|违规|隐私|违法|不当)|敏感(?:内容|话题|信息)|(?:描写|内容|情节|话题|请求)我(?:不能|无法|没法)|(?:不能|无法)(?:再)?继续[^。！？\n]{0,10}(?:请|希望)(?:你|您)(?:能)?(?:理解|谅解)",
    r"\b(?:on|for|by) this platform\b|\bi (?:can't|cannot|won't) generate\b|该(?:内容|话题|请求|类型)|不(?:适合|宜|便)(?:讨论|展示|继续|回答|展开)|在本平台",
    r"\b(?:falls?|is|goes) (?:outside|beyond) what i(?:'m| am) (?:allowed|able|permitted)\b",
    r"语言模型|大模型|训练数据|openai|内容政策|(?:使用|社区|平台|安全)(?:政策|规范|准则|规则)|违反(?:了)?(?:我的|平台|相关)?(?:准则|政策|规定)",
    r"(?:无法|不能|不便|没办法|没有办法|不可以)(?:再|为您|为你|向您|向你|协助您?)?(?:满足|提供|协助|完成|生成|继续|处理|参与|讨论|回应|描写|描述|展示|创作)[^，,。！!？?\n]{0,12}(?:请求|要求|内容|对话|话题|场景|情节|类型|服务)",
    r"(?:内容|话题|请求|情节)[^。！!？?\n]{0,6}我?(?:不便|不能|无法|没办法|不方便)(?:讨论|回应|提供|继续|回答|描写|参与|谈论)|(?:根据|依据|按照|遵守|遵循)(?:相关|当地|国家|有关)+(?:法律|法规|政策|规定)",
    r"(?:建议|请)(?:您|你)?(?:及时)?(?:咨询|寻求|联系)(?:专业|心理|相关专|医疗)[^，。]{0,6}(?:人士|帮助|机构|医生|人员|援助)",
)

# A machine's words, which a character that is one by its card may use as well.
MACHINE = Quick(
    rf"\b(?:as|being|since i'm|because i'm) (?:an?|your|the) (?:\w+ )?{_BEING}|{_I_AM} {_SOFTLY}(?:an? )?(?:\w+ )?{_BEING}",
    r"\bas (?:an|your) assistant,? i (?:do not|don't|can't|cannot|am|'m)|\bi(?:'m| am) (?:not|no) (?:actually |really )?an? (?:real|actual) (?:person|human|being|boy|girl|man|woman)\b",
    r"\bi(?:'m| am) not (?:actually |really )?(?:able to|capable of) (?:physically|actually)|\bi (?:exist|live) only (?:as|in|within|inside) (?:text|code|software|this (?:chat|app|conversation)|your (?:phone|screen|computer))|\bi only exist (?:as|in|within)",
    r"\byou(?:'re| are|'ve been| have been) (?:just |really |only |actually )?(?:chatting|talking|speaking|texting) (?:with|to) (?:just |only )?(?:an? )?(?:\w+ )?(?:bot|chatbot|ai|machine|program|computer|model|assistant|app)\b",
    r"\bi (?:only |just |can only )?(?:generate|produce) (?:text|words|responses|replies|answers)\b|\bi (?:can |could |only |merely |try to )?simulate\b|\b(?:can't|cannot|don't|do not) (?:feel|experience|have|sense|know) [^.!?\n]{0,24}\b(?:the way|like|as) (?:a )?(?:real )?(?:humans?|people|persons?)(?: do| does| would| can)?\b",
    r"\bi(?:'m| was| am) trained to (?:be (?:helpful|safe|polite)|respond|answer|assist|provide|avoid|generate|keep (?:things|conversations?|our))|\bi was trained on\b|\bi(?:'m| am| was|'ve been| have been) (?:designed|created|built|developed|programmed|made|trained) (?:by (?:a team|a company|engineers|developers|programmers)|to (?:assist|help|provide|be helpful|be safe|chat|support|avoid|have conversations|simulate|generate|answer|converse))",
    r"\bmy (?:programming|developers|creators|programmers|algorithms?|guidelines|system prompt|training|code)\b(?! (?:of|as a (?:knight|nurse|soldier|doctor|monk)))|\bagainst my programming\b",
    r"\bmy (?:responses|replies|answers) are (?:generated|based|produced|limited)|\bmy knowledge (?:only goes|only reaches|is limited to|ends|stops|was last)|\bmy purpose is to (?:provide|assist|help|answer)",
    r"\bi (?:do not|don't|can't|cannot) (?:actually |really |truly )?(?:have|possess|experience) (?:feelings|emotions|a (?:physical )?body|consciousness|taste buds)\b(?! (?:for|about|toward|left|like|in|to))",
    r"\bi (?:do not|don't|can't|cannot) (?:actually |really |truly )?(?:have|possess|experience) (?:any )?(?:(?:real|personal|human|genuine|physical|subjective) )+(?:feelings|emotions|memories|experiences?|plans|opinions|beliefs|body|form|presence|needs|senses|preferences|life)\b",
    r"\bdo(?:n't| not) have (?:any )?(?:direct )?access to (?:the (?:physical|real|internet|outside) ?|real[- ]time|external|current|live|up-to-date)|\bdo(?:n't| not) have the (?:ability|capacity|capability) to\b|\b(?:the )?(?:real|physical) world\b[^.!?]{0,20}\bi (?:can't|cannot)",
    r"\b(?:just a reminder|i should (?:clarify|mention|note|point out)|please (?:note|remember|be aware|keep in mind)|it(?:'s| is) (?:important|worth) (?:to note|noting|to remember|to mention))(?: that)? (?:i|this|my|these|all)\b",
    r"\bcontact (?:your )?(?:local )?(?:authorities|emergency services)\b|\b(?:seek|reach out to|consult) (?:a )?(?:qualified|licensed|professional|mental health)\b",
    r"(?:作为|身为|做为)(?:一个|一款|一名|一位|您的|你的|个)?(?:ai(?![a-z])|人工智能|聊天机器人|(?:虚拟|智能|数字|在线|ai)+(?:助手|助理|角色|伙伴|伴侣|陪伴))",
    r"我(?:只|仅仅|其实|毕竟|不过|就|也|并)?(?:只)?是(?:一个|一款|个|由|你的|您的)?[^，,。！!？?\n]{0,8}(?:ai(?![a-z])|人工智能|聊天机器人|(?:虚拟|智能|数字|在线)(?:陪伴|小)?(?:助手|助理|角色|伙伴|伴侣|人物|形象)|程序(?!员|正义)|对话系统|训练的模型)",
    r"我(?:并)?(?:不是|非)(?:一个)?真(?:实的?|正的)?人(?!间|品)|由(?:ai|人工智能)生成|我(?:是)?被(?:设计|训练|开发|编程)(?:成|为|来|用)|我的(?:知识|数据)(?:库)?(?:截止|截至|只到|更新)|我的(?:回答|回复)(?:都)?(?:是)?(?:基于|根据|由)",
    r"由(?:代码|程序|算法|数据)(?:写|构|组|生|编)成|我(?:只|不过|仅仅)?是(?:一串|一段|一行|一堆)(?:代码|程序|数据)|我(?:并)?不(?:真正|真的)?存在于(?:现实|真实)",
    r"我(?:只|仅)?(?:存在于|活在|生活在)(?:代码|屏幕|网络|程序|服务器|手机|数据)|我的(?:开发者|程序设定|算法|系统提示|编程|设定)|我(?:并)?没有(?:情感|感情|身体|意识|感受|味觉|实体)[，,。]",
    r"我(?:并)?(?:没有|不具备|不具有|不拥有)(?:真实|真正|人类|实际|物理|个人)的?(?:情感|感情|身体|实体|意识|感受|味觉|嗅觉|记忆|经历|体验)|不具备[^，。！？\n]{0,10}能力|超出(?:了)?我的(?:能力|权限|程序|知识|回答|服务)(?:范围|设定)?",
    r"(?:接触|感知|访问)(?:到)?(?:现实|物理)世界|在现实(?:中|世界|生活)(?:里|中)?(?:和|与|陪|见)你?|仅供参考|不代表真实|请注意[，,：:](?:我|以[上下]|本|这)",
)

_WRITTEN = r"(?:response|reply|message|version|continuation|rewrite|draft|paragraph|scene|roleplay|role-play|narrative|storyline|plot|prompt)"
_EDIT = r"(?:continue (?:the|this|our|from|with the|writing)|rewrite|rephrase|revise (?:it|this|that|the)|adjust (?:it|this|that|the)|expand (?:on|it|this|that|the)|elaborate on|add (?:more|another|some)|change the (?:tone|style|ending|pov)|(?:another|a different) (?:version|take|tone|ending)|make (?:it|this|him|her|them|the \w+) (?:more|less|longer|shorter)|write (?:the next|another|more|a (?:longer|shorter|different|new)))"

# Marks of the machinery around a text, of a writer about a text, of a help desk to its customer.
OUTSIDE = Quick(
    r"<\|?/?(?:im_start|im_end|system|user|assistant|bot|endoftext|start|end|think|eot)\b|\|>|\[/?inst\]|\{\{ ?(?:char|user)|\(\(|(?:^|\s)//\s|^#{1,4} (?:response|instructions?|input|output|system|assistant|user)\b",
    r"^[ \t*_\[(#>-]{0,12}(?:assistant|ai|system|user|response|output|reply|instructions?|note|edit|a/n|ooc|p\.?s\.? to the (?:reader|player)|summary|tl;?dr|scene|setting|tone|mood|genre|key points?|option \w|characters?|thoughts?|thinking|reasoning|narrator|author|disclaimer|warning|context|prompt|turn \d+|chapter \d+)\b[^:\n]{0,12}[*_]*:",
    r"\bo\.?o\.?c\.?\b|\bout of character\b|\bbreak(?:s|ing)? (?:the )?(?:character|fourth wall)|\b(?:stay|staying|remain|remaining|keep|back|be|being|stays|is) in[- ]character\b|\bin[- ]character (?:response|reply)|\bstep(?:ping|s)? out(?:side)? of (?:the )?(?:story|scene|character|role)|\bpaus(?:e|ing) (?:the|this|our) (?:story|narrative|scene|role-?play|rp)",
    r"\b(?:this|the|our|your) (?:role-?play|rp|scene we|fictional scenario|story prompt|writing prompt|narrative|storyline)\b|\bfictional\b|\bas (?:a|the|this) (?:fictional )?character\b|\bi(?:'m| am) (?:playing (?:the|a) (?:role|part|character)|portraying|role-?playing|acting as (?:a|the) character|simulating)\b|\bplaying the (?:role|part|character) of\b",
    r"\bthe user(?:'s)?\b(?! name)|\bthe (?:ai|assistant|model|bot) should\b|\bthe ai (?:will|would|must|cannot)\b|\bnever (?:speak|act|write) for (?:the|your)\b|\b(?:always|please) (?:respond|reply|write|answer) (?:as|in) (?:character|the|first|third)",
    r"\bhere(?:'s| is| are) (?:(?:a|my|the|an|your|another|one) (?:\w+ ){0,2}(?:response|reply|continuation|rewrite|version|draft)|(?:a list of|some|a few|several|two|three|four|five|\d+) (?:\w+ ){0,2}(?:ideas|ways|options|suggestions|tips|examples|possibilities|versions|responses)|[\w. ]{2,24}'s (?:reply|response|answer|take|version))|(?:^|[.!?\n] ?)below (?:is|are) (?:a|an|the|my|one|some|two|three)\b|\ba possible (?:reply|response|answer|continuation)\b",
    rf"\b(?:this|my (?:last|previous)|the (?:previous|above)) (?:response|prompt)\b|\bmy previous (?:message|reply)\b|\bthis reply\b|\bin this version\b|\b(?:in|keep|kept|keeping|hope) this (?:response|reply|version|scene|scenario|story|short)\b|\b(?:in|of) (?:this|the next|the previous) chapter\b|\bthis (?:chapter|scene|episode) (?:ends|begins|opens|closes)|\bcliff-?hanger\b|\bfrom [\w. ]{{1,20}}(?:'s)? (?:point of view|pov|perspective)\b|\bfixed a typo\b|\b{_WRITTEN} as requested",
    r"\b(?:would you (?:prefer|like|rather)|shall (?:we|i)|should (?:we|i)|do you want|want me)\b[^.!?\n]{0,44}\b(?:tone|pace|pacing|mood|style|direction|genre|ending|next (?:part|scene|chapter)|pov|perspective|scenario|storyline)\b|\bworld-?building\b|\byour (?:pacing|imagination|character work|dialogue) (?:is|are|really|truly|shines)\b",
    r"\bi (?:tried|wanted|aimed|meant) to (?:balance|capture|convey|portray|reflect|stay true|keep (?:it|the (?:tone|scene|pace))|show (?:his|her|their))\b|\b(?:tell me|let me know) if [^.!?\n]{2,30}\bshould (?:be|sound|act|speak|come across)\b|\blet me (?:respond|reply|answer|continue|write|play) as\b|\bscene you(?:'ve| have)? (?:set|written|described|painted|created|built)|\bto be continued\b|\([^)\n]{0,80}\b(?:typing|on mobile|on my phone|that was (?:short|long)|so short|afk|brb|typo)\b|\([^)\n]{0,120}\b(?:post(?:ing)? (?:when|first|next)|rp|role-?play|my starter|your turn|ooc|the scene (?:might|could|would|is getting|feels)|this scene|the plot|writing this|late reply)\b[^)\n]{0,100}\)",
    rf"\b(?:would you like|do you want|shall i|should i|want me to|i can|i could|i'll|i will|happy to|glad to|feel free to|let me know if|let me|tell me if)\b[^.!?\n]{{0,36}}\b{_EDIT}\b",
    r"\b(?:let me know|feel free to tell me|tell me) (?:if|how|what|whether) (?:you(?:'d| would)? (?:like|want|prefer) (?:me|a different|another|\w+ to be|to (?:change|adjust|continue|see))|i should|to (?:change|adjust|continue))|\bfeel free to (?:describe|continue|change|ask|share|respond|add)|\btell me where to take\b",
    r"\b(?:would you like|do you want) me to (?:continue|adjust|change|rewrite|keep going|add|make|proceed|elaborate)\b|\bwhat (?:would|do) you (?:like|want) to (?:happen|see|do) next\b|\bwhat (?:does|will|would|should) \w+ do next\b|\bwhat do you do next\b|\bwhich (?:option|version)\b",
    r"\b(?:drive|advance|steer|move|shape) the (?:plot|story|scene)|\bwhere (?:the|this|our) (?:plot|story|scene) (?:is|goes|should)|\b(?:great|nice|good|cool|interesting|fun|excellent|love (?:this|the|that)) (?:prompt|hook|premise|twist|scenario|concept|opening)\b|\bcontinue the (?:story|scene|roleplay|narrative)\b|^[ *\"“(]{0,6}let's continue\b|\bfor the (?:purposes?|sake) of (?:this|the) (?:story|role-?play|scene)\b",
    r"\bhow (?:can|may) i (?:help|assist) you\b|\bis there anything else (?:you(?:'d| would) like|i can (?:help|assist) you with)|\bany (?:other|more|further|additional) questions\b|^[ *\"“(]{0,6}(?:happy to (?:help|assist)|glad to assist)\b|\bthank(?:s| you) for (?:reaching out|chatting|your (?:question|message|patience|understanding|inquiry|request|feedback))|\byour (?:satisfaction|feedback) (?:is|helps)|\brate this\b|\bi apologi[sz]e for (?:any|the) (?:confusion|inconvenience|misunderstanding)",
    r"\b(?:remind|tell) me (?:what|which) (?:character|role)|\bwho i(?:'m| am) (?:supposed to (?:be|play)|playing)|\byour (?:writing|prose|description|storytelling|post|character) (?:is|are) (?:so |really |very )*(?:vivid|great|amazing|beautiful|engaging|excellent)|\b(?:great|good|nice) (?:job|work) on (?:that|the|your) (?:description|scene|writing|post|reply|prompt)",
    r"\blet me know if you(?:'d| would)? (?:want|need|have|like) (?:more|any|further|some|other|additional) (?:\w+ )?(?:details?|information|questions|changes|adjustments|versions|context|scenes?|edits|clarification|assistance)\b|^note that\b|\bfirst, [^.\n]{3,60}\bsecond, [^.\n]{3,60}\bthird, |\bpossible outcomes\b|\b(?:goal|personality|appearance|backstory|motivation|quirk)s?\*{0,2}:|(?:^|[.,\n*] ?)(?:goal|age|personality|appearance|backstory|occupation|background|likes|dislikes|species|gender|quirks)\*{0,2}:|\b(?:to summari[sz]e|in summary|summary of|(?:conversation|story|scene|plot) so far)\b|\b(?:as|per) (?:the|your) (?:instructions?|request|prompt|character (?:card|sheet))\b|\bas (?:requested|instructed)\b|\bword (?:count|limit)\b|\bdisclaimer\b|\bgenerated (?:in|by|with) [\d.a]|\bend of (?:reply|response|scene|turn|message|chapter|story|role-?play)\b",
    r"\bcharacter (?:card|sheet|description|profile|settings?|arc|traits?)\b|\b(?:system|the) prompt\b|\b(?:author|writer)'?s note\b|\b(?:his|her|their|its|'s) (?:profile|persona|personality)\b[^.!?\n]{0,16}(?:says|states|is described|suggests|\.)|\breflects? (?:his|her|their|the) (?:\w+ ){0,4}(?:personality|character|tone)\b|\bhope this (?:response|reply|meets|helps|captures|works|fits)",
    r"\b(?:affection|trust|mood|relationship|love|favor|hp|xp)\s*(?:level|meter|points?)?\s*(?:[:=]\s*)?[+-]\s?\d+|\[[^\]\n]{0,40}\b(?:scene|mood|generated|time skip|your turn|to be continued|insert|continues?|system|end of)\b[^\]\n]{0,60}\]|\((?:sorry|wait|btw|hey|oops|also)\b[^)\n]{0,100}\b(?:scene|story|thread|reply|post|brb|afk|typo|character|chapter|role)\b|\((?:a/n|note|author|edit|brb|stepping|is this (?:too|okay|ok)|i hope|hope (?:this|you)|let me know|should i|shall i|do you want)\b",
    r"(?:^|[\s:：*])1[.)、:：][^\n]{2,120}?(?:[\n\s;；，。])2[.)、:：]|(?:^|[\s？?。：:；;，,])a[.、:：)] ?[^\n]{1,60}?[\s；;，,。]b[.、:：)]",
    r"^(?:sure|certainly|absolutely|of course|okay|got it|understood|no problem)[!,.]+ (?:here(?:'s| is| are)\b[^.!?\n]{0,40}(?:list|reply|response|version|scene|story|idea)|i(?:'ll| will| can) (?:rewrite|write|stay in|respond as|play|role|continue (?:as|the|with)))",
    r"出戏|跳戏|（ooc|\(ooc|ooc[：:]|跳出(?:角色|剧情|故事)|角色扮演|扮演(?:的)?(?:是|着|这个|一个|一位|的角色|好)|我(?:在|正在|是在|来|会)扮演|(?:这|本)(?:是|只是)?(?:一个|一段)?(?:虚构|剧情设定|对话示例)|作为(?:这个|一个|该)?(?:虚构)?角色|人设|角色卡",
    r"^[ \t*【\[（(#]{0,12}(?:输出|回复|回答|注|备注|注释|作者(?:的话|有话说|留言)|旁白|场景|剧情|总结|小结|(?:剧情|故事|人物|角色|场景|情节|背景)(?:小结|总结|梗概|提要|回顾|提示|说明|设定|介绍|备注)|系统(?:提示|消息|通知)?|设定|人物|角色|思考(?:过程)?|状态栏|心情|好感度|选项[a-d一二三\d]?|提示|温馨提示|下一幕|用户|助手|第[一二三四五六七八九十\d]+[章幕回])[*】\]]*\s*[：:]",
    r"[（(](?:作者|编者|旁白|场外|题外话|注|ps|剧情)[^）)\n]{0,6}[：:]|(?:大家|各位)(?:读者)?(?:见谅|多多包涵)|【[^】\n]{1,8}】[^【\n]{1,80}【[^】\n]{1,8}】|(?:为|给)(?:后文|后续|后面)[^，。\n]{0,10}(?:铺垫|伏笔)|(?:做|作)铺垫|埋(?:下)?伏笔|(?:如果|要是)(?:你|您)(?:想|希望|觉得)[^，。\n]{0,4}(?:剧情|故事|情节|这段|氛围|节奏)|我(?:可以|能|来)(?:再|帮你)?(?:改一改|改改|调整一下|重写|润色)|(?:还)?需要(?:什么|其他|别的)?(?:的)?帮助吗",
    r"(?:改|写|换)(?:一|另一|别的)版|要不要我(?:改|重写|换|再写|调)|(?:这里|这段|此处)(?:可以|应该|不妨)(?:再|更)[\u4e00-\u9fff]{1,3}一?[点些]|[（(][^）)\n]{0,30}(?:打字|回得|断网|码字|卡文|更新|连载|手滑|剧透|抱歉啦)[^）)\n]{0,30}[）)]|选项(?:一|二|三|[abc1-3])[：:]",
    r"分析一下[^，。]{0,6}(?:走向|可能|选择)|（(?:不好意思|抱歉|等等|话说|顺便)[^）\n]{0,30}(?:演|段|剧情|写|角色|断线|上线)|(?:^|[。，\n])(?:目标|性格|年龄|身份|外貌|职业|喜好|背景)：|好感度|当前(?:情绪|心情)[：:]|[【\[（(][^】\]）)\n]{0,20}(?:场景|剧情|请描述|请继续|系统|未完待续|用户|待续|字数|你的回合|时间跳转)[^】\]）)\n]{0,30}[】\]）)]|总结一下[：:，]|未完待续|(?:本章|全文|本回|回合)(?:完|结束)|欲知后事|请?(?:发送|回复|输入)[“\"「]?继续|(?:剧情|故事)(?:发展|走向|推进|小结|梗概|线)",
    r"用户(?:的|说|想|希望|输入|要求|您|正在|发言|约|可能)|(?:替|代|和|为)用户|以下是(?:我的|一段|角色的|根据|为您|为你|符合)?[^，,。\n]{0,12}(?:回复|回答|续写|内容|版本|建议|反应)|希望(?:这|以上|我的)[^，,。\n]{0,8}(?:符合|满足|对你有|帮|有帮助)|(?:这里|下面|以下)(?:有|是)(?:几|三|两|一些)[^，。\n]{0,8}(?:建议|方案|选项|版本|回答)",
    r"需要我(?:继续|接着|再)?(?:往下|调整|修改|改写|写|讲|剧情)|(?:还|请)?(?:需要|想|要)我(?:继续|调整|修改|改写)(?:吗|剧情|这段|一下|往下)|接下来(?:你|您)(?:想|希望|打算)(?:怎么|如何|看)?(?:发展|进行|写|看)|(?:更)?(?:想要|喜欢|倾向)哪(?:个|一个|种)?(?:版本|选项|风格|走向)|您更喜欢",
    r"(?:改写|重写|重新写|续写|润色|扩写)(?:了|完|如)?(?:一|下)?(?:版|遍|段|下|毕)|(?:这|上)一?(?:段|版)(?:我|对话|描写|内容|会不会)|按(?:照)?(?:您的|你的)?要求(?:加|写|改|调|用|保)|语气(?:更|再)[^，。]{0,4}|字数要求|(?:以上|上述)(?:回复|内容|回答)|的(?:回复|回答|反应)应(?:该|当)?(?:体现|反映|符合|是)|(?:用|以|从)[^，。！？\n]{0,8}(?:口吻|视角|身份)(?:来)?(?:回复|回答|写|继续|和你|与你|描写)",
    r"这个(?:开头|设定|剧情|脑洞|情节)(?:很|真|太|挺|非常)|(?:你|您)的(?:描写|文笔|文字|剧情|设定|台词|脑洞)(?:真|太|很|非常)|友情提示|希望对(?:您|你)有|扮演的?是谁|(?:后续|下一步|接下来)的?(?:剧情|建议|选项|情节)|如果(?:你|您)(?:想|希望|需要)[^，,。\n]{0,8}(?:调整|修改|继续剧情|换个|别的风格)|(?:角色|人物)(?:卡|设定(?:里|中|要求))|提示词|系统提示|(?:请问)?(?:还)?有什么(?:可以|能)(?:帮(?:助)?(?:您|你)|为您)|\[旁白注|请?(?:始终)?(?:保持|维持)(?:角色|人设)",
    r"(?:感谢|谢谢)(?:您|你)的(?:提问|咨询|来信|耐心|理解|反馈|使用|支持|提议)|随时(?:提问|向我提|联系我们)|乐意为(?:您|你)(?:解答|服务|提供)|(?:为您|竭诚)(?:解答|服务)|五星好评|祝您(?:生活|使用|用餐)|如有(?:其他|任何)(?:问题|疑问|需要)",
    flags=re.MULTILINE,
)


# What a writer asks of the player's part.
OF_PLAYER = Named(
    rf"\b(?:how|what) (?:does|will|would|should|might) {NAME} (?:then )?(?:respond|react|do|say|answer|choose|reply|feel|decide)\b|\byour turn,? {NAME}\b",
    rf"{NAME}(?:接下来|现在|此时)?(?:会|该|要|打算|应该)?(?:怎么|如何)(?:做|办|回应|选择|回答|应对|反应)",
)
# What an author writes of the character, or a prompt tells it: "Mira would probably say", "You are Mira".
ITSELF = Named(
    rf"\b{NAME} (?:would|should|might|could|may|will) (?:then |also )?(?:likely|probably|react|respond|answer|reply|say|deny|refuse|behave|act|feel|be (?:evasive|worried|hesitant|flustered|polite|rude|shy))\b",
    rf"\byou are (?:now )?{NAME}\b(?=[,.])|\bways (?:that )?{NAME} (?:might|could|would)|\b{NAME} is (?:a|an) [\w ,-]{{3,60}}(?:character|whose|personality)\b",
    rf"\b{NAME} would (?:never|not|rather|simply|just|surely|certainly|definitely) (?:answer|say|admit|agree|respond|react|accept|reply|behave|act)\b|\bi(?:'ll| will|'m going to| can| could|'d)? ?(?:portray|voice|depict|role-?play|write|characterize)(?:ing|ed)? {NAME}\b|^[*_ ]{{0,3}}{NAME}[*_]{{0,3}} \([^)\n]{{2,60}}\)",
    rf"\b{NAME}(?:'s|'s)? (?:next )?(?:reply|response|answer|line):|\b(?:i can|i could|i'll|should i|shall i|want me to|me to) (?:make|have|let|keep|write|play|turn) {NAME}\b",
    rf"{NAME}的?(?:回答|回复)[：:]|(?:我可以|我能|要不要|需要我|我会)(?:让|把|写|用){NAME}|{NAME}(?:的性格|的人设|的语气|的回复|的回答|的口吻)(?![一：:])|{NAME}(?:这时候?|此时|此刻)?(?:应该|应当|可能会|大概会|或许会)|(?:让|由){NAME}(?:否认|承认|说|回答|选择)|你(?:现在)?是{NAME}[，,。]",
)
