"""OpenAI's client in a talk that we keep: what it says is stored and answered from there."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx2 as httpx
import openai
import pytest

from accounts.ids import uuid7
from chat.models import Conversation, Message, Turn
from config.services import processes
from tests.chat.compatible import HELLO, Client, client, connect, marked, sent, started, texts
from tests.chat.stage import mira, script
from tests.stack import StandIn

__all__ = ["client", "connect"]


def bound(client: Client, talk: Conversation, by_header: bool = True, **fields: Any) -> Any:
    model = str(talk.cast.get().character_id)
    named: dict[str, Any] = {"extra_headers": {"X-Conversation-Id": str(talk.pk)}}
    if not by_header:
        named = {"metadata": {"conversation_id": str(talk.pk)}}
    return client.chat.completions.create(**{"model": model, "messages": HELLO, **named, **fields})


@pytest.mark.parametrize("by_header", [True, False])
def test_a_line_in_a_talk_is_stored_and_answered_from_it(client: Client, standin: StandIn, by_header: bool) -> None:
    talk = started(client.user, mira("script-30"))
    mark, line = marked("Whose boots are these?")
    answer = bound(client, talk, by_header, messages=[{"role": "user", "content": "ignored"}, *line])
    assert answer.choices[0].message.content == script(30)
    assert answer.usage.completion_tokens == 30
    assert texts(talk)[1:] == [line[0]["content"], script(30)]
    reply = Message.objects.filter(conversation=talk).latest("id")
    assert UUID(answer.id.removeprefix("chatcmpl-")) == reply.pk
    talk.refresh_from_db()
    assert talk.head_id == reply.pk

    mark, line = marked("And whose hat?")
    stream = bound(client, talk, by_header, messages=line, stream=True, stream_options={"include_usage": True})
    chunks = list(stream)
    assert "".join(each.choices[0].delta.content or "" for each in chunks if each.choices) == script(30)
    assert chunks[-1].usage.completion_tokens == 30
    said = [each["content"] for each in sent(standin, mark)["messages"][1:]]
    assert any("Whose boots are these?" in each for each in said)
    assert "ignored" not in json.dumps(said)


def test_a_talk_s_reply_goes_on_when_the_client_hangs_up(client: Client) -> None:
    talk = started(client.user, mira("script-60-tps60"))
    stream = bound(client, talk, stream=True)
    next(iter(stream))
    stream.close()
    assert processes.wait_until(lambda: Turn.objects.get(conversation=talk).status != "running", 20)
    assert Turn.objects.get(conversation=talk).status == "complete"
    assert texts(talk)[-1] == script(60)


def test_what_is_asked_holds_for_this_reply_of_a_talk(client: Client, standin: StandIn) -> None:
    talk = started(client.user, mira("script-50"))
    mark, line = marked()
    answer = bound(client, talk, messages=line, temperature=0.1, max_tokens=6, stop="###")
    assert answer.choices[0].finish_reason == "length"
    body = sent(standin, mark)
    assert (body["temperature"], body["max_tokens"], body["stop"][:2]) == (0.1, 6, ["\nYou:", "###"])


def test_an_idempotency_key_holds_for_a_line_in_a_talk(client: Client) -> None:
    talk = started(client.user, mira("script-30"))
    named = {"X-Conversation-Id": str(talk.pk), "Idempotency-Key": "once"}
    answers = [bound(client, talk, extra_headers=named) for _ in range(2)]
    assert answers[0].id == answers[1].id
    assert answers[1].choices[0].message.content == script(30)
    assert len(texts(talk)) == 3


def test_what_does_not_fit_the_talk_is_refused(client: Client, connect: Callable[..., Client]) -> None:
    talk = started(client.user, mira("script-30"))
    with pytest.raises(openai.NotFoundError) as other:
        bound(client, talk, model="keeper")
    assert other.value.code == "model_not_found"
    with pytest.raises(openai.NotFoundError) as strange:
        bound(connect(), talk)
    assert (strange.value.code, strange.value.param) == ("conversation_not_found", "metadata.conversation_id")
    for messages in ([{"role": "system", "content": "x"}], [*HELLO, {"role": "assistant", "content": "x"}]):
        with pytest.raises(openai.BadRequestError) as last:
            bound(client, talk, messages=messages)
        assert last.value.param == "messages"
    with pytest.raises(openai.BadRequestError):
        bound(client, talk, metadata={"conversation_id": str(uuid7())})
    assert len(texts(talk)) == 1


def test_a_talk_that_is_being_answered_is_busy(client: Client) -> None:
    talk = started(client.user, mira("script-200-tps40"))
    stream = bound(client, talk, stream=True)
    next(iter(stream))
    with pytest.raises(openai.ConflictError) as busy:
        bound(client, talk)
    assert busy.value.code == "busy"
    stream.close()
    httpx.post(
        f"{str(client.base_url).removesuffix('/v1/')}/api/v1/conversations/{talk.pk}/stop/",
        json={},
        headers={"Authorization": f"Bearer {client.api_key}"},
    )


def test_a_model_that_fails_in_a_talk_has_a_status(client: Client) -> None:
    talk = started(client.user, mira("500"))
    for stream in (False, True):
        with pytest.raises(openai.APIStatusError) as failure:
            bound(client, talk, stream=stream)
        assert (failure.value.status_code, failure.value.code) == (502, "model_unreachable")
