"""Answers that are kept: for the same question of the same person alone, sealed, and never where Redis is away."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from django.conf import settings
from redis import Redis

from accounts import scripts
from accounts.ids import uuid7
from accounts.models import ModelUse, Operation
from accounts.spending import answers
from accounts.spending.answers import Kept, Question
from accounts.spending.calls import Call
from accounts.spending.usage import use_of
from characters.models import Draft
from inference.base import Abilities, ChatRequest, Line
from tests.chat.events import all_events
from tests.chat.stage import Stage, in_database
from tests.stack import StandIn

ASKED = ChatRequest(model="m", lines=(Line("system", "Draft."), Line("user", "A platypus")), temperature=0.5)
CALL = Call(Operation.SUGGESTION, uuid7(), "free")
KEPT = Kept("A platypus of few words.", "m")


@pytest_asyncio.fixture
async def redis_line() -> AsyncIterator[Redis]:
    with Redis.from_url(settings.REDIS_URL) as line:
        yield line
    await scripts.aclose()


@pytest.mark.parametrize(
    ("call", "request_", "template"),
    [
        (replace(CALL, user_id=uuid7()), ASKED, "a 1.0.0"),
        (replace(CALL, operation=Operation.SHEET), ASKED, "a 1.0.0"),
        (CALL, ASKED, "a 1.0.1"),
        (CALL, replace(ASKED, model="n"), "a 1.0.0"),
        (CALL, replace(ASKED, plan="premium"), "a 1.0.0"),
        (CALL, replace(ASKED, temperature=0.6), "a 1.0.0"),
        (CALL, replace(ASKED, schema={"type": "object"}), "a 1.0.0"),
        (CALL, replace(ASKED, abilities=Abilities(json=False)), "a 1.0.0"),
        (CALL, replace(ASKED, lines=(*ASKED.lines, Line("user", ""))), "a 1.0.0"),
    ],
)
def test_every_part_of_a_question_makes_another_one(call: Call, request_: ChatRequest, template: str):
    assert Question(call, request_, template).key != Question(CALL, ASKED, "a 1.0.0").key
    assert Question(replace(CALL, id=uuid7()), ASKED, "a 1.0.0").key == Question(CALL, ASKED, "a 1.0.0").key


async def test_what_is_kept_is_sealed_and_goes_by_itself(redis_line: Redis):
    question, other = Question(CALL, ASKED, "a 1.0.0"), Question(replace(CALL, user_id=uuid7()), ASKED, "a 1.0.0")
    await answers._keep(question, KEPT)
    assert await answers._look(question) == KEPT
    assert await answers._look(other) is None
    blob = redis_line.get(question.key)
    assert isinstance(blob, bytes)
    assert b"platypus" not in blob
    assert 0 < redis_line.ttl(question.key) <= settings.ANSWERS_KEPT_SECONDS
    redis_line.set(other.key, blob)
    assert await answers._look(other) is None, "what lies elsewhere does not open"
    redis_line.delete(other.key, question.key)


async def test_nothing_is_kept_where_nothing_shall_be(redis_line: Redis, settings: Any):
    settings.ANSWERS_KEPT_SECONDS = 0
    question = Question(CALL, ASKED, "never")
    await answers._keep(question, KEPT)
    assert not redis_line.exists(question.key)


async def test_without_redis_every_question_is_asked(settings: Any):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    await scripts.aclose()
    question = Question(CALL, ASKED, "a 1.0.0")
    await answers._keep(question, KEPT)
    assert await answers._look(question) is None
    await scripts.aclose()


async def test_a_line_suggested_again_costs_nothing_unless_another_is_wanted(
    stage: Stage, standin: StandIn, committed: None
):
    player = await stage.player()
    talk = await stage.talk(player, "script-12")
    page, word = await stage.open(talk, player), f"Zanzibar{uuid7().hex}"

    async def suggested(**more: Any) -> str:
        client_id = str(uuid7())
        await page.send("impersonate", client_id=client_id, hint=word, **more)
        end = await page.wait_for("draft_end", client_id=client_id)
        assert end is not None
        return str(end["content"])

    async def use() -> tuple[int, int, int]:
        [line] = await in_database(lambda: list(ModelUse.objects.filter(user_id=player.user.pk)))
        return line.calls, line.again, line.completion

    first = await suggested()
    assert await suggested() == first
    assert len(standin.requests(contains=word)) == 1
    assert await use() == (1, 1, 12)
    await suggested(again=True)
    assert len(standin.requests(contains=word)) == 2
    assert await use() == (2, 1, 24)
    found = await in_database(lambda: use_of(player.user).today)
    assert (found.calls, found.again) == (2, 1)


async def test_a_character_is_drafted_once_for_one_sentence(stage: Stage, standin: StandIn):
    player = await stage.player()
    draft = await in_database(lambda: Draft.objects.create(owner=player.user, language="en", content={}))
    browser, path = stage.browser(player), f"/create/{draft.pk}/assist"
    word = f"Zanzibar{uuid7().hex}"
    sentence = f"A keeper of the light at {word}"
    first, second = [(await all_events(browser, path, sentence=sentence))[-1] for _ in range(2)]
    assert first[0] == "draft"
    assert first == second
    assert len(standin.requests(contains=word)) == 1
    await all_events(browser, path, sentence=sentence, again=True)
    assert len(standin.requests(contains=word)) == 2


async def test_what_a_character_says_is_never_kept(stage: Stage, standin: StandIn, redis_line: Redis):
    page = await stage.play("script-5")
    before = set(redis_line.scan_iter("answer:*"))
    word = f"Zanzibar{uuid7().hex}"
    turn = await page.turn(word)
    assert turn.ack is not None
    await page.again("regenerate", turn.ack["message_id"])
    assert len(standin.requests(contains=word)) == 2
    assert set(redis_line.scan_iter("answer:*")) <= before
