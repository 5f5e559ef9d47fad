"""On whose key a model answers decides which: the operator."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.http import QueryDict
from django.test import Client

from accounts.models import User
from characters.cards import write_json
from characters.content import checked, content_of
from characters.drafting import with_changes
from characters.models import CharacterVersion, Draft
from characters.services.card_files import export_card
from characters.services.cards import import_card
from characters.views.builder_fields import changes_in
from chat.services.turns.gather import sheet_from
from tests.characters.conftest import signed_in
from tests.chat.events import all_events
from tests.chat.stage import Stage, in_database
from tests.factories import UserFactory
from tests.stack import Server, StandIn

ENGLISH = {"accept-language": "en"}


async def test_no_model_is_asked_but_those_that_the_operator_offers(
    stage: Stage, standin: StandIn, start_server: Callable[..., Server]
) -> None:
    """Neither in a talk nor for a draft of the player's line, nor while the character is being written."""
    strict, player = start_server(CHAT_MODEL="script-2", CHAT_MODELS="script-4"), await stage.player()
    for asked, answers in (("gpt-of-somebody-else", "script-2"), ("script-4", "script-4"), ("", "script-2")):
        word = f"Word{uuid4().hex}"
        talk = await stage.talk(player, asked, description=f"Knows {word}.")
        page = await stage.open(talk, player, server=strict)
        await page.turn("Who are you?")
        await page.send("impersonate", client_id=uuid4())
        await page.wait_for("draft_end")
        content = {"name": "Mira", "description": f"Knows {word}.", "generation": {"model": asked}}
        draft = await in_database(partial(Draft.objects.create, owner=player.user, language="en", content=content))
        browser = stage.browser(player, strict)
        await all_events(browser, f"/create/{draft.pk}/try", lines=[{"role": "player", "text": "Hello."}])
        await all_events(browser, f"/create/{draft.pk}/assist", sentence="Somebody who knows.")
        heard = [request["body"]["model"] for request in standin.requests(contains=word)]
        assert len(heard) >= 4
        assert set(heard) == {answers}
        [turn] = await stage.turns(talk)
        assert turn.model == answers


def card(model: str) -> bytes:
    """As an export of ours writes it."""
    ours = {"generation": {"model": model, "temperature": 0.5}}
    data = {"name": "Mira", "description": "Keeps an inn.", "extensions": {"dramatis": ours}}
    document: dict[str, Any] = {"spec": "chara_card_v3", "spec_version": "3.0", "data": data}
    return write_json(document, indent="  ")


@pytest.mark.django_db
def test_a_card_keeps_the_name_of_a_model_that_is_not_offered_and_the_report_says_so(settings: Any) -> None:
    settings.CHAT_MODEL, settings.CHAT_MODELS = "house", ["dear"]
    owner, data = UserFactory(), card("gpt-of-somebody-else")
    brought = import_card(owner=owner, data=data, filename="mira.json")
    [finding] = [each for each in brought.report if each.code == "model"]
    assert (finding.kind, finding.items) == ("kept", ("gpt-of-somebody-else",))
    assert content_of(brought.version)["generation"]["model"] == "gpt-of-somebody-else"
    assert export_card(version=brought.version, format="json", user=owner).data == data
    assert "model" not in {each.code for each in import_card(owner=owner, data=card("dear")).report}


def field(client: Client, user: User, model: str, *, of: str = "f-model", **others: str) -> str:
    """The field of the expert settings where a model is chosen; empty where there is none."""
    draft = Draft.objects.create(owner=user, language="en", content={"generation": {"model": model, **others}})
    page = client.get(f"/create/{draft.pk}/expert/", headers=ENGLISH).content.decode()
    return page.partition(f'for="{of}"')[2].partition("</div>")[0]


def test_the_builder_offers_what_the_operator_does(alice: User, settings: Any) -> None:
    client = signed_in(alice)
    settings.CHAT_MODEL, settings.CHAT_MODELS = "house", []
    assert field(client, alice, "") == ""
    foreign = field(client, alice, "<foreign>")
    assert "“&lt;foreign&gt;” is not offered here: house answers" in foreign
    settings.CHAT_MODELS = ["dear"]
    offered = field(client, alice, "dear")
    assert "<option>house</option>" in offered
    assert "<option selected>dear</option>" in offered
    assert "is not offered" not in offered
    second = field(client, alice, "dear", of="f-generation-second_model", second_model="house")
    assert "<option selected>house</option>" in second
    assert "Answers where those before it cannot" in second
    settings.CHAT_MODELS = ["*"]
    assert 'value="anything"' in field(client, alice, "anything")


def test_a_character_s_second_choice_is_written_down_with_the_first() -> None:
    posted = QueryDict("generation.model=dear&generation.second_model=plain&generation.third_model=")
    generation = checked("en", with_changes({"name": "Mira"}, changes_in(posted)))["generation"]
    assert generation == {"model": "dear", "second_model": "plain", "stop": []}
    assert sheet_from(CharacterVersion(generation=generation)).then == ("plain",)
