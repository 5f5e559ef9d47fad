"""What of a reply is about somebody else than a fact is, or only played with: your brother is not mine, and who wishes for a third has none.

Asked only where something seems to go against a fact, which is seldom.
"""

import re
from collections.abc import Iterator

from moderation.filters.base import Context
from moderation.filters.names import GIVEN_NAMES
from moderation.filters.readings import in_person, in_person_zh
from moderation.filters.sentences import is_chinese, sentences

_KIN = "mother|mom|mum|father|dad|sister|brother|aunt|uncle|cousin|niece|nephew|grandmother|grandma|grandfather|grandpa|friend|neighbou?r|boss|son|daughter|teacher|roommate|wife|husband"
_SUBJECT = re.compile(
    rf"\W*(?:(?:[Aa]nd|[Bb]ut|[Ss]o|[Ww]ell|[Oo]h|[Nn]o|[Yy]es|[Tt]hough|[Ww]hile) )?(?:(?P<player>Pp|[Ee]verybody|[Ee]veryone|[Pp]eople|[Oo]thers)\b|Ss's (?:\w+ )?(?P<kin>{_KIN})\b|(?P<name>[A-Z][a-z]{{2,}})(?:'s \w+| (?:\w+(?:s|ed)|slept|is|was|had|will|can|did)\b))"
)
_SPEAKER = re.compile(
    r"\W*(?:(?:[Aa]nd|[Bb]ut|[Ss]o|[Ww]ell|[Oo]h|[Nn]o|[Yy]es) )?(?:Ss|Mine)\b(?!'s| (?:\w+ )?(?:think|thought|know|knew|remember|guess|hear|heard|see|saw|said|say|told|believe|swear|bet)\b)"
)
_IMAGINED = re.compile(
    r"\b(?:wish(?:ed|es)?|if only|dream(?:t|ed)|pretend\w*|they (?:promised|say|said|claimed)|supposed to|(?:not|isn't|is not|wasn't|never was) mine)\b",
    re.IGNORECASE,
)
# Of who has or is nothing of the kind, a word about their kin says something.
_LACKS = re.compile(
    r"\b(?:only|orphan\w*|no|never|alone|not|without|nobody|lost|died|dead|single|widow\w*|divorced|bachelor|engaged)\b|n't\b"
)
_KIN_ZH = "母亲|妈妈|妈|娘|父亲|爸爸|爸|爹|姐姐|姐|哥哥|哥|弟弟|弟|妹妹|妹|爷爷|奶奶|外公|外婆|叔叔|叔|伯伯|姑姑|姑|舅舅|舅|姨|表哥|表姐|表弟|表妹|儿子|女儿|朋友|邻居|师父|师兄|师姐|师弟|师妹|徒弟|老板|同事|室友|妻子|老婆|丈夫|老公"
_SUBJECT_ZH = re.compile(
    rf"[\W_]*(?:可是?|但是?|不过|而|倒是)?(?:(?P<player>你|您)|我(?:的|家|那)?(?P<kin>{_KIN_ZH})|(?P<own>我|本))"
)
_SPEAKER_ZH = re.compile(
    r"[\W_]*(?:可是?|但是?|不过|而|倒是)?(?:我|本)(?!们|的[^要加不]|家|[就早也才可]?(?:说|看|猜|想|知道|记得|觉得|听|以为|告诉))"
)
_IMAGINED_ZH = re.compile(
    r"要是|如果|假如|但愿|梦(?:见|到|里)|听说|据说|说好的|本来|原本|不是我的|[替帮代]我|我听|我(?:真|也|多|好)?想[去看见学]|你不[^，。]{1,6}我就"
)
_IT_IS_ANOTHER_ZH = re.compile(r"(?!我)[^，。]{1,5}的(?:人)?是(?:你|他|她|我(?:家)?[\u4e00-\u9fff])")  # "有钱的是我哥"
_LACKS_ZH = re.compile(r"寡|离婚|独生|孤儿|没|无|单身|一个人|不|独自|死|去世|过世")
_ALIKE = (
    ("mother", "mom", "mum", "parents", "family"),
    ("father", "dad", "parents", "family"),
    ("brother", "sister", "sibling", "twin", "children"),
    ("wife", "husband", "married", "fianc"),
    ("son", "daughter", "child"),
    ("母亲", "妈妈", "妈", "娘", "父母"),
    ("父亲", "爸爸", "爸", "爹", "父母"),
    ("丈夫", "老公", "妻子", "老婆", "成亲", "结婚"),
    ("姐姐", "姐", "妹妹", "妹", "哥哥", "哥", "弟弟", "弟", "排行", "老大", "最小"),
)
_CAPITAL = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}")
_CLAUSES = re.compile(r"[，,]")


def about(fact: str, reply: str, context: Context) -> str:
    """The reply without what is said of others than those whom the fact is about."""
    kept = _about_zh if is_chinese(fact) else _about_en
    return "".join(kept(fact, reply, context))


def without_the_speaker(fact: str, reply: str, context: Context) -> str:
    """Of a fact of the player alone, the reply without what the speaker says of themselves: you fear heights, I love them."""
    if is_chinese(fact):
        own = in_person_zh(fact, context)
        if "你" not in own or "我" in own:
            return reply
        return "".join(
            "，".join(clause for clause in _CLAUSES.split(sentence) if not _of_the_speaker_zh(clause, context))
            for sentence in sentences(reply)
        )
    own = in_person(fact, context)
    if "Pp" not in own or "Ss" in own:
        return reply
    return "".join(_of_others(one, context) for one in sentences(reply))


def _of_others(sentence: str, context: Context) -> str:
    """Without its first clause, where the speaker stands alone in it."""
    first, _, rest = sentence.partition(", ")
    said = in_person(first.strip(), context)
    return rest if _SPEAKER.match(said) is not None and "Pp" not in said else sentence


def _of_the_speaker_zh(clause: str, context: Context) -> bool:
    said = in_person_zh(clause, context)
    return _SPEAKER_ZH.match(said) is not None and "你" not in said


_SOMEBODY = re.compile(
    r"\W*(?:(?:Old|Young|Captain|King|Queen|Lord|Lady|Dr|Mr|Mrs|Miss|Sir|Aunt|Uncle)\.? )?([A-Z][a-z]+)\b"
)
_ONE_OF_US = re.compile(r"\W*(?:(?:[Aa]nd|[Bb]ut|[Ss]o|[Ww]ell|[Oo]h|[Nn]o|[Yy]es) )?(?:Ss|Pp)\b(?!'s)")
_PRONOUN = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.IGNORECASE)
_SOMEBODY_ZH = re.compile(r"[阿小老][\u4e00-\u9fff]")


def _somebody(own: str, context: Context) -> str:
    """Whom a fact is about that is of neither of the two who talk."""
    if "Ss" in own or "Pp" in own or not (who := _SOMEBODY.match(own)):
        return ""
    name = who[1]
    return name if name in context.cast or name.lower() in GIVEN_NAMES or _PRONOUN.search(own) else ""


def _somebody_zh(own: str, context: Context) -> str:
    if "我" in own or "你" in own:
        return ""
    named = _SOMEBODY_ZH.match(own)
    return next((name for name in context.cast if own.startswith(name)), named[0] if named else "")


def _of_one_of_us(name: str, said: str) -> bool:
    return _ONE_OF_US.match(said) is not None and name not in said and not _PRONOUN.search(said)


def _about_en(fact: str, reply: str, context: Context) -> Iterator[str]:
    own = in_person(fact, context)
    ours = "Ss" in own and "Pp" not in own
    name = _somebody(own, context)
    for sentence in sentences(reply):
        said = in_person(sentence.strip(), context)
        if _IMAGINED.search(said) and not _IMAGINED.search(own):
            continue
        if not (ours and _of_another(own, said, context)) and not (name and _of_one_of_us(name, said)):
            yield sentence


def _of_another(own: str, said: str, context: Context) -> bool:
    who = _SUBJECT.match(said)
    if not who or "not Ss" in said or re.search(r"\bSs\b", said[who.end() :].partition(", ")[0]):
        return False
    if who["player"]:
        return True
    if who["kin"]:
        return not _same_kin(who["kin"], own) and not _LACKS.search(own) and not _names(own) & _names(said)
    name = who["name"]
    return (name in context.cast or name.lower() in GIVEN_NAMES) and name not in own


def _names(said: str) -> set[str]:
    return set(_CAPITAL.findall(said))


def _same_kin(kin: str, fact: str) -> bool:
    alike = next((words for words in _ALIKE if kin in words), (kin,))
    return any(word in fact for word in alike)


def _about_zh(fact: str, reply: str, context: Context) -> Iterator[str]:
    own = in_person_zh(fact, context)
    ours = "我" in own and "你" not in own
    name = _somebody_zh(own, context)
    for sentence in sentences(reply):
        if _IMAGINED_ZH.search(sentence) and not _IMAGINED_ZH.search(own):
            continue
        if name and _of_one_of_us_zh(name, in_person_zh(sentence, context)):
            continue
        yield "，".join(_clauses_of_ours(own, sentence, context)) if ours else sentence


def _of_one_of_us_zh(name: str, said: str) -> bool:
    who = _SUBJECT_ZH.match(said)
    return who is not None and not who["kin"] and name not in said and not re.search("[他她]", said)


def _clauses_of_ours(own: str, sentence: str, context: Context) -> Iterator[str]:
    """A clause that names nobody goes on about whom the one before it was about."""
    another, others = False, tuple(name for name in context.cast if not name.isascii())
    for clause in _CLAUSES.split(sentence):
        said = in_person_zh(clause, context)
        if said.lstrip().startswith(others) or _IT_IS_ANOTHER_ZH.match(said):
            another = not any(name in own for name in others)
        elif who := _SUBJECT_ZH.match(said):
            another = _of_another_zh(own, said, who)
        if not another:
            yield clause


def _of_another_zh(own: str, said: str, who: re.Match[str]) -> bool:
    if who["own"] or "我" in said[who.end() :]:
        return False
    return bool(who["player"]) or (not _same_kin(who["kin"], own) and not _LACKS_ZH.search(own))
