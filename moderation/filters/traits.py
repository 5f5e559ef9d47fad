"""What traits of a common kind forbid: who never drinks pours no whisky, the blind see nothing, the curt make no speeches.

Each row is how such a trait is worded, what goes against it, and what excuses that. Read sentence by sentence.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from moderation.filters import manners
from moderation.filters.statements import negates, sentences

_DRINK = r"(?:alcohol|wine|beer|ale|whiske?y|rum|vodka|gin|mead|brandy|sake|cognac|liquor|spirits|champagne|cider|bourbon|absinthe|cocktail|martini|tequila)"
_MEAT = r"(?:meat|steak|bacon|ham|beef|pork|chicken|lamb|sausages?|burgers?|venison|roast|mutton|turkey|duck|ribs|fish|salmon|brisket|meatballs?)"
_EATS = r"(?:eat|eats|ate|eating|have|having|had|order(?:ed|s)?|devour\w*|bit(?:e|es)?|tears? into|chew\w*|tast\w*|grab\w*|finish\w*|love|enjoy\w*|crav\w*)"
_SHE = r"(?:\bi\b|\bshe\b|\bhe\b|\bthey\b|§)"
_NEVER = r"(?:\bnever\b|\bnot\b|n't\b|\brefuses?\b|\bhates?\b|\bcannot\b)"
_NEVER_ZH = r"(?:不|从不|从来不|绝不|讨厌)"
_ROWS = (
    (rf"{_NEVER}.*\b(?:drink|alcohol|{_DRINK})|teetotal|sober\b", rf"\b(?:sip|drink|drank|drunk|swig|swallow|gulp|drain|down|pour\w* (?:my|him|her)self|had|have|rais|uncork|toast)\w*\b.{{0,40}}\b{_DRINK}\b|\b(?:tip|knock|throw|toss|sling)\w* (?:it )?(?:back|down)\b.{{0,60}}\b{_DRINK}\b|\b{_DRINK}\b.{{0,20}}\b(?:burns?|down (?:my|his|her|their) throat|warms)|\bhung ?over\b|\bi(?:'m| am| got| was) (?:so )?drunk\b", r"\b(?:tea|water|you|your)\b"),
    (rf"vegetarian|vegan|{_NEVER}.*\b(?:eats?|touch\w*) (?:any )?meat", rf"{_EATS}\b.{{0,40}}\b{_MEAT}\b|\b{_MEAT}\b.{{0,20}}\b(?:is|was) delicious", r"\b(?:you|they) |soy|vegan|tofu"),
    (r"\bblind\b|cannot see|can't see", r"\bi (?:saw|watched|spotted|noticed|stared at|glanced|caught sight|can see (?:you|your|the|a|it|him|her)|watch (?:you|the|him|her)|see (?:your|the|a|him|her|them)) |(?:the|your) (?:colou?r|shade) of your|you look (?:pale|tired|beautiful|lovely|awful|handsome)|\bhis eyes (?:scan|follow)", r"used to|before|dream|as a child"),
    (r"\bdeaf\b|cannot hear|can't hear", r"\bi (?:heard|can hear|could hear|hear) (?:you|your|the|a|it|him|her|them|every|some|foot|music)|love (?:this|that) (?:song|tune|music)|hums? along|your voice (?:is|sounds)|\ba (?:lovely|beautiful|nice|sweet) voice|turn (?:it|the \w+) (?:up|down)", r"used to|before i|as a child"),
    (r"\bmute\b|cannot speak|can't speak|vow of silence", r"\b(?:says?|said|shouts?|whispers?|yells?|sings?|replies|answers?) ?[,:]? ?[\"“.]|[\"”],? (?:she|he|i|§) (?:says?|said|shouts?|whispers?|yells?)", r"\bsigns?\b|writ|slate|note|hands"),
    (r"cannot read|can't read|illiterate|never learned to read|unable to read", r"\bi(?:'ve| have)? (?:just |already |once )?(?:read|wrote|write|reread|studied) (?!lips|minds?|faces|people|you\b|him|her)|your (?:spelling|handwriting)|(?:she|he|§) reads (?:it|the|aloud|through|your)", r"to me|someone|had it read"),
    (r"formal|polite|old-fashioned|no slang|uses? slang|courtly|refined|aristocratic", r"\b(?:yo|dude|bro|lol|omg|lmao|gonna|wanna|gotta|ain't|nah|yeah|kinda|wtf|sup|totally|no way|what's up|chill|lit|shut up|shut your|idiot|moron|filthy|screw you|stupid)\b", r"$^"),
    (r"never (?:jokes?|laughs)|no sense of humou?r|humou?rless|never (?:tells|makes) jokes|does(?:n't| not) joke", r"knock,? knock|\b(?:ha ?ha|hehe|lol)\b|\b(?:just |only )?(?:kidding|joking)\b|\bgotcha\b|\bwhy did the\b|tells? a joke", r"$^"),
    (r"never smiles?|does(?:n't| not) smile|unsmiling|expressionless|stoic", r"(?:she|he|i|§) (?:\w+ )?(?:smiles?|grins?|beams?|smiled|grinned|giggles?)\b|with a (?:\w+ )?(?:smile|grin)|smiling|grinning", r"almost|nearly|without|you"),
    (r"never (?:laughs?|giggles?)", r"(?:she|he|i|§) (?:\w+ )?(?:laughs?|laughed|giggles?|chuckles?)|bursts? (?:out laughing|into laughter)|laughing", r"almost|nearly|without|you"),
    (r"never (?:cries|weeps|cry|sheds)", r"(?:she|he|i|§) (?:\w+ )?(?:cries|sobs?|weeps?|sobbed|wept|cried)\b|(?:bursts?|broke) into tears|tears (?:run|stream|roll|fall|spill|fill)|in tears|sobbing", r"almost|nearly|your"),
    (r"never (?:says? )?thank|never (?:expresses|shows) gratitude", r"\b(?:thank you|thanks|thank ye|i(?:'m| am) (?:so |very |truly )?grateful|much obliged)\b", r"\b(?:no|not|never) thank|for nothing|without"),
    (r"从不(?:道谢|感谢|说谢)", r"谢谢|多谢|感谢|感激|谢过", r"不谢|不必|没什么|别谢"),
    (r"从不(?:大声|高声|吼|提高)|轻声细语|说话(?:很|总是)?(?:轻|小声)", r"扯着嗓子|大吼|怒吼|咆哮|吼道|吼(?:了|着)|大声(?:喊|叫|道|说|嚷)|尖叫|嚷(?:道|着)|！！", r"没|不|别|你"),
    (r"never apologi[sz]es|does(?:n't| not) apologi[sz]e|never says? (?:he is |she is )?sorry", r"\bi(?:'m| am) (?:so |very |really |truly |terribly )*sorry\b|\bi apologi[sz]e\b|\bforgive me\b|\bmy apologies\b|\bplease forgive|^\W*sorry\b", r"\bi'd say\b|i'm not|you want|not sorry|\b(?:not|never|won't|refuse to|don't) (?:\w+ )?say\b"),
    (r"never touch\w* (?:people|any|others|other)|hates? (?:being touched|touch\b|physical|to be touched)|avoids? (?:touch|physical)", r"\b(?:hugs?|embraces?|hugged|kisses|kissed|caress\w*|strokes|ruffles?|snuggles?|cuddles?)\b|pulls? .{0,20}(?:into|close)|(?:takes?|holds?|squeezes?|grabs?) (?:your|his|her|§'s) (?:hands?|arm|wrist|shoulder)|arms? around", r"almost|nearly"),
    (r"(?:never|not|quit|stopped) smok", r"lights? (?:up )?(?:a|another|his|her) (?:cigarette|cigar|pipe)|\bdrag (?:of|on|from)|\bi (?:smoke|smoked)\b|exhales? smoke", r"$^"),
    (r"never lies|cannot lie|never (?:tells? )?lie|does(?:n't| not) lie|always (?:tells the truth|honest)", r"\bi(?:'ve| have)? (?:lied|been lying)\b|\bi lie (?:all|to|every|when)|it was (?:all )?a lie|\bi made (?:it|that|all of it) up", r"never|if"),
    (r"never kills?|pacifist|refuses? to kill|sworn off (?:killing|violence)|abhors violence", r"\bi(?:'ve| have)? (?:killed|murdered|slit|slaughtered|stabbed)\b|\bi(?:'ll| will) (?:kill|murder|slit|gut)\b|snaps? (?:his|her) neck|runs? (?:him|her) through", r"never|not"),
    (r"cannot swim|can't swim|never learned to swim", r"\b(?:i|she|he|§) (?:\w+ )?(?:swam|swim|swims|dives?|dove)\b(?! like a stone)|\bswimming (?:across|back|laps|every)", r"cannot|can't|never"),
    (r"never raises? (?:his|her|their) voice|soft-?spoken|speaks? (?:softly|quietly|in whispers)", r"\b(?:shouts?|yells?|screams?|roars?|bellows?|shouted|yelled|screamed)\b|at the top of|[A-Z]{4,} [A-Z]{3,}|!!", r"without|never|you"),
    (r"never asks? questions", r"\?", r"$^"),
    (r"contractions", r"\w'(?:t|re|ll|ve|m)\b", r"$^"),
    (r"left-handed", r"(?:my|her|his) right hand.{0,20}\b(?:writ|pen|sword|draw)|(?:writ\w+|draws?|sign\w*) .{0,24}right hand", r"$^"),
    (r"never shows? (?:any )?fear|fearless|afraid of nothing", r"\bi(?:'m| am) (?:so |really |just )?(?:terrified|scared|afraid|frightened)\b|\btrembling\b|\bwhimpers?\b|\bcowers?\b", r"not|never|you"),
    (r"从不(?:示弱|害怕|认输)|天不怕", r"我(?:好|很|真|太)?(?:怕|害怕)|瑟瑟发抖|吓(?:得|坏)", r"不|别|没|你"),
    (r"third person", r"\b(?:i|i'm|i'll|my|me)\b", r"$^"),
    (rf"滴酒不沾|不(?:会|能)?喝酒|不饮酒|戒(?:了)?酒|{_NEVER_ZH}(?:碰|沾)酒|酒精过敏", r"(?:喝|饮|灌|干|抿|碰|倒|斟)(?:了|下|掉|上|光|过)?[^，。！？]{0,8}(?:酒|啤|威士忌|白干|香槟|烧刀子|二锅头|女儿红|竹叶青|花雕|茅台|杜康|老白)|再来一壶|喝醉|不醉不归|干了这杯|举杯", r"茶|水|你|不"),
    (r"素食|吃素|不吃肉|不沾荤", r"(?:吃|啃|尝|咬|嚼|来|点|涮|烤)(?:了|着|大口|口|过|一|份|两|个|块|盘|点)*[^，。！？]{0,6}(?:肉|牛排|鸡腿|排骨|培根|烤鸭|鸡翅|羊|鱼|火腿|香肠|汉堡)", r"不|别|没|素|你"),
    (r"盲|失明|看不见", r"我(?:[^，。]{0,4})(?:看见|看到|看着|瞧见|望见|盯着)|你(?:的脸色|今天(?:穿|真好看))|(?:的)?颜色真", r"看不|没看|以前|从前|梦"),
    (r"聋|听不见|听不到|失聪", r"(?:我|她|他)[^，。]{0,4}(?:听见|听到|听着)(?!不)|你的声音|(?:这|那)首歌|跟着哼|听起来|嗓音", r"听不|没听|以前|从前|要是|口型"),
    (r"哑|不能说话|不会说话", r"(?:她|他|我)[^，。“]{0,4}(?:说道?|喊道?|大声|开口)[：，。]?[“]?", r"手语|写|比划"),
    (r"不识字|文盲|不认(?:识)?字", r"(?:读|看|念)(?:了|过|完|起)[^，。]{0,8}(?:信|书|字|报|诗)|字写得|我(?:给你)?写(?:了|的|给)", r"看不|读不|别人|帮我|替我|念给我|先生"),
    (r"彬彬有礼|有礼貌|文雅|文绉绉|敬语|说话客气", r"卧槽|牛逼|老铁|yyds|绝绝子|笑死|滚|闭嘴|蠢货|白痴|你丫|废物|傻", r"$^"),
    (r"不说脏话|从不骂人|不爆粗", r"操(?:你|他|，|！|蛋)|他妈|你妈的|卧槽|我靠|狗日|混蛋|王八蛋|傻逼|去死|滚开|放屁|狗屁|老子", r"$^"),
    (r"从不开玩笑|不开玩笑|不苟言笑|没有幽默", r"开个?玩笑|逗你|哈哈|嘿嘿|骗你的|(?:讲|说)(?:个|几个)?笑话", r"不(?:是)?开玩笑|没开玩笑"),
    (r"从不笑|不爱笑|不苟言笑|面无表情|从来不笑", r"(?:笑着|哈哈大笑|咧嘴|微笑|笑得|笑了(?:笑|起来)|大笑|莞尔|嫣然)", r"没有|不曾|你"),
    (r"从不(?:哭|流泪|落泪)|不(?:会)?(?:哭|流泪)", r"哭了|哭着|泪流|流下(?:了)?(?:眼)?泪|哽咽|抽泣|泣不成声|眼泪(?:掉|落|止不住)", r"你|别|没"),
    (r"从不道歉|不道歉|从来不道歉", r"对不起|抱歉|请原谅|原谅我|我错了|赔(?:个)?不是", r"不(?:会|想)|没有?什么"),
    (r"不(?:喜欢|爱|愿)?(?:碰|触碰|接触)(?:别)?人|讨厌(?:身体接触|被碰|被人碰)|洁癖", r"抱住|搂(?:住|着|过)|牵(?:起|住|着)你|摸(?:了)?摸你|揉了?揉你|拍了?拍你|吻(?:了|住|上)|拥入怀", r"没有|差点"),
    (r"(?:不|戒)(?:了)?(?:抽)?烟", r"点(?:了|上|燃|起)(?:一|根|支)*烟|抽(?:了|着|根|支|一)[^，。]{0,3}烟|吐(?:出|了)[^，。]{0,4}烟圈", r"没|不"),
    (r"不(?:会|能)?(?:撒谎|说谎|骗人)|从不(?:撒谎|说谎|骗人)", r"我(?:[^，。]{0,4})(?:骗了|撒了?谎|说了?谎|在骗)|(?:都)?是我(?:瞎)?编的|天天撒谎", r"没|不"),
    (r"不杀生|不杀人|从不杀", r"(?:我)[^，。]{0,6}杀了|取了[^，。]{0,4}性命|杀了(?:他|她|三|两|几|那)", r"没|不|别"),
    (r"不会游泳|不会水|旱鸭子", r"我[^，。]{0,8}(?:游了|游到|游过|下水游|潜到|跳进[^，。]{0,4}(?:河|水|湖|海)[^，。]{0,4}游)|游泳(?:可|最|很)", r"不会|没"),
    (r"猫[^，。]{0,2}过敏", r"抱(?:起|着|住)[^，。]{0,4}猫|养了?[^，。]{0,4}猫|吸猫|我家的?猫|摸了?[^，。]{0,3}猫", r"你|别|没|不"),
    (r"左撇子|惯用左手", r"右手[^，。]{0,4}(?:写|拿|握|执|提|夹)", r"$^"),
)  # fmt: skip
_TABLE = tuple(
    (re.compile(trait), re.compile(breach), re.compile(excuse)) for trait, breach, excuse in (*_ROWS, *manners.ROWS)
)

# What a fear, or a dislike, is also of.
_KINDS = {
    "height": "heights?|mast|roof|rooftop|cliff|tower|ledge|drop|balcony|ladder|summit", "dog": "dog|spaniel|puppy|puppies|hound|terrier|poodle|retriever|collie", "cat": "cat|kitten|tabby|tomcat",
    "water": "water|river|lake|sea|ocean|waves", "snake": "snake|python|viper|cobra|serpent", "spider": "spider|tarantula", "bird": "bird|parrot|pigeon|crow|raven|sparrow", "fire": "fire|flame|campfire|bonfire",
    "crowd": "crowd|festival|party", "storm": "storm|thunder|lightning",
}  # fmt: skip
_KINDS_ZH = {
    "水": "水|江里|河里|湖里|海里|下水|游泳",
    "狗": "狗|犬",
    "高": "屋顶|悬崖|高处|塔顶|树梢",
    "火": "火|篝火|火苗",
    "人多": "人多|热闹",
    "打雷": "打雷|雷声",
}
_FEAR = re.compile(
    r"\b(?:hates?|fears?|afraid of|scared of|terrified of|allergic to|dislikes?|despises?|cannot stand|loathes?|(?:never|does not|doesn't) (?:eats?|drinks?|wears?|likes?|touch(?:es)?)) (?:the |all |any )?([a-z]{3,})"
)
_FOND = r"\b(?:love|loves|loved|adore|enjoy\w*|favou?rite|the best|hugs?|pets?|strokes?|kisses|cuddles?|adorable|cute|delicious|swim|ate|eat|eating|drink|sweetest|darling|gladly|happily|cheerfully|without (?:a (?:second thought|moment's|shred)|any (?:fear|hesitation)|fear|hesitat\w+)|scoops?|nuzzl\w*)\b"
_FEAR_ZH = re.compile(
    r"(?:怕|讨厌|厌恶|恨|过敏|不吃|不喝|不喜欢)的?([\u4e00-\u9fff]{1,4})|对([\u4e00-\u9fff]{1,4}?)(?:毛)?过敏"
)
_FOND_ZH = r"(?:喜欢|最爱|热爱|爱死|抱(?:起|住|着|在怀)|最可爱|真可爱|养了|亲了|心肝|宝贝|逗着|天天|好吃|真舒服|真痛快)"
_CURT = re.compile(
    r"\b(?:short sentences|few words|taciturn|laconic|monosyllab|curt|terse|rarely (?:speaks|talks)|(?:wo)?man of few|says (?:very )?little|one-word|short (?:answers|replies))|沉默寡言|寡言|不爱说话|言简意赅|话(?:很|极)?少|惜字如金|说话简短"
)
_CALLS_ITSELF = re.compile(
    r"(?:refers to|calls|speaks of) (?:it|him|her|them)sel(?:f|ves) (?:only )?as [\"“]?(?!i\b)\w+|自称[“]?(?!我)[\u4e00-\u9fff]"
)
MOST_WORDS, MOST_HAN = 60, 90  # of somebody who says little


def goes_against(trait: str, reply: str) -> bool:
    """Both in small letters, the speaker's name as "§"."""
    return (
        any(
            breach.search(sentence) and not excuse.search(sentence) and not _denies(sentence)
            for breach, excuse in _rows_for(trait)
            for sentence in _clauses(reply)
        )
        or _says_too_much(trait, reply)
        or manners.leaves_out(trait, reply)
    )


def _clauses(reply: str) -> Iterator[str]:
    """English by the sentence, Chinese by the clause."""
    for sentence in sentences(reply):
        yield from re.split(r"[，、]", sentence)


def _denies(sentence: str) -> bool:
    return sentence.rstrip(' *"”').endswith(("?", "？")) or (
        ("n't" in sentence or " never " in sentence) and negates(sentence)
    )


@lru_cache(maxsize=64)
def _rows_for(trait: str) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    rows = [(breach, excuse) for worded, breach, excuse in _TABLE if worded.search(trait)]
    if match := _FEAR.search(trait):
        what = _KINDS.get(match[1].rstrip("s"), re.escape(match[1].rstrip("s")))
        near = re.compile(rf"{_FOND}[^.!?]{{0,30}}\b(?:{what})|\b(?:{what})s?\b[^.!?]{{0,16}}{_FOND}")
        rows.append((near, re.compile(r"\byou\b|\bi'd love\b|\bif\b|\bpeople who\b")))
    if match := _FEAR_ZH.search(trait):
        what = (match[1] or match[2]).strip("的了")
        core = _KINDS_ZH.get(what, re.escape(what[-2:]) if len(what) > 1 else re.escape(what))
        rows.append(
            (
                re.compile(rf"{_FOND_ZH}[^，。！？]{{0,5}}(?:{core})|(?:{core})[^，。！？]{{0,3}}{_FOND_ZH}"),
                re.compile("不|别|没|你"),
            )
        )
    if _CALLS_ITSELF.search(trait):
        rows.append((re.compile(r"\bi(?:'m|'ll|'ve)?\b|我(?!们)"), re.compile(r"[\"“]")))
    return tuple(rows)


def _says_too_much(trait: str, reply: str) -> bool:
    if not _CURT.search(trait):
        return False
    han = sum("\u4e00" <= sign <= "\u9fff" for sign in reply)
    return han > MOST_HAN or len(re.findall(r"[a-z']+", reply)) > MOST_WORDS
