"""Names in what somebody said: whole words, but a Chinese name wherever it stands, for nothing sets it apart."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from chat.scene.actors import Actor

_HAN = re.compile(r"[\u3400-\u9fff]")
COLONS = ":："


@lru_cache(maxsize=2_000)
def _pattern(name: str) -> re.Pattern[str]:
    written = re.escape(name)
    if _HAN.search(name):
        return re.compile(written, re.IGNORECASE)
    return re.compile(rf"(?<!\w){written}(?!\w)", re.IGNORECASE)


def place_of(actor: Actor, text: str) -> int | None:
    """Where it is first named."""
    found = [match.start() for name in actor.called if name.strip() and (match := _pattern(name.strip()).search(text))]
    # "Tom!" also names the Tom of "Tom Bombadil", unless somebody else has that very name: `mentioned` sees to it.
    first = actor.name.split()[0] if " " in actor.name.strip() else ""
    if not found and len(first) > 1 and (match := _pattern(first).search(text)):
        found.append(match.start())
    return min(found, default=None)


def mentioned(actors: Iterable[Actor], text: str) -> list[Actor]:
    """Those who are named, in the order in which they are."""
    places = [(place, actor) for actor in actors if (place := place_of(actor, text)) is not None]
    return [actor for _, actor in sorted(places, key=lambda found: found[0])]


def labels_of(names: Iterable[str], *, but: Sequence[str] = ()) -> tuple[str, ...]:
    """How another one's line would begin: the names without a colon, each once, nobody's own among them."""
    own = {name.strip().casefold() for name in but}
    return tuple(
        dict.fromkeys(
            name.strip() for name in names if name.strip() and name.strip().casefold() not in own
        )
    )  # fmt: skip
