"""Another name for a part of a story, there and wherever the story speaks of it: one change to the document."""

import copy
from collections.abc import Iterable
from typing import Any

from stories.writing.dump import block, flow, key_text
from stories.writing.edit import Change, Document, NoSuchPlace, Path, at_path, changed, meant_by, plain_of, same
from stories.writing.references import part_at, references


def made(text: str, change: Change) -> str:
    """`changed`; what has another name is called so everywhere. Raises as it does."""
    if change.op != "rename":
        return changed(text, change)
    before = plain_of(text)
    part = part_at(change.path, change.value) if isinstance(change.value, str) else None
    spoken = list(references(before, part)) if part else []
    if not spoken:
        return changed(text, change)
    meant = _meant(before, change, spoken)
    try:
        written = _spliced(text, change, spoken)
        if same(plain_of(written), meant):
            return written
    except (ValueError, IndexError):  # Unfit and NoSuchPlace among it: the text is too tangled
        pass
    return block(meant, 0) + "\n"


def _meant(before: Any, change: Change, spoken: Iterable[tuple[Path, str]]) -> Any:
    after = copy.deepcopy(before)
    for path, said in spoken:
        at_path(after, path[:-1])[path[-1]] = said
    return meant_by(after, change)


def _spliced(text: str, change: Change, spoken: Iterable[tuple[Path, str]]) -> str:
    """Each in its own letters, from the last to the first, so that those before stay where they are."""
    document = Document(text)
    key = document.key(document.node(change.path[:-1]), change.path[-1])
    pieces = [(*document.span(key), key_text(change.value))]
    for path, said in spoken:
        start, end = document.span(document.node(path))
        pieces.append((start, end, _as_written(text[start:end], said)))
    for start, end, new in sorted(pieces, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _as_written(before: str, said: str) -> str:
    """In the quotes it stood in; a text over several lines is no expression, and raises NoSuchPlace."""
    if "\n" in before:
        raise NoSuchPlace
    quote = before[:1]
    if quote in ("'", '"') and not {"\\", quote} & set(said):
        return f"{quote}{said}{quote}"
    return flow(said) if quote in ("'", '"') or before[:1] in ("|", ">") else said
