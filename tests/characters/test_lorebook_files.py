"""Lorebooks as files: those of other programs come in, ours go out."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.errors import Invalid
from accounts.models import User
from characters.lore_fields import ENTRY_FIELDS
from characters.models import Lorebook, LoreEntry
from characters.selectors import lore as reads
from characters.services import lore, lore_files

pytestmark = pytest.mark.django_db

V3: dict[str, Any] = {
    "spec": "lorebook_v3",
    "data": {
        "name": "Harbour", "scan_depth": 3, "unknown": {"kept": 1.50}, "extensions": {"x": 1},
        "entries": [
            {"keys": ["inn"], "content": "@@depth 2\nWarm.", "enabled": True, "insertion_order": 7, "use_regex": False,
             "extensions": {"depth": 2, "other_tool": [1]}, "id": "seven", "made_up": None},
        ],
    },
}  # fmt: skip
WORLD: dict[str, Any] = {
    "entries": {
        "0": {
            "uid": 0, "key": ["inn", "/tavern/i"], "keysecondary": ["night"], "comment": "The inn", "content": "Warm.",
            "constant": False, "selective": True, "selectiveLogic": 3, "order": 42, "position": 4, "depth": 3,
            "role": 1, "disable": True, "probability": 40, "useProbability": True, "sticky": 2, "cooldown": 3,
            "delay": None, "group": "place", "groupWeight": 50, "excludeRecursion": True, "matchWholeWords": True,
            "vectorized": True, "scanDepth": 9, "caseSensitive": None, "automationId": "x", "displayIndex": 5,
        },
    },
    "name": "World",
}  # fmt: skip
INN = {"name": "Inn", "entry": "Warm.", "keywords": ["inn", "a,b"], "priority": 3, "weight": 8, "enabled": False}
AGNAI = {"kind": "memory", "name": "Agnai book", "description": "d", "entries": [INN]}


def brought(alice: User, document: Any) -> tuple[Lorebook, list[LoreEntry]]:
    book, _ = lore_files.import_book(
        owner=alice, data=json.dumps(document).encode(), filename="a.json", scope="account"
    )
    return book, reads.entries_of(book)


def test_lorebook_v3_comes_in_and_goes_out_without_loss(alice):
    book, [entry] = brought(alice, V3)
    assert (book.name, book.scan_depth, entry.order, entry.depth) == ("Harbour", 3, 7, 2)
    text, name = lore_files.export_book(book=book, entries=[entry], format="lorebook_v3")
    assert json.loads(text) == V3
    assert name == "Harbour.json"
    lore.save_entry(user=alice, book_id=book.pk, entry_id=entry.pk, changes={"content": "Cold."})
    out = json.loads(lore_files.export_book(book=book, entries=reads.entries_of(book), format="lorebook_v3")[0])
    assert out["data"]["entries"][0] == V3["data"]["entries"][0] | {"content": "Cold."}


def test_world_info_comes_in_and_goes_out(alice):
    book, [entry] = brought(alice, WORLD)
    assert entry.keys == ["inn", "/tavern/i"]
    assert (entry.name, entry.order, entry.place, entry.depth, entry.role) == ("The inn", 42, "at_depth", 3, "user")
    assert (entry.enabled, entry.selective, entry.logic) == (False, True, "and_all")
    assert (entry.probability, entry.sticky, entry.cooldown, entry.delay) == (40, 2, 3, 0)
    assert (entry.group, entry.group_weight, entry.exclude_recursion) == ("place", 50, True)
    assert (entry.whole_words, entry.by_meaning, entry.scan_depth, entry.use_regex) == (True, True, 9, True)
    text, _ = lore_files.export_book(book=book, entries=[entry], format="world_info")
    out = json.loads(text)["entries"]["0"]
    assert {name: out[name] for name in WORLD["entries"]["0"] if name != "displayIndex"} == {
        name: value for name, value in WORLD["entries"]["0"].items() if name != "displayIndex"
    }
    _, [same] = brought(alice, json.loads(text))
    assert all(getattr(same, name) == getattr(entry, name) for name in ENTRY_FIELDS)


def test_agnai_comes_in(alice):
    book, [entry] = brought(alice, AGNAI)
    assert (book.name, entry.name, entry.content, entry.keys) == ("Agnai book", "Inn", "Warm.", ["inn", "a,b"])
    assert (entry.priority, entry.order, entry.enabled) == (3, 8, False)


def test_the_book_of_a_card_comes_in(alice):
    card = {"spec": "chara_card_v2", "spec_version": "2.0", "data": {"name": "M", "character_book": V3["data"]}}
    assert brought(alice, card)[1][0].keys == ["inn"]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[]", b"{}", b"null", b"\xff\xfe", b'{"entries": 5}', b'{"data": {}}', b'"' + b"x" * 100,
        b"[" * 100_000, json.dumps({"entries": [{"keys": ["a"], "content": "x" * 60_000}]}).encode(),
        json.dumps({"entries": [{"keys": ["a"]}] * 5_001}).encode(),
        b'{"entries": [' + b",".join([b'{"keys": ["a"]}'] * 100_000) + b"]}",
    ],
    ids=range(13),
)  # fmt: skip
def test_a_file_that_is_none_is_refused_in_words(alice, data):
    with pytest.raises(Invalid) as refused:
        lore_files.import_book(owner=alice, data=data, scope="account")
    assert len(str(refused.value.message)) > 20
    assert not Lorebook.objects.filter(owner=alice).exists()


def test_import_by_the_page(alices: Client, alice: User):
    def send(data: bytes, belongs: str = "account"):
        file = SimpleUploadedFile("world.json", data, "application/json")
        return alices.post("/lore/import/", {"belongs": belongs, "file": file})

    bad = send(b"not json")
    assert bad.status_code == 400
    assert 'role="alert"' in bad.content.decode()
    good = send(json.dumps(WORLD).encode())
    assert good.status_code == 302
    page = alices.get(good["Location"]).content.decode()
    assert "The inn" in page
    assert "/tavern/i" in page
