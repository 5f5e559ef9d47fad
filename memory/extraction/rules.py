"""Facts by rule, where no model looks for them: few, plain, and seldom wrong."""

import re

from memory.extraction import chinese, english
from memory.extraction.fact import Fact, Heard

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]+")
_ACTION = re.compile(r"\*[^*]*\*|（[^（）]*）|\([^()]*\)")
_QUOTES = str.maketrans("", "", '“”"「」『』')


def is_chinese(text: str) -> bool:
    return len(_CHINESE.findall(text)) > len(_LATIN.findall(text))


def facts_in(heard: Heard) -> list[Fact]:
    """What the line says of whoever speaks, what they promise, and what they ask to be remembered."""
    words = english if not is_chinese(heard.text) else chinese
    found: dict[str, Fact] = {}
    for sentence in words.sentences(spoken(heard.text)):
        asked = words.asked(sentence, heard) if heard.role == "player" else None
        facts = [asked] if asked else words.facts(sentence, heard)
        for fact in facts:
            found.setdefault(fact.statement, fact)
    return list(found.values())


def asked_in(heard: Heard) -> list[Fact]:
    """Only what somebody asks to be remembered."""
    return [fact for fact in facts_in(heard) if fact.asked]


def spoken(text: str) -> str:
    """Without what is done between asterisks or said aside, and without quotation marks."""
    return _ACTION.sub(" ", text).translate(_QUOTES)
