"""LangChain's client, as one of the many that are built upon OpenAI's."""

import pytest
from pydantic import SecretStr

from accounts import plans
from accounts.api_keys import Scope, make_key
from chat.models import Conversation
from tests.chat.compatible import started, texts
from tests.chat.stage import mira, script
from tests.factories import UserFactory
from tests.stack import Server


@pytest.fixture
def alice(server: Server):
    return UserFactory(plan=plans.UNLIMITED)


@pytest.fixture
def chat(server: Server, alice):
    """chat(model, …): LangChain's chat model on a character of this behaviour."""
    from langchain_openai import ChatOpenAI  # seconds, in each worker that merely collects this file

    secret = make_key(user=alice, label="LangChain", scopes=Scope.values).secret

    def chat(model: str, **options):
        return ChatOpenAI(
            model=model, api_key=SecretStr(secret), base_url=f"{server.base_url}/v1", max_retries=0, **options
        )

    return chat


def test_it_answers_whole(chat, alice) -> None:
    told = chat(str(mira("script-30").pk), temperature=0.5, max_tokens=200).invoke(
        [("system", "It rains."), ("human", "Good evening")]
    )
    assert told.content == script(30)
    assert told.usage_metadata["output_tokens"] == 30
    assert told.response_metadata["finish_reason"] == "stop"
    assert not Conversation.objects.filter(owner=alice).exists()


def test_it_streams(chat) -> None:
    pieces = list(chat(str(mira("script-30").pk), stream_usage=True).stream("Good evening"))
    assert "".join(str(piece.content) for piece in pieces) == script(30)
    assert len([piece for piece in pieces if piece.content]) > 5
    whole = pieces[0]
    for piece in pieces[1:]:
        whole += piece
    assert whole.usage_metadata["output_tokens"] == 30


def test_it_speaks_in_a_talk_of_ours(chat, alice) -> None:
    character = mira("script-30")
    talk = started(alice, character)
    bound = chat(str(character.pk), default_headers={"X-Conversation-Id": str(talk.pk)})
    assert bound.invoke("Whose boots are these?").content == script(30)
    assert texts(talk)[1:] == ["Whose boots are these?", script(30)]


def test_an_unknown_character_is_an_error(chat) -> None:
    import openai

    with pytest.raises(openai.NotFoundError):
        chat("nobody").invoke("Hello")
