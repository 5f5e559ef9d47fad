"""Lore of players lies sealed in the database; a character's, which is its author's work, in the clear."""

import importlib
import json
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.encryption import ciphers
from accounts.guests import adopt
from accounts.models import DataKey, User
from characters.models import Lorebook, LoreEntry, Passage
from characters.selectors import lore as reads
from characters.services import lore, lore_files, reading, tries
from tests.characters.factories import a_character
from tests.factories import GuestFactory, PersonaFactory

pytestmark = pytest.mark.django_db

SECRET = {
    "name": "Zanzibar the cat", "content": "Zanzibar sleeps in the oven.", "keys": ["zanzibar"],
    "secondary_keys": ["zanzibar too"], "group": "zanzibars",
}  # fmt: skip
TABLES = ("characters_lorebook", "characters_loreentry", "characters_passage")


def in_the_clear(word: str) -> list[str]:
    """The tables that hold the word for whoever has the database."""
    found = []
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"select count(*) from {table} t where t::text ilike %s", [f"%{word}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def a_book(alice: User, scope: str, **fields: Any) -> Lorebook:
    belongs: dict[str, dict[str, Any]] = {"persona": {"persona": PersonaFactory(user=alice)}, "account": {}}
    belongs["character"] = {"character": a_character(alice)}
    return lore.create_book(owner=alice, scope=scope, **belongs[scope], **fields)


@pytest.fixture
def book(alice: User) -> Lorebook:
    return a_book(alice, "persona", name="Home")


def opened(entry: LoreEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in SECRET}


def test_nothing_that_a_player_writes_lies_in_the_clear(alice: User, book: Lorebook, standin: Any) -> None:
    entry = lore.add_entry(user=alice, book_id=book.pk, fields=SECRET)
    assert opened(entry) == SECRET
    assert (opened(LoreEntry.objects.get(pk=entry.pk)), in_the_clear("zanzibar")) == (SECRET, [])
    changes = {"content": "Xanadu is hers.", "keys": ["xanadu"], "by_meaning": True}
    saved = lore.save_entry(user=alice, book_id=book.pk, entry_id=entry.pk, changes=changes)
    lore.save_book(user=alice, book_id=book.pk, changes={"description": "All of Xanadu."})
    reading.read_entries(book.pk)
    assert opened(saved) == opened(LoreEntry.objects.get(pk=entry.pk)) == {**SECRET, **opened(saved)}
    assert Lorebook.objects.get(pk=book.pk).description == "All of Xanadu."
    assert (in_the_clear("xanadu"), Passage.objects.get(entry=entry).text) == ([], "")
    assert reading.read_entries(book.pk) == 0, "what was read is known by its digest"


def test_what_stays_as_it_is_is_not_sealed_again(alice: User, book: Lorebook) -> None:
    entry = lore.add_entry(user=alice, book_id=book.pk, fields=SECRET)
    lore.save_entry(user=alice, book_id=book.pk, entry_id=entry.pk, changes={"enabled": False})
    assert bytes(LoreEntry.objects.get(pk=entry.pk).sealed) == bytes(entry.sealed)


def test_a_file_is_sealed_as_it_comes_in_and_whole_as_it_goes_out(alice: User) -> None:
    document = {"spec": "lorebook_v3", "data": {"name": "Home", "description": "Zanzibar's.", "extensions": {"a": 1},
                "entries": [{"keys": ["zanzibar"], "content": "Zanzibar.", "extensions": {"zanzibar": 1.50},
                             "enabled": True, "insertion_order": 7, "use_regex": False}]}}  # fmt: skip
    book, _ = lore_files.import_book(owner=alice, data=json.dumps(document).encode(), scope="account")
    assert in_the_clear("zanzibar") == []
    found = reads.get_book(user=alice, book_id=book.pk)
    text, _ = lore_files.export_book(book=found, entries=reads.entries_of(found), format="lorebook_v3")
    assert json.loads(text) == document


def test_a_characters_lore_is_its_authors_work(alice: User) -> None:
    book = a_book(alice, "character")
    entry = lore.add_entry(user=alice, book_id=book.pk, fields=SECRET)
    assert (bytes(entry.sealed), in_the_clear("zanzibar")) == (b"", ["characters_loreentry"])


def test_pages_programs_and_talks_find_it(alices: Client, alice: User, book: Lorebook) -> None:
    entry = lore.add_entry(user=alice, book_id=book.pk, fields=SECRET)
    for path in (
        f"/lore/{book.pk}/", f"/lore/{book.pk}/entries/?words=oven", f"/lore/{book.pk}/entries/{entry.pk}/",
        f"/api/v1/lorebooks/{book.pk}/entries/", f"/lore/{book.pk}/export/world_info/",
    ):  # fmt: skip
        assert "Zanzibar" in alices.get(path).content.decode(), path
    tried = alices.post(
        f"/lore/{book.pk}/try/", json.dumps({"text": "Where is Zanzibar?"}), content_type="application/json"
    )
    assert "1 entry came up" in tried.content.decode()
    [compiled] = reads.compiled_books([book.pk]).values()
    assert [each.text for each in compiled.entries] == [SECRET["content"]]


def test_its_length_counts_though_it_is_sealed(alice: User, book: Lorebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lore, "MAX_BOOK_TEXT", 10)
    entry = lore.add_entry(user=alice, book_id=book.pk, fields={"content": "春" * 8})
    with pytest.raises(Exception, match="invalid") as refused:
        lore.add_entry(user=alice, book_id=book.pk, fields={"content": "春" * 3})
    assert refused.value.extra == {"field": "content", "limit": 10}  # type: ignore[attr-defined]
    removal = lore.bulk_edit(user=alice, book_id=book.pk, entry_ids=[entry.pk], action="delete").removal
    assert removal is not None
    lore.add_entry(user=alice, book_id=book.pk, fields={"content": "春" * 3})
    with pytest.raises(Exception, match="invalid"):
        lore.put_back(user=alice, book_id=book.pk, removal_id=removal.pk)


def test_it_comes_back_as_it_was(alice: User, book: Lorebook) -> None:
    entry = lore.add_entry(user=alice, book_id=book.pk, fields=SECRET)
    removal = lore.bulk_edit(user=alice, book_id=book.pk, entry_ids=[entry.pk], action="delete").removal
    assert removal is not None
    lore.put_back(user=alice, book_id=book.pk, removal_id=removal.pk)
    assert opened(reads.entries_of(book)[0]) == SECRET


def test_what_a_guest_wrote_opens_in_their_account(alice: User) -> None:
    guest = GuestFactory()
    book = lore.create_book(owner=guest, scope="account")
    entry = lore.add_entry(user=guest, book_id=book.pk, fields=SECRET)
    adopt(guest, alice)
    ciphers.clear()
    saved = lore.save_entry(user=alice, book_id=book.pk, entry_id=entry.pk, changes={"content": "Hers now."})
    assert opened(saved) == {**SECRET, "content": "Hers now."}
    assert in_the_clear("zanzibar") == []


def test_without_its_key_a_talk_goes_on_without_it(alice: User, book: Lorebook) -> None:
    lore.add_entry(user=alice, book_id=book.pk, fields=SECRET)
    DataKey.objects.filter(owner=alice).update(wrapped=b"")
    ciphers.clear()
    [compiled] = reads.compiled_books([book.pk]).values()
    assert [each.text for each in compiled.entries] == [""]


def test_without_its_key_what_comes_up_by_meaning_is_let_go_of(alice: User, book: Lorebook, standin: Any) -> None:
    lost = lore.add_entry(user=alice, book_id=book.pk, fields=SECRET | {"by_meaning": True})
    reading.read_entries(book.pk)
    assert Passage.objects.filter(entry=lost).exists()
    DataKey.objects.filter(owner=alice).update(wrapped=b"")
    ciphers.clear()
    assert reading.read_entries(book.pk) == 0
    assert not Passage.objects.filter(entry=lost).exists()
    assert tries.due() == ([], []), "and is not tried for ever"


def test_what_lay_in_the_clear_is_sealed_by_the_migration_and_back(alice: User, standin: Any) -> None:
    migration = importlib.import_module("characters.migrations.0018_seal_lore_of_players")
    book = a_book(alice, "account")
    open_book = a_book(alice, "character")
    Lorebook.objects.filter(pk=book.pk).update(description="Zanzibar's book")
    kept = LoreEntry.objects.create(book=book, source='{"zanzibar": 1.50}', by_meaning=True, **SECRET)
    removed = LoreEntry.objects.create(removal=book.removals.create(), **SECRET)
    LoreEntry.objects.create(book=open_book, **SECRET | {"name": "Open"})
    Passage.objects.create(entry=kept, text="Zanzibar", digest="x", model=f"{settings.EMBEDDING_MODEL}/3")
    before = list(LoreEntry.objects.order_by("pk").values())
    migration.seal(apps, connection.schema_editor())
    assert in_the_clear("zanzibar sleeps") == ["characters_loreentry"], "the character's"
    LoreEntry.objects.filter(book=open_book).update(content="", keys=[], secondary_keys=[], group="")
    assert in_the_clear("zanzibar") == []
    for entry in (kept, removed):
        assert opened(LoreEntry.objects.get(pk=entry.pk)) == SECRET
    assert LoreEntry.objects.get(pk=kept.pk).source == '{"zanzibar": 1.50}'
    assert tries.due() == ([], [book.pk]), "vectors are made anew under digests that tell nothing"
    migration.unseal(apps, connection.schema_editor())
    mine = [row["id"] for row in before if row["book_id"] != open_book.pk]
    after = {row["id"]: row for row in LoreEntry.objects.values()}
    for row in before:
        if row["id"] in mine:
            assert {**after[row["id"]], "sealed_letters": 0} == row
    assert Lorebook.objects.filter(pk=book.pk).values_list("description", flat=True)[0] == "Zanzibar's book"


def test_somebody_elses_sealed_text_does_not_open_in_another_row(alice: User, bob: User, book: Lorebook) -> None:
    hers = lore.add_entry(user=alice, book_id=book.pk, fields=SECRET)
    his = LoreEntry.objects.create(book=lore.create_book(owner=bob, scope="account"))
    LoreEntry.objects.filter(pk=his.pk).update(sealed=hers.sealed)
    assert LoreEntry.objects.get(pk=his.pk).content == ""
    assert isinstance(his.pk, UUID)
