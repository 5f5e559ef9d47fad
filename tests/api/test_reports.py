"""Reporting a character through the API."""

from typing import Any

import pytest

from accounts.models import User
from characters.models import Character
from moderation.models import Report
from moderation.selectors import text_of
from tests.api.conftest import Program, refused
from tests.characters.factories import a_character


@pytest.fixture
def mira(alice: User) -> Character:
    return a_character(alice)


def test_a_character_is_reported_once_while_it_is_open(bobs: Program, mira: Character) -> None:
    path = f"characters/{mira.pk}/reports/"
    made = bobs.post(path, {"reason": "hate", "text": "It mocks the lame."}, idempotency_key="one")
    assert made.status_code == 201
    told = made.json()
    assert set(told) == {"id", "character_id", "reason", "state", "created_at"}
    assert (told["character_id"], told["reason"], told["state"]) == (str(mira.pk), "hate", "open")
    assert text_of(Report.objects.get()) == "It mocks the lame."
    replayed = bobs.post(path, {"reason": "hate", "text": "It mocks the lame."}, idempotency_key="one")
    assert (replayed.status_code, replayed["Idempotency-Replayed"]) == (201, "true")
    again = bobs.post(path, {"reason": "spam"})
    assert (again.status_code, again.json()) == (200, told)


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "reason"), ({"reason": "boring"}, "reason"), ({"reason": "other"}, "text"),
     ({"reason": "spam", "who": 1}, "who"), ({"reason": "spam", "text": "x" * 2001}, "text"),
     ({"reason": "spam", "text": "a\x00b"}, "text")],
)  # fmt: skip
def test_what_is_wrong_is_named(bobs: Program, mira: Character, body: dict[str, Any], field: str) -> None:
    assert refused(bobs.post(f"characters/{mira.pk}/reports/", body), 400, "invalid")["field"] == field


def test_ones_own_is_refused_and_a_private_one_not_found(program: Program, bobs: Program, alice, mira) -> None:
    refused(program.post(f"characters/{mira.pk}/reports/", {"reason": "spam"}), 403, "ones_own")
    private = a_character(alice, visibility="private")
    refused(bobs.post(f"characters/{private.pk}/reports/", {"reason": "spam"}), 404, "not_found")


def test_it_takes_a_scope_of_its_own(bob: User, mira: Character) -> None:
    reader = Program(bob, "characters:write", "favourites:write")
    told = refused(reader.post(f"characters/{mira.pk}/reports/", {"reason": "spam"}), 403, "scope_missing")
    assert told["scope"] == "reports:write"
    assert Program(bob, "reports:write").post(f"characters/{mira.pk}/reports/", {"reason": "spam"}).status_code == 201


def test_whatever_may_be_reported_has_one_address_and_one_reads_what_came_of_it(bobs: Program, mira: Character) -> None:
    said = {"kind": "character", "subject": str(mira.pk), "reason": "hate", "text": "It mocks the lame."}
    made = bobs.post("reports/", said)
    assert made.status_code == 201
    told = made.json()
    assert (told["kind"], told["subject"], told["state"], told["decided_at"]) == (
        "character", str(mira.pk), "open", None,
    )  # fmt: skip
    assert bobs.post("reports/", said).status_code == 200
    assert bobs.get("reports/").json() == {"next": None, "results": [told]}
    refused(bobs.post("reports/", said | {"kind": "message"}), 404, "not_found")
    assert refused(bobs.post("reports/", said | {"kind": "world"}), 400, "invalid")["field"] == "kind"
