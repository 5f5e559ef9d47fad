"""A file becomes a private character; nothing of it is lost, and nobody else sees it."""

import hashlib
import json

import pytest

from accounts.errors import Invalid
from accounts.models import User
from characters.cards import CardError, write_json
from characters.content import content_of
from characters.models import CardOriginal, Character, Lorebook, LoreEntry, Visibility
from characters.services.cards import import_card, look_at
from tests.characters import bitmaps
from tests.characters.cards import tools

pytestmark = pytest.mark.django_db


def kinds(result) -> set[str]:  # type: ignore[no-untyped-def]
    return {finding.code for finding in result.report}


@pytest.mark.parametrize("name", tools.CARDS)
def test_a_card_of_any_tool_becomes_a_private_character(alice: User, name: str) -> None:
    data = tools.CARDS[name]()
    result = import_card(owner=alice, data=data, filename=f"../{name}")
    character, version = result.character, result.version
    assert (character.owner, character.visibility) == (alice, Visibility.PRIVATE)
    assert (version.number, version.character, version.name != "") == (1, character, True)
    original = CardOriginal.objects.get(character=character)
    assert version.card == original
    assert bytes(original.data) == data
    assert original.sha256 == hashlib.sha256(data).hexdigest()
    assert (original.owner, original.character, original.filename) == (alice, character, f"../{name}")
    assert json.loads(original.document) == json.loads(look_at(data=data).card.text)


def test_what_the_columns_say_is_remembered(alice: User) -> None:
    version = import_card(owner=alice, data=tools.sillytavern_png()).version
    now = content_of(version)
    assert version.card is not None
    assert all(now[name] == value for name, value in version.card.derived["content"].items())
    assert set(version.card.derived["tags"].values()) == {"tavern", "Fantasy"}
    assert version.character.tags.count() == 2


def test_a_lorebook_becomes_rows_that_keep_their_source(alice: User) -> None:
    character = import_card(owner=alice, data=tools.sillytavern_png()).character
    book = Lorebook.objects.get(character=character)
    assert (book.owner, book.scope, book.name) == (alice, "character", "Ford")
    assert json.loads(book.source) == {"entries": [], "name": "Ford"}
    first, second = book.entries.all()
    assert json.loads(first.source) == tools.st_entry(0)
    assert (first.name, second.name, first.position, second.position) == ("The weather", "Another", 0, 1)
    assert (first.logic, first.place, first.role, first.sticky) == ("and_all", "at_depth", "user", 3)


def test_the_portrait_of_a_card_is_shown(alice: User) -> None:
    portrait = bitmaps.png(300, 400)
    card = tools.compact(tools.chub())
    end = portrait.rindex(b"\0\0\0\0IEND")
    data = portrait[:end] + tools.text_chunk("chara", tools.b64(card)) + portrait[end:]
    result = import_card(owner=alice, data=data)
    assert result.version.picture is not None
    assert result.version.picture.character == result.character
    assert result.version.picture.content_type == "image/webp"


def test_a_picture_that_cannot_be_read_stays_in_the_card(alice: User) -> None:
    result = import_card(owner=alice, data=tools.picture(
        before=(tools.text_chunk("chara", tools.b64(tools.compact(tools.chub()))),), size=(9_000, 2_000)))  # fmt: skip
    assert result.version.picture is None
    assert "large_picture" in kinds(result)


def test_what_dramatis_wrote_is_read_again(alice: User) -> None:
    ours = {
        "tagline": "Keeps the Lantern",
        "traits": {"manner": {"value": 80, "pinned": False, "low": 50, "high": 90}},
        "memory_policy": {"mode": "off", "kinds": ["fact"], "limit": 10},
        "portrait": {"head": "no such head"},
    }
    card = tools.chub()
    card["data"]["extensions"]["dramatis"] = ours
    result = import_card(owner=alice, data=write_json(card))
    assert result.version.tagline == "Keeps the Lantern"
    assert result.version.traits["manner"]["high"] == 90
    assert result.version.memory_policy["mode"] == "off"
    assert "ours_invalid" in kinds(result)


def test_a_text_that_is_too_long_is_refused_by_name_and_never_cut(alice: User) -> None:
    with pytest.raises(Invalid) as refused:
        import_card(owner=alice, data=write_json(tools.chub(scenario="x" * 40_000)))
    assert refused.value.extra == {"field": "scenario", "limit": 30_000}
    assert not Character.objects.filter(owner=alice).exists()
    assert not CardOriginal.objects.filter(owner=alice).exists()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"hello", "not_json"),
        (tools.SIGNATURE, "damaged"),
        (b"PK\3\4", "damaged"),
        (b"{}", "not_a_card"),
    ],
)
def test_what_is_no_card_leaves_nothing_behind(alice: User, data: bytes, reason: str) -> None:
    with pytest.raises(CardError) as refused:
        import_card(owner=alice, data=data)
    assert refused.value.reason == reason
    assert not CardOriginal.objects.exists()


def test_the_same_file_again_is_noticed(alice: User, bob: User) -> None:
    first = import_card(owner=alice, data=tools.chub_json())
    again = import_card(owner=alice, data=tools.chub_json())
    assert (first.earlier, again.earlier) == (None, first.character)
    assert import_card(owner=bob, data=tools.chub_json()).earlier is None


def test_control_characters_stay_out_of_columns_and_in_the_card(alice: User) -> None:
    version = import_card(owner=alice, data=write_json(tools.chub(description="a\0b\x07c\ud800\r\nd"))).version
    assert version.description == "abc\nd"
    assert version.card is not None
    assert "\\u0000" in version.card.document


def test_scripts_are_kept_and_said_to_be_never_run(alice: User) -> None:
    report = import_card(owner=alice, data=tools.risu_png()).report
    scripts = next(finding for finding in report if finding.kind == "scripts")
    assert scripts.items == ("customScripts", "triggerscript", "backgroundHTML")
    assert {"decorators", "assets", "unknown_entry"} <= {finding.code for finding in report}


def test_a_book_of_thousands_is_written_in_few_statements(
    alice: User, django_assert_max_num_queries, ) -> None:  # type: ignore[no-untyped-def] # fmt: skip
    entries = [tools.chub_book()["entries"][0] | {"id": number} for number in range(1_500)]
    card = tools.chub(character_book=tools.chub_book() | {"entries": entries}, tags=[])
    with django_assert_max_num_queries(40):
        import_card(owner=alice, data=tools.compact(card).encode())
    assert LoreEntry.objects.count() == 1_500
