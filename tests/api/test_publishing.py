"""Lore and knowledge of what is on stage, through the API: written at once, shown as they were granted."""

import pytest

from accounts.models import User
from characters.models import Character, Publication
from characters.selectors.stage import told_now
from characters.services.publishing import decide
from tests.api.conftest import Program, refused
from tests.characters.granted import GRANTED, entry, granted_character, said
from tests.factories import UserFactory


@pytest.fixture
def mira(alice: User) -> Character:
    return granted_character(alice)


def test_what_a_program_writes_waits_for_a_decision(program: Program, bobs: Program, mira: Character) -> None:
    where = f"lorebooks/{entry(mira).book_id}/entries/{entry(mira).pk}/"
    read = program.get(where)
    changed = program.patch(where, {"content": "It is of gold."}, if_match=read["ETag"])
    assert changed.json()["content"] == "It is of gold."
    refused(program.patch(where, {"content": "Over it."}, if_match=read["ETag"]), 412, "changed_meanwhile")
    refused(bobs.get(where), 404, "not_found")

    check = program.get(f"characters/{mira.pk}/versions/{mira.published_id}/check/").json()
    assert check == {
        "findings": [],
        "unshown": [
            {
                "kind": "lore", "id": str(entry(mira).pk), "book_id": str(entry(mira).book_id), "name": "Bell",
                "change": "changed",
            }
        ],
    }  # fmt: skip
    copied = bobs.post(f"characters/{mira.pk}/fork/").json()
    assert said(told_now(copied["id"])) == GRANTED

    asked = program.post(f"characters/{mira.pk}/publications/", {"visibility": "public"}).json()
    assert (asked["state"], asked["version_id"], asked["lore_alone"]) == ("waiting", str(mira.published_id), True)
    moderator = UserFactory(is_staff=True, is_superuser=True)
    decide(publication=Publication.objects.get(pk=asked["id"]), by=moderator, granted=True)
    assert program.get(where)["ETag"] == changed["ETag"], "a decision changes nothing that its author wrote"
    assert program.get(f"characters/{mira.pk}/versions/{mira.published_id}/check/").json()["unshown"] == []
    assert program.post(f"characters/{mira.pk}/publications/", {"visibility": "public"}).json()["state"] == "granted"


def test_a_tag_that_a_rule_stumbles_over_is_refused_in_its_words(program: Program, mira: Character) -> None:
    path = f"characters/{mira.pk}/"
    answer = program.patch(path, {"tags": ["hentai"]}, if_match=program.get(path)["ETag"])
    told = refused(answer, 400, "invalid")
    assert told["field"] == "tags"
    assert told["findings"] == [{"rule": "rating_mismatch", "field": "tags", "excerpt": "hentai"}]
    assert program.get(path).json()["tags"] == []
