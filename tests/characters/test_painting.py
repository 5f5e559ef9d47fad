"""Portraits by the configured image model: asked over the network, kept like any upload."""

from collections.abc import Callable
from typing import Any

import pytest

from characters.models import Asset, Draft
from characters.services.painting import prompt_for
from tests.characters.bitmaps import opened
from tests.chat.events import all_events, asked, events
from tests.chat.stage import Stage, eventually, in_database
from tests.stack import Server, StandIn

CONTENT = {"name": "Mira", "epithet": "innkeeper", "description": "{{char}} wears a red kerchief."}


@pytest.fixture
def with_painter(start_server: Callable[..., Server]) -> Callable[..., Stage]:
    def begin(model: str = "understudy-paints") -> Stage:
        return Stage(start_server(IMAGE_MODEL=model))

    return begin


async def begun(stage: Stage) -> tuple[Any, str, Any]:
    player = await stage.player()
    draft = await in_database(lambda: Draft.objects.create(owner=player.user, language="en", content=CONTENT))
    return stage.browser(player), f"/create/{draft.pk}/paint", player


async def test_a_picture_is_painted_from_the_form_and_kept_as_a_print(with_painter, standin: StandIn):
    stage = with_painter()
    browser, path, player = await begun(stage)
    told = await all_events(browser, path, wish="by candle light", changes={"epithet": "keeper of the Lantern"})
    assert [name for name, _ in told] == ["painting", "picture"]
    asset = await in_database(lambda: Asset.objects.get(pk=told[-1][1]["id"]))
    assert (asset.owner_id, asset.kind) == (player.user.pk, "portrait")
    shown = opened(bytes(asset.data))
    assert shown.format == "WEBP"
    assert abs(shown.width / shown.height - 0.75) < 0.02
    [sent] = standin.requests(path="/v1/images/generations", contains="candle", limit="1")
    prompt = sent["body"]["prompt"]
    assert "keeper of the Lantern" in prompt
    assert "Mira wears a red kerchief." in prompt
    assert sent["body"]["size"] == "1024x1536"
    mood = await all_events(browser, path, mood="joy")
    assert mood[-1][1]["mood"] == "joy"
    await stage.close()


@pytest.mark.parametrize(
    ("model", "code"), [("503", "model_unreachable"), ("draw-text", "model_failed"), ("draw-url", "model_failed")]
)
async def test_what_the_painter_does_wrong_is_said_and_nothing_is_kept(with_painter, model: str, code: str):
    stage = with_painter(model)
    browser, path, player = await begun(stage)
    told = await all_events(browser, path, wish="by candle light")
    assert (told[-1][0], told[-1][1]["code"]) == ("error", code)
    assert not await in_database(lambda: Asset.objects.filter(owner=player.user).exists())
    await stage.close()


async def test_hanging_up_keeps_nothing(with_painter, standin: StandIn):
    stage = with_painter("draw-forever")
    browser, path, player = await begun(stage)
    async with asked(browser, path, wish="never to be seen") as answer:
        async for name, _ in events(answer):
            assert name == "painting"
            break

        async def asked_the_model() -> Any:
            return standin.requests(contains="never")

        await eventually(asked_the_model)
    assert not await in_database(lambda: Asset.objects.filter(owner=player.user).exists())
    await stage.close()


async def test_wishes_are_checked(with_painter):
    stage = with_painter()
    browser, path, _ = await begun(stage)
    status, answer = await browser.post(path, wish="x" * 501)
    assert (status, answer["error"]["field"], answer["error"]["limit"]) == (400, "wish", 500)
    status, answer = await browser.post(path, mood="hungry")
    assert (status, answer["error"]["field"]) == (400, "mood")
    await stage.close()


async def test_without_a_painter_there_is_no_such_address(stage: Stage):
    browser, path, _ = await begun(stage)
    assert (await browser.post(path, wish="by candle light"))[0] == 404


def test_the_prompt_of_an_empty_form_is_still_one():
    prompt = prompt_for({}, "", "")
    assert "somebody nobody knows yet" in prompt
    assert "{" not in prompt
    assert "Expression: joy." in prompt_for({"name": "Mira"}, "", "joy")
