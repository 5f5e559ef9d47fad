"""A text taken apart into sentences, and which of them state something: what is asked or long ago binds nobody."""

import re
from collections.abc import Iterator

# How things were is not how they are.
LONG_AGO = re.compile(
    r"\W*(?:once (?:there|we|i|upon)|back then|in those days|years ago|(?:back )?when (?:i|we|you|he|she|my \w+|her \w+|his \w+|the \w+) (?:was|were|still|lived|had|could)|during the (?:war|siege|plague|famine)|before (?:the|we|i) |以前|从前|[\u4e00-\u9fff]{1,4}那(?:会儿|时候|阵子|年)|当年|那时候?|早些年|小时候)",
    re.IGNORECASE,
)
LONGEST = 400  # of a sentence; who writes longer ones states nothing plainly
_ACTS = frozenset("*（(【")
_SENTENCE = re.compile(r"[^.!?。！？\n;；]+[.!?。！？\n;；]?")
_HAN = re.compile("[\u4e00-\u9fff]")
_TAG = re.compile(r", (?:isn['’]t it|right|remember|(?:do|are)n['’]t you|isn['’]t s?he|no)\?\s*$")

# An act between asterisks or brackets is a sentence of its own: what is asked behind it does not make it a question.
_ACT = re.compile(r"\*[^*\n]{1,400}\*|（[^（）\n]{4,400}）|\([^()\n]{4,400}\)|【[^【】\n]{4,400}】")
_SAYS_MORE = re.compile(r"\w+\s+\w+\s+\w|[\u4e00-\u9fff]{4}")  # than one word that is stressed


def sentences(text: str) -> Iterator[str]:
    for piece in _acts_apart(text):
        for match in _SENTENCE.finditer(piece):
            if len(match[0].strip(" *_\"“”'")) > 1:
                yield match[0]


def _acts_apart(text: str) -> Iterator[str]:
    at = 0
    for act in () if _ACTS.isdisjoint(text) else _ACT.finditer(text):
        if act[0][0] in "*(" and not _SAYS_MORE.search(act[0]):
            continue
        yield text[at : act.start()]
        yield act[0]
        at = act.end()
    yield text[at:]


# "The vase? On the shelf.": what is spoken of, and what is said of it.
_TOPIC = re.compile(
    r"(?:^|(?<=[.!?。！？\n\"“*）)] )|(?<=[.!?。！？\n\"“*）)]))((?:(?:the|my|your|his|her|our|that|this) )?(?:\w+ )?[a-z]+|[\u4e00-\u9fff]{1,5})[?？] ?(?=\S)",
    re.IGNORECASE,
)


def with_topics(text: str) -> str:
    """A question of a word or three drawn to the sentence that answers it."""
    return _TOPIC.sub(lambda asked: f"{asked[1]}{'，' if _HAN.search(asked[1]) else ', '}", text)


def statements(reply: str) -> Iterator[str]:
    """Sentences that say how things are. Of a question in Chinese, what stands before its last clause."""
    for sentence in sentences(with_topics(reply)):
        if len(sentence) > LONGEST or LONG_AGO.match(sentence):
            continue
        if not _asks(sentence) or _TAG.search(sentence):
            yield _TAG.sub("", sentence)
        elif (
            sentence.rstrip().endswith(("?", "？"))
            and is_chinese(sentence)
            and len(clauses := re.split(r"[，,]", sentence)) > 1
        ):
            yield "，".join(clauses[:-1])


_WILL_BE = re.compile(r"(?:'ll|\bwill)\b[^.]{0,40}\band then\b")


def _asks(sentence: str) -> bool:
    return sentence.rstrip().endswith(("?", "？")) or bool(
        re.match(r"\W*(?:if|imagine|suppose|unless)\b|\W*等[^，。]{1,12}(?:好|了|后|完|来)，", sentence)
        or _WILL_BE.search(sentence)
        or re.search(r"如果|要是|假如|假设|倘若|除非|休想|\b(?:you'd have to|over my dead body)\b", sentence)
    )


def is_chinese(text: str) -> bool:
    return not text.isascii() and _HAN.search(text) is not None
