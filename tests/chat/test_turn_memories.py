"""Memories in a talk, through a real server: told at the beginning, there at the end, never in the way."""

from chat.models import Conversation
from chat.services.remembering import remember_talk
from chat.services.turns.rebuild import rebuild_prompt
from memory.models import Memory
from memory.services.corrections import forget, set_pinned
from memory.services.memories import add_memory
from tests.chat.stage import in_database, mira


async def remembered(talk):
    while await in_database(lambda: remember_talk(talk.pk)):
        pass


async def test_what_was_told_in_one_talk_is_known_in_the_next_and_stands_on_the_receipt(stage):
    character = await in_database(lambda: mira("script-3"))
    player = await stage.player()
    first = await stage.talk_with(player, character)
    page = await stage.open(first, player)
    await page.turn("My sister is called Nora.")
    await page.turn("The ferry leaves at dawn from the east pier.")
    row = await in_database(lambda: Conversation.objects.get(pk=first.pk))
    assert row.remember_at is not None, "the end of a turn says that there is something to remember"
    await remembered(first)

    second = await stage.talk_with(player, character)
    page = await stage.open(second, player)
    await page.turn("When does the ferry leave?")
    await page.turn("*I hum a tune.*")
    asked, hummed = await stage.turns(second)
    told = {(each["source"], each["why"]) for each in asked.manifest["memories"]}
    assert told == {("memory", "standing"), ("episode", "recalled")}
    assert asked.manifest["remembering"]["state"] == "done"
    assert asked.manifest["tokens"]["memories"] > 20
    # What came to mind stays where it did: nobody is told of it twice.
    standing = next(each["id"] for each in asked.manifest["memories"] if each["why"] == "standing")
    placed = {each["id"]: each["at"] for each in hummed.manifest["memories"] if each["why"] == "placed"}
    assert placed[standing] == str(asked.parent_id)
    assert "standing" not in {each["why"] for each in hummed.manifest["memories"]}
    for turn in (asked, hummed):
        assert (await rebuild_prompt(turn, user_id=player.user.pk)).exact


async def test_a_talk_without_memories_looks_for_none(stage):
    page = await stage.play("script-3")
    await page.turn("My sister is called Nora.")
    await remembered(stage.talks[-1])
    await page.turn("Do you remember my sister?")
    for turn in await stage.turns(stage.talks[-1]):
        # The second one knows a memory by now; before it there was nothing to ask.
        assert ("remembering" in turn.manifest) == (turn == (await stage.turns(stage.talks[-1]))[-1])


async def test_what_is_pinned_stands_before_the_talk_and_what_is_forgotten_nowhere(stage):
    character = await in_database(lambda: mira("script-3"))
    player = await stage.player()
    talk = await stage.talk_with(player, character)
    memory = await in_database(
        lambda: add_memory(owner=player.user, character_id=character.pk, text="The password is heron.")
    )
    await in_database(lambda: set_pinned(user=player.user, memory_id=memory.pk, pinned=True))
    page = await stage.open(talk, player)
    await page.turn("Hello.")
    await in_database(lambda: forget(user=player.user, memory_id=memory.pk))
    await page.turn("What is the password?")
    first, second = await stage.turns(talk)
    assert [each["why"] for each in first.manifest["memories"]] == ["pinned"]
    assert first.manifest["tokens"]["pinned"] > 5
    assert "memories" not in second.manifest
    assert "pinned" not in second.manifest["tokens"]


async def test_a_recall_that_is_late_does_not_hold_up_the_reply(stage, start_server):
    slow = start_server(MEMORY_SECONDS="0.00001")
    character = await in_database(lambda: mira("script-3"))
    player = await stage.player()
    talk = await stage.talk_with(player, character)
    await in_database(lambda: add_memory(owner=player.user, character_id=character.pk, text="The password is heron."))
    page = await stage.open(talk, player, server=slow)
    turn = await page.turn("What is the password?")
    assert turn.end["status"] == "complete"
    [stored] = await stage.turns(talk)
    assert stored.manifest["remembering"]["state"] == "late"
    assert "memories" not in stored.manifest


async def test_what_came_up_is_counted_with_the_end_of_the_turn(stage):
    character = await in_database(lambda: mira("script-3"))
    player = await stage.player()
    talk = await stage.talk_with(player, character)
    memory = await in_database(
        lambda: add_memory(owner=player.user, character_id=character.pk, text="The ferry sank.", importance=40)
    )
    page = await stage.open(talk, player)
    await page.turn("What became of the ferry?")
    row = await in_database(lambda: Memory.objects.get(pk=memory.pk))
    assert row.recalled == 1
    assert row.recalled_at is not None
