"""What an author writes is judged before it is kept (`accounts.judging`): cards, lore, knowledge."""

from collections.abc import Iterator, Mapping
from typing import Any

from accounts.judging import NotAllowed, Place, judged
from accounts.models import User
from characters.content import MAX_LENGTHS
from characters.models import Lorebook, Rating

RATINGS = (Rating.GENERAL, Rating.MATURE, Rating.EXPLICIT)


def judged_content(content: Mapping[str, Any], *, owner: User | None, rating: str) -> dict[str, Any]:
    """The fields of one edition. Raises NotAllowed with the field. What the house wrote is not looked at."""
    clean = dict(content)
    if owner is None:
        return clean
    place = Place("card", "card", rating)
    for field in MAX_LENGTHS:
        clean[field] = judged(clean[field], place, field=field, user=owner)
    clean["greetings"] = [judged(text, place, field="greetings", user=owner) for text in clean["greetings"]]
    if note := clean["depth_prompt"].get("text"):
        text = judged(note, place, field="depth_prompt.text", user=owner)
        clean["depth_prompt"] = clean["depth_prompt"] | {"text": text}
    shown = {name: value for name, value in clean["presentation"].items() if name != "moods"}  # those are pictures
    for field, value in (("traits", clean["traits"]), ("presentation", shown)):
        judged("\n".join(_words(value)), place, field=field, user=owner)
    return clean


def mildest_rating(content: Mapping[str, Any], *, owner: User | None) -> str:
    """Of a card that says nothing of it: the mildest that its texts may stand under. Raises NotAllowed."""
    for rating in RATINGS[:-1]:
        try:
            judged_content(content, owner=owner, rating=rating)
        except NotAllowed as refused:
            if refused.extra.get("rule") != "sexual":
                raise
        else:
            return rating
    return RATINGS[-1]


def judged_book(fields: Mapping[str, Any], *, book: Lorebook) -> dict[str, Any]:
    """What the book itself is called, and says of itself."""
    clean = dict(fields)
    for field in ("name", "description"):
        if clean.get(field):
            clean[field] = judged(clean[field], _place_of(book), field=field, user=_author(book))
    return clean


def judged_lore(fields: Mapping[str, Any], *, book: Lorebook) -> dict[str, Any]:
    """Fields of an entry. A book of no character is its owner's alone: what is told of it is judged as it is told."""
    clean = dict(fields)
    if not clean.keys() & {"name", "content", "keys", "secondary_keys"}:
        return clean
    place = _place_of(book)
    for field in ("name", "content"):
        if clean.get(field):
            clean[field] = judged(clean[field], place, field=field, user=_author(book))
    for text in _keys(clean):
        judged(text, place, field="keys", user=_author(book))
    return clean


def _place_of(book: Lorebook) -> Place:
    return Place("card", "card", book.character.rating if book.character is not None else Rating.EXPLICIT)


def _author(book: Lorebook) -> User | None:
    return book.owner or (book.character.owner if book.character is not None else None)


def _words(value: Any) -> Iterator[str]:
    """All that somebody wrote in it, however deep; a few words each."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _words(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _words(each)


def _keys(fields: Mapping[str, Any]) -> Iterator[str]:
    """All of them as one text: there are many, and each is a few letters."""
    for name in ("keys", "secondary_keys"):
        if found := fields.get(name):
            yield "\n".join(found)
