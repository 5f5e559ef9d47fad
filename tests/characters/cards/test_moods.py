"""Pictures for moods that come in a card are shown, and go out again in one."""

import json
from dataclasses import replace
from typing import Any

import pytest

from accounts.models import User
from characters.cards import read_card
from characters.cards.archive import ArchiveWriter
from characters.cards.moods import MAX_DECODED_MOODS, best_of, mood_pictures
from characters.cards.understanding import report_on
from characters.content import content_of
from characters.models import Asset, CharacterVersion
from characters.pictures import brought_by
from characters.services import cards, quotas
from characters.services.assets import store_picture
from characters.services.card_files import export_card, preview_exports
from characters.services.cards import import_card
from characters.services.releases import create_character, release
from tests.characters import bitmaps
from tests.characters.cards import tools

RED, BLUE = (200, 0, 0), (0, 0, 200)


def asset(name: str, kind: str = "emotion") -> dict[str, str]:
    return {"type": kind, "uri": f"embeded://{name}.png", "name": name, "ext": "png"}


def charx(names: list[str], *, size: tuple[int, int] = (60, 80), **files: bytes) -> bytes:
    card = tools.risu([asset("main", "icon"), *(asset(name) for name in names)])
    writer = ArchiveWriter()
    writer.add("card.json", json.dumps(card).encode(), pack=False)
    for name in ("main", *names):
        writer.add(f"{name}.png", files.get(name) or bitmaps.png(*size, RED), pack=False)
    return writer.done()


def codes(report: list[Any]) -> dict[str, Any]:
    return {finding.code: finding for finding in report}


def test_names_of_feelings_are_understood_and_the_nearest_wins() -> None:
    names = ["sadness", "开心", "Anger", "annoyance", "smirk", "neutral", "joy", "shy"]
    assert best_of((name, name) for name in names) == {
        "sorrow": "sadness", "joy": "joy", "anger": "Anger", "tender": "shy",
    }  # fmt: skip


def test_what_cannot_be_decoded_in_a_moment_stays_in_the_card() -> None:
    side = int((MAX_DECODED_MOODS / 2) ** 0.5) - 10
    card = read_card(charx(["joy", "anger", "fear"], size=(side, side)))
    assert set(mood_pictures(card)) == {"joy", "anger"}
    report = codes(report_on(card))
    assert report["moods"].items == ("joy", "anger")
    assert report["assets"].items == ("fear",)


def test_a_module_of_risu_is_said_to_be_kept_and_not_read() -> None:
    report = codes(report_on(read_card(tools.risu_charx())))
    assert (report["module"].kind, report["module"].items) == ("kept", ("module.risum",))
    assert "is not read" in str(report["module"].message)
    assert "module.risum" not in report["scripts"].items


@pytest.fixture
def rin(alice: User) -> CharacterVersion:
    return import_card(owner=alice, data=charx(["happy", "sad"], sad=bitmaps.png(60, 80, BLUE))).version


@pytest.mark.django_db
def test_moods_of_a_card_are_shown_and_leave_it_untouched(alice: User, rin: CharacterVersion) -> None:
    moods = rin.presentation["moods"]
    assert set(moods) == {"joy", "sorrow"}
    assert (brought_by(rin, "sorrow"), brought_by(rin, "fear")) == (moods["sorrow"], rin.picture_id)
    shown = Asset.objects.get(pk=moods["sorrow"])
    assert (shown.kind, shown.name, shown.owner, shown.character) == ("emotion", "sorrow", alice, rin.character)
    red, _green, blue = bitmaps.pixel(bytes(shown.data), 30, 40)
    assert blue > red
    preview = {each.format: each for each in preview_exports(version=rin, user=alice)}
    assert preview["charx"].identical
    assert "moods" not in codes(preview["png"].report)


@pytest.mark.django_db
def test_what_there_is_no_room_for_stays_in_the_card(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(quotas.QUOTAS, "pictures", replace(quotas.QUOTAS["pictures"], limit=2))
    brought = import_card(owner=alice, data=charx(["happy", "sad"]))
    assert set(brought.version.presentation["moods"]) == {"joy"}
    assert codes(brought.report)["broken_moods"].items == ("sad",)


@pytest.mark.django_db
def test_pictures_are_cut_before_anything_is_locked(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    # What cutting is worth shows in the order alone.
    done: list[str] = []

    def noted(name: str) -> None:
        real = getattr(cards, name)

        def call(*args: Any, **more: Any) -> Any:
            done.append(name)
            return real(*args, **more)

        monkeypatch.setattr(cards, name, call)

    noted("cut_picture")
    noted("reserve")
    import_card(owner=alice, data=charx(["happy", "sad"]))
    assert done[:4] == ["cut_picture"] * 3 + ["reserve"]


@pytest.mark.django_db
@pytest.mark.parametrize("make", [tools.risu_png, tools.risu_old_png])
def test_moods_attached_to_a_picture_are_shown_too(alice: User, make: Any) -> None:
    assert set(import_card(owner=alice, data=make()).version.presentation["moods"]) == {"joy"}


@pytest.mark.django_db
def test_another_picture_for_a_mood_takes_the_place_of_the_cards(alice: User, bob: User, rin: CharacterVersion) -> None:
    kept = rin.presentation["moods"]
    mine = [
        store_picture(owner=alice, data=bitmaps.png(60, 80, BLUE), kind="emotion", name=mood)
        for mood in ("joy", "fear")
    ]
    moods = kept | {each.name: str(each.pk) for each in mine}
    content = content_of(rin) | {"presentation": rin.presentation | {"moods": moods}}
    newer = release(character=rin.character, editions={rin.language: content})[0]
    preview = {each.format: codes(each.report) for each in preview_exports(version=newer, user=alice)}
    assert preview["png"]["moods"].items == ("joy", "fear")
    assert "moods" not in preview["charx"]
    file = export_card(version=newer, format="charx", user=alice)
    names = [each["name"] for each in read_card(file.data).sheet["assets"] if each["type"] == "emotion"]
    assert names == ["happy", "sad", "fear"]
    again = import_card(owner=bob, data=file.data).version
    assert set(again.presentation["moods"]) == {"joy", "sorrow", "fear"}
    red, _green, blue = bitmaps.pixel(bytes(Asset.objects.get(pk=again.presentation["moods"]["joy"]).data), 30, 40)
    assert blue > red


@pytest.mark.django_db
def test_a_character_of_ones_own_takes_its_moods_along(alice: User, bob: User) -> None:
    main = store_picture(owner=alice, data=bitmaps.png(60, 80, RED))
    joy = store_picture(owner=alice, data=bitmaps.png(60, 80, BLUE), kind="emotion", name="joy")
    content = {"name": "Ida", "picture": str(main.pk), "presentation": {"moods": {"joy": str(joy.pk)}}}
    ida = create_character(owner=alice, editions={"en": content}).published
    assert ida is not None
    file = export_card(version=ida, format="charx", user=alice)
    assert set(import_card(owner=bob, data=file.data).version.presentation["moods"]) == {"joy"}


@pytest.mark.django_db
def test_a_card_names_no_picture_of_ours(alice: User, bob: User, rin: CharacterVersion) -> None:
    card = tools.chub()
    card["data"]["extensions"]["dramatis"] = {"presentation": {"moods": {"joy": rin.presentation["moods"]["joy"]}}}
    assert import_card(owner=bob, data=json.dumps(card).encode()).version.presentation == {}
