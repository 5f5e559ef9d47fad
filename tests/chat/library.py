"""Large libraries, sealed and indexed as they would be, without waiting for them to be said."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection

from accounts.blindindex import terms
from accounts.encryption import Place, cipher_for, cipher_of
from accounts.models import User
from chat.models import Conversation, Message, new_message_id
from chat.services.conversations import start_conversation
from tests.chat.stage import mira


def talk_of(owner: User, *, title: str = "", name: str = "Mira") -> Conversation:
    """A conversation of the owner's that nobody has spoken in."""
    character = mira("script-5", name=name, greetings=[])
    talk = start_conversation(owner=owner, character=character, version=character.versions.get())
    if title:
        talk.title = cipher_for(talk.key_id).seal(title, Place("title", talk.pk))
        talk.save(update_fields=["title"])
    return talk


def say(talk: Conversation, lines: Iterable[str], *, parent: UUID | None = None) -> list[Message]:
    """These lines on the branch (after `parent`, else after the head), by turns; the last one is the head."""
    parent = parent or talk.head_id
    said = list(lines)
    rows = _rows(talk, said, parent)
    Message.objects.bulk_create(rows, batch_size=1_000)
    Conversation.objects.filter(pk=talk.pk).update(head=rows[-1].pk)
    talk.head_id = rows[-1].pk
    return rows


def pour(talk: Conversation, lines: Sequence[str]) -> None:
    """As `say`, for very many."""
    rows = _rows(talk, lines, talk.head_id)
    columns = "id, conversation_id, parent_id, role, author_id, character_id, speaker, body, terms, status, hidden"
    with connection.cursor() as cursor, cursor.copy(f"copy chat_message ({columns}) from stdin") as copy:
        for row in rows:
            copy.write_row(
                (row.pk, talk.pk, row.parent_id, row.role, row.author_id, row.character_id, row.speaker, row.body,
                 row.terms, "complete", False)
            )  # fmt: skip
    Conversation.objects.filter(pk=talk.pk).update(head=rows[-1].pk)


def _rows(talk: Conversation, lines: Sequence[str], parent: UUID | None) -> list[Message]:
    players, replies = cipher_of(talk.owner), cipher_for(talk.key_id)
    rows: list[Message] = []
    for number, line in enumerate(lines):
        mine = number % 2 == 0
        message_id = new_message_id(parent)
        rows.append(
            Message(
                id=message_id,
                conversation=talk,
                parent_id=parent,
                role="player" if mine else "character",
                author=talk.owner if mine else None,
                speaker="You" if mine else "Mira",
                body=(players if mine else replies).seal(line, Place("message", message_id)),
                terms=terms(line, players.index_secret),
            )
        )
        parent = message_id
    return rows
