"""What a stranger's talk tells the model was granted; what the author's own talk tells it is what they wrote last."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

import pytest_asyncio

from characters.models import Character, Publication
from characters.services import create_character, knowledge, lore, reading
from characters.services.publishing import ask_to_publish, decide, show_less
from tests.characters.factories import edition
from tests.chat.client import Page
from tests.chat.stage import Player, Stage, in_database
from tests.factories import UserFactory
from tests.stack import StandIn

T = TypeVar("T")


@dataclass
class Play:
    """One character, its author and a stranger, each in a talk of their own."""

    stage: Stage
    standin: StandIn
    character: Character
    author: Player
    stranger: Player
    word: str

    async def begin(self) -> None:
        self.theirs = await self.page(self.stranger)
        self.own = await self.page(self.author)

    async def page(self, player: Player) -> Page:
        return await self.stage.open(await self.stage.talk_with(player, self.character), player)

    async def hears(self, page: Page, line: str) -> str:
        """Everything that the model was told when this line was said."""
        mark = uuid4().hex
        await page.turn(f"{line} {mark}")
        [request] = self.standin.requests(path="/v1/chat/completions", contains=mark)
        return "\n".join(each["content"] for each in request["body"]["messages"])

    async def write(self, work: Callable[[], T]) -> T:
        return await in_database(work)


@pytest_asyncio.fixture
async def play(stage: Stage, standin: StandIn) -> Play:
    author, stranger = await stage.player(), await stage.player()

    def make() -> Character:
        content = edition(generation={"model": "script-3"}, greetings=["Sit."])
        return create_character(owner=author.user, editions={"en": content})

    character = await in_database(make)
    return Play(stage, standin, character, author, stranger, f"Word{uuid4().hex[:12]}")


def grant(character: Character) -> None:
    """The author asks, and somebody else decides."""
    fresh = Character.objects.select_related("published", "owner").get(pk=character.pk)
    assert fresh.published is not None
    assert fresh.owner is not None
    asked = ask_to_publish(character=fresh, version=fresh.published, asked_by=fresh.owner, visibility="unlisted")
    assert asked.state == Publication.State.WAITING
    decide(publication=asked, by=UserFactory(is_staff=True, is_superuser=True), granted=True)


async def test_lore_that_is_replaced_after_the_grant_is_the_authors_alone(play: Play) -> None:
    owner, word = play.author.user, play.word

    def begin() -> tuple[Any, Any]:
        book = lore.create_book(owner=owner, scope="character", character=play.character)
        entry = lore.add_entry(user=owner, book_id=book.pk, fields={"constant": True, "content": f"{word} is granted"})
        grant(play.character)
        return book.pk, entry.pk

    book, entry = await play.write(begin)
    await play.begin()
    save = partial(lore.save_entry, user=owner, book_id=book, entry_id=entry)
    await play.write(partial(save, changes={"content": f"{word} is replaced"}))
    await play.write(
        partial(lore.add_entry, user=owner, book_id=book, fields={"constant": True, "content": f"{word} is new"})
    )

    heard = await play.hears(play.theirs, "Good evening.")
    assert f"{word} is granted" in heard
    assert f"{word} is replaced" not in heard
    assert f"{word} is new" not in heard
    heard = await play.hears(play.own, "Good evening.")
    assert f"{word} is granted" not in heard
    assert f"{word} is replaced" in heard
    assert f"{word} is new" in heard

    await play.write(partial(grant, play.character))
    heard = await play.hears(play.theirs, "And now?")
    assert f"{word} is replaced" in heard
    assert f"{word} is new" in heard

    await play.write(partial(save, changes={"enabled": False}))
    heard = await play.hears(play.theirs, "And at last?")
    assert f"{word} is replaced" not in heard, "taken away at once"
    assert f"{word} is new" in heard


async def test_nothing_opens_the_door_once_it_is_private_again(play: Play) -> None:
    """Whose talk runs goes on with what was granted, whatever the author writes behind the curtain."""
    owner, word = play.author.user, play.word

    def begin() -> None:
        book = lore.create_book(owner=owner, scope="character", character=play.character)
        lore.add_entry(user=owner, book_id=book.pk, fields={"constant": True, "content": f"{word} is granted"})
        grant(play.character)

    await play.write(begin)
    await play.begin()

    def behind_the_curtain() -> None:
        show_less(character=play.character, by=owner, visibility="private")
        book = play.character.lorebooks.get()
        lore.save_entry(
            user=owner, book_id=book.pk, entry_id=book.entries.get().pk, changes={"content": f"{word} is not"}
        )
        play.character.refresh_from_db()
        assert play.character.published is not None
        ask_to_publish(character=play.character, version=play.character.published, asked_by=owner, visibility="private")

    await play.write(behind_the_curtain)
    assert f"{word} is granted" in await play.hears(play.theirs, "Good evening.")
    assert f"{word} is not" in await play.hears(play.own, "Good evening.")


async def test_what_was_never_granted_is_told_to_no_stranger(play: Play) -> None:
    owner, word = play.author.user, play.word
    await play.write(partial(grant, play.character))
    await play.begin()

    def write() -> None:
        book = lore.create_book(owner=owner, scope="character", character=play.character)
        lore.add_entry(user=owner, book_id=book.pk, fields={"constant": True, "content": word})
        text = knowledge.add_knowledge(
            owner=owner, character_id=play.character.pk, title="Cellar", text=f"The cellar is flooded by {word}."
        )
        reading.read_knowledge(text.pk)

    await play.write(write)
    assert word not in await play.hears(play.theirs, "Why is the cellar flooded?")
    assert (await play.hears(play.own, "Why is the cellar flooded?")).count(word) == 2


async def test_knowledge_that_is_replaced_after_the_grant_is_the_authors_alone(play: Play) -> None:
    owner, word = play.author.user, play.word
    ask = "Why is the cellar flooded at spring tide?"

    def begin() -> Any:
        text = knowledge.add_knowledge(
            owner=owner,
            character_id=play.character.pk,
            title=f"{word} old title",
            text=f"The cellar is flooded at spring tide: {word} is granted.",
        )
        grant(play.character)
        reading.read_knowledge(text.pk)
        return text.pk

    text = await play.write(begin)
    await play.begin()

    def rewrite() -> None:
        knowledge.edit_knowledge(
            owner=owner,
            knowledge_id=text,
            title=f"{word} new title",
            text=f"The cellar is flooded at spring tide: {word} is replaced.",
        )
        reading.read_knowledge(text)

    await play.write(rewrite)
    heard = await play.hears(play.theirs, ask)
    assert f"{word} is granted" in heard
    assert f"{word} old title" in heard
    assert f"{word} is replaced" not in heard
    heard = await play.hears(play.own, ask)
    assert f"{word} is replaced" in heard
    assert f"{word} new title" in heard
    assert f"{word} is granted" not in heard

    def grant_it() -> None:
        grant(play.character)
        reading.read_knowledge(text)

    await play.write(grant_it)
    heard = await play.hears(play.theirs, ask)
    assert f"{word} is replaced" in heard
    assert f"{word} new title" in heard
    assert f"{word} is granted" not in heard


async def test_lore_by_meaning_is_recalled_as_it_was_granted(play: Play) -> None:
    owner, word = play.author.user, play.word
    ask = "Why is the cellar flooded at spring tide?"

    def begin() -> tuple[Any, Any]:
        book = lore.create_book(owner=owner, scope="character", character=play.character)
        fields = {"by_meaning": True, "content": f"The cellar is flooded at spring tide: {word} is granted."}
        entry = lore.add_entry(user=owner, book_id=book.pk, fields=fields)
        grant(play.character)
        reading.read_entries(book.pk)
        return book.pk, entry.pk

    book, entry = await play.write(begin)
    await play.begin()

    def rewrite() -> None:
        changes = {"content": f"The cellar is flooded at spring tide: {word} is replaced."}
        lore.save_entry(user=owner, book_id=book, entry_id=entry, changes=changes)
        reading.read_entries(book)

    await play.write(rewrite)
    heard = await play.hears(play.theirs, ask)
    assert f"{word} is granted" in heard
    assert f"{word} is replaced" not in heard
    heard = await play.hears(play.own, ask)
    assert f"{word} is replaced" in heard
    assert f"{word} is granted" not in heard
