"""Which server answers is read from the settings, and a wrong address stops the start with its name."""

import asyncio
from typing import Any

import pytest
from django.core.checks import run_checks

from inference import registry
from tests.inference.support import StandinProcess, ask, read


@pytest.fixture
def connected(settings: Any, standin: StandinProcess) -> Any:
    settings.MODEL_BASE_URL = standin.url
    settings.MODEL_API_KEY = "from-the-settings"
    return settings


async def test_the_configured_server_answers_with_the_configured_key(connected: Any, standin: StandinProcess):
    assert await read(registry.provider(), ask("ok-300tps-n2", "registry says hello")) == " the a"
    entry = (await standin.requests(contains="registry says hello"))[-1]
    assert entry["headers"]["authorization"] == "Bearer from-the-settings"
    assert len(await registry.embedder("text-embedding-3-small", dimensions=64).embed(["a"])) == 1
    assert not (await registry.moderator().moderate(["Good evening."]))[0].flagged
    await registry.aclose_all()


async def test_changed_settings_are_seen_at_once(connected: Any):
    before = registry.chat_model("understudy")
    assert registry.chat_model("understudy") is before
    connected.FIRST_TOKEN_SECONDS = 0.5
    assert registry.chat_model("understudy") is not before


@pytest.mark.parametrize(
    ("others", "asked", "answers"),
    [
        ([], "", "house"), ([], "dear", "house"), ([], "house", "house"),
        (["dear"], "dear", "dear"), (["dear"], "dearer", "house"), (["*"], "dearest", "dearest"), (["*"], "", "house"),
        (["*"], "*", "*"), (["dear"], "*", "house"),
    ],
)  # fmt: skip
def test_only_what_the_operator_allows_answers(settings: Any, others: list[str], asked: str, answers: str):
    settings.CHAT_MODEL, settings.CHAT_MODELS = "house", others
    assert registry.model_for(asked) == answers
    assert registry.chat_models() == ("house", *(name for name in others if name != "*"))


def test_every_loop_has_connections_of_its_own(connected: Any):
    async def once() -> str:
        try:
            return await read(registry.provider(), ask("ok-300tps-n2", "loop"))
        finally:
            await registry.aclose_all()

    assert [asyncio.run(once()) for _ in range(3)] == [" the a"] * 3


@pytest.mark.parametrize("url", ["file:///etc/passwd", "localhost:8000", "http://me:secret@host/v1"])
def test_a_wrong_address_stops_the_start_and_names_the_setting(connected: Any, url: str):
    connected.MODEL_BASE_URL = url
    found = [error for error in run_checks() if error.id == "inference.E001"]
    assert len(found) == 1
    assert "OPENAI_BASE_URL" in found[0].msg
    assert "secret" not in found[0].msg
