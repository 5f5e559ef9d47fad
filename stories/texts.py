"""Every text of a story by its path, for whoever looks at words: filters, moderators, search. Pure."""

from collections.abc import Iterator
from typing import Any

import msgspec

from stories.format import Line, StoryFile, Words
from stories.format.shape import Called


def texts_of(file: StoryFile) -> Iterator[tuple[str, str]]:
    """Path with language, and words; in the order of the file."""
    yield from _texts(file, "")


def _texts(part: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(part, Line | Words):
        for language, said in (("en", part.en), ("zh-hans", part.zh_hans)):
            if said.strip():
                yield _below(path, language), said
    elif isinstance(part, Called):
        for language, names in (("en", part.en), ("zh-hans", part.zh_hans)):
            if names:
                yield _below(path, language), "\n".join(names)
    elif isinstance(part, msgspec.Struct):
        for name in part.__struct_fields__:
            yield from _texts(getattr(part, name), _below(path, name))
    elif isinstance(part, dict):
        for name, each in part.items():
            yield from _texts(each, _below(path, str(name)))
    elif isinstance(part, list | tuple):
        for at, each in enumerate(part):
            yield from _texts(each, _below(path, str(at)))


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
