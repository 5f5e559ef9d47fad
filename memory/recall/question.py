"""What is asked, taken apart: terms, the people named, the days. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from memory.recall.dates import Span, spans, without_dates
from memory.recall.shelf import Shelf
from memory.recall.words import terms

MOST_TERMS = 40


@dataclass(frozen=True, slots=True)
class Question:
    """`terms` weigh alike; who speaks on the shelf is not among them: a name says who, not what."""

    terms: tuple[str, ...]
    named: frozenset[str]
    spans: tuple[Span, ...]


def question_for(shelf: Shelf, text: str, asked_at: datetime) -> Question:
    found = terms(without_dates(text))
    wanted = [term for term in found if term not in shelf.names] or found
    return Question(
        terms=tuple(dict.fromkeys(wanted))[-MOST_TERMS:],
        named=shelf.named(found),
        spans=tuple(spans(text, asked_at.date())),
    )


def without_names(text: str, names: Collection[str]) -> str:
    """What an encoder is given: between two people, a name in the question draws whatever has the name in it."""
    kept = [word for word in text.split() if not (found := terms(word)) or not all(term in names for term in found)]
    return " ".join(kept) or text
