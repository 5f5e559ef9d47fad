"""A branch to be read: Markdown, as it was written, under the names of those who speak."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from chat.formats.neutral import Line, Talk

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~])")


def write(talk: Talk, lines: Iterable[Line]) -> Iterator[str]:
    yield f"# {plain(talk.title or talk.character)}\n\n"
    day = f"{_moment(talk.created or 0):%Y-%m-%d}"
    yield " · ".join(plain(name) for name in (talk.character, *talk.others, talk.player) if name) + f" · {day}\n"
    for line in lines:
        yield f"\n---\n\n**{plain(line.name)}** · {_moment(line.at or 0):%Y-%m-%d %H:%M}\n\n{line.text.rstrip()}\n"


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def plain(name: str) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(name.split()))
