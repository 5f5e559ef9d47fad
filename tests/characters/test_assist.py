"""“Draft it for me”: what an answer may look like, and a draft from the stand-in over the network."""

import json
from typing import Any

import jsonschema
import pytest

from characters import assist_schema
from characters.content import checked
from characters.drafting import is_field, with_changes
from characters.models import Draft
from characters.portraits import CHOICES
from characters.prompts import DRAFT
from characters.services.assist import asked_by
from inference import live
from inference.standin.understudy.casting import written
from tests.chat.events import all_events, asked, events
from tests.chat.stage import Stage, eventually, in_database
from tests.stack import StandIn

KEEPER = "A gruff lighthouse keeper who collects lost letters"
KEEPER_ZH = "一个沉默寡言、爱收集旧信的灯塔看守人，名叫陈望海"


async def begun(stage: Stage, language: str = "en", **content: Any) -> tuple[Any, str]:
    player = await stage.player()
    draft = await in_database(lambda: Draft.objects.create(owner=player.user, language=language, content=content))
    return stage.browser(player), f"/create/{draft.pk}/assist"


def chinese(text: str) -> bool:
    return sum("\u4e00" <= letter <= "\u9fff" for letter in text) * 3 > len(text)


@pytest.mark.parametrize("sentence", [KEEPER, KEEPER_ZH])
async def test_a_sentence_becomes_a_whole_form_in_its_own_language(stage: Stage, sentence: str):
    browser, path = await begun(stage)
    told = await all_events(browser, path, sentence=sentence)
    name, draft = told[-1]
    assert name == "draft"
    fields = draft["fields"]
    assert draft["language"] == ("zh-hans" if sentence == KEEPER_ZH else "en")
    assert {*assist_schema.TEXTS, "greetings", "traits.talk", "portrait.palette"} <= set(fields)
    assert all(is_field(field) for field in fields)
    assert checked(draft["language"], with_changes({}, fields))
    for text in (fields["about"], fields["description"], *fields["greetings"]):
        assert chinese(text) is (sentence == KEEPER_ZH)
    assert len(set(fields["greetings"])) == len(fields["greetings"])
    if sentence == KEEPER_ZH:
        assert (fields["name"], fields["epithet"]) == ("陈望海", "灯塔看守人")
        assert fields["traits.talk"]["value"] < 30
    else:
        assert "lighthouse keeper who collects lost letters" in fields["about"]
        assert fields["traits.manner"]["value"] < 30


async def test_progress_names_the_fields_as_they_are_written(stage: Stage):
    browser, path = await begun(stage)
    told = await all_events(browser, path, sentence=KEEPER)
    grown = [data["fields"] for name, data in told if name == "writing"]
    assert grown[0] == []
    assert [len(each) for each in grown] == sorted(len(each) for each in grown)
    assert "portrait" in grown[-1]


async def test_nothing_is_written_to_the_draft(stage: Stage):
    browser, path = await begun(stage, name="Mira")
    await all_events(browser, path, sentence=KEEPER)
    draft = await in_database(lambda: Draft.objects.get(pk=path.split("/")[2]))
    assert (draft.content, draft.revision) == ({"name": "Mira"}, 1)


async def test_what_is_written_already_goes_along(stage: Stage):
    browser, path = await begun(stage, name="Mira")
    told = await all_events(browser, path, sentence=KEEPER, changes={"name": "Old Tom"})
    assert told[-1][1]["fields"]["name"] == "Old Tom"


async def test_hanging_up_stops_the_model(stage: Stage, standin: StandIn):
    browser, path = await begun(stage, generation={"model": "understudy-ttft3000"})
    sentence = "A hermit whom nobody waits for."
    async with asked(browser, path, sentence=sentence) as answer:
        async for name, _ in events(answer):
            assert name == "writing"
            break

        async def asked_the_model() -> Any:
            return standin.requests(contains="hermit")

        await eventually(asked_the_model)

    async def hung_up() -> Any:
        found = standin.requests(contains="hermit")
        return found and found[-1]["disconnected"]

    assert await eventually(hung_up)


@pytest.mark.parametrize(("model", "code"), [("503", "model_unreachable"), ("401", "model_refused")])
async def test_what_goes_wrong_is_said_in_words(stage: Stage, model: str, code: str):
    browser, path = await begun(stage, generation={"model": model})
    told = await all_events(browser, path, sentence=KEEPER)
    assert (told[-1][0], told[-1][1]["code"]) == ("error", code)
    assert told[-1][1]["message"]


async def test_a_sentence_is_needed_and_bounded(stage: Stage):
    browser, path = await begun(stage)
    for sentence in ("", "   ", None, 5, ["a"]):
        status, answer = await browser.post(path, sentence=sentence)
        assert (status, answer["error"]["field"]) == (400, "sentence")
    status, answer = await browser.post(path, sentence="x" * 2001)
    assert (status, answer["error"]["limit"]) == (400, 2000)


async def test_a_strangers_draft_is_not_there(stage: Stage):
    _, path = await begun(stage)
    stranger = stage.browser(await stage.player())
    assert (await stranger.post(path, sentence=KEEPER))[0] == 404


def test_the_schema_is_what_strict_servers_take():
    def strict(part: dict[str, Any]) -> None:
        if part["type"] == "object":
            assert part["additionalProperties"] is False
            assert part["required"] == list(part["properties"])
            for each in part["properties"].values():
                strict(each)

    schema = assist_schema.schema(asked_by(live.template(DRAFT, language="en")))
    jsonschema.Draft202012Validator.check_schema(schema)
    strict(schema)


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "Mira", "traits": {"manner": 80, "talk": 999, "height": 3}, "portrait": {"palette": "plaid"}}',
        'Here you are:\n```json\n{"name": "Mira", "traits": {"manner": 80}}\n```\nEnjoy!',
        '{"name": " Mira ", "traits": {"manner": 80.2, "talk": true, "trust": "5"}, "greetings": "none", "about": 7}',
    ],
)
def test_an_answer_is_taken_as_far_as_it_is_good(text: str):
    fields = assist_schema.read_answer(text)
    assert fields == {"name": "Mira", "traits.manner": {"value": 80, "pinned": False, "low": 60, "high": 100}}


@pytest.mark.parametrize("text", ["", "I cannot do that.", "{", "[1, 2]", '"{}"', "{" * 5000, '{"name": {"a": 1}}'])
def test_no_answer_is_no_field(text: str):
    assert assist_schema.read_answer(text) == {}


def test_too_much_is_cut_and_lists_become_words():
    fields = assist_schema.read_answer(
        json.dumps({"name": "M" * 300, "personality": ["dry", "kind"], "greetings": ["a", "", "b", "c", "d", 5]})
    )
    assert fields == {"name": "M" * 100, "personality": "dry, kind", "greetings": ["a", "b", "c"]}


@pytest.mark.parametrize(
    ("sentence", "language"),
    [(KEEPER, "en"), (KEEPER_ZH, "zh-hans"), ("一个叫 Ada 的程序员", "zh-hans"), ("!!", "zh-hans"), ("灯 a b c", "en")],
)
def test_the_language_is_the_sentences(sentence: str, language: str):
    assert assist_schema.language_of(sentence, "zh-hans") == language


@pytest.mark.parametrize(
    ("sentence", "epithet"),
    [
        (KEEPER, "Gruff lighthouse keeper"),
        ("Please write me an old, curious clockmaker named Ada Finch.", "Old curious clockmaker"),
        ("会说话的猫", "猫"),
        ("!!", "Stranger"),
    ],
)
def test_the_stand_in_understands_whom_one_has_in_mind(sentence: str, epithet: str):
    sheet = written(sentence, 0, {})
    assert sheet["epithet"] == [epithet]
    assert not any("{}" in text or "{role" in text or "{who" in text for texts in sheet.values() for text in texts)
    assert CHOICES["palette"]
