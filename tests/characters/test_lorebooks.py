"""Lorebooks as their owner keeps them, and who may do what."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.errors import Invalid, NotFound
from accounts.models import User
from characters.models import Lorebook, LoreEntry, Removal
from characters.selectors import lore as reads
from characters.services import lore
from characters.services.lore import LoreChanged, forget_deleted_books
from characters.tasks import empty_trash, forget_removed_entries
from tests.characters.factories import a_character
from tests.factories import PersonaFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(alice: User) -> Lorebook:
    return lore.create_book(owner=alice, scope="account", name="Mine")


@pytest.fixture
def entries(alice: User, book: Lorebook) -> list[LoreEntry]:
    return [
        lore.add_entry(user=alice, book_id=book.pk, fields={"name": name, "keys": [name], "content": f"Of {name}."})
        for name in ("a", "b", "c", "d")
    ]


def table(book: Lorebook) -> list[str]:
    return [entry.name for entry in reads.entries_of(book)]


# ------------------------------------------------------------------ books


def test_a_book_belongs_to_something_of_its_owners(alice, bob):
    character, persona = a_character(alice), PersonaFactory(user=alice)
    assert lore.create_book(owner=alice, scope="character", character=character).character == character
    assert lore.create_book(owner=alice, scope="persona", persona=persona).persona == persona
    for wrong in (
        {"scope": "character", "character": character},
        {"scope": "persona", "persona": persona},
        {"scope": "conversation"},
        {"scope": "character"},
    ):
        with pytest.raises(NotFound):
            lore.create_book(owner=bob, **wrong)
    with pytest.raises(Invalid):
        lore.create_book(owner=bob, scope="galaxy")


def test_a_strangers_book_and_a_missing_one_look_alike(alice, bob, book, entries):
    calls = (
        lambda: reads.get_book(user=bob, book_id=book.pk),
        lambda: lore.save_book(user=bob, book_id=book.pk, changes={"name": "x"}),
        lambda: lore.add_entry(user=bob, book_id=book.pk),
        lambda: lore.save_entry(user=bob, book_id=book.pk, entry_id=entries[0].pk, changes={}),
        lambda: lore.reorder(user=bob, book_id=book.pk, entry_ids=[]),
        lambda: lore.bulk_edit(user=bob, book_id=book.pk, entry_ids=[], action="delete"),
        lambda: lore.delete_book(user=bob, book_id=book.pk),
        lambda: lore.restore_book(user=bob, book_id=book.pk),
    )
    for call in calls:
        with pytest.raises(NotFound):
            call()


def test_a_book_of_the_house_is_nobodys(alice):
    preset = a_character(None, slug="of-the-house")
    book = Lorebook.objects.create(scope="character", character=preset)
    with pytest.raises(NotFound):
        reads.get_book(user=alice, book_id=book.pk)


def test_an_entry_of_another_book_is_not_found(alice, book, entries):
    other = lore.create_book(owner=alice, scope="account")
    with pytest.raises(NotFound):
        lore.save_entry(user=alice, book_id=other.pk, entry_id=entries[0].pk, changes={"name": "x"})


def test_every_write_counts_the_revision_up(alice, book, entries):
    def revision() -> int:
        return Lorebook.objects.get(pk=book.pk).revision

    before = revision()
    lore.save_entry(user=alice, book_id=book.pk, entry_id=entries[0].pk, changes={"content": "New."})
    lore.reorder(user=alice, book_id=book.pk, entry_ids=[entries[1].pk])
    gone = removed(alice, book, entries[2])
    lore.put_back(user=alice, book_id=book.pk, removal_id=gone.pk)
    lore.save_book(user=alice, book_id=book.pk, changes={"scan_depth": 7})
    assert revision() == before + 5
    lore.save_entry(user=alice, book_id=book.pk, entry_id=entries[0].pk, changes={"content": "New."})
    assert revision() == before + 5, "what changes nothing is no write"


def test_a_deleted_book_comes_back(alice, book):
    lore.delete_book(user=alice, book_id=book.pk)
    with pytest.raises(NotFound):
        reads.get_book(user=alice, book_id=book.pk)
    lore.restore_book(user=alice, book_id=book.pk)
    assert reads.get_book(user=alice, book_id=book.pk) == book


def thrown(book: Lorebook, *, days: int) -> Lorebook:
    Lorebook.objects.filter(pk=book.pk).update(deleted_at=timezone.now() - timedelta(days=days))
    return book


def test_a_deleted_book_is_kept_for_thirty_days_and_then_gone(alices, alice, book, entries):
    kept = thrown(lore.create_book(owner=alice, scope="account", name="Harbour"), days=29)
    thrown(book, days=31)
    page = alices.get("/lore/").content.decode()
    assert f'action="/lore/{kept.pk}/restore/"' in page
    assert str(book.pk) not in page
    with pytest.raises(NotFound):
        lore.restore_book(user=alice, book_id=book.pk)
    assert (forget_deleted_books(), forget_deleted_books()) == (1, 0)
    assert not LoreEntry.objects.filter(pk__in=[entry.pk for entry in entries]).exists()
    alices.post(f"/lore/{kept.pk}/restore/")
    assert reads.get_book(user=alice, book_id=kept.pk) == kept
    assert empty_trash.name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}


# ------------------------------------------------------------------ entries


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"nonsense": 1}, "nonsense"),
        ({"position": 3}, "position"),
        ({"name": 5}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"content": "x" * 50_001}, "content"),
        ({"keys": "inn"}, "keys"),
        ({"keys": [1]}, "keys"),
        ({"keys": ["x" * 501]}, "keys"),
        ({"keys": [str(number) for number in range(101)]}, "keys"),
        ({"probability": 101}, "probability"),
        ({"probability": True}, "probability"),
        ({"logic": "xor"}, "logic"),
        ({"place": "nowhere"}, "place"),
        ({"sticky": -1}, "sticky"),
        ({"enabled": 1}, "enabled"),
        ({"scan_depth": 201}, "scan_depth"),
    ],
)
def test_what_is_wrong_is_named(alice, book, entries, changes, field):
    with pytest.raises(Invalid) as refused:
        lore.save_entry(user=alice, book_id=book.pk, entry_id=entries[0].pk, changes=changes)
    assert refused.value.extra["field"] == field


def test_keys_are_kept_whole_and_once(alice, book, entries):
    saved = lore.save_entry(
        user=alice, book_id=book.pk, entry_id=entries[0].pk, changes={"keys": [" a,b ", "a,b", "", "/x,y/i", "c\x00"]}
    )
    assert saved.keys == ["a,b", "/x,y/i", "c"]


def test_two_windows_never_overwrite_each_other_silently(alice, book, entries):
    entry, seen = entries[0], reads.get_book(user=alice, book_id=book.pk).revision

    def save(**changes: Any) -> LoreEntry:
        was = {"content": "Of a.", "name": "a"}
        return lore.save_entry(user=alice, book_id=book.pk, entry_id=entry.pk, changes=changes, revision=seen, was=was)

    save(content="First window.")
    with pytest.raises(LoreChanged) as clash:
        save(content="Second window.")
    assert clash.value.extra["theirs"] == {"content": "First window."}
    assert save(name="Another field").name == "Another field", "what the other window did not touch is free"
    assert save(content="First window.").content == "First window.", "the same words are no clash"
    entry.refresh_from_db()
    assert (entry.name, entry.content) == ("Another field", "First window.")


def test_order(alice, book, entries):
    ids = {entry.name: entry.pk for entry in entries}
    lore.reorder(user=alice, book_id=book.pk, entry_ids=[ids["d"], ids["b"]])
    assert table(book) == ["d", "b", "a", "c"]
    lore.bulk_edit(user=alice, book_id=book.pk, entry_ids=[ids["d"], ids["a"]], action="move", value=str(ids["c"]))
    assert table(book) == ["b", "c", "d", "a"]
    lore.bulk_edit(user=alice, book_id=book.pk, entry_ids=[ids["a"]], action="move", value=None)
    assert table(book) == ["a", "b", "c", "d"]
    behind = lore.add_entry(user=alice, book_id=book.pk, fields={"name": "a2"}, after=ids["a"])
    assert table(book) == ["a", "a2", "b", "c", "d"]
    assert behind.position == 1


def test_many_at_once_and_the_way_back(alice, book, entries):
    ids = [entry.pk for entry in entries]
    lore.bulk_edit(user=alice, book_id=book.pk, entry_ids=ids[:2], action="disable")
    assert [entry.enabled for entry in reads.entries_of(book)] == [False, False, True, True]
    lore.bulk_edit(user=alice, book_id=book.pk, entry_ids=ids[:2], action="enable")
    lore.bulk_edit(user=alice, book_id=book.pk, entry_ids=ids[1:3], action="place", value="at_depth")
    LoreEntry.objects.filter(pk=ids[1]).update(source='{"kept": 1.50}')
    before = list(book.entries.order_by("position").values())
    gone = removed(alice, book, *entries[1:3])
    assert table(book) == ["a", "d"]
    lore.put_back(user=alice, book_id=book.pk, removal_id=gone.pk)
    assert list(book.entries.order_by("position").values()) == before
    with pytest.raises(Invalid):
        lore.bulk_edit(user=alice, book_id=book.pk, entry_ids=ids, action="explode")


def removed(user: User, book: Lorebook, *entries: LoreEntry) -> Removal:
    ids = [entry.pk for entry in entries]
    removal = lore.bulk_edit(user=user, book_id=book.pk, entry_ids=ids, action="delete").removal
    assert removal is not None
    return removal


def test_those_that_are_not_there_any_more_are_told_and_the_others_are_edited(alices, alice, book, entries):
    elsewhere = lore.add_entry(user=alice, book_id=lore.create_book(owner=alice, scope="account").pk)
    removed(alice, book, entries[0])
    ids = [entries[0].pk, entries[1].pk, elsewhere.pk, entries[0].pk]
    for action, value in (("disable", None), ("place", "at_depth"), ("move", None), ("delete", None)):
        edited = lore.bulk_edit(user=alice, book_id=book.pk, entry_ids=ids, action=action, value=value)
        assert edited.missing == [entries[0].pk, elsewhere.pk], action
    assert edited.removal.entries.get().pk == entries[1].pk
    assert not edited.removal.entries.get().enabled
    elsewhere.refresh_from_db()
    assert elsewhere.enabled
    told = posted(alices, f"/lore/{book.pk}/entries/bulk/", {"action": "enable", "ids": [str(each) for each in ids]})
    assert told.json()["missing"] == [str(entries[0].pk), str(entries[1].pk), str(elsewhere.pk)]


def posted(client: Client, path: str, body: Any) -> Any:
    return client.post(path, json.dumps(body), content_type="application/json")


def test_the_undo_of_a_large_deletion_is_an_id(alices, alice, book):
    """More text than one request may hold, and not a letter of it comes back from the browser."""
    rows = [LoreEntry(book=book, position=place, name=str(place), content="春" * 8_000) for place in range(200)]
    LoreEntry.objects.bulk_create(rows)
    ids = [str(row.pk) for row in rows[50:]]
    told = posted(alices, f"/lore/{book.pk}/entries/bulk/", {"action": "delete", "ids": ids}).json()
    assert (told["number"], len(table(book))) == (150, 50)
    assert set(told) == {"revision", "missing", "removal", "number"}
    lore.add_entry(user=alice, book_id=book.pk, fields={"name": "new"})
    forged = {"removal": told["removal"], "entries": [{"id": ids[0], "position": 0, "source": "{}", "content": "Mine"}]}
    assert posted(alices, f"/lore/{book.pk}/entries/restore/", forged).status_code == 200
    assert table(book) == [*map(str, range(200)), "new"]
    assert {entry.content for entry in reads.entries_of(book)} == {"春" * 8_000, ""}
    again = posted(alices, f"/lore/{book.pk}/entries/restore/", {"removal": told["removal"]})
    assert again.status_code == 404


def test_an_undo_is_its_owners_and_its_books(alices, bobs, alice, bob, book, entries):
    theirs, other = lore.create_book(owner=bob, scope="account"), lore.create_book(owner=alice, scope="account")
    gone = removed(alice, book, entries[0])
    for client, where in ((bobs, book), (bobs, theirs), (alices, other)):
        path = f"/lore/{where.pk}/entries/restore/"
        assert posted(client, path, {"removal": str(gone.pk)}).status_code == 404
    broken: Any
    for broken in ({}, {"removal": "x"}, {"entries": []}):
        assert posted(alices, f"/lore/{book.pk}/entries/restore/", broken).status_code == 400
    assert (table(book), table(other), table(theirs)) == (["b", "c", "d"], [], [])


def test_what_was_removed_needs_room_to_come_back(alice, book, entries, monkeypatch):
    monkeypatch.setattr(lore, "MAX_ENTRIES", 4)
    gone = removed(alice, book, entries[0])
    lore.add_entry(user=alice, book_id=book.pk)
    with pytest.raises(Invalid) as refused:
        lore.put_back(user=alice, book_id=book.pk, removal_id=gone.pk)
    assert refused.value.extra == {"field": "entries", "limit": 4}


def test_after_an_hour_what_was_removed_is_gone(alice, book, entries):
    kept, lost = (removed(alice, book, entry) for entry in entries[:2])
    Removal.objects.filter(pk=lost.pk).update(created_at=timezone.now() - timedelta(minutes=61))
    with pytest.raises(NotFound):
        lore.put_back(user=alice, book_id=book.pk, removal_id=lost.pk)
    assert (forget_removed_entries(), forget_removed_entries()) == (1, 0)
    lore.put_back(user=alice, book_id=book.pk, removal_id=kept.pk)
    assert table(book) == ["a", "c", "d"]
    assert forget_removed_entries.name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}


def test_among_what_was_found_a_row_moves_before_another(alice, book, entries):
    ids = {entry.name: entry.pk for entry in entries}
    where = {"before": str(ids["c"])}
    lore.bulk_edit(user=alice, book_id=book.pk, entry_ids=[ids["d"]], action="move", value=where)
    assert table(book) == ["a", "b", "d", "c"]
    for wrong in ({"before": "x"}, {"before": str(book.pk)}, {"behind": 1}, "x"):
        with pytest.raises(Invalid):
            lore.bulk_edit(user=alice, book_id=book.pk, entry_ids=[ids["d"]], action="move", value=wrong)


def test_there_is_an_end_to_a_book(alice, book, monkeypatch):
    monkeypatch.setattr(lore, "MAX_ENTRIES", 2)
    for _ in range(2):
        lore.add_entry(user=alice, book_id=book.pk)
    with pytest.raises(Invalid):
        lore.add_entry(user=alice, book_id=book.pk)


# ------------------------------------------------------------------ pages


def test_the_list_says_what_each_book_belongs_to(alices, alice, book, entries, django_assert_max_num_queries):
    lore.create_book(owner=alice, scope="character", character=a_character(alice, name="Corvin"), name="Sea")
    with django_assert_max_num_queries(16):
        page = alices.get("/lore/").content.decode()
    assert "Corvin" in page
    assert "4 entries" in page


def test_the_bench_says_what_fires_and_why(alices, alice, book):
    for fields in (
        {"name": "Inn", "keys": ["inn"], "content": "Warm."},
        {"name": "Night", "keys": ["inn"], "selective": True, "secondary_keys": ["night"], "content": "Dark."},
        {"name": "Broken", "keys": ["/(?=a)/"], "use_regex": True, "content": "x"},
        {"name": "Never", "keys": ["inn"], "probability": 0, "content": "x"},
        {"name": "<b>bold</b>", "keys": ["inn"], "content": "x"},
    ):
        lore.add_entry(user=alice, book_id=book.pk, fields=fields)
    told = alices.post(
        f"/lore/{book.pk}/try/", json.dumps({"text": "Hello.\n\nIs the inn open?"}), content_type="application/json"
    ).content.decode()
    assert '<mark title="' in told
    assert ">inn</mark>" in told
    for sentence in ("2 entries came up", "left out by chance", "second keys do not fit", "This pattern cannot be run"):
        assert sentence.lower() in told.lower()
    assert "<b>bold" not in told
    empty = alices.post(f"/lore/{book.pk}/try/", "{}", content_type="application/json")
    assert empty.json()["error"]["field"] == "text"


def test_from_a_character_to_its_book(alices, alice):
    character = a_character(alice)
    way = f"/lore/of/character/{character.pk}/"
    assert alices.get(way)["Location"] == f"/lore/?belongs=character%3A{character.pk.hex}#new"
    book = lore.create_book(owner=alice, scope="character", character=character)
    assert alices.get(way)["Location"] == f"/lore/{book.pk}/"
    assert (
        f'value="character:{character.pk.hex}" selected'
        in alices.get(f"/lore/?belongs=character:{character.pk.hex}").content.decode()
    )
