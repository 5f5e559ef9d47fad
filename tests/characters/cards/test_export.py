"""What comes out: the very file when nothing was changed, else the card with the change and nothing but the change."""

import io
import json
from typing import Any

import pytest
from PIL import Image

from accounts.errors import NotFound
from accounts.models import User
from characters.cards import read_card
from characters.cards.columns import version_columns
from characters.content import content_of
from characters.models import CharacterVersion, Lorebook, LoreEntry
from characters.services import create_character
from characters.services.assets import store_picture
from characters.services.card_files import export_card, preview_exports
from characters.services.cards import import_card
from characters.services.releases import release
from tests.characters import bitmaps
from tests.characters.cards import tools

pytestmark = pytest.mark.django_db
SAME = {"json": "json", "png": "png", "charx": "charx", "jpeg": "original"}


def changed(version: CharacterVersion, **fields: object) -> CharacterVersion:
    return release(character=version.character, editions={version.language: content_of(version) | fields})[0]


@pytest.mark.parametrize("name", tools.CARDS)
def test_an_untouched_card_is_the_file_that_came(alice: User, name: str) -> None:
    data = tools.CARDS[name]()
    version = import_card(owner=alice, data=data, filename=name).version
    assert export_card(version=version, format="original", user=alice).data == data
    assert export_card(version=version, format=SAME[name.rpartition(".")[2]], user=alice).data == data


@pytest.mark.parametrize("name", tools.CARDS)
@pytest.mark.parametrize("format", ["png", "charx", "json", "v2"])
def test_every_format_can_be_read_again(alice: User, bob: User, name: str, format: str) -> None:
    version = import_card(owner=alice, data=tools.CARDS[name]()).version
    file = export_card(version=version, format=format, user=alice)
    card = read_card(file.data)
    mine, theirs = content_of(version), version_columns(card.document, card.spec)
    lost = {"nickname"} if format == "v2" else set()
    assert {field: theirs[field] for field in theirs if field not in lost} == {
        field: mine[field] for field in theirs if field not in lost
    }
    again = import_card(owner=bob, data=file.data).version
    assert Lorebook.objects.filter(character=again.character).count() <= 1


def test_a_change_is_all_that_changes(alice: User) -> None:
    version = import_card(owner=alice, data=tools.sillytavern_json()).version
    written = export_card(version=changed(version, description="She lies."), format="json", user=alice)
    before, after = tools.sillytavern(), json.loads(written.data)
    for trace in ("chat", "fav", "create_date"):
        del before[trace]
    del before["data"]["extensions"]["fav"]
    before["description"] = before["data"]["description"] = "She lies."
    assert after == before
    assert list(after) == list(before)
    assert list(after["data"]) == list(before["data"])
    assert written.data.startswith(b'{\n    "name"')  # indented as it came


def test_a_changed_entry_takes_its_change_along_and_leaves_the_others(alice: User) -> None:
    version = import_card(owner=alice, data=tools.sillytavern_png()).version
    entry = LoreEntry.objects.filter(book__character=version.character).order_by("position")[0]
    entry.content, entry.sticky = "It stopped.", 9
    entry.save()
    LoreEntry.objects.create(
        book=entry.book, position=2, name="New", content="A ferry.", keys=["ferry"], place="at_depth"
    )
    first, second, third = read_card(export_card(version=version, format="png", user=alice).data).sheet[
        "character_book"
    ]["entries"]
    expected = tools.st_entry(0, content="It stopped.")
    expected["extensions"]["sticky"] = 9
    assert first == expected
    assert list(first["extensions"]) == list(expected["extensions"])
    assert second == tools.st_entry(1, comment="Another")
    assert (third["keys"], third["extensions"]["position"], third["id"]) == (["ferry"], 4, 2)


def test_entries_in_another_order_or_gone_are_so_in_the_card(alice: User) -> None:
    version = import_card(owner=alice, data=tools.sillytavern_json()).version
    first, second = LoreEntry.objects.order_by("position")
    LoreEntry.objects.filter(pk=first.pk).update(position=5)
    ids = [each["id"] for each in _book(version, alice)["entries"]]
    assert ids == [1, 0]
    second.delete()
    assert [each["id"] for each in _book(version, alice)["entries"]] == [0]
    Lorebook.objects.all().delete()
    assert "character_book" not in read_card(export_card(version=version, format="json", user=alice).data).sheet


def _book(version: CharacterVersion, user: User, format: str = "json") -> dict[str, Any]:
    book: dict[str, Any] = read_card(export_card(version=version, format=format, user=user).data).sheet[
        "character_book"
    ]
    return book


def test_tags_that_were_taken_away_or_added(alice: User) -> None:
    version = import_card(owner=alice, data=tools.chub_json()).version
    gone = version.character.tags.get(
        code=next(code for code, word in version.card.derived["tags"].items() if word == "Female")
    )
    version.character.tags.remove(gone)
    assert read_card(export_card(version=version, format="json", user=alice).data).sheet["tags"] == ["Fantasy"]


def test_a_flat_card_grows_when_it_must(alice: User) -> None:
    version = import_card(owner=alice, data=tools.flat()).version
    plain = read_card(export_card(version=changed(version, scenario="At sea."), format="json", user=alice).data)
    assert (plain.spec, plain.document["scenario"]) == ("v1", "At sea.")
    grown = read_card(export_card(version=changed(version, system_prompt="Brief."), format="json", user=alice).data)
    assert (grown.spec, grown.sheet["system_prompt"], grown.document["name"]) == ("v2", "Brief.", "Old")
    assert '"extra": 1.50' in grown.text or '"extra":1.50' in grown.text


def test_a_character_of_ours_becomes_a_card(alice: User, bob: User) -> None:
    edition = {
        "name": "米拉", "description": "开着一家旅店。", "greetings": ["晚上好。", "又是你。"], "nickname": "阿米",
        "traits": {"manner": {"value": 70, "pinned": True}},
        "depth_prompt": {"text": "她累了。", "depth": 3, "role": "system"},
    }  # fmt: skip
    version = create_character(owner=alice, editions={"zh-hans": edition}).published
    assert version is not None
    file = export_card(version=version, format="png", user=alice)
    assert (file.filename, file.content_type) == ("米拉.png", "image/png")
    assert Image.open(io.BytesIO(file.data)).size == (600, 800)
    again = import_card(owner=bob, data=file.data).version
    same = ("name", "description", "greetings", "nickname", "traits", "depth_prompt", "portrait", "memory_policy")
    assert {field: content_of(again)[field] for field in same} == {field: content_of(version)[field] for field in same}
    assert again.language == "zh-hans"


def test_a_new_portrait_replaces_the_old_one(alice: User) -> None:
    version = import_card(owner=alice, data=tools.risu_charx()).version
    asset = store_picture(owner=alice, data=bitmaps.png(300, 400), character=version.character)
    newer = changed(version, picture=str(asset.pk))
    card = read_card(export_card(version=newer, format="charx", user=alice).data)
    assert card.picture is not None
    assert card.picture.startswith(tools.SIGNATURE)
    assert Image.open(io.BytesIO(card.picture)).size == (asset.width, asset.height)
    assert card.archive is not None
    assert "module.risum" in card.archive.members


def test_the_report_says_what_each_way_out_costs(alice: User) -> None:
    version = import_card(owner=alice, data=tools.risu_charx()).version
    reports = {each.format: each for each in preview_exports(version=version, user=alice)}
    assert reports["original"].identical
    assert reports["charx"].identical
    assert {each.code for each in reports["v2"].report} >= {"portrait", "assets", "v3_fields", "patterns", "decorators"}
    assert [each.code for each in reports["png"].report] == ["assets"]
    newer = {each.format: each for each in preview_exports(version=changed(version, name="Ran"), user=alice)}
    assert not newer["charx"].identical
    assert [each.code for each in newer["original"].report] == ["changes"]


def test_a_file_as_it_came_is_said_to_tell_of_its_owner(alice: User) -> None:
    version = import_card(owner=alice, data=tools.sillytavern_png()).version
    reports = {each.format: each for each in preview_exports(version=version, user=alice)}
    assert [each.code for each in reports["png"].report] == ["traces_kept"]
    assert "traces" in [each.code for each in reports["json"].report]


@pytest.mark.parametrize("format", ["original", "png", "charx", "json", "v2", "exe"])
def test_nobody_exports_what_is_not_theirs(alice: User, bob: User, format: str) -> None:
    version = import_card(owner=alice, data=tools.chub_json()).version
    with pytest.raises(NotFound):
        export_card(version=version, format=format, user=bob)
