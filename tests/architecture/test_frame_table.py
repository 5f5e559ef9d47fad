"""Who is answered what to every frame: one table, and it must be whole.

Each row is a frame as Alice's own page sends it. Who has no part in her talk has no socket to send it over; who has one
of their own puts her ids in it.
"""

import typing
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
import pytest
import pytest_asyncio
from django.contrib.auth.models import Group
from django.utils import timezone
from websockets.exceptions import ConnectionClosed

from accounts import plans
from accounts.ids import uuid7
from accounts.models import User
from chat import protocol
from chat.models import Conversation, Participant, Turn
from tests.chat.client import Frame, NothingCame, Page
from tests.chat.stage import Player, Stage, in_database, mira, sign_in
from tests.factories import GuestFactory, UserFactory
from tests.stack import Server

# role -> how their socket to Alice's talk is closed, or 0 for "ready"
SOCKETS = {
    "anonymous": 4401,
    "guest": 4404,
    "stranger": 4404,
    "moderator": 4404,
    "operator": 4404,
    "left": 4404,
    "spectator": 0,
    "owner": 0,
}
STRANGERS = ("guest", "stranger", "moderator", "operator")


@dataclass(frozen=True)
class Row:
    """`ids`: what a stranger is told in a talk of their own, for each field that names something of Alice's instead."""

    fields: dict[str, Any]
    owner: str
    spectator: str
    left: str
    ids: dict[str, str]


# "ack*": obeyed as if the id were new, since whose it is makes a client's id; none of Alice's ids comes back.
TABLE = {
    "chat": Row(
        {"content": "A line.", "client_id": "{fresh}"},
        owner="ack", spectator="not_found", left="not_found",
        ids={"client_id": "ack*", "parent_id": "invalid", "audience": "invalid"},
    ),
    "action": Row(
        {"action_id": "inspect", "target_id": "lamp", "client_id": "{fresh}"},
        owner="no_story", spectator="not_found", left="not_found",
        ids={"client_id": "no_story", "parent_id": "no_story"},
    ),
    "regenerate": Row(
        {"message_id": "{reply}", "client_id": "{fresh}"},
        owner="ack", spectator="not_found", left="not_found",
        ids={"client_id": "ack*", "message_id": "not_found"},
    ),
    "continue": Row(
        {"message_id": "{reply}", "client_id": "{fresh}"},
        owner="ack", spectator="not_found", left="not_found",
        ids={"client_id": "ack*", "message_id": "not_found"},
    ),
    "impersonate": Row(
        {"client_id": "{fresh}"},
        owner="draft_end", spectator="not_found", left="not_found",
        ids={"client_id": "draft_end"},
    ),
    "cue": Row(
        {"character_id": "{fresh}", "client_id": "{fresh}"},
        owner="invalid", spectator="not_found", left="not_found",
        ids={"client_id": "invalid", "character_id": "invalid"},
    ),
    "stop": Row(
        {},
        owner="nothing_running", spectator="not_found", left="not_found",
        ids={"turn_id": "nothing_running"},
    ),
    "resume": Row(
        {"message_id": "{reply}", "last_seq": "0"},
        owner="ai_end", spectator="ai_end", left="not_found",
        ids={"message_id": "not_found"},
    ),
    # Nobody of them has agreed to being listened to.
    "audio_start": Row(
        {"codec": "webm", "client_id": "{fresh}"},
        owner="consent_needed", spectator="not_found", left="not_found",
        ids={"client_id": "consent_needed"},
    ),
    "audio_end": Row(
        {"client_id": "{fresh}", "last_seq": "1"},
        owner="no_recording", spectator="no_recording", left="no_recording",
        ids={"client_id": "no_recording"},
    ),
    # Her talk is not sealed: there is nothing to open.
    "unlock": Row(
        {"passphrase": "correct horse battery"},
        owner="not_found", spectator="not_found", left="not_found", ids={},
    ),
    "lock": Row({}, owner="not_found", spectator="not_found", left="not_found", ids={}),
    # Never answered: of a reply that nobody watches here nothing is said.
    "voice": Row(
        {"on": True, "message_id": "{reply}"}, owner="pong", spectator="pong", left="pong", ids={"message_id": "pong"},
    ),
    "hush": Row({"message_id": "{reply}"}, owner="pong", spectator="pong", left="pong", ids={"message_id": "pong"}),
    # Never answered, and in a talk of one person passed on to nobody: what comes is the answer to the ping behind it.
    "typing": Row({}, owner="pong", spectator="pong", left="pong", ids={}),
    "ping": Row({}, owner="pong", spectator="pong", left="pong", ids={}),
}  # fmt: skip
UNANSWERED = ("typing", "voice", "hush")
ANSWERS = ("ack", "error", "draft_end", "ai_end", "pong")


def tag_of(frame: type[msgspec.Struct]) -> str:
    return str(frame.__struct_config__.tag)


def test_every_frame_is_in_the_table_with_every_id_it_carries() -> None:
    frames = {tag_of(frame): frame for frame in protocol.CLIENT_FRAMES}
    assert set(TABLE) == set(frames), "add the frame to TABLE"
    for tag, frame in frames.items():
        ids = {
            field.name for field in msgspec.structs.fields(frame) if UUID in (field.type, *typing.get_args(field.type))
        }
        assert set(TABLE[tag].ids) == ids, f"{tag}: say what becomes of somebody else's ids"


class World(Stage):
    """Alice, a talk of hers that was settled, one that runs, and a person for each role."""

    async def set(self) -> None:
        self.alice = await self.player()
        self.mira = await in_database(lambda: mira("script-2"))
        self.hers, self.ids = await self.settled(self.alice)
        running = await self.talk(self.alice, "script-600-tps10")
        self.running = await (await self.open(running, self.alice)).say("Tell me everything")
        self.people = {"anonymous": Player(self.alice.user, ""), "owner": self.alice} | {
            role: await in_database(partial(new_player, role, self.hers)) for role in (*STRANGERS, "left", "spectator")
        }

    async def settled(self, player: Player) -> tuple[Conversation, dict[str, str]]:
        """A talk with a reply in it, and its ids."""
        talk = await self.talk_with(player, self.mira)
        page = await self.open(talk, player)
        client_id = uuid7()
        turn = await page.turn("Good evening", client_id=client_id)
        await page.close()
        assert turn.ack is not None
        ids = {"line": turn.ack["message_id"], "turn": turn.ack["turn_id"]}
        return talk, ids | {"reply": turn.message_id, "client": str(client_id)}

    async def told(self, page: Page, tag: str, fields: dict[str, Any]) -> Frame:
        await page.send(tag, **fields)
        if tag in UNANSWERED:
            await page.send("ping")
        return await page.wait_for(*ANSWERS)


def new_player(role: str, talk: Conversation) -> Player:
    return sign_in(person(role, talk))


def person(role: str, talk: Conversation) -> User:
    if role == "guest":
        guest = GuestFactory()
        guest.plan_id = plans.UNLIMITED  # whoever is held back learns nothing here
        guest.save()
        return guest
    user = UserFactory(
        plan=plans.UNLIMITED, is_staff=role in ("moderator", "operator"), is_superuser=role == "operator"
    )
    if role == "moderator":
        user.groups.add(Group.objects.get_or_create(name="moderators")[0])
    if role in ("left", "spectator"):
        left_at = timezone.now() if role == "left" else None
        as_role = Participant.Role.SPECTATOR if role == "spectator" else Participant.Role.PLAYER
        Participant.objects.create(conversation=talk, user=user, role=as_role, left_at=left_at)
    return user


@pytest_asyncio.fixture
async def world(server: Server) -> AsyncIterator[World]:
    world = World(server)
    await world.set()
    yield world
    await world.close()


def filled(fields: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    known = ids | {"fresh": str(uuid7())}

    def fill(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return int(value) if value.isdigit() else value.format(**known)

    return {name: fill(value) for name, value in fields.items()}


def name_of(answer: Frame) -> str:
    return str(answer["code"] if answer["type"] == "error" else answer["type"])


async def test_who_gets_a_socket(world: World) -> None:
    got = {}
    for role in SOCKETS:
        page = await Page.open_silent(
            world.socket_url(world.hers), cookie=world.people[role].cookie, origin=world.server.origin
        )
        world.pages.append(page)
        # Frames that were sent before the door closed are not obeyed either.
        if SOCKETS[role]:
            with suppress(ConnectionClosed):
                for tag, row in TABLE.items():
                    await page.send(tag, **filled(row.fields, world.ids))
            got[role] = await page.close_code()
            assert page.frames == []
        else:
            got[role] = 0 if (await page.receive())["type"] == "ready" else None
    assert got == SOCKETS
    assert len(await world.messages(world.hers)) == 3


@pytest.mark.parametrize("tag", TABLE)
async def test_each_part_in_the_talk_gets_what_the_table_says(world: World, tag: str) -> None:
    row = TABLE[tag]
    spectators = await world.open(world.hers, world.people["spectator"])
    assert name_of(await world.told(spectators, tag, filled(row.fields, world.ids))) == row.spectator
    assert len(await world.messages(world.hers)) == 3
    own = await world.open(world.hers, world.alice)
    assert name_of(await world.told(own, tag, filled(row.fields, world.ids))) == row.owner


@pytest.mark.parametrize("tag", TABLE)
async def test_who_left_may_do_nothing_over_the_socket_that_is_still_open(world: World, tag: str) -> None:
    part = Participant.objects.filter(conversation=world.hers, user=world.people["left"].user)
    await in_database(lambda: part.update(left_at=None))
    page = await world.open(world.hers, world.people["left"])
    await in_database(lambda: part.update(left_at=timezone.now()))
    try:
        told = name_of(await world.told(page, tag, filled(TABLE[tag].fields, world.ids)))
    except NothingCame:
        assert page.line.close_code == protocol.Close.REMOVED  # the server was quicker
    else:
        assert told == TABLE[tag].left
    assert len(await world.messages(world.hers)) == 3


@pytest.mark.parametrize("role", STRANGERS)
async def test_nothing_of_hers_can_be_reached_by_its_id(world: World, role: str) -> None:
    player = world.people[role]
    talk, own = await world.settled(player)
    of_hers: dict[str, list[Any]] = {
        "message_id": [world.ids["reply"], world.ids["line"], world.running["message_id"]],
        "parent_id": [world.ids["reply"], world.ids["line"]],
        "turn_id": [world.ids["turn"], world.running["turn_id"]],
        "character_id": [str(world.mira.pk)],
        "audience": [[str(world.mira.pk)], [str(world.alice.user.pk)]],
    }
    page = await world.open(talk, player)
    for tag, row in TABLE.items():
        if "client_id" in row.ids:
            # Another one for each frame: the same person's frames under one id are one frame.
            of_hers["client_id"] = [(await world.settled(world.alice))[1]["client"]]
        for field, wanted in row.ids.items():
            for foreign in of_hers[field]:
                answer = await world.told(page, tag, filled(row.fields, own) | {field: foreign})
                assert name_of(answer) == wanted.rstrip("*"), (tag, field)
                if wanted == "ack*":
                    assert not {answer["message_id"], answer["turn_id"]} & {*world.ids.values()}
                    await page.wait_for("ai_end", turn_id=answer["turn_id"])
    assert not [frame for frame in page.frames if world.ids["reply"] in str(frame)]
    assert len(await world.messages(world.hers)) == 3
    runs = await in_database(lambda: Turn.objects.get(pk=world.running["turn_id"]).status)
    assert runs == Turn.Status.RUNNING
