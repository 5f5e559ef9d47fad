"""OpenAI's own client with a key of somebody's, and what a test of it looks at."""

from collections.abc import Callable
from typing import Any

import openai
import pytest

from accounts import plans
from accounts.api_keys import Scope, make_key
from accounts.ids import uuid7
from accounts.models import User
from characters.models import Character
from chat.models import Conversation, Message
from chat.services.conversations import start_conversation
from tests.factories import UserFactory
from tests.stack import Server, StandIn

HELLO: list[Any] = [{"role": "user", "content": "Good evening"}]


class Client(openai.OpenAI):
    user: User


@pytest.fixture
def connect(server: Server) -> Callable[..., Client]:
    """A client with a key of somebody's."""

    def connect(*scopes: str, plan: str = plans.UNLIMITED, user: User | None = None) -> Client:
        user = user or UserFactory(plan=plan)
        made = make_key(user=user, label="A program", scopes=scopes or Scope.values)
        client = Client(api_key=made.secret, base_url=f"{server.base_url}/v1", max_retries=0)
        client.user = user
        return client

    return connect


@pytest.fixture
def client(connect: Callable[..., Client]) -> Client:
    return connect()


def sent(standin: StandIn, what: str) -> dict[str, Any]:
    """The one request to the model in which this was said."""
    [found] = standin.requests(contains=what, limit="1")
    body: dict[str, Any] = found["body"]
    return body


def marked(text: str = "Good evening") -> tuple[str, list[Any]]:
    """A line that is found again."""
    mark = uuid7().hex
    return mark, [{"role": "user", "content": f"{text} {mark}"}]


def started(user: User, character: Character) -> Conversation:
    fresh = Character.objects.select_related("published").get(pk=character.pk)
    assert fresh.published is not None
    return start_conversation(owner=user, character=fresh, version=fresh.published)


def texts(talk: Conversation) -> list[str]:
    from accounts.encryption import Place, cipher_for, key_id_of

    rows = Message.objects.filter(conversation=talk).order_by("id")
    return [cipher_for(key_id_of(row.body)).open(row.body, Place("message", row.pk)) for row in rows]
