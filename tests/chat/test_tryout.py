"""The test talk of the builder: the draft as it stands answers, and nothing of it is kept."""

from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from accounts import plans
from accounts.models import ModelUse, Plan, UsageDay, User
from characters.models import Draft
from characters.services import create_character, lore
from characters.services.knowledge import add_knowledge
from characters.services.reading import read_knowledge
from tests.chat.events import all_events, asked, events
from tests.chat.stage import Browser, Player, Stage, eventually, in_database
from tests.stack import StandIn

HELLO = {"role": "player", "text": "How deep is it here?"}


async def rehearse(stage: Stage, model: str = "echo-prompt", **content: Any) -> tuple[Browser, str, Player]:
    player = await stage.player()
    content = {"name": "The Ferryman", "generation": {"model": model}, **content}
    draft = await in_database(lambda: Draft.objects.create(owner=player.user, language="en", content=content))
    return stage.browser(player), f"/create/{draft.pk}/try", player


def spoken(told: list[tuple[str, dict[str, Any]]]) -> str:
    return "".join(data["text"] for name, data in told if name == "piece")


async def test_the_prompt_is_that_of_a_talk_with_what_is_not_saved_yet(stage: Stage):
    browser, path, _ = await rehearse(stage, description="{{char}} rows people over a river.", personality="Dry.")
    told = await all_events(
        browser,
        path,
        changes={"personality": "Kind to {{user}}.", "traits.manner": {"value": 90, "pinned": True}},
        lines=[{"role": "character", "text": "He waits."}, HELLO],
    )
    said = spoken(told)
    assert "[Character: The Ferryman]\nThe Ferryman rows people over a river." in said
    assert "Kind to You." in said
    assert "Dry." not in said
    assert "[Traits]" in said
    assert said.rstrip().endswith("user: How deep is it here?")
    assert "assistant: He waits." in said
    names = [name for name, _ in told]
    assert (names[0], names[-1]) == ("prompt", "end")


async def test_the_size_of_the_prompt_is_told_by_part(stage: Stage):
    browser, path, _ = await rehearse(stage, description="A ferryman. " * 100)
    told = dict(await all_events(browser, path, lines=[HELLO]))
    size = told["prompt"]
    assert size["window"] == 8192
    assert size["parts"]["character"] > 300
    assert size["total"] >= sum(size["parts"].values())
    assert told["end"]["prompt"] > 300


def of_a_character_with_lore(owner: User) -> Draft:
    edition = {"name": "The Ferryman", "generation": {"model": "echo-prompt"}}
    character = create_character(owner=owner, editions={"en": edition})
    book = lore.create_book(owner=owner, scope="character", character=character)
    entry = {"keys": ["river"], "content": "The river has no other bank."}
    lore.add_entry(user=owner, book_id=book.pk, fields=entry)
    toll = "The toll of the river is one true word."
    text = add_knowledge(owner=owner, character_id=character.pk, title="Tolls", text=toll)
    read_knowledge(text.pk)
    return Draft.objects.create(owner=owner, character=character, language="en", content=edition)


async def test_lore_and_texts_of_the_character_take_part(stage: Stage):
    player = await stage.player()
    draft = await in_database(lambda: of_a_character_with_lore(player.user))
    line = {"role": "player", "text": "What is the toll of this river?"}
    told = await all_events(stage.browser(player), f"/create/{draft.pk}/try", lines=[line], greeting=0)
    said = spoken(told)
    assert "The river has no other bank." in said
    assert "The toll of the river is one true word." in said
    assert {"lore", "knowledge"} <= set(dict(told)["prompt"]["parts"])


async def test_the_model_gets_the_very_words_that_the_page_shows(stage: Stage):
    browser, path, _ = await rehearse(stage)
    traits = {
        "traits.manner": {"value": 12, "pinned": True, "low": 12, "high": 12},
        "traits.talk": {"value": 80, "pinned": False, "low": 45, "high": 95},
    }
    _status, shown = await browser.post(path.replace("/try", "/save/"), revision=1, changes=traits)
    said = spoken(await all_events(browser, path, lines=[HELLO]))
    assert shown["compiled"] in said.partition("[Traits]")[2].partition("[Player")[0]
    assert len(shown["compiled"].splitlines()) == 3
    for words in ("The Ferryman", "This never changes", "never past"):
        assert words in shown["compiled"]


async def test_the_expert_settings_reach_the_model(stage: Stage, standin: StandIn):
    browser, path, _ = await rehearse(stage, "script-3")
    changes = {
        "generation.temperature": 0.3,
        "generation.top_p": 0.5,
        "generation.max_tokens": 77,
        "generation.stop": ["###"],
        "system_prompt": "Speak in verse, {{char}}. {{original}}",
        "post_history_instructions": "Be brief, {{char}}.",
        "depth_prompt.text": "{{char}} is tired.",
        "depth_prompt.depth": 1,
    }
    lines = [{"role": "character", "text": "He waits."}, {"role": "player", "text": "Is this the Acheron?"}]
    await all_events(browser, path, changes=changes, lines=lines)
    body = standin.requests(contains="Acheron")[-1]["body"]
    assert (body["temperature"], body["top_p"], body["max_tokens"]) == (0.3, 0.5, 77)
    assert "###" in body["stop"]
    system, *_history, reminder, newest, last = [message["content"] for message in body["messages"]]
    assert system.startswith("Speak in verse, The Ferryman. You write the part of The Ferryman")
    assert "The Ferryman is tired." in reminder
    assert "Is this the Acheron?" in newest
    assert last.endswith("Be brief, The Ferryman.")


async def test_nothing_is_kept(stage: Stage, log_from_here: int):
    player = await stage.player()
    draft = await in_database(lambda: of_a_character_with_lore(player.user))
    browser, path = stage.browser(player), f"/create/{draft.pk}/try"
    await browser.post(path.replace("/try", "/weigh"))
    before = await in_database(rows)
    line = {"role": "player", "text": "a very private rehearsal by the river, of tolls"}
    told = dict(await all_events(browser, path, lines=[line]))
    assert {"lore", "knowledge"} <= set(told["prompt"]["parts"])
    assert await in_database(rows) == before
    assert await in_database(lambda: Draft.objects.get(owner=player.user).revision) == 1
    assert "private rehearsal" not in stage.server.said()[log_from_here:]


def rows() -> dict[str, int]:
    """Of every table, but for how many messages somebody has had, and what models were used, today."""
    return {
        model._meta.db_table: model._default_manager.count()
        for model in apps.get_models()
        if model not in (UsageDay, ModelUse) and model._meta.managed
    }


async def test_hanging_up_stops_the_model(stage: Stage, standin: StandIn):
    browser, path, _ = await rehearse(stage, "ok-20tps-n2000")
    line = {"role": "player", "text": "Tell me everything, until I hang up."}
    async with asked(browser, path, lines=[line]) as answer:
        async for name, _ in events(answer):
            if name == "piece":
                break

    async def hung_up() -> Any:
        found = standin.requests(contains="until")
        return found and found[-1]["disconnected"]

    assert await eventually(hung_up)


@pytest.mark.parametrize(
    ("model", "code", "some"),
    [
        ("503", "model_unreachable", False),
        ("401", "model_refused", False),
        ("429", "model_busy", False),
        ("empty", "model_silent", False),
        ("cut-after-5", "model_failed", True),
    ],
)
async def test_what_the_model_does_wrong_is_said_in_words(stage: Stage, model: str, code: str, some: bool):
    browser, path, _ = await rehearse(stage, model)
    told = await all_events(browser, path, lines=[HELLO])
    name, error = told[-1]
    assert (name, error["code"]) == ("error", code)
    assert error["message"]
    assert "kept" not in error["message"]
    assert bool(spoken(told)) is some


async def test_what_is_wrong_in_the_form_is_named(stage: Stage):
    browser, path, _ = await rehearse(stage)
    status, answer = await browser.post(path, changes={"tagline": "x" * 201}, lines=[HELLO])
    assert (status, answer["error"]["field"], answer["error"]["limit"]) == (400, "tagline", 200)
    for lines in ([], [{"role": "character", "text": "He waits."}], ["hello"], [{"role": "god", "text": "x"}], "hi"):
        status, answer = await browser.post(path, lines=lines)
        assert (status, answer["error"]["field"]) == (400, "lines")
    status, answer = await browser.post(path, lines=[HELLO] * 81)
    assert (answer["error"]["field"], answer["error"]["limit"]) == ("lines", 80)
    status, answer = await browser.post(path, changes={"owner": "me"}, lines=[HELLO])
    assert answer["error"]["field"] == "owner"


async def test_a_character_without_a_name_can_be_tried(stage: Stage):
    browser, path, _ = await rehearse(stage, name="")
    assert "[Character: Somebody]" in spoken(await all_events(browser, path, lines=[HELLO]))


async def test_another_take_asks_for_something_else(stage: Stage):
    browser, path, _ = await rehearse(stage)
    assert "Give another take" in spoken(await all_events(browser, path, lines=[HELLO], again=True))


async def test_it_costs_a_message_and_ends_with_the_days_allowance(stage: Stage):
    player = await stage.player(plan=plans.FREE)

    def begin() -> Draft:
        limit = Plan.objects.get(pk=plans.FREE).messages_per_day
        assert limit is not None
        UsageDay.objects.create(user=player.user, day=timezone.now().date(), messages=limit - 1)
        return Draft.objects.create(owner=player.user, language="en", content={"generation": {"model": "script-3"}})

    draft = await in_database(begin)
    browser, path = stage.browser(player), f"/create/{draft.pk}/try"
    assert (await all_events(browser, path, lines=[HELLO]))[-1][0] == "end"
    status, answer = await browser.post(path, lines=[HELLO])
    assert (status, answer["error"]["code"]) == (429, "allowance_used_up")


async def test_a_strangers_draft_cannot_be_tried(stage: Stage):
    _, path, _ = await rehearse(stage)
    stranger = stage.browser(await stage.player())
    assert (await stranger.post(path, lines=[HELLO]))[0] == 404
    assert (await stranger.post(path.replace("/try", "/weigh")))[0] == 404


async def test_openings_are_read_with_names_and_weighed_without_asking_anybody(stage: Stage, standin: StandIn):
    browser, path, _ = await rehearse(stage, greetings=["“Evening, {{user}}.” {{char}} waits.", "“You again.”"])
    before = len(standin.requests())
    status, told = await browser.post(path.replace("/try", "/weigh"), changes={"name": "Old Tom"})
    assert status == 200
    assert told["greetings"] == ["“Evening, You.” Old Tom waits.", "“You again.”"]
    assert (told["name"], told["you"]) == ("Old Tom", "You")
    assert told["size"]["total"] > 0
    assert len(standin.requests()) == before
