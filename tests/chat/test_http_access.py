"""Addresses that wait, asked by everybody: a stranger cannot tell Alice's talk from one that does not exist."""

from typing import Any
from uuid import UUID

import pytest

from accounts.ids import uuid7
from accounts.models import User
from tests.api.test_access import LIVE, operations
from tests.chat.programs import program
from tests.chat.stage import in_database

BODIES: dict[str, Any] = {"messages_say": {"content": "Hello"}, "play_act": {"verb": "talk"}}
ASKED = {
    told["operationId"]: (method, path + ("?wait=0" if path.endswith("/poll/") else ""))
    for method, path, told in operations()
    if path in LIVE
}


def address(path: str, talk_id: UUID, message_id: UUID) -> str:
    return path.format(conversation_id=talk_id, message_id=message_id, character_id=message_id)


@pytest.mark.parametrize("role", ["stranger", "operator"])
async def test_a_stranger_cannot_tell_it_from_what_does_not_exist(stage, role):
    alice, bob = await stage.player(), await stage.player()
    if role == "operator":
        await in_database(lambda: User.objects.filter(pk=bob.user.pk).update(is_staff=True, is_superuser=True))
    talk = await stage.talk(alice)
    async with program(stage, bob) as asking:
        for name, (method, path) in ASKED.items():
            body = None if method == "get" else BODIES.get(name, {})
            there = await asking.ask(method.upper(), address(path, talk.pk, talk.head_id), body)
            nowhere = await asking.ask(method.upper(), address(path, uuid7(), uuid7()), body)
            assert there == nowhere, name
            assert (there[0], there[1]["code"]) == (404, "not_found"), name
    assert len(await stage.messages(talk)) == 1


async def test_alice_may_look_everywhere(stage):
    alice = await stage.player()
    talk = await stage.talk(alice)
    async with program(stage, alice) as asking:
        for name, (method, path) in ASKED.items():
            if method == "get":
                head = "HEAD" if name == "conversations_stream" else "GET"
                assert (await asking.ask(head, address(path, talk.pk, talk.head_id)))[0] == 200, name
