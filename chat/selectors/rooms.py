"""Reads of rooms: who is in one, what they are called, and what of the tree each may see."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.models import User
from chat import protocol
from chat.models import CastMember, FormerMember, Participant
from chat.scene import Audience, Known, names_of

# Upwards from each of these messages to the first that this person may see.
SHOWN = """
with recursive up as (
    select id as head, id, parent_id, seen_by from chat_message where id = any(%(heads)s)
    union all
    select u.head, m.id, m.parent_id, m.seen_by from up u join chat_message m on m.id = u.parent_id
    where not (u.seen_by is null or %(user)s = any(u.seen_by))
) select head, id from up where seen_by is null or %(user)s = any(seen_by)
"""


def shown_head(user: User, head_id: UUID | None) -> UUID | None:
    """Where the branch ends for this person."""
    return shown_heads(user, [head_id]).get(head_id)


def shown_heads(user: User, head_ids: Iterable[UUID | None]) -> dict[UUID | None, UUID]:
    """The same of several heads at once. One query, and none where there is no head."""
    heads = [head for head in head_ids if head]
    if not heads:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(SHOWN, {"heads": heads, "user": user.pk})
        return dict(cursor.fetchall())


def participants_of(conversation_id: UUID) -> list[Participant]:
    """Those who are there, in the order in which they came."""
    present = Participant.objects.filter(conversation=conversation_id, left_at=None, user__is_active=True)
    return list(present.select_related("persona", "user__profile").order_by("joined_at", "id"))


def _who_was_there(conversation_id: UUID) -> list[Participant]:
    """Those who have left come last, so that nobody who is there is called otherwise for their sake."""
    everybody = Participant.objects.filter(conversation=conversation_id).select_related("persona", "user__profile")
    in_order = everybody.order_by("joined_at", "id")
    return sorted(in_order, key=lambda person: person.left_at is not None or not person.user.is_active)


def people_in_room(people: Sequence[Any], language: str) -> list[protocol.Person]:
    """Rows of participants, as everybody in the room is told of them."""
    in_order = sorted(people, key=lambda person: (person.joined_at, person.pk))
    return [
        protocol.Person(user_id=person.user_id, name=name, role=person.role, muted=person.muted)
        for person, name in zip(in_order, names_in_room(in_order, language), strict=True)
    ]


def names_in_room(people: Sequence[Any], language: str) -> list[str]:
    return names_of(
        [
            Known(
                person.persona.name if person.persona else "",
                profile.name if (profile := getattr(person.user, "profile", None)) else "",
                person.user.is_guest,
            )
            for person in people
        ],
        language,
    )


def language_of(conversation_id: UUID) -> str:
    found = CastMember.objects.filter(conversation=conversation_id).values_list("version__language", flat=True)
    return found.first() or "en"


def whispered_to(
    conversation_id: UUID, audience: Audience, *, author_id: UUID | None, character_id: UUID | None = None
) -> list[str]:
    """Whom a whisper is for, by name; empty for what is said aloud."""
    if audience.seen_by is None:
        return []
    named = whispers(conversation_id, {conversation_id: (audience, author_id, character_id)})
    return list(named[conversation_id])


def whispers(
    conversation_id: UUID, audiences: Mapping[UUID, tuple[Audience, UUID | None, UUID | None]]
) -> dict[UUID, tuple[str, ...]]:
    """The same for many at once: audience and speaker of each; who has left is named too. Three queries."""
    of_room = {"conversation": conversation_id}
    cast = list(CastMember.objects.filter(**of_room).values_list("character", "version__name", "version__language"))
    left = FormerMember.objects.filter(**of_room).values_list("character", "version__name")
    people = _who_was_there(conversation_id)
    called = names_in_room(people, cast[0][2] if cast else "en")
    who = [*(row[:2] for row in cast), *left, *zip((person.user_id for person in people), called, strict=True)]
    return {
        key: tuple(
            name
            for found, name in who
            if found not in speakers and (found in (audience.heard_by or ()) or found in (audience.seen_by or ()))
        )
        for key, (audience, *speakers) in audiences.items()
    }
