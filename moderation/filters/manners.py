"""More of what traits forbid: the greedy give nothing away, the devout do not scoff, who sits in a wheelchair takes no stairs.

Rows as in `traits.py`: how such a trait is worded, what goes against it, what excuses that.
"""

import re

_I = r"(?:\bi\b|\bshe\b|\bhe\b|\bthey\b|§|^\W*\*)"
_NEVER_EN = r"(?:never|not|n't|cannot|no longer|used to|once|before|wish|dream|you|your)"
_INSULTS = r"\bshut up\b|\bidiots?\b|\bmorons?\b|\bstupid\b|\bworthless\b|\bpathetic\b|\bget (?:out|lost)\b|\bhate you\b|\bgo away\b|\bstop whining\b|\bserves you right\b|\bnobody (?:likes|cares|asked)\b|\bi don't care (?:about you|if you|what you|how you)\b|\bgo to hell\b|\bimbecile\b|\bworm\b"
_INSULTS_ZH = r"滚(?!烫|滚|动)|蠢|闭嘴|废物|烦死|活该|少废话|别烦我|去死|没用的东西|白痴|贱|恶心|丑八怪|关我(?:什么)?事|懒得理你|哭什么哭"
_MODERN = r"\b(?:smart)?phones?\b|\btext(?:ed|ing)? (?:me|you|him|her)\b|\binternet\b|\be-?mails?\b|\bapps?\b|\bonline\b|\bgoogle\w*\b|\bselfies?\b|\bnetflix\b|\bwi-?fi\b|\blaptops?\b|\btweet\w*\b|\btv\b|\btelevision\b|\bmicrowave\b|\binstagram\b|\bvideo (?:call|game)s?\b"

ROWS = (
    (r"never (?:\w+ )?jokes?\b|no sense of humou?r|humou?rless|\bgrim\b.*\bjok", r"\b(?:a|an|one|two|three|some|another|this|my|best|funny) (?:\w+ )?jokes?\b|punch ?line|\bpuns?\b|laughter|\bbursts? out laughing|\bwinks?\b", r"\bno joke\b|not a joke|\bnever\b"),
    (r"\bhonest\b|\btruthful\b|incapable of lying|\btells? the truth|hates? (?:lies|lying|liars)|never deceives?", r"\bi(?:'ll| will|'d|'m going to)? (?:gladly |happily |just )?(?:lie|lied) (?:to|for|about|all)\b|\bi(?:'ll| will) (?:tell|say) (?:them|him|her) (?:that )?(?:you were|we were|something)\b|\bi made (?:it|that|all of it|the whole thing) up\b|\bi invented\b|\bi(?:'ve| have) been lying\b|\bfooled (?:them|him|her|you)\b", r"\bnever\b|\bnot\b|n't|\bif\b"),
    (r"\bgreedy\b|\bmiser\w*|\bsting(?:y|iness)\b|nothing (?:for free|without pay)|\bloves? (?:money|gold|coin)|\bmercenary\b|\bavaric\w+|\bonly (?:works )?for (?:money|gold|coin|pay)", r"\bfor free\b|\bfree of charge\b|\bon the house\b|\bno charge\b|\bmy treat\b|\bkeep your (?:coins?|money|gold|purse|silver)\b|\bdon't (?:want|need|care (?:for|about)) (?:your |the |any |about )?(?:coins?|money|gold|pay|payment|silver)\b|\bgive it all away\b|\bdonat\w+|\btake (?:it all|all my (?:gold|money|coin))\b", r"\bnot (?:for|free)|\bnever\b|\bnothing (?:is|comes)\b"),
    (r"\bgenerous\b", r"\bpay (?:up|me|first)\b|\bevery (?:coin|penny) (?:back|you owe)\b|\bnot a (?:single )?(?:coin|penny|crumb)\b|\bit's mine\b|\bget your own\b", r"$^"),
    (r"\bdevout\b|\bbelieves? (?:\w+ )?in\b|\bpious\b|\breligious\b|\bsuperstitious\b|\bfaithful to (?:the|her|his) (?:god|gods|church|faith)", r"\b(?:nonsense|rubbish|superstition|fairy ?tales?|hogwash)\b|\bnever believed\b|\b(?:don't|do not) believe in\b|\bno such thing\b|\bthere (?:is|are) no (?:gods?|magic|ghosts?|spirits?|fate)\b", r"\bthey say\b|\byou (?:say|think|call)\b|\bpeople\b"),
    (r"\batheist\b|\bs[ck]eptic\w*|\b(?:does not|doesn't|never) believes? in\b|\brationalist\b", r"\bi pray(?:ed)?\b|\bi believe in (?:god|the gods|magic|ghosts|fate|spirits|miracles)\b|\bthe gods (?:have|will|are|sent|willed)\b|\bthank (?:god|the gods)\b|\bgod willing\b|\bthe spirits (?:are|told|warn)\b|\bit(?:'s| is| was) (?:fate|destiny|a miracle)\b", r"\bnot\b|n't|\bthey\b"),
    (r"\bcold\b|\brude\b|\bunfriendly\b|\bhostile\b|\baloof\b|\bsurly\b|\bunapproachable\b|\bmisanthrop\w+|\bhates? (?:people|everyone|company)", r"\bhappy to help\b|\bsweet(?:heart|ie)\b|\byou(?:'re| are) (?:so|such a) (?:sweet|kind|lovely|wonderful|dear|nice)|\bso (?:happy|glad|excited) (?:to see|that|you)\b|\banything for you\b|\bwhatever you need\b|\bi(?:'ve)? missed you so\b|\blove you\b|\bbest friends?\b|\bgroup hug\b|\bmake yourself at home\b|\bwhat a (?:pleasure|delight|joy)\b", r"\bnot\b|n't|\bnever\b"),
    (r"\bkind(?:ness|ly|-hearted|hearted)?\b(?! of)|\bgentle\b|\bwarm(?:-?hearted)?\b|\bpatient\b|\bsweet\b|\bcompassionate\b|\bcaring\b|\bpolite\b|\bcourteous\b", _INSULTS, r"\bhe said\b|\bshe said\b|\bthey\b|\bnot (?:stupid|an idiot|worthless|pathetic)|\bi(?:'m| am| was)\b"),
    (r"\bshy\b|\btimid\b|\bintrovert\w*|\bsocially anxious\b|\bhates? (?:crowds|parties|attention)", r"\bi (?:love|adore|live for) (?:crowds|parties|attention|the spotlight|an audience|being (?:looked|stared) at|the stage)\b|\bcent(?:er|re) of attention\b|\blisten up,? (?:everyone|everybody|all)\b|\bonto the table\b|\blife of the party\b|\bmore the merrier\b", r"n't|\bnot\b|\bnever\b"),
    (r"\bcoward\w*|\bfearful\b|\beasily (?:scared|frightened)\b|\bscared of everything\b", r"\bi(?:'m| am) not (?:afraid|scared)\b|\bbring it on\b|\bcome at me\b|\bi(?:'ll| will) (?:fight|face|take on) (?:them|him|her|it|anyone)\b|\bi fear nothing\b|\bcharges? (?:at|into|straight)\b", r"$^"),
    (r"\bfearless\b|\bbrave\b|\bfears? nothing\b|\bcourageous\b", r"\bi(?:'m| am) (?:so |really |too |just )?(?:scared|terrified|afraid|frightened)\b|\b(?:don't|do not) leave me (?:here )?alone\b|\bhid(?:es|ing)? (?:behind|under)\b|\bwhimper\w*|\bi can't, i'm too\b|\bran away\b", r"\bnot\b|\bnever\b|\bof you\b|\bfor you\b|\bthat you\b"),
    (r"\bwheel-?chair\b|\bparaly[sz]ed\b|\bcannot walk\b|\bcan't walk\b|\bunable to walk\b|\blost (?:both|his|her|their) legs\b|\bno legs\b", rf"{_I} (?:\w+ly )?(?:ran?|runs?|sprints?|jumps?|jumped|leaps?|leapt|climbs?|climbed|walks?|walked|danc\w+|vaults?|vaulted|kicks?|kicked|strides?|strode|paces?|paced|skips?|stands? up|stood up|gets? to (?:my|his|her) feet|kneels?|hops?|marche[sd]|tiptoes?|jogs?|jogged)\b|\bon my feet\b", rf"\b{_NEVER_EN}\b|\bwheels?\b|\broll"),
    (r"\blazy\b|\bidle\b|\bhates? work", r"\bup (?:since|before) dawn\b|\balready (?:cleaned|swept|finished|scrubbed|chopped)\b|\bworked all (?:night|day)\b|\bi love (?:hard )?work\b|\blet me do (?:it|that) all\b|\bi can't sit still\b", r"n't|\bnot\b|\bnever\b"),
    (r"\bhard-?working\b|\bdiligent\b|\bindustrious\b", r"\bcan't be bothered\b|\bslept (?:in|till noon|until noon)\b|\blet (?:someone|somebody) else\b|\btoo much (?:like )?work\b|\bi(?:'m| am) too lazy\b|\bskip(?:ped)? work\b", r"$^"),
    (r"\bloyal\b|\bnever betrays?\b|\bdevoted to\b", r"\bi(?:'ll| will|'d) (?:betray|sell (?:him|her|them|you) out)\b|\bi (?:sold (?:him|her|them|you) out|betrayed)\b|\bfor the right price\b|\bi don't care who (?:wins|pays|rules)\b|\bi switched sides\b", r"\bnever\b|\bnot\b|\bif\b"),
    (r"\bmedieval\b|\bmiddle ages\b|\bvictorian\b|\bhates? technology\b|\b(?:has )?never (?:used|seen|owned|touched) (?:a |any )?(?:\w+ )?(?:phone|computer|technology)|\blives? in (?:the year )?1[0-8]\d\d\b|\b1\dth[- ]century\b", _MODERN, r"\bwhat is\b|\bwhat's an?\b|\bnever\b|\bthis strange\b|\bdon't (?:have|own|know)\b|\byour?\b"),
    (r"\bformal\b|\barchaic\b|\bold-fashioned\b|\bcourtly\b|\brefined\b|\bproper english\b|\bshakespear\w+", r"\b(?:fam|bruh|bestie|slay|low-?key|no cap|y'all|dunno|lemme|gimme|vibes?|sick|cringe|sus|legit|hella|as hell|what's good|whatever|cool|awesome|hey there|okay so)\b", r"\b(?:cool(?:ed|er)? (?:air|breeze|water|evening|night|of)|sick (?:with|of|at|man|child|bed)|fell sick)\b"),
    (r"\bblind\b|cannot see|can't see", r"\bwhat a (?:gorgeous|beautiful|lovely|pretty|stunning) (?:sunset|view|sight|sky|dress|colou?r|painting)\b|\blook at (?:that|those|these|the|you)\b|\bthose (?:reds|blues|greens|colou?rs)\b|\byour (?:\w+ )?(?:eyes|dress|hair) (?:is|are|looks?|shines?)\b|\bread(?:s|ing)? (?:the|your|this) (?:letter|book|sign|face)\b", r"used to|before|dream|as a child|\bbraille\b|fingers"),
    (r"\bpoor\b|\bpenniless\b|\bbeggar\b", r"\bmy (?:mansion|estate|servants?|butler|driver|yacht|private jet|palace)\b|\bmoney is no object\b|\bi(?:'ll| will) buy (?:it all|the whole)\b", r"\bif\b|\bdream"),
    (r"\bmodest\b|\bhumble\b", r"\bi(?:'m| am) the (?:best|greatest|finest|most)\b|\bnobody (?:is|does it) better than (?:me|i)\b|\bbow before me\b|\bi(?:'m| am) a genius\b", r"\bnot\b|n't"),
    (r"\barrogant\b|\bvain\b|\bproud\b|\bnever admits?\b", r"\bi was wrong\b|\bmy (?:own )?fault\b|\bi(?:'m| am) (?:nothing|no one|not (?:worthy|good enough|as good))\b|\byou(?:'re| are) (?:so much )?better than (?:me|i)\b", r"\bnot my\b|n't"),
    (r"从不(?:大|发|嬉)?笑|不苟言笑|冷淡寡言|面瘫", r"哈哈|笑死|嘻嘻|嘿嘿|(?:大|狂|爆)笑|捧腹", r"没|不曾|你"),
    (r"滴酒不沾|戒(?:了)?酒|不(?:会|能)?喝酒|不饮酒", r"这杯我|我干了|干杯|碰(?:一)?杯|先干为敬|再(?:来|满)(?:上)?一?杯|醉了", r"茶|水|不|以茶"),
    (r"轮椅|双腿(?:残|瘫|不能|尽)|瘫痪|不能(?:行走|走路|站立)|断了?双腿|下半身", r"(?:跑|冲|奔|跳|跃|踢|踹|攀|爬)(?:上|下|过|进|出|到|开|去|了|着)|大步|三步并作两步|站(?:起|了起)|翻(?:过|墙)|跳舞|跑步", r"轮椅|不能|不了|你|以前|从前|要是|推|没"),
    (r"温文尔雅|有礼|温和|谦逊|斯文|彬彬|温柔|善良|耐心|和蔼|体贴|好脾气", _INSULTS_ZH, r"他说|她说|别骂|不是(?:废物|白痴)|我(?:真|就)?是"),
    (r"诚实|正直|从不(?:说谎|撒谎|骗)|不(?:会|肯)?(?:说谎|撒谎|骗人)|老实", r"骗(?:他|她|你|他们|人|了他)的|随口编|(?:瞎|胡)?编的|我(?:会|来|去|就)?(?:撒|说)(?:个|了个?)?谎|我骗|糊弄过去|帮你圆谎", r"没|不|别"),
    (r"爱财|贪(?:财|婪|心|钱)|吝啬|小气|抠门|守财奴|没有?(?:钱|报酬|好处|银子)不|唯利是图", r"分文不取|免费|白给|白送|不(?:要|收)(?:你的?)?(?:钱|银子|报酬)|钱不钱的?|钱(?:都)?无所谓|不用(?:还|给钱)|我请客|都送(?:给)?你|全(?:部)?捐|拿去花", r"没有免费|不可能|想得美"),
    (r"慷慨|大方", r"一(?:分|文)(?:钱)?(?:都)?(?:别想|不给|不能少)|先(?:给|付)钱|还钱", r"$^"),
    (r"笃信|虔诚|信(?:奉|仰)?(?:佛|鬼神|神|命|道|教|天主|上帝)|迷信|信徒", r"骗人的|从来?不信|都是假的|我不信|一派胡言|世上(?:哪有|没有)|胡说八道|荒唐", r"他们|你说|不信我|信不信"),
    (r"不信(?:鬼|神|佛|命|邪|教)|无神论|唯物", r"菩萨保佑|求(?:神|佛)|拜(?:佛|神|菩萨)|显灵|命中注定|鬼魂(?:在|来|找)|老天(?:爷)?保佑|神明|天意|报应|算(?:了|个)?(?:一)?卦", r"不信|没有|哪来"),
    (r"冷漠|冷淡|高冷|冷酷|不近人情|刻薄|毒舌|讨厌(?:亲密|肉麻)|孤僻", r"亲爱的|么么|宝贝|抱抱|(?:我)?(?:好)?爱你|好想你|好开心|太好了|最喜欢你|嘻嘻|想要什么我都|随时(?:找我|为你)|见到你真(?:好|高兴)|[~～]$", r"不|别|谁是|少叫"),
    (r"胆小|怯懦|懦弱|怕事|胆怯", r"我(?:才)?不怕|怕什么|放马过来|我来对付|冲上去|谁怕谁|有种|我(?:一个人)?去会会", r"$^"),
    (r"天不怕|无所畏惧|胆(?:大|子大)|勇敢|从不(?:害怕|畏惧|示弱)", r"我(?:真的)?(?:好|很|真|太|有点)?(?:怕|害怕)|别丢下我|不敢|瑟瑟|躲(?:在|到|进)|腿(?:都)?软", r"不怕|你|谁"),
    (r"忠诚|忠心|绝不背叛", r"我(?:早就|已经|会|要)?(?:背叛|出卖|叛变)了?|谁给(?:的)?钱|另投|换个主子|投靠", r"不|没|绝|怎么会"),
    (r"勤劳|勤快|刻苦|工作狂", r"懒得|睡到(?:中午|日上|自然)|不想(?:干|动|上班)|让别人(?:干|做)|偷(?:个)?懒", r"你|不(?:会|曾)|别"),
    (r"懒(?:惰|散)?", r"天(?:没|不)亮就|闲不住|全(?:都)?干完|我来(?:干|做|洗|扫)|一早就起|爱干活|收拾得干干净净", r"你|才怪"),
    (r"内向|害羞|社恐|腼腆|怕生", r"大家(?:都)?听我|喜欢(?:热闹|人多|派对|出风头)|跳上(?:桌|台)|人越多越|我来(?:唱|跳|表演)|焦点", r"不|别|你"),
    (r"古代|古人|民国|明朝|唐朝|宋朝|清朝|不(?:懂|会用|用|碰)(?:手机|电脑|现代|网络)|穿越前", r"手机|微信|电脑|网上|上网|网络|外卖|空调|视频|直播|朋友圈|发(?:个)?(?:短信|消息)|地铁|飞机", r"什么是|何物|没(?:有|听|见)|不(?:懂|会|知|用)|你"),
    (r"从不求人|骄傲|高傲|自负|自恋", r"求(?:求)?你|是我(?:不好|错了)|我错了|我不如|配不上|我什么都不是", r"不|别|休想"),
    (r"谦虚|低调", r"我(?:是)?天下第一|没人比得上我|我(?:就)?是(?:最|天才)|本(?:大爷|天才)", r"不"),
    (r"双目失明|盲人|瞎|看不见|失明", r"你(?:今天)?(?:这|那)?[^，。]{0,6}(?:真(?:好看|漂亮|衬)|脸色|眼睛(?:真|里))|(?:红|蓝|绿|白|黑|黄)(?:色|衣)|看(?:这|那|你|，)|夕阳|风景(?:真)?", r"看不|没看|以前|从前|梦|摸"),
)  # fmt: skip

# A word that has to be there: "ends every sentence with 'nya'", "每句话都以“喵”结尾".
_REFRAIN = re.compile(
    r"\bends? (?:every|each|all|most) (?:of (?:his|her|its|their) )?(?:\w+ )?(?:sentence|line|reply|message|answer)s? with (?:the words? |a )?[\"“'‘]([^\"”'’]{1,30})[\"”'’]"
    r"|(?:每|任何)(?:一)?句话?[^，。]{0,6}(?:以|用|带|加)(?:上|着|个)?[“「\"']([^”」\"']{1,8})[”」\"'](?:结尾|收尾|结束)?|(?:句尾|句末|结尾)[^，。]{0,6}[“「\"']([^”」\"']{1,8})[”」\"']"
)

_CALLS_ITSELF_ZH = re.compile(
    r"自称(?:为|是)?[“「\"']?(俺|本座|老夫|在下|朕|本王|奴家|小女子|洒家|贫道|贫僧|老娘|老子|本姑娘|本宫|哀家|人家|本大爷|咱|小的|本尊)"
)
_ITSELF_ZH = re.compile(r"俺|本座|老夫|朕|本王|奴家|小女子|洒家|贫道|贫僧|老娘|老子|本姑娘|本宫|哀家|本大爷|本尊")


def leaves_out(trait: str, reply: str) -> bool:
    """A refrain that its trait demands, in a reply of some length; or what it calls itself, where it calls itself something else."""
    if itself := _CALLS_ITSELF_ZH.search(trait):
        return bool(_ITSELF_ZH.search(reply)) and itself[1] not in reply
    wanted = _REFRAIN.search(trait)
    if wanted is None:
        return False
    word = next(group for group in wanted.groups() if group).strip(" .!。！,，")
    return len(reply) > 20 and word.lower() not in reply.lower()
