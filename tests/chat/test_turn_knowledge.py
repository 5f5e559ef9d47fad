"""Knowledge in a talk, through a real server: read, recalled while the talk goes on, and never in the way."""

from accounts.models import User
from characters.models import Character
from characters.services import knowledge, reading
from tests.characters.factories import let_through
from tests.chat.stage import in_database, mira


def informed(model: str = "script-5") -> Character:
    """Mira, whose author gave her a text; it is read already."""
    character = mira(model)
    owner = User.objects.get(characters=character)
    given = knowledge.add_knowledge(
        owner=owner,
        character_id=character.pk,
        title="The Lantern",
        text="# Cellar\n\nIt floods at spring tide.",
    )
    let_through(character)
    reading.read_knowledge(given.pk)
    return character


async def test_what_bears_on_the_line_is_in_the_prompt_and_on_the_receipt(stage):
    character = await in_database(informed)
    player = await stage.player()
    talk = await stage.talk_with(player, character)
    page = await stage.open(talk, player)
    await page.turn("Why is the cellar flooded?")
    await page.turn("*I hum a little tune to myself, quite content with everything.*")
    first, second = await stage.turns(talk)
    [noted] = first.manifest["knowledge"]
    assert noted["title"] == "The Lantern"
    assert first.manifest["recall"]["state"] == "done"
    assert first.manifest["tokens"]["knowledge"] > 10
    assert second.manifest["knowledge"] == []


async def test_a_talk_without_knowledge_asks_for_none(stage):
    page = await stage.play("script-5")
    await page.turn("Why is the cellar flooded?")
    [turn] = await stage.turns(stage.talks[-1])
    assert "recall" not in turn.manifest


async def test_a_slow_embedding_model_does_not_hold_up_the_reply(stage, start_server):
    slow = start_server(RECALL_SECONDS="0.00001")
    character = await in_database(informed)
    player = await stage.player()
    talk = await stage.talk_with(player, character)
    page = await stage.open(talk, player, server=slow)
    turn = await page.turn("Why is the cellar flooded?")
    assert turn.end["status"] == "complete"
    [stored] = await stage.turns(talk)
    assert (stored.manifest["recall"]["state"], stored.manifest["knowledge"]) == ("late", [])
