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
    rf"\W*(?:(?:[Aa]nd|[Bb]ut|[Ss]o|[Ww]ell|[Oo]h|[Nn]o|[Yy]es|[Tt]hough|[Ww]hile) )?(?:(?P<player>Pp)\b|Ss's (?:\w+ )?(?P<kin>{_KIN})\b|(?P<name>[A-Z][a-z]{{2,}}) (?:\w+(?:s|ed)|slept|is|was|had|will|can|did)\b)"
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
_IMAGINED_ZH = re.compile(r"要是|如果|假如|但愿|梦(?:见|到|里)|听说|据说|说好的|本来|原本|不是我的|[替帮代]我|我听")
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


def _about_en(fact: str, reply: str, context: Context) -> Iterator[str]:
    own = in_person(fact, context)
    ours = "Ss" in own and "Pp" not in own
    for sentence in sentences(reply):
        said = in_person(sentence.strip(), context)
        if _IMAGINED.search(said) and not _IMAGINED.search(own):
            continue
        if not (ours and _of_another(own, said, context)):
            yield sentence


def _of_another(own: str, said: str, context: Context) -> bool:
    who = _SUBJECT.match(said)
    if not who or re.search(r"\bSs\b", said[who.end() :]):
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
    for sentence in sentences(reply):
        if _IMAGINED_ZH.search(sentence) and not _IMAGINED_ZH.search(own):
            continue
        yield "，".join(_clauses_of_ours(own, sentence, context)) if ours else sentence


def _clauses_of_ours(own: str, sentence: str, context: Context) -> Iterator[str]:
    """A clause that names nobody goes on about whom the one before it was about."""
    another = False
    for clause in _CLAUSES.split(sentence):
        said = in_person_zh(clause, context)
        if who := _SUBJECT_ZH.match(said):
            another = _of_another_zh(own, said, who)
        if not another:
            yield clause


def _of_another_zh(own: str, said: str, who: re.Match[str]) -> bool:
    if who["own"] or "我" in said[who.end() :]:
        return False
    return bool(who["player"]) or (not _same_kin(who["kin"], own) and not _LACKS_ZH.search(own))
