"""Talks that were had on a certain day, as they lie in the database: rows without words."""

import random
import uuid
from datetime import UTC, date, datetime, timedelta

from accounts.encryption import new_data_key
from accounts.ids import uuid7
from accounts.models import Purpose, User
from characters.models import Character, CharacterVersion
from chat.models import CastMember, Conversation, Message, Participant, Turn
from tests.factories import UserFactory

TODAY = date(2026, 11, 18)  # a Wednesday


def id_on(day: date, minute: int = 0) -> uuid.UUID:
    start = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(minutes=minute)
    return uuid.UUID(int=int(start.timestamp() * 1000) << 80 | 7 << 76 | random.getrandbits(62) | 2 << 62)


def people(count: int) -> list[User]:
    return [UserFactory() for _ in range(count)]


def talk_on(
    day: date, player: User, character: Character, *, greeting: int = 0, version: CharacterVersion | None = None
):
    """A talk begun on this day, standing at the opening with this number; all openings of the version lie in it."""
    version = version or character.versions.get()

    talk = Conversation.objects.create(
        id=id_on(day), owner=player, key=new_data_key(player, Purpose.CONVERSATION), greeting=greeting
    )
    Participant.objects.create(conversation=talk, user=player)
    CastMember.objects.create(conversation=talk, character=character, version=version)
    roots = [
        Message.objects.create(
            id=id_on(day, 1 + place),
            conversation=talk,
            role="character",
            character_id=character.pk,
            speaker="M",
            body=b"",
        )
        for place in range(len(version.greetings))
    ]
    if roots:
        talk.head = roots[greeting]
        talk.save()
    return talk


def replies_on(
    day: date, talk: Conversation, count: int = 1, *, kind: str = "chat", under: int | None = None, **fields
):
    """So many lines and their replies; `under` is the number of the opening that the first line answers."""
    member = talk.cast.get()
    for number in range(count):
        parent = talk.head_id
        if under is not None and not number:
            parent = Message.objects.filter(conversation=talk, parent=None).order_by("id")[under].pk
        line = Message.objects.create(
            id=id_on(day, 10 + number), conversation=talk, parent_id=parent, role="player", speaker="P", body=b""
        )
        Turn.objects.create(
            **{
                "id": id_on(day, 11 + number), "conversation": talk, "kind": kind, "status": "complete",
                "started_by_id": talk.owner_id, "reply_id": uuid7(), "parent_id": line.pk,
                "character_id": member.character_id, "speaker": "M", "process": uuid7(),
                "started_at": datetime(day.year, day.month, day.day, 12, tzinfo=UTC), "usage": {"completion": 50},
            }
            | fields
        )  # fmt: skip
