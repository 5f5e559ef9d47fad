# ruff: noqa: E501 – a pattern, one line or two: they are read and compared as a table
"""How a reply is written, as figures: its length, register, person, language, and how it begins. Pure; no model."""

import re
from functools import lru_cache
from typing import NamedTuple

LETTERS = 4_000  # of a reply that are looked at
_CJK = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’][A-Za-z]+)?")
_ACTION = re.compile(r"\*([^*\n]+)\*|（([^）\n]+)）")
_SENTENCE = re.compile(r"[.!?。！？…]+")

# Marks of a familiar and of a formal tongue, a word each.
_FAMILIAR = re.compile(
    r"\b(?:\w+n['’]t|(?:i|you|he|she|it|we|they|that|there|what|who)['’](?:m|re|s|ve|ll|d)|gonna|wanna|gotta|kinda|yeah|yep|nope|"
    r"hey|ok|okay|lol|ain['’]t|'em|dunno|stuff|guys?|buddy|damn|hell)\b|[啊呀哦嘛呗啦哈嘿欸喂哎咯]|咱|啥|咋|玩意|得了|搞|蛮|挺",
    re.I,
)
_FORMAL = re.compile(
    r"\b(?:shall|indeed|therefore|thus|hence|moreover|furthermore|however|nevertheless|pray|whilst|regarding|"
    r"permit|kindly|sir|madam|certainly|perhaps|ought|upon|whom|cannot|do not|is not|will not|i am|it is)\b"
    r"|您|阁下|在下|鄙人|因此|然而|此外|倘若|尚且|亦|甚为|故而|敬请|恕|未曾|之(?=[\u3400-\u9fff])",
    re.I,
)
_FIRST_EN = re.compile(r"^(?:I|i|my|My|me)\b|\b(?:I|my|me|myself)\b")
_THIRD_EN = re.compile(
    r"^(?:[Hh]e|[Ss]he|[Tt]hey|[Hh]is|[Hh]er|[Tt]heir)\b|\b(?:he|she|they|his|her|their|himself|herself)\b"
)
# What a helpful program says and hardly anybody in a play.
_PROGRAM = re.compile(
    r"\bas an ai\b|\blanguage model\b|\bhow (?:can|may) i (?:assist|help) you\b|\bi(?:'d| would) be happy to (?:help|assist)\b"
    r"|\bis there anything else\b|\bfeel free to\b|^(?:certainly|sure|of course)[!,]|作为(?:一个)?(?:人工智能|AI|语言模型)"
    r"|还有什么(?:可以|能)帮|很高兴(?:能)?(?:为您|帮助)|请随时告诉我",
    re.I | re.M,
)
_LIST = re.compile(r"^\s*(?:[-•]|\d+[.)、]|#{1,6}\s)", re.M)


class Measure(NamedTuple):
    """`length` in words, a Chinese character counting two thirds of one; `register` from -1, formal, to 1, familiar;
    `person` 1 or 3 where it tells its own gestures so, 0 where it tells none or leaves the person out; `chinese` the
    share of Chinese; `begins` its first words; `listed` lines of lists and headings; `program` what a program says.
    """

    length: int
    register: float
    person: int
    chinese: float
    begins: str
    listed: int = 0
    program: int = 0


@lru_cache(maxsize=2_000)
def measure(text: str) -> Measure:
    """The same text, the same figures; a window's replies are measured once."""
    text = text[:LETTERS]
    words, signs = _WORD.findall(text), len(_CJK.findall(text))
    length = len(words) + round(signs * 2 / 3)
    familiar, formal = len(_FAMILIAR.findall(text)), len(_FORMAL.findall(text))
    # Few marks say little: two more of each are assumed, so that one alone tips nothing.
    register = (familiar - formal) / (familiar + formal + 4)
    return Measure(
        length=length,
        register=round(register, 2),
        person=_person(text),
        chinese=round(signs * 2 / 3 / length, 2) if length else 0.0,
        begins=begins(text),
        listed=len(_LIST.findall(text)),
        program=len(_PROGRAM.findall(text)),
    )


def begins(text: str) -> str:
    """The first three words, or six characters, without marks: how a reply sets out."""
    plain = re.sub(r"[*_\"“”'‘’「」（）()\s]+", " ", text[:200]).strip()
    if _CJK.match(plain):
        return re.sub(r"[^\u3400-\u9fff]", "", plain)[:6]
    return " ".join(word.lower() for word in _WORD.findall(plain)[:3])


def _person(text: str) -> int:
    """Of gestures: `*I look up*` is the first, `*She looks up*` the third."""
    first = third = 0
    for one, other in _ACTION.findall(text):
        told = one or other
        if "我" in told or _FIRST_EN.search(told):
            first += 1
        elif "她" in told or "他" in told or _THIRD_EN.match(told):
            third += 1
    return 0 if first == third else 1 if first > third else 3


def phrases(text: str) -> frozenset[str]:
    """Runs of four words, or seven Chinese characters: what becomes a catchphrase when it comes again and again."""
    runs: set[str] = set()
    for sentence in _SENTENCE.split(text[:LETTERS]):
        words = [word.lower() for word in _WORD.findall(sentence)]
        runs.update(" ".join(words[at : at + 4]) for at in range(len(words) - 3))
        for clause in re.findall(r"[\u3400-\u9fff]{7,}", sentence):
            runs.update(clause[at : at + 7] for at in range(len(clause) - 6))
    return frozenset(runs)
