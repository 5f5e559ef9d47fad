"""`/v1/chat`: a session's name, a character, a message; the simplest of clients needs no more."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2 as httpx
import pytest

from accounts import plans
from accounts.api_keys import Scope, make_key
from accounts.ids import uuid7
from accounts.models import User
from chat.models import Conversation, SessionName
from chat.services.conversations import trash_conversation
from tests.chat.client import spoken
from tests.chat.compatible import texts
from tests.chat.stage import mira, script
from tests.factories import UserFactory
from tests.stack import Server


class Simple:
    """What a few lines of any language would be."""

    def __init__(self, server: Server, user: User) -> None:
        secret = make_key(user=user, label="A bot", scopes=Scope.values).secret
        headers = {"Authorization": f"Bearer {secret}"}
        self.user, self.line = user, httpx.Client(base_url=server.base_url, headers=headers, timeout=30)

    def say(self, message: str, session: str = "kitchen", status: int = 200, **fields: Any) -> Any:
        answer = self.line.post("/v1/chat", json={"session_id": session, "message": message, **fields})
        assert answer.status_code == status, answer.text
        told = answer.json()
        return told if status == 200 else told["error"]

    def talk(self) -> Conversation:
        return Conversation.objects.get(owner=self.user, deleted_at=None)


@pytest.fixture
def alice(server: Server) -> Iterator[Simple]:
    simple = Simple(server, UserFactory(plan=plans.UNLIMITED))
    yield simple
    simple.line.close()


def test_a_session_begins_and_goes_on(alice: Simple) -> None:
    character = mira("script-30")
    first = alice.say("Good evening", character=str(character.pk))
    assert (first["session_id"], first["reply"], first["finish_reason"]) == ("kitchen", script(30), "stop")
    assert first["usage"]["completion_tokens"] == 30
    again = alice.say("And then?")
    assert again["conversation_id"] == first["conversation_id"] == str(alice.talk().pk)
    assert texts(alice.talk())[1:] == ["Good evening", script(30), "And then?", script(30)]
    assert alice.say("By its id", session=first["conversation_id"])["conversation_id"] == first["conversation_id"]


def test_it_streams_the_frames_of_the_socket(alice: Simple) -> None:
    body = {"session_id": "s", "message": "Hi", "character": str(mira("script-30").pk), "stream": True}
    events: list[dict[str, Any]] = []
    with alice.line.stream("POST", "/v1/chat", json=body) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["x-conversation-id"] == str(alice.talk().pk)
        for line in answer.iter_lines():
            if line.startswith("data: "):
                events.append(json.loads(line.removeprefix("data: ")))
    assert [events[0]["type"], events[-1]["type"]] == ["ack", "ai_end"]
    assert spoken([event for event in events if event["type"] == "ai_chunk"]) == events[-1]["full_content"]
    assert events[-1]["full_content"] == script(30)


def test_a_new_session_needs_a_character_and_keeps_it(alice: Simple) -> None:
    assert alice.say("Hi", status=400)["param"] == "character"
    assert alice.say("Hi", status=404, character="nobody")["code"] == "model_not_found"
    character, other = mira("script-5"), mira("script-5")
    alice.say("Hi", character=str(character.pk))
    alice.say("Hi", character=str(character.pk))
    assert alice.say("Hi", status=400, character=str(other.pk))["param"] == "character"
    assert Conversation.objects.filter(owner=alice.user).count() == 1


def test_names_are_each_person_s_own_and_not_kept_in_the_clear(alice: Simple, server: Server) -> None:
    character = mira("script-5")
    bob = Simple(server, UserFactory(plan=plans.UNLIMITED))
    number = "+49 171 0000000"
    hers, his = (each.say("Hi", session=number, character=str(character.pk)) for each in (alice, bob))
    assert hers["conversation_id"] != his["conversation_id"]
    assert bob.say("Hi", session=hers["conversation_id"], status=400)["param"] == "character"
    digests = [bytes(row.digest) for row in SessionName.objects.filter(user__in=[alice.user, bob.user])]
    assert len(set(digests)) == 2
    assert not any(b"171" in digest for digest in digests)


def test_what_was_thrown_away_lets_go_of_its_name(alice: Simple) -> None:
    character = str(mira("script-5").pk)
    first = alice.say("Hi", character=character)
    trash_conversation(user=alice.user, conversation_id=first["conversation_id"])
    assert alice.say("Hi", status=400)["param"] == "character"
    assert alice.say("Hi", character=character)["conversation_id"] != first["conversation_id"]


def test_two_first_lines_at_once_begin_one_conversation(alice: Simple) -> None:
    character = str(mira("script-5").pk)

    def say(number: int) -> Any:
        return alice.line.post("/v1/chat", json={"session_id": "s", "message": f"{number}", "character": character})

    with ThreadPoolExecutor(4) as pool:
        statuses = {answer.status_code for answer in pool.map(say, range(4))}
    assert statuses <= {200, 409}
    assert Conversation.objects.filter(owner=alice.user).count() == 1


def test_an_idempotency_key_makes_it_one_line(alice: Simple) -> None:
    body = {"session_id": "s", "message": "Hi", "character": str(mira("script-5").pk)}
    first, again = (alice.line.post("/v1/chat", json=body, headers={"Idempotency-Key": "x"}) for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(texts(alice.talk())) == 3


def test_a_first_line_that_is_refused_leaves_no_conversation(server: Server) -> None:
    guest = Simple(server, UserFactory(plan=plans.FREE))
    character = str(mira("script-5").pk)
    for fields, status in (({"message": " "}, 400), ({"message": "x" * 32_001}, 400), ({"mood": "calm"}, 400)):
        body = {"session_id": "s", "message": "Hi", "character": character, **fields}
        assert guest.line.post("/v1/chat", json=body).status_code == status
    assert not Conversation.objects.filter(owner=guest.user).exists()


def test_a_model_that_fails_has_a_status(alice: Simple) -> None:
    error = alice.say("Hi", status=502, character=str(mira("500").pk))
    assert (error["code"], error["type"]) == ("model_unreachable", "server_error")
    assert texts(alice.talk())[-1] == "Hi"


def test_another_s_key_does_not_open_it(alice: Simple, server: Server) -> None:
    told = alice.say("Hi", character=str(mira("script-5").pk))
    bob = Simple(server, UserFactory(plan=plans.UNLIMITED))
    assert bob.say("Hi", session=told["conversation_id"], status=400)["param"] == "character"
    assert bob.say("Hi", session=str(uuid7()), status=400)["param"] == "character"
