"""Talks whose tree is grown in the database, line by line, sealed as the product seals them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from accounts.blindindex import terms
from accounts.encryption import Place, cipher_for, cipher_of
from accounts.models import User
from characters.models import Character
from chat.models import Conversation, Message, new_message_id
from chat.selectors import shown_branch
from chat.services.conversations import start_conversation
from tests.chat.stage import mira
from tests.factories import UserFactory


class Talk:
    """A talk that begins with “Evening, You.”; `say` puts a line at its head, or below another. With a Mira of its own,
    who has this `content`, or with another `character`."""

    def __init__(self, owner: User | None = None, character: Character | None = None, **content: Any) -> None:
        self.owner: User = owner or UserFactory()
        character = character or mira("script-2", greetings=["Evening, {{user}}."], **content)
        version = character.versions.get()
        self.row: Conversation = start_conversation(owner=self.owner, character=character, version=version)
        assert self.row.head_id is not None
        self.opening: UUID = self.row.head_id

    @property
    def id(self) -> UUID:
        return self.row.pk

    @property
    def who(self) -> dict[str, Any]:
        """Whom services and selectors ask for."""
        return {"user": self.owner, "conversation_id": self.id}

    @property
    def head(self) -> UUID | None:
        return Conversation.objects.values_list("head", flat=True).get(pk=self.id)

    def say(self, text: str, *, below: UUID | None = None, role: str = "", **fields: Any) -> UUID:
        """The next line; player and character take turns."""
        parent = below or self.head
        assert parent is not None
        above = Message.objects.get(pk=parent)
        role = role or ("player" if above.role == "character" else "character")
        line = new_message_id(parent)
        cipher = cipher_of(self.owner) if role == "player" else cipher_for(self.row.key_id)
        Message.objects.create(
            id=line,
            conversation=self.row,
            parent_id=parent,
            role=role,
            author=self.owner if role == "player" else None,
            speaker="You" if role == "player" else "Mira",
            body=cipher.seal(text, Place("message", line)),
            terms=terms(text, cipher_of(self.owner).index_secret),
            **fields,
        )
        Conversation.objects.filter(pk=self.id).update(head=line)
        return line

    def script(self, *texts: str) -> list[UUID]:
        return [self.say(text) for text in texts]

    def play_on(self, texts: Iterable[str]) -> None:
        """As `script`, the player first, and all at once: for talks that are long."""
        at, rows = self.head, []
        players, replies = cipher_of(self.owner), cipher_for(self.row.key_id)
        for number, text in enumerate(texts):
            line, mine = new_message_id(at), number % 2 == 0
            rows.append(
                Message(
                    id=line,
                    conversation=self.row,
                    parent_id=at,
                    role="player" if mine else "character",
                    author=self.owner if mine else None,
                    speaker="You" if mine else "Mira",
                    body=(players if mine else replies).seal(text, Place("message", line)),
                )
            )
            at = line
        Message.objects.bulk_create(rows)
        Conversation.objects.filter(pk=self.id).update(head=at)

    def shown(self, user: User | None = None) -> list[str]:
        self.row.refresh_from_db()
        return [line.content for line in self.lines(user)]

    def lines(self, user: User | None = None) -> list[Any]:
        self.row.refresh_from_db()
        return shown_branch(user=user or self.owner, conversation=self.row, leaf=self.row.head_id)[0]
