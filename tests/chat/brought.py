"""Talks brought from elsewhere, as the tasks take them in."""

import io
from collections.abc import Iterable
from uuid import UUID

from chat.models import Conversation, Import
from chat.selectors import get_conversation, shown_branch
from chat.services import imports


def in_chunks(data: bytes) -> Iterable[bytes]:
    file = io.BytesIO(data)
    return iter(lambda: file.read(10_000), b"")


def bring(user, data: bytes, name: str = "file.json") -> Import:
    return imports.bring(user=user, name=name, chunks=in_chunks(data))


def brought(user, data: bytes, name: str = "file.json", **choices: UUID | None) -> Import:
    """Looked through, taken in: what the tasks do."""
    row = bring(user, data, name)
    imports.look(row.pk)
    row.refresh_from_db()
    if row.state == Import.State.LOOKED:
        imports.take(user=user, import_id=row.pk, choices=choices)
        assert imports.run(row.pk)
        row.refresh_from_db()
    return row


def talks_of(row: Import) -> list[Conversation]:
    return [each.conversation for each in row.talks.order_by("pk") if each.conversation]


def lines_of(user, talk: Conversation) -> list[tuple[str, str]]:
    talk = get_conversation(user=user, conversation_id=talk.pk)
    shown, _ = shown_branch(user=user, conversation=talk, leaf=talk.head_id)
    return [(line.author, line.content) for line in shown]
