"""A character whose lore and knowledge were granted, and what becomes of them."""

from typing import Any

from django.conf import settings

from accounts.models import User
from characters.models import Character, Knowledge, LoreEntry, Passage, Publication
from characters.selectors.stage import Told
from characters.services import knowledge, lore
from characters.services.publishing import ask_to_publish
from characters.services.reading import digest_of
from tests.characters.factories import a_character, let_through

GRANTED, NOW = (
    ["It is of bronze.", "The cellar: It floods in spring."],
    ["It is of gold.", "The attic: It burns in spring."],
)


def granted_character(owner: User) -> Character:
    """Public, with an entry and a text that were granted."""
    character = a_character(owner, visibility="private")
    book = lore.create_book(owner=owner, scope="character", character=character, name="Harbour")
    lore.add_entry(
        user=owner, book_id=book.pk, fields={"name": "Bell", "keys": ["bell"], "content": "It is of bronze."}
    )
    knowledge.add_knowledge(owner=owner, character_id=character.pk, title="The cellar", text="It floods in spring.")
    Character.objects.filter(pk=character.pk).update(visibility="public")
    let_through(character)
    return Character.objects.select_related("published").get(pk=character.pk)


def entry(character: Character) -> LoreEntry:
    return LoreEntry.objects.select_related("book").get(book__character=character)


def rewrite(character: Character, content: str = "It is of gold.", **more: Any) -> None:
    found = entry(character)
    assert character.owner is not None
    changes = {"content": content, **more}
    lore.save_entry(user=character.owner, book_id=found.book_id, entry_id=found.pk, changes=changes)


def retell(character: Character, text: str = "It burns in spring.", title: str = "The attic") -> None:
    assert character.owner is not None
    knowledge.edit_knowledge(owner=character.owner, knowledge_id=character.knowledge.get().pk, title=title, text=text)


def said(told: Told) -> list[str]:
    """Everything that the model would be told, in a row."""
    lines = [each["content"] for book in told.books for each in book.entries]
    return lines + [f"{text.title}: {text.text}" for text in told.texts]


def ask(character: Character, visibility: str = "public") -> Publication:
    fresh = Character.objects.get(pk=character.pk)
    assert fresh.published is not None
    assert fresh.owner is not None
    return ask_to_publish(character=fresh, version=fresh.published, asked_by=fresh.owner, visibility=visibility)


def read(text: Knowledge, *pieces: str, staged: bool = False) -> None:
    """As if a model had read these pieces, so that no model is asked."""
    text.passages.all().delete()
    Passage.objects.bulk_create(
        Passage(
            knowledge=text, text=piece, digest=digest_of(piece), model=f"{settings.EMBEDDING_MODEL}/3",
            embedding=[1, 2, place], staged=staged,
        )
        for place, piece in enumerate(pieces)
    )  # fmt: skip
