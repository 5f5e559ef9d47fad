"""English: an imperative, or “I” and the present or near future; a verb of the table; names; nothing beside."""

import re
from collections.abc import Iterator, Mapping

from stories.meaning.reading import Names, Reading
from stories.rules.actions import Verb

_SUBJECT = re.compile(r"^(?:i|i'll|i will|i now|then i|now i|please|let me|let us|let's) ")
_ARTICLE = re.compile(r"^(?:the|a|an|my|this|that|some|old) ")
_MANNER = re.compile(
    r" (?:carefully|slowly|quickly|quietly|gently|again|now|closely|up close|myself|with me|please|back|for a moment)$"
)
_VERBS: Mapping[Verb, tuple[str, ...]] = {
    "inspect": ("look at", "look closely at", "examine", "inspect", "study", "take a look at", "take a closer look at"),
    "take": ("take", "pick up", "grab", "pocket"),
    "use": ("use",),
    "give": ("give", "hand", "pass", "return"),
    "attack": ("attack", "strike", "hit", "stab"),
    "go": ("go to", "walk to", "head to", "head for", "return to", "go back to", "travel to", "run to", "enter"),
    "talk": ("talk to", "talk with", "speak to", "speak with"),
}
_JOINS: Mapping[Verb, tuple[str, ...]] = {"use": ("on", "with"), "give": ("to",), "attack": ("with",)}


def read(said: str, names: Names) -> Reading | None:
    rest = _MANNER.sub("", _SUBJECT.sub("", said))
    for verb, phrase in _VERB_PHRASES:
        for form in _forms(phrase):
            if rest.startswith(f"{form} ") and (found := _objects(verb, rest[len(form) + 1 :], names)):
                return found
    if verb_up := re.fullmatch(r"(?:pick|picks) (.+) up", rest):
        return _objects("take", verb_up[1], names)
    return None


def without_article(phrase: str) -> str:
    return _ARTICLE.sub("", phrase)


def _forms(phrase: str) -> Iterator[str]:
    """As it is, and as somebody tells it of themselves: *takes the lamp*."""
    first, _space, rest = phrase.partition(" ")
    yield phrase
    yield f"{first}{'es' if first.endswith(('s', 'h', 'o')) else 's'} {rest}".strip()
    if first == "study" or first == "carry":
        yield f"{first[:-1]}ies {rest}".strip()


def _objects(verb: Verb, rest: str, names: Names) -> Reading | None:
    if whole := names.get(without_article(rest)):
        return None if verb == "give" else Reading(verb, whole)
    for join in _JOINS.get(verb, ()):
        one, found, other = rest.partition(f" {join} ")
        first, second = names.get(without_article(one)), names.get(without_article(other))
        if found and first and second:
            return Reading(verb, first, second) if verb == "attack" else Reading(verb, second, first)
    if verb == "give":
        return _give_somebody(rest, names)
    return None


def _give_somebody(rest: str, names: Names) -> Reading | None:
    """Give Mira the lamp."""
    for called, who in names.items():
        if rest.startswith(f"{called} ") and (item := names.get(without_article(rest[len(called) + 1 :]))):
            return Reading("give", who, item)
    return None


_VERB_PHRASES = sorted(
    ((verb, phrase) for verb, phrases in _VERBS.items() for phrase in phrases), key=lambda pair: -len(pair[1])
)
