"""Lore in a talk that is really played: found by the server, told to the model, written into the turn's manifest."""

from functools import partial
from typing import Any

from characters.models import Lorebook
from characters.services import lore
from chat.models import Conversation, Turn
from chat.selectors import cast_version
from tests.characters.factories import let_through
from tests.chat.stage import in_database
from tests.stack import StandIn


def told(standin: StandIn, contains: str) -> list[list[dict[str, str]]]:
    """The messages of each request to the model that holds this word, oldest first."""
    return [request["body"]["messages"] for request in standin.requests(contains=contains)]


def write(talk: Conversation, *entries: dict[str, Any], scope: str = "character", **fields: Any) -> Lorebook:
    version = cast_version(talk)
    owner = version.character.owner if scope == "character" else talk.owner
    assert owner is not None
    named: dict[str, Any] = {"character": version.character} if scope == "character" else {}
    if scope == "conversation":
        named["conversation_id"] = talk.pk
    if scope == "persona":
        named["persona"] = talk.participants.get().persona
    book = lore.create_book(owner=owner, scope=scope, **named)
    for entry in entries:
        lore.add_entry(user=owner, book_id=book.pk, fields=entry)
    if fields:
        book = lore.save_book(user=owner, book_id=book.pk, changes=fields)
    if scope == "character":
        let_through(version.character)
    return book


async def turns(talk: Conversation) -> list[Turn]:
    return await in_database(lambda: list(Turn.objects.filter(conversation=talk.pk).order_by("id")))


async def test_an_entry_comes_up_stands_and_is_told_again_by_nobody(stage, standin):
    page = await stage.play("script-5")
    talk = stage.talks[-1]
    word = f"Zanzibar{talk.pk.hex}"
    await in_database(lambda: write(talk, {"keys": ["lantern"], "content": f"The lantern is {word}."}))
    await page.turn("Hello.")
    await page.turn("What of the lantern?")
    await page.turn("I see. The lantern, then.")

    none, fired, stood = [turn.manifest for turn in await turns(talk)]
    assert none["lore"] == []
    [noted] = fired["lore"]
    assert (noted["why"], noted["key"]) == ("key", 0)
    assert stood["lore"] == []
    assert [each["id"] for each in stood["lore_again"]] == [noted["id"]]

    second, third = told(standin, word)
    assert third[: len(second)] == second, "the prompt of a turn begins with the one before"
    assert sum(word in line["content"] for line in third) == 1


async def test_another_take_knows_the_same_lore(stage, standin):
    page = await stage.play("script-5")
    talk = stage.talks[-1]
    word = f"Quetzal{talk.pk.hex}"
    await in_database(lambda: write(talk, {"keys": ["bird"], "content": word, "cooldown": 50}))
    turn = await page.turn("A bird!")
    await page.again("regenerate", turn.message_id)
    prompts = told(standin, word)
    assert len(prompts) == 2
    lores = [[line for line in prompt if word in line["content"]] for prompt in prompts]
    assert lores[0] == lores[1]


async def test_each_scope_is_read_for_whom_it_holds(stage, standin):
    page = await stage.play("script-5")
    talk = stage.talks[-1]
    word = f"Scope{talk.pk.hex}"
    for scope in ("character", "persona", "conversation", "account"):
        entry = {"constant": True, "content": f"{word} {scope}"}
        await in_database(partial(write, talk, entry, scope=scope))
    await page.turn("Hello.")
    [prompt] = told(standin, word)
    for scope in ("character", "persona", "conversation", "account"):
        assert f"{word} {scope}" in prompt[0]["content"]

    other = await stage.play("script-5")
    await other.turn(f"{word} is what I say.")
    _, theirs = told(standin, word)
    assert word not in theirs[0]["content"], "another player, another character: none of it"


async def test_a_changed_book_is_heard_at_the_next_turn(stage, standin):
    page = await stage.play("script-5")
    talk = stage.talks[-1]
    word = f"Change{talk.pk.hex}"
    book = await in_database(lambda: write(talk, {"constant": True, "content": f"{word} before"}))
    await page.turn("Hello.")

    def change() -> None:
        entry = book.entries.get()
        assert book.owner is not None
        lore.save_entry(user=book.owner, book_id=book.pk, entry_id=entry.pk, changes={"content": f"{word} after"})
        let_through(cast_version(talk).character)

    await in_database(change)
    await page.turn("Hello again.")
    await in_database(partial(lore.save_book, user=book.owner, book_id=book.pk, changes={"enabled": False}))  # type: ignore[arg-type]
    await page.turn("And now?")
    first, second = told(standin, word)
    assert f"{word} before" in first[0]["content"]
    assert f"{word} after" in second[0]["content"]
    assert len(await turns(talk)) == 3


async def test_a_line_that_is_hidden_from_the_model_calls_no_lore_and_what_stood_there_goes(stage, standin):
    page = await stage.play("script-5")
    talk, browser = stage.talks[-1], stage.browser(stage.players[-1])
    word = f"Ostrich{talk.pk.hex}"
    await in_database(lambda: write(talk, {"keys": ["bird"], "content": word}))
    turn = await page.turn("A bird!")
    await page.turn("And then?")
    lines = [turn.ack["message_id"]]
    assert (await browser.post(f"/talks/{talk.pk}/messages/mute", messages=lines, muted=True))[0] == 200
    await page.turn("Go on.")
    hidden = (await turns(talk))[-1].manifest
    assert hidden["lore"] == hidden["lore_again"] == []
    assert len(told(standin, word)) == 2
