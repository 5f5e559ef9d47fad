"""Whom somebody plays who has not said: "you", in the language of the talk."""

import pytest

from accounts.models import Persona
from accounts.selectors import persona_called
from characters.models import Character
from characters.selectors import edition_of
from chat.models import Message
from chat.services.conversations import start_conversation
from tests.chat.stage import in_database


@pytest.mark.parametrize(
    ("name", "language", "called"),
    [("You", "zh-hans", "你"), ("你", "en", "You"), ("你", "zh-hans", "你"), ("Alex", "zh-hans", "Alex")],
)
def test_only_a_persona_nobody_named_changes(name, language, called):
    assert persona_called(name, language) == called


@pytest.mark.parametrize(("named", "called"), [(None, "你"), ("Alex", "Alex")])
async def test_an_account_made_in_english_is_you_in_a_chinese_talk(stage, named, called):
    player = await stage.player()

    def start():
        if named:
            Persona.objects.filter(user=player.user).update(name=named)
        assert Persona.objects.get(user=player.user).name == (named or "You")
        mira = Character.objects.select_related("published").get(slug="keeper")
        version = edition_of(mira, "zh-hans")
        return start_conversation(owner=player.user, character=mira, version=version)

    talk = await in_database(start)
    page = await stage.open(talk, player)
    assert [person["name"] for person in page.ready["participants"]] == [called]
    await page.turn("还有空房吗？")

    def said_by() -> str:
        return Message.objects.get(conversation=talk.pk, role=Message.Role.PLAYER).speaker

    assert await in_database(said_by) == called
    status, html = await stage.browser(player).get(f"/talks/{talk.pk}/")
    assert status == 200
    assert ("Alex" in html) == bool(named)
