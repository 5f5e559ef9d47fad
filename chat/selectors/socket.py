"""What sockets are told of a talk: when they connect, and of a line that was stored."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from accounts.errors import NotFound
from accounts.limits import Pace, pace_of
from accounts.selectors import display_name, persona_called
from chat import protocol
from chat.database import in_thread
from chat.models import CastMember, Message, Participant
from chat.scene import Audience, audience_of
from chat.selectors.age import fits_age
from chat.selectors.rooms import people_in_room, shown_head, whispered_to
from chat.selectors.takes import lines_below
from chat.selectors.words import said_at, text_of_message


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a socket is told when it connects."""

    head_id: UUID | None
    participants: list[protocol.Person]
    pace: Pace
    language: str
    key_id: UUID
    is_room: bool = False
    sealed: bool = False


def message_body(accepted: Any, *, content: str, author_id: UUID) -> protocol.MessageBody:
    """A line that was just stored, as other tabs are told of it."""
    return protocol.MessageBody(
        id=accepted.message_id,
        parent_id=accepted.parent_id,
        role="player",
        author=accepted.speaker,
        character_id=None,
        content=content,
        status="complete",
        created_at=said_at(accepted.message_id).isoformat(),
        siblings=[accepted.message_id],
        author_id=author_id,
        whispered_to=list(accepted.whispered_to),
    )


@in_thread
def stored_body(conversation_id: UUID, message_id: UUID) -> tuple[protocol.MessageBody, Audience] | None:
    """The same from the database, for the sockets of another process, and for whom it is."""
    message = Message.objects.filter(pk=message_id, conversation=conversation_id, deleted_at=None, hidden=False).first()
    if message is None:
        return None
    siblings = lines_below(conversation_id, [message.parent_id], seen_by=message.seen_by)[message.parent_id]
    audience = audience_of(message)
    body = protocol.MessageBody(
        id=message.pk,
        parent_id=message.parent_id,
        role=message.role,  # type: ignore[arg-type]
        author=message.speaker,
        character_id=message.character_id,
        content=text_of_message(message),
        status=message.status,  # type: ignore[arg-type]
        created_at=said_at(message.pk).isoformat(),
        siblings=siblings,
        position=siblings.index(message.pk) + 1,
        author_id=message.author_id,
        whispered_to=whispered_to(message.conversation_id, audience, author_id=message.author_id),
        muted=message.muted,
        edited=message.edited_at is not None,
    )
    return body, audience


@in_thread
def conversation_for_socket(*, user_id: UUID, conversation_id: UUID) -> Snapshot:
    """NotFound for strangers. Two queries; in a room one more, for where the branch ends for this person."""
    people = list(
        Participant.objects.filter(conversation=conversation_id, left_at=None, conversation__deleted_at=None)
        .select_related(
            "conversation__room", "persona", "user__plan", "user__profile", "user__membership__organisation"
        )
        .annotate(
            spoken=Subquery(
                CastMember.objects.filter(conversation=OuterRef("conversation")).values("version__language")[:1]
            )
        )
    )
    mine = next((person for person in people if person.user_id == user_id), None)
    if mine is None or not fits_age(mine.user, conversation_id):
        raise NotFound
    is_room = hasattr(mine.conversation, "room")
    return Snapshot(
        head_id=shown_head(mine.user, mine.conversation.head_id) if is_room else mine.conversation.head_id,
        participants=people_in_room(people, mine.spoken) if is_room else [_person(person) for person in people],
        pace=pace_of(mine.user),
        language=mine.user.language,
        is_room=is_room,
        sealed=mine.conversation.sealed_at is not None,
        key_id=mine.conversation.key_id,
    )


def _person(person: Any) -> protocol.Person:
    name = persona_called(person.persona.name, person.spoken) if person.persona else display_name(person.user)
    return protocol.Person(user_id=person.user_id, name=name, role=person.role)
