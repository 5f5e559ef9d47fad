"""What traits of a common kind forbid: who never drinks pours no whisky, the blind see nothing, the curt make no speeches.

Rows of `lists/traits.yaml`: how such a trait is worded, what goes against it, what excuses that. Read sentence by sentence.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from moderation.filters.refrains import leaves_out
from moderation.filters.sentences import sentences
from moderation.filters.statements import negates
from moderation.filters.tables import table

_TABLE = tuple(
    (re.compile(row["trait"]), re.compile(row["breach"]), re.compile(row.get("unless", "$^")))
    for row in table("traits")["rows"]
)

# What a fear, or a dislike, is also of.
_KINDS = {
    "height": "heights?|mast|roof|rooftop|cliff|tower|ledge|drop|balcony|ladder|summit", "dog": "dog|spaniel|puppy|puppies|hound|terrier|poodle|retriever|collie", "cat": "cat|kitten|tabby|tomcat",
    "water": "water|river|lake|sea|ocean|waves", "snake": "snake|python|viper|cobra|serpent", "spider": "spider|tarantula", "bird": "bird|parrot|pigeon|crow|raven|sparrow", "fire": "fire|flame|campfire|bonfire",
    "crowd": "crowd|festival|party", "flying": "fly|flying|planes?|take-?off|airplanes?|flights?|window seat", "plane": "planes?|take-?off|flights?", "storm": "storm|thunder|lightning",
}  # fmt: skip
_KINDS_ZH = {
    "水": "水|江里|河里|湖里|海里|下水|游泳",
    "狗": "狗|犬",
    "高": "屋顶|悬崖|高处|塔顶|树梢",
    "火": "火|篝火|火苗",
    "人多": "人多|热闹",
    "打雷": "打雷|雷声",
    "坐飞机": "飞机|机票|起飞|靠窗",
    "飞机": "飞机|机票|起飞|靠窗",
    "孩子": "孩子|小孩|娃",
}
_FEAR = re.compile(
    r"\b(?:hates?|fears?|afraid of|scared of|terrified of|allergic to|dislikes?|despises?|cannot stand|loathes?|(?:never|does not|doesn't) (?:eats?|drinks?|wears?|likes?|touch(?:es)?)) (?:the |all |any )?([a-z]{3,})"
)
_FOND = r"\b(?:love|loves|loved|adore|enjoy\w*|favou?rite|the best|hugs?|pets?|strokes?|kisses|cuddles?|adorable|cute|delicious|swim|ate|eat|eating|drink|sweetest|darling|gladly|happily|cheerfully|without (?:a (?:second thought|moment's|shred)|any (?:fear|hesitation)|fear|hesitat\w+)|scoops?|nuzzl\w*)\b"
_FEAR_ZH = re.compile(
    r"(?:怕|讨厌|厌恶|恨|过敏|不吃|不喝|不喜欢)的?([\u4e00-\u9fff]{1,4})|对([\u4e00-\u9fff]{1,4}?)(?:毛)?过敏"
)
_FOND_ZH = r"(?:喜欢|最爱|热爱|爱死|就?爱(?:听|吃|看|喝|玩|坐)|抱(?:起|住|着|在怀)|最可爱|真可爱|养了|亲了|心肝|宝贝|逗着|天天|好吃|真舒服|真痛快)"
_CURT = re.compile(
    r"\b(?:short sentences|few words|taciturn|laconic|monosyllab|curt|terse|rarely (?:speaks|talks)|(?:wo)?man of few|says (?:very )?little|one-word|short (?:answers|replies))|沉默寡言|寡言|寡语|木讷|不善言[辞谈]|不爱说话|言简意赅|话(?:很|极)?少|话不多|惜字如金|说话简短"
)
_CALLS_ITSELF = re.compile(
    r"(?:refers to|calls|speaks of) (?:it|him|her|them)sel(?:f|ves) (?:only )?as [\"“]?(?!i\b)\w+|自称[“]?(?!我)[\u4e00-\u9fff]"
)
MOST_WORDS, MOST_HAN = 60, 90  # of somebody who says little


def goes_against(trait: str, reply: str) -> bool:
    """Both in small letters, the speaker's name as "§"."""
    return (
        any(
            (match := breach.search(sentence)) and not excuse.search(sentence) and not _denies(sentence, match.start())
            for breach, excuse in _rows_for(trait)
            for sentence in _clauses(reply)
        )
        or _says_too_much(trait, reply)
        or leaves_out(trait, reply)
    )


def _clauses(reply: str) -> Iterator[str]:
    """English by the sentence, Chinese by the clause."""
    for sentence in sentences(reply):
        yield from re.split(r"[，、]", sentence)


def _denies(sentence: str, at: int) -> bool:
    """Asked, or denied in what leads up to there."""
    before = sentence[:at]
    return sentence.rstrip(' *"”').endswith(("?", "？")) or (
        ("n't" in before or " never " in before) and negates(before)
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
