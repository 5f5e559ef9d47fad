"""A lorebook with thousands of entries: it opens with the first rows, and everything reaches all of them."""

import json
import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from accounts.models import User
from characters.models import Lorebook, LoreEntry
from characters.selectors import lore as reads
from characters.services import lore

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(alice: User) -> Lorebook:
    return lore.create_book(owner=alice, scope="account", name="Mine")


def posted(client: Client, path: str, body: Any) -> Any:
    return client.post(path, json.dumps(body), content_type="application/json")


@pytest.fixture
def long_book(book: Lorebook) -> Lorebook:
    LoreEntry.objects.bulk_create(
        LoreEntry(book=book, position=place, name=f"Entry {place}", keys=[f"key{place}"], content="Warm and dry. " * 25)
        for place in range(5_000)
    )
    return book


def rows_in(answer: Any) -> list[str]:
    return re.findall(r'data-row="([0-9a-f-]{36})"', answer.content.decode())


def test_a_long_table_opens_with_its_first_rows(alices, long_book, django_assert_num_queries):
    alices.get(f"/lore/{long_book.pk}/")
    with django_assert_num_queries(6):
        page = alices.get(f"/lore/{long_book.pk}/")
    assert rows_in(page) == [str(each) for each in reads.ids_of(long_book)[:100]]
    assert len(page.content) < 200_000
    assert 'data-all="5000"' in page.content.decode()
    with django_assert_num_queries(6):
        further = alices.get(f"/lore/{long_book.pk}/entries/", {"behind": rows_in(page)[-1]})
    assert rows_in(further) == [str(each) for each in reads.ids_of(long_book)[100:200]]
    assert (further["X-All"], len(further.content) < 150_000) == ("5000", True)


def test_the_whole_table_comes_in_parts_in_its_order(alice, alices, book):
    LoreEntry.objects.bulk_create(LoreEntry(book=book, position=place // 3, name=str(place)) for place in range(250))
    seen: list[str] = []
    while part := rows_in(alices.get(f"/lore/{book.pk}/entries/", {"behind": seen[-1]} if seen else {})):
        seen += part
    assert seen == [str(each) for each in reads.ids_of(book)]
    lore.bulk_edit(user=alice, book_id=book.pk, entry_ids=[UUID(seen[99])], action="delete")
    assert alices.get(f"/lore/{book.pk}/entries/", {"behind": seen[99]}).status_code == 404
    assert alices.get(f"/lore/{book.pk}/entries/", {"behind": "x"}).status_code == 400


def test_a_search_looks_through_all_of_a_long_table(alices, alice, long_book, django_assert_num_queries):
    last = long_book.entries.get(position=4_999)
    changes = {"name": "灯会", "secondary_keys": ["Night"]}
    lore.save_entry(user=alice, book_id=long_book.pk, entry_id=last.pk, changes=changes)
    path = f"/lore/{long_book.pk}/entries/"
    for words, found in (("KEY4999", 1), ("498 entry", 15), ("灯", 1), ("night 灯会", 1), ("no such thing", 0)):
        with django_assert_num_queries(4):
            answer = alices.get(path, {"words": words})
        assert (len(rows_in(answer)), answer["X-All"]) == (found, str(found)), words
        assert len(alices.get(f"{path}ids/", {"words": words}).json()["ids"]) == found
    many = alices.get(path, {"words": "warm dry"})
    assert (len(rows_in(many)), many["X-All"]) == (100, "5000")
    assert len(alices.get(f"{path}ids/", {"words": "warm"}).json()["ids"]) == 5_000


def test_all_of_a_long_table_is_changed_at_once_and_taken_back(alices, alice, long_book):
    ids = alices.get(f"/lore/{long_book.pk}/entries/ids/").json()["ids"]
    told = posted(alices, f"/lore/{long_book.pk}/entries/bulk/", {"action": "delete", "ids": ids}).json()
    assert (told["number"], [entry.name for entry in reads.entries_of(long_book)]) == (5_000, [])
    posted(alices, f"/lore/{long_book.pk}/entries/restore/", {"removal": told["removal"]})
    assert [str(each) for each in reads.ids_of(long_book)] == ids
