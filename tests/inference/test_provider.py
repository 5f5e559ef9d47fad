"""What is asked whole, what goes over the wire, and what never does."""

import json
import logging
import subprocess
import sys
import time
import traceback
from uuid import uuid4

import pytest

from config.services.ports import free_port
from inference import tokens
from inference.address import UnusableAddress, checked_base
from inference.base import (
    BrokenStream,
    Line,
    ModelError,
    ModelUnavailable,
    RateLimitedByModel,
    Refused,
    TooSlow,
    Unreachable,
)
from inference.providers.lanes import Endpoint
from inference.refusals import error_for, retry_after_of
from inference.streams import Deadlines
from tests.inference.support import ROOT, Connect, StandinProcess, ask, read

SCHEMA = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "maxLength": 40},
        "mood": {"enum": ["calm", "glad", "sad"]},
        "certainty": {"type": "number", "minimum": 0, "maximum": 1},
        "facts": {"type": "array", "minItems": 2, "items": {"$ref": "#/$defs/fact"}},
    },
    "required": ["title", "mood", "certainty", "facts"],
    "additionalProperties": False,
    "$defs": {
        "fact": {
            "type": "object",
            "properties": {"text": {"type": "string"}, "about": {"type": ["string", "null"]}},
            "required": ["text", "about"],
            "additionalProperties": False,
        }
    },
}


async def test_complete_gives_text_finish_and_usage(connect: Connect):
    answer = await connect().complete(ask("ok-30tps-n12"))
    assert answer.text.startswith(" the a rain")
    assert answer.finish == "stop"
    assert (answer.usage.completion, answer.usage.estimated) == (12, False)


async def test_a_limit_of_tokens_ends_with_length(connect: Connect):
    request = ask("ok-300tps-n50", max_tokens=7)
    assert (await connect().complete(request)).finish == "length"
    async with connect().stream(request) as reply:
        assert len("".join([piece async for piece in reply]).split()) == 7
    assert reply.finish == "length"


async def test_structured_output_follows_the_schema(connect: Connect):
    request = ask("understudy", "My name is Ada and I love the sea.", schema=SCHEMA)
    said = json.loads((await connect().complete(request)).text)
    assert set(said) == {"title", "mood", "certainty", "facts"}
    assert said["mood"] in ("calm", "glad", "sad")
    assert 0 <= said["certainty"] <= 1
    assert len(said["facts"]) >= 2
    assert all(set(fact) == {"text", "about"} for fact in said["facts"])
    assert json.loads(await read(connect(), request)).keys() == said.keys()


@pytest.mark.parametrize(
    ("name", "cause"),
    [("429", RateLimitedByModel), ("500", ModelUnavailable), ("503", ModelUnavailable), ("401", Refused)],
)
async def test_whole_answers_fail_by_the_same_causes(connect: Connect, name: str, cause: type[ModelError]):
    with pytest.raises(cause):
        await connect().complete(ask(name, uuid4().hex))


async def test_a_whole_answer_is_asked_again_after_the_pause_asked_for(connect: Connect, standin: StandinProcess):
    mark, began = uuid4().hex, time.monotonic()
    assert (await connect().complete(ask("429-retry-0.3-n5", mark))).text
    assert time.monotonic() - began >= 0.3
    assert len(await standin.requests(contains=mark)) == 2


async def test_a_whole_answer_obeys_the_total_deadline(connect: Connect):
    began = time.monotonic()
    with pytest.raises(TooSlow):
        await connect(deadlines=Deadlines(total=0.5)).complete(ask("no-first-token"))
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("name", ["badjson-after-0", "html", "redirect", "cut-after-0"])
async def test_a_whole_answer_that_is_none_has_a_named_cause(connect: Connect, name: str):
    with pytest.raises((BrokenStream, Refused, Unreachable)):
        await connect().complete(ask(name, uuid4().hex))


async def test_a_dead_port_is_unreachable_for_whole_answers_too(connect: Connect):
    with pytest.raises(Unreachable):
        await connect(url=f"http://127.0.0.1:{free_port()}/v1").complete(ask("ok-30tps"))


async def test_the_request_holds_what_was_asked_and_nothing_else(connect: Connect, standin: StandinProcess):
    mark = uuid4().hex
    request = ask("ok-300tps-n2", mark, system="Be brief.", temperature=0.2, stop=("\nAda:",), user="p-91")
    await read(connect(key="secret-key"), request)
    entry = (await standin.requests(contains=mark))[-1]
    assert entry["body"] == {
        "model": "ok-300tps-n2",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": mark}],
        "temperature": 0.2,
        "stop": ["\nAda:"],
        "user": "p-91",
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert entry["headers"]["authorization"] == "Bearer secret-key"
    assert "cookie" not in entry["headers"]


async def test_without_a_key_none_is_sent(connect: Connect, standin: StandinProcess):
    mark = uuid4().hex
    await read(connect(key=""), ask("ok-300tps-n2", mark))
    assert "authorization" not in (await standin.requests(contains=mark))[-1]["headers"]


async def test_a_redirect_is_not_followed_with_the_key(connect: Connect, standin: StandinProcess):
    with pytest.raises(ModelError):
        await connect(key="secret-key").complete(ask("redirect", uuid4().hex))
    assert not await standin.requests(path="/v1/models")


async def test_the_client_logs_no_prompt_even_at_debug(connect: Connect, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    await connect(key="secret-key").complete(ask("ok-300tps-n2", "a private line"))
    await read(connect(key="secret-key"), ask("ok-300tps-n2", "a private line"))
    assert "a private line" not in caplog.text
    assert "secret-key" not in caplog.text


async def test_no_error_shows_the_key_or_what_was_said(connect: Connect):
    for name in ("401", "500", "badjson", "cut", "missing-model"):
        for call in (
            lambda request: read(connect(key="secret-key"), request),
            connect(key="secret-key").complete,
        ):
            with pytest.raises(ModelError) as caught:
                await call(ask(name, "a private line"))
            shown = "".join(traceback.format_exception(caught.value))
            assert "secret-key" not in shown
            assert "a private line" not in shown.replace('"a private line"', "")
    assert "secret-key" not in repr(Endpoint("http://localhost/v1", key="secret-key"))


async def test_embeddings_are_stable_and_near_for_like_texts(connect: Connect):
    model = connect()
    texts = [
        "The tavern by the river",
        "a tavern near the river",
        "quantum field theory",
        "河边的酒馆",
        "河边那家酒馆",
    ]
    vectors = await model.embed(texts, model="text-embedding-3-small", dimensions=256)
    again = await model.embed(texts[:1], model="text-embedding-3-small", dimensions=256)
    assert [len(vector) for vector in vectors] == [256] * 5
    assert vectors[0] == pytest.approx(again[0])

    def near(a: int, b: int) -> float:
        return sum(x * y for x, y in zip(vectors[a], vectors[b], strict=True))

    assert near(0, 0) == pytest.approx(1, abs=1e-5)
    assert near(0, 1) > near(0, 2) + 0.2
    assert near(3, 4) > near(3, 2) + 0.2
    assert await model.embed([], model="text-embedding-3-small") == []


async def test_moderation_names_categories(connect: Connect):
    kind, harsh = await connect().moderate(["Good evening.", "flag:violence"], model="omni-moderation-latest")
    assert not kind.flagged
    assert harsh.flagged
    assert harsh.categories() == ["violence"]


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "ftp://host/v1",
        "//host/v1",
        "http://",
        "http://user:pass@host/v1",
        "http://host/v1?key=1",
        "http://host:99999/v1",
        "",
    ],
)
def test_only_plain_http_addresses_are_accepted(connect: Connect, url: str):
    with pytest.raises(UnusableAddress) as caught:
        checked_base(url)
    assert "pass" not in str(caught.value).replace("password", "")
    with pytest.raises(UnusableAddress):
        connect(url=url or "nonsense")


def test_a_trailing_slash_does_not_matter():
    assert checked_base(" https://api.example.com/v1/ ") == "https://api.example.com/v1"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "2"}, 2),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({}, None),
    ],
)
def test_retry_after_in_all_its_forms(headers: dict[str, str], seconds: float | None):
    assert retry_after_of(headers) == seconds


def test_an_empty_account_is_no_reason_to_wait():
    body = {"error": {"code": "insufficient_quota", "message": "You exceeded your quota, Ada"}}
    error = error_for(429, {}, json.dumps(body).encode())
    assert (error.code, error.retryable) == ("model_no_credit", False)
    assert "Ada" not in str(error)


def test_a_prompt_that_is_too_long_has_its_own_code():
    body = json.dumps({"error": {"code": "context_length_exceeded", "message": "…"}}).encode()
    assert error_for(400, {}, body).code == "model_prompt_too_long"


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("", 0, 0),
        ("The quick brown fox jumps over the lazy dog.", 10, 14),
        ("她推开门，炉火映在铜壶上。", 9, 16),
        ("Привет, как дела?", 6, 13),
        ("🎭🎭🎭", 3, 9),
        ("\ud800", 1, 2),
    ],
)
def test_the_estimate_lies_slightly_above(text: str, least: int, most: int):
    assert least <= tokens.estimate(text) <= most


def test_every_line_costs_its_frame():
    assert tokens.estimate_lines([Line("user", "abcd"), Line("user", "")]) == 2 + 4 + 4


def test_the_package_starts_without_the_slow_client():
    program = (
        "import sys, inference.providers.openai_compatible, inference.standin.server;"
        "sys.exit('openai' in sys.modules or 'django' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_an_error_page_in_another_encoding_is_still_an_error_of_ours():
    assert error_for(500, {}, b'{"error":{"message":"\xff\xfe"}}').code == "model_unavailable"
    assert error_for(429, {}, bytearray(b'{"error":{"code":"insufficient_quota"}}')).code == "model_no_credit"
