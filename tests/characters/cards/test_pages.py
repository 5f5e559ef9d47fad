"""Bringing cards and taking them out, on the pages."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from characters.content import content_of
from characters.models import CardOriginal, Character
from characters.services.cards import import_card
from characters.services.releases import release
from tests.characters.cards import tools
from tests.characters.factories import a_character

pytestmark = pytest.mark.django_db
PART = {"X-Part": "results"}


def upload(name: str, data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, tools.CARDS[name]() if data is None else data)


def test_a_look_says_what_a_card_is_and_keeps_nothing(client: Client) -> None:
    answer = client.post(reverse("card-import"), {"cards": upload("sillytavern.png"), "action": "look"}, headers=PART)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'data-state="looked"' in page
    assert "Mira" in page
    assert "PNG · V3 · 2 openings · 2 lore entries" in page
    assert "Scripts stay in the card and are never run here." in page
    assert "<html" not in page
    assert not CardOriginal.objects.exists()
    assert not User.objects.exists()


def test_several_files_at_once_without_a_script(alices: Client, alice: User) -> None:
    files = [upload("agnai.png"), upload("chub.json"), upload("broken.png", b"\x89PNG\r\n\x1a\n")]
    answer = alices.post(reverse("card-import"), {"cards": files, "action": "import"})
    page = answer.content.decode()
    assert re.findall(r'data-state="(\w+)" data-file', page) == ["imported", "imported", "refused"]
    assert "This PNG file breaks off in the middle." in page
    assert {each.published.name for each in Character.objects.filter(owner=alice)} == {"Ada", "Clerk"}


def test_ten_files_come_in_at_once_and_of_more_one_is_told_in_words(alices: Client, alice: User) -> None:
    def sent(count: int, **headers: str) -> Any:
        files = [upload(f"{number}.json", tools.chub_json()) for number in range(count)]
        return alices.post(reverse("card-import"), {"cards": files, "action": "import"}, headers=headers)

    assert sent(10).content.count(b'data-state="imported" data-file') == 10
    refused = sent(11)
    assert refused.status_code == 413
    assert "At most 10 files can be sent at once." in refused.content.decode()
    assert "一次最多发送 10 个文件" in sent(11, **{"Accept-Language": "zh-CN"}).content.decode()
    told = sent(11, Accept="application/json").json()["error"]
    assert (told["code"], told["limit"]) == ("too_large", 10)
    assert Character.objects.filter(owner=alice).count() == 10
    assert "Without scripts, at most 10 files at a time." in alices.get(reverse("card-import")).content.decode()


def test_a_refusal_names_field_and_limit(alices: Client) -> None:
    long = tools.compact(tools.chub(personality="x" * 30_001)).encode()
    page = alices.post(reverse("card-import"), {"cards": upload("long.json", long)}, headers=PART).content.decode()
    assert "That is too long." in page
    assert "personality" in page
    assert "30,000" in page
    big = alices.post(
        reverse("card-import"), {"cards": upload("big.json", b" " * 8_400_000)}, headers=PART
    ).content.decode()
    assert "A card file may have 8 MB at most." in big
    assert "Limit: 8 MB" in big


def test_a_visitor_who_brings_a_card_becomes_a_guest(client: Client) -> None:
    client.post(reverse("card-import"), {"cards": upload("chub.json"), "action": "import"})
    assert Character.objects.get(owner__isnull=False).owner.is_guest


def test_nothing_was_chosen(client: Client) -> None:
    answer = client.post(reverse("card-import"), {"action": "import"})
    assert answer.status_code == 400
    assert "Choose a file first." in answer.content.decode()
    assert not User.objects.exists()


def test_names_from_a_card_are_text_and_nothing_else(alices: Client) -> None:
    card = tools.compact(tools.chub(name="<img src=x onerror=alert(1)>", **{"<b>key</b>": 1})).encode()
    page = alices.post(reverse("card-import"), {"cards": upload("<i>x.json", card)}, headers=PART).content.decode()
    assert "<img src=x" not in page
    assert "<b>key" not in page
    assert "<i>x" not in page


def test_the_ways_out_and_what_they_cost(alices: Client, alice: User) -> None:
    character = import_card(owner=alice, data=tools.risu_charx()).character
    page = alices.get(reverse("card-export", args=[character.pk])).content.decode()
    assert re.findall(r'id="way-(\w+)"', page) == ["original", "png", "charx", "json", "v2"]
    assert "The very file that you brought" in page
    assert "1 lore entry loses its patterns" in page
    assert page.count("button--lead") == 1


def test_what_only_we_read_is_called_as_the_builder_calls_it(alices: Client, alice: User) -> None:
    address = reverse("card-export", args=[a_character(alice).pk])
    assert "Line on the bill, " in alices.get(address).content.decode()
    page = alices.get(address, headers={"accept-language": "zh-CN"}).content.decode()
    assert "海报上的一句话" in page
    for code in ("tagline", "traits", "memory_policy"):
        assert f">{code}," not in page
        assert f" {code}," not in page


@pytest.mark.parametrize(("format", "content_type"), [("original", "application/zip"), ("json", "application/json")])
def test_a_download(alices: Client, alice: User, format: str, content_type: str) -> None:
    character = import_card(owner=alice, data=tools.risu_charx()).character
    answer = alices.get(reverse("card-file", args=[character.pk, format]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == content_type
    assert answer["Content-Disposition"].startswith('attachment; filename="rin.')
    assert answer["X-Content-Type-Options"] == "nosniff"
    if format == "original":
        assert answer.content == tools.risu_charx()


def test_an_older_version_can_be_asked_for(alices: Client, alice: User) -> None:
    first = import_card(owner=alice, data=tools.chub_json()).version
    release(character=first.character, editions={"en": content_of(first) | {"name": "Head clerk"}})
    address = reverse("card-file", args=[first.character_id, "json"])
    assert b"Head clerk" in alices.get(address).content
    assert alices.get(address, {"version": str(first.pk)}).content == tools.chub_json()
    assert alices.get(address, {"version": "none"}).status_code == 404


@pytest.mark.parametrize("name", ["card-export", "card-file"])
def test_a_stranger_finds_nothing_even_when_it_is_public(bobs: Client, client: Client, alice: User, name: str) -> None:
    character = import_card(owner=alice, data=tools.chub_json()).character
    Character.objects.filter(pk=character.pk).update(visibility="public")
    address = reverse(name, args=[character.pk, *(["png"] if name == "card-file" else [])])
    assert bobs.get(address).status_code == client.get(address).status_code == 404


def test_another_characters_version_is_no_way_in(alices: Client, alice: User, bob: User) -> None:
    mine = import_card(owner=alice, data=tools.chub_json()).character
    theirs = import_card(owner=bob, data=tools.agnai_png()).version
    address = reverse("card-file", args=[mine.pk, "json"])
    assert alices.get(address, {"version": str(theirs.pk)}).status_code == 404


def test_the_character_page_leads_its_author_to_the_card(alices: Client, bobs: Client, alice: User) -> None:
    character = import_card(owner=alice, data=tools.chub_json()).character
    Character.objects.filter(pk=character.pk).update(visibility="public")
    address, way = reverse("character", args=[character.pk]), reverse("card-export", args=[character.pk])
    assert way in alices.get(address).content.decode()
    assert way not in bobs.get(address).content.decode()
