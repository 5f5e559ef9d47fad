"""The studio's pages: one's own characters and nobody else's, in figures that tell nothing of anybody."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from characters.models import Character, Earning, GreetingStat, Knowledge
from characters.services import knowledge as service
from characters.services.shelf import delete_character
from tests.characters.conftest import signed_in
from tests.characters.factories import a_character
from tests.characters.test_discretion import had


@pytest.fixture
def mira(alice: User) -> Character:
    return a_character(alice, name="Mira")


def rows_of(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_the_studio_lists_ones_own_characters(alices: Client, bobs: Client, mira: Character) -> None:
    had(mira, {timezone.now().date(): 34})
    page = alices.get(reverse("studio")).content.decode()
    assert "Mira" in page
    assert "30+" in page
    assert "Mira" not in bobs.get(reverse("studio")).content.decode()
    assert "Nobody of yours is on stage yet" in Client().get(reverse("studio")).content.decode()


def test_who_is_talked_to_stands_before_who_is_not(alice: User, alices: Client, mira: Character) -> None:
    had(mira, {timezone.now().date(): 34})
    a_character(alice, name="Nora")
    page = alices.get(reverse("studio")).content.decode()
    assert page.index("Mira") < page.index("Nora")


def test_a_hundred_characters_cost_as_many_queries_as_one(
    alice: User, alices: Client, mira: Character, django_assert_num_queries: Any
) -> None:
    had(mira, {timezone.now().date(): 34})
    alices.get(reverse("studio"))
    with django_assert_num_queries(6) as one:
        alices.get(reverse("studio"))
    for number in range(5):
        had(a_character(alice, name=f"Mira {number}"), {timezone.now().date(): 20})
    with django_assert_num_queries(len(one)):
        alices.get(reverse("studio"))


def test_the_page_of_a_character_says_fewer_than_ten_and_no_number(alices: Client, mira: Character) -> None:
    today = timezone.now().date()
    had(mira, {today - timedelta(days=40): 7, today: 15})
    for kind in ("day", "week", "month", "nonsense"):
        assert alices.get(reverse("studio-character", args=[mira.pk]), {"by": kind}).status_code == 200
    GreetingStat.objects.create(version=mira.versions.get(), greeting=0, talks=40, players=30, answered=20, swiped=10)
    page = alices.get(reverse("studio-character", args=[mira.pk])).content.decode()
    assert "fewer than ten" in page
    assert "50%" in page
    assert ">7<" not in page


def test_empty_pages_say_what_to_do(alice: User, alices: Client, mira: Character) -> None:
    assert "Nobody has come yet" in alices.get(reverse("studio-character", args=[mira.pk])).content.decode()
    hidden = a_character(alice, visibility="private")
    assert "It is private" in alices.get(reverse("studio-character", args=[hidden.pk])).content.decode()
    assert "Nothing has been earned yet" in alices.get(reverse("earnings")).content.decode()
    assert "Nothing yet" in alices.get(reverse("knowledge", args=[mira.pk])).content.decode()


def test_tables_as_files_say_what_the_page_says(alices: Client, bobs: Client, mira: Character) -> None:
    today = timezone.now().date()
    had(mira, {today: 15})
    last = rows_of(alices.get(reverse("studio-csv", args=[mira.pk, "time"]), {"by": "day"}))[-1]
    assert (last["from"], last["talks"], last["players"]) == (str(today), "10+", "10+")
    version = mira.versions.get()
    GreetingStat.objects.create(version=version, greeting=0, talks=40, players=30, answered=20, swiped=10)
    GreetingStat.objects.create(version=version, greeting=1, talks=4, players=3)
    openings = rows_of(alices.get(reverse("studio-csv", args=[mira.pk, "openings"])))
    assert [row["talks"] for row in openings] == ["hidden", "<10"]
    assert rows_of(alices.get(reverse("studio-csv", args=[mira.pk, "lengths"]))) == []
    mira.lorebooks.create(scope="character").entries.create(name="=HYPERLINK(1)")
    [lore] = rows_of(alices.get(reverse("studio-csv", args=[mira.pk, "lore"])))
    assert lore["entry"] == "'=HYPERLINK(1)"
    assert alices.get(reverse("studio-csv", args=[mira.pk, "people"])).status_code == 404
    assert bobs.get(reverse("studio-csv", args=[mira.pk, "time"])).status_code == 404


def test_the_ledger_shows_each_creator_their_own_lines(
    alice: User, alices: Client, bobs: Client, mira: Character
) -> None:
    Earning.objects.create(
        creator=alice,
        character=mira,
        name="Mira",
        month=date(2026, 10, 1),
        tokens=1_500_000,
        micros=3_750_001,
        closed=True,
    )
    page = alices.get(reverse("earnings")).content.decode()
    assert "3.7500 USD" in page
    assert "1,500,000" in page
    [row] = rows_of(alices.get(reverse("earnings-csv")))
    assert (row["month"], row["micros"], row["closed"]) == ("2026-10", "3750001", "1")
    assert "1,500,000" in alices.get(reverse("earnings"), headers={"accept-language": "zh-CN"}).content.decode()
    delete_character(character=mira)
    page = alices.get(reverse("earnings")).content.decode()
    assert "Mira" in page
    assert reverse("studio-character", args=[mira.pk]) not in page
    assert "Mira" not in bobs.get(reverse("earnings")).content.decode()
    assert rows_of(bobs.get(reverse("earnings-csv"))) == []


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠1"]
)
def test_no_name_is_a_formula_of_a_spreadsheet(alice: User, alices: Client, mira: Character, name: str) -> None:
    Earning.objects.create(creator=alice, name=name, month=date(2026, 10, 1), tokens=5, micros=7, currency=name[:3])
    mira.lorebooks.create(scope="character").entries.create(name=name)
    raw = alices.get(reverse("earnings-csv")).content.decode("utf-8-sig")
    [earned] = csv.DictReader(io.StringIO(raw, newline=""))
    assert (earned["character"], earned["currency"]) == (f"'{name}", f"'{name[:3]}")
    assert (earned["month"], earned["premium_tokens"], earned["micros"]) == ("2026-10", "5", "7"), (
        "numbers stay numbers"
    )
    raw = alices.get(reverse("studio-csv", args=[mira.pk, "lore"])).content.decode("utf-8-sig")
    [fired] = csv.DictReader(io.StringIO(raw, newline=""))
    assert fired["entry"] == f"'{name}"


# --- knowledge ---


def test_a_text_is_pasted_edited_set_aside_deleted_and_brought_back(alices: Client, mira: Character) -> None:
    page = alices.post(reverse("knowledge-add", args=[mira.pk]), {"title": "Inn", "text": "It is dry."}, follow=True)
    assert "Inn" in page.content.decode()
    assert "is being read" in page.content.decode()
    inn = Knowledge.objects.get()
    shown = alices.get(reverse("knowledge-text", args=[mira.pk, inn.pk])).content.decode()
    assert "It is dry." in shown
    saved = {"title": "Inn", "text": "It is wet.", "seen": inn.stamp}
    alices.post(reverse("knowledge-save", args=[mira.pk, inn.pk]), saved)
    late = alices.post(reverse("knowledge-save", args=[mira.pk, inn.pk]), saved | {"text": "It burns."})
    assert late.status_code == 409
    assert "It burns." in late.content.decode()
    inn.refresh_from_db()
    assert inn.text == "It is wet."
    alices.post(reverse("knowledge-use", args=[mira.pk, inn.pk]), {"enabled": "0"})
    inn.refresh_from_db()
    assert not inn.enabled
    gone = alices.post(reverse("knowledge-delete", args=[mira.pk, inn.pk]), follow=True).content.decode()
    assert "is deleted" in gone
    alices.post(reverse("knowledge-restore", args=[mira.pk, inn.pk]))
    assert "Inn" in alices.get(reverse("knowledge", args=[mira.pk])).content.decode()


def test_files_are_taken_and_others_refused_with_what_was_typed_kept(alices: Client, mira: Character) -> None:
    address = reverse("knowledge-add", args=[mira.pk])
    alices.post(address, {"file": SimpleUploadedFile("潮水.md", "# 潮水\n\n春潮时地窖会进水。".encode())})
    assert Knowledge.objects.get().title == "潮水"
    refused = alices.post(address, {"title": "A title", "file": SimpleUploadedFile("tide.pdf", b"%PDF-1.7")})
    assert refused.status_code == 400
    assert "Only text and Markdown" in refused.content.decode()
    assert 'value="A title"' in refused.content.decode()
    both = alices.post(address, {"text": "Typed.", "file": SimpleUploadedFile("tide.txt", b"tide")})
    assert both.status_code == 400
    assert "Typed." in both.content.decode()
    assert Knowledge.objects.count() == 1


def test_a_text_that_failed_says_why_and_can_be_tried_again(alice: User, alices: Client, mira: Character) -> None:
    inn = service.add_knowledge(owner=alice, character_id=mira.pk, title="Inn", text="It is dry.")
    Knowledge.objects.update(state="failed", failure="model_unreachable")
    assert "could not be reached" in alices.get(reverse("knowledge", args=[mira.pk])).content.decode()
    alices.post(reverse("knowledge-again", args=[mira.pk, inn.pk]))
    inn.refresh_from_db()
    assert (inn.state, inn.failure) == ("waiting", "")


def test_another_characters_text_is_not_found_under_this_one(alice: User, alices: Client, mira: Character) -> None:
    other = a_character(alice)
    inn = service.add_knowledge(owner=alice, character_id=mira.pk, title="Inn", text="It is dry.")
    assert alices.get(reverse("knowledge-text", args=[other.pk, inn.pk])).status_code == 404
    assert signed_in(alice).get(reverse("knowledge-text", args=[mira.pk, inn.pk])).status_code == 200
