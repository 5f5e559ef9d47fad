"""Rooms with people and characters in them, and what the model was sent for each."""

from dataclasses import dataclass
from typing import Any

from accounts import plans
from accounts.encryption import Place, cipher_of
from accounts.ids import uuid7
from accounts.models import User
from accounts.personas import add_persona
from characters.models import Character
from characters.services import create_version
from chat import models
from chat.models import Conversation, Message, Participant, Turn
from chat.services.conversations import start_conversation
from chat.services.rooms.cast import add_to_cast
from chat.services.rooms.invitations import invite, join_room
from chat.services.rooms.room import change_rules, make_room
from tests.chat.checks import assert_settled
from tests.chat.client import Page
from tests.chat.stage import Player, Stage, eventually, in_database, mira, sign_in
from tests.factories import UserFactory
from tests.stack import Server


def person(name: str) -> User:
    """Somebody who plays under this name."""
    user = UserFactory(plan=plans.UNLIMITED)
    persona = add_persona(user=user, name=name, description=f"{name} travels.")
    user.personas.exclude(pk=persona.pk).delete()
    persona.is_default = True
    persona.save()
    return user


def named(name: str, model: str = "script-5", **content: Any) -> Character:
    return mira(model, name=name, **content)


def said(room: Conversation, user: User, text: str = "A line", **fields: Any) -> Message:
    """A line at the head of a room, as it stands in the database; `seen_by` and `heard_by` make it a whisper."""
    message_id = uuid7()
    line = Message.objects.create(
        id=message_id,
        conversation=room,
        parent_id=room.head_id,
        body=cipher_of(user).seal(text, Place("message", message_id)),
        **{"role": "player", "author": user, "speaker": "X"} | fields,
    )
    Conversation.objects.filter(pk=room.pk).update(head_id=line.pk)
    room.refresh_from_db()
    return line


def room_of(owner: User, *cast: Character, **rules: Any) -> Conversation:
    """A room of these characters, who have all been there from the start."""
    first = Character.objects.select_related("published").get(pk=cast[0].pk)
    assert first.published is not None
    talk = start_conversation(owner=owner, character=first, version=first.published)
    make_room(user=owner, conversation_id=talk.pk)
    for character in cast[1:]:
        Character.objects.filter(pk=character.pk).update(owner=owner)
        add_to_cast(user=owner, conversation_id=talk.pk, character_id=character.pk)
    talk.cast.update(heard_since=None)
    if rules:
        change_rules(user=owner, conversation_id=talk.pk, **rules)
    return talk


def seated(talk: Conversation, user: User, role: str = Participant.Role.PLAYER) -> User:
    """In the room, by a link."""
    made = invite(user=talk.owner, conversation_id=talk.pk, role=role)
    join_room(user=user, token=made.token)
    made.invitation.delete()
    return user


@dataclass
class Room:
    talk: Conversation
    host: Player
    cast: dict[str, Character]


class RoomStage(Stage):
    async def room(
        self,
        *names: str,
        model: str = "script-5",
        host: str = "Alice",
        description: str = "Keeps a tavern.",
        **rules: Any,
    ) -> Room:
        def make() -> Room:
            owner = person(host)
            cast = {name: named(name, model, description=description) for name in names}
            return Room(room_of(owner, *cast.values(), **rules), sign_in(owner), cast)

        made = await in_database(make)
        self.talks.append(made.talk)
        return made

    async def guest(self, room: Room, name: str, role: str = Participant.Role.PLAYER) -> Player:
        return await in_database(lambda: sign_in(seated(room.talk, person(name), role)))

    async def enter(self, room: Room, name: str, *, server: Server | None = None, **more: Any) -> Page:
        """Somebody new, and their socket."""
        return await self.open(room.talk, await self.guest(room, name, **more), server=server)

    async def quiet(self, talk: Conversation) -> None:
        """Nobody speaks, and nobody is going to."""

        def silent() -> bool:
            # In one look: between two, a turn may end and the next one begin.
            quiet = models.Room.objects.filter(pk=talk.pk, due_id=None)
            return quiet.exclude(conversation__turns__status=Turn.Status.RUNNING).exists()

        async def is_quiet() -> bool:
            return await in_database(silent)

        await eventually(is_quiet)
        await assert_settled(self)

    async def branch(self, talk: Conversation) -> list[tuple[str, str]]:
        """The branch that ends in the head, oldest first: speaker and text."""

        def read() -> dict[str, str]:
            rows = Message.objects.filter(conversation=talk.pk).values_list("pk", "speaker")
            return {str(pk): speaker for pk, speaker in rows}

        stored, speakers = {each.id: each for each in await self.messages(talk)}, await in_database(read)
        step: str | None = await self.head(talk)
        steps = []
        while step:
            steps.append((speakers[step], stored[step].text))
            step = stored[step].parent_id
        return steps[::-1]

    async def other_models(self, talk: Conversation, model: str) -> None:
        """From now on the whole cast answers by another behaviour of the stand-in."""

        def change() -> None:
            for member in talk.cast.select_related("character", "version"):
                edition = {"name": member.version.name, "greetings": ["Evening."], "generation": {"model": model}}
                [member.version] = create_version(character=member.character, editions={"en": edition})
                member.save(update_fields=["version"])

        await in_database(change)
