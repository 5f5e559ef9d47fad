"""Characters, versions and drafts through the API: what a creator's program does."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import User
from accounts.retention import KEPT_DELETED
from characters.content import MAX_GREETING
from characters.models import Character, CharacterVersion, Draft
from tests.api.conftest import Program, refused
from tests.characters.factories import a_character

MIRA: dict[str, Any] = {
    "language": "en",
    "name": "Mira",
    "tagline": "Keeps the Lantern",
    "description": "She keeps an inn, and a secret.",
    "greetings": ["Sit."],
    "traits": {"manner": {"value": 72, "pinned": True}},
    "tags": ["harbour", "Slow burn"],
}


@pytest.fixture
def mira(program: Program) -> dict[str, Any]:
    answer = program.post("characters/", MIRA)
    assert answer.status_code == 201, answer.content
    told: dict[str, Any] = answer.json()
    return told


def test_a_character_is_written_read_filed_deleted_and_restored(program: Program, mira: dict[str, Any]) -> None:
    path = f"characters/{mira['id']}/"
    assert (mira["name"], mira["visibility"], mira["mine"], mira["number"]) == ("Mira", "private", True, 1)
    assert sorted(mira["tags"]) == ["harbour", "slow-burn"]
    read = program.get(path)
    assert read.json() == mira
    filed = program.patch(path, {"tags": ["inn"], "rating": "mature", "copyable": False}, if_match=read["ETag"])
    assert (filed.status_code, filed.json()["tags"], filed.json()["rating"]) == (200, ["inn"], "mature")
    assert filed["ETag"] == program.get(path)["ETag"] != read["ETag"]

    assert program.delete(path).status_code == 204
    refused(program.get(path), 404, "not_found")
    assert program.get("characters/").json()["results"] == []
    [away] = program.get("characters/?deleted=true").json()["results"]
    assert away["id"] == mira["id"]
    assert program.post(f"{path}restore/").json()["tags"] == ["inn"]
    assert program.get(path).status_code == 200


def test_too_late_it_is_not_restored(program: Program, mira: dict[str, Any]) -> None:
    Character.objects.filter(pk=mira["id"]).update(deleted_at=timezone.now() - KEPT_DELETED * 2)
    refused(program.post(f"characters/{mira['id']}/restore/"), 404, "not_found")


def test_two_programs_do_not_overwrite_each_other(program: Program, mira: dict[str, Any]) -> None:
    path = f"characters/{mira['id']}/"
    seen = program.get(path)["ETag"]
    assert program.patch(path, {"rating": "mature"}, if_match=seen).status_code == 200
    refused(program.patch(path, {"rating": "general"}, if_match=seen), 412, "changed_meanwhile")
    refused(program.patch(path, {"rating": "general"}), 428, "if_match_needed")
    refused(program.patch(path, {"rating": "general"}, if_match=f"W/{program.get(path)['ETag']}"), 412,
            "changed_meanwhile")  # fmt: skip
    refused(program.delete(path, if_match=seen), 412, "changed_meanwhile")
    assert program.get(path).json()["rating"] == "mature"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"language": "fr"}, "language"),
        ({"greetings": "Sit."}, "greetings"),
        ({"greetings": ["x" * (MAX_GREETING + 1)]}, "greetings.0"),
        ({"traits": {"manner": {"value": 300}}}, "traits.manner"),
        ({"traits": []}, "traits"),
        ({"generation": {"temperature": 9}}, "generation.temperature"),
        ({"portrait": {"palette": "plaid"}}, "portrait"),
        ({"picture": "01890000-0000-7000-8000-000000000000"}, "picture"),
        ({"tags": ["x"] * 13}, "tags"),
        ({"rating": "harmless"}, "rating"),
        ({"visibility": "public"}, "visibility"),
        ({"nmae": "Mira"}, "nmae"),
        ({"description": "\u0000"}, "description"),
    ],
)
def test_what_is_wrong_is_named(program: Program, changes: dict[str, Any], field: str) -> None:
    answer = program.post("characters/", MIRA | changes)
    told = refused(answer, 400, "invalid")
    assert told["field"] == field
    assert not Character.objects.filter(owner__isnull=False).exists()


def test_other_content_than_json_is_refused(program: Program) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = program.client.post("/api/v1/characters/", b"name=Mira", content_type=kind)
        refused(answer, 415, "unsupported_media_type")
    refused(program.client.post("/api/v1/characters/", b"{", content_type="application/json"), 400, "malformed")


def test_too_many_files_in_a_form_are_refused_with_the_limit(program: Program) -> None:
    files = [SimpleUploadedFile(f"{number}.json", b"{}") for number in range(11)]
    assert refused(program.upload("cards/", file=files), 413, "too_large")["limit"] == 10


def test_the_model_s_texts_are_the_author_s_alone(program: Program, bobs: Program, alice: User) -> None:
    shown = a_character(alice)
    told = bobs.get(f"characters/{shown.pk}/")
    assert told.status_code == 200
    assert "harbour" not in str(told.json())
    assert "description" not in told.json()
    refused(bobs.get(f"characters/{shown.pk}/versions/"), 404, "not_found")
    assert "harbour" in str(program.get(f"characters/{shown.pk}/versions/{shown.published_id}/").json())


def test_lists_go_on_page_by_page(program: Program, bobs: Program, alice: User) -> None:
    made = [str(a_character(alice, name=f"Mira {number}").pk) for number in range(5)]
    seen: list[str] = []
    path = "characters/?limit=2&whose=mine"
    while path:
        page = program.get(path).json()
        seen += [each["id"] for each in page["results"]]
        path = (page["next"] or "").partition("/api/v1/")[2]
        # One more comes meanwhile: it neither repeats nor hides anything.
        a_character(alice, name="Late")
    assert seen == made[::-1]
    assert {each["id"] for each in bobs.get("characters/?whose=public&limit=100").json()["results"]} >= set(made)


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=%00", "cursor=abc",
                                   "whose=ours", "nonsense=1", "tag=a&tag=b", "cursor=WyJ4Il0"])  # fmt: skip
def test_parameters_that_mean_nothing_are_refused(program: Program, query: str) -> None:
    refused(program.get(f"characters/?{query}"), 400, "invalid")


def test_a_list_costs_the_same_however_long_it_is(program, alice, django_assert_num_queries) -> None:
    for number in range(3):
        a_character(alice, name=f"Mira {number}", tags=("fantasy",))
    program.get("characters/")
    # the key; characters with creator and profile; editions; tags
    with django_assert_num_queries(4):
        assert len(program.get("characters/").json()["results"]) == 3


# --- versions


def test_the_next_version_keeps_what_it_does_not_change(program: Program, mira: dict[str, Any]) -> None:
    path = f"characters/{mira['id']}/versions/"
    answer = program.post(path, {"language": "en", "tagline": "Keeps it still"})
    assert answer.status_code == 201
    told = answer.json()
    assert (told["number"], told["name"], told["tagline"]) == (2, "Mira", "Keeps it still")
    assert told["greetings"] == ["Sit."]
    assert answer["Location"] == f"/api/v1/{path}{told['id']}/"
    assert program.get(f"{path}{told['id']}/").json() == told
    # Nobody else sees it: it is on stage at once.
    assert program.get(f"characters/{mira['id']}/").json()["number"] == 2


def test_another_language_goes_along(program: Program, mira: dict[str, Any]) -> None:
    path = f"characters/{mira['id']}/versions/"
    program.post(path, {"language": "zh-hans", "name": "米拉"})
    program.post(path, {"language": "en", "tagline": "New"})
    listed = program.get(path).json()["results"]
    assert sorted((each["number"], each["language"]) for each in listed) == [
        (1, "en"), (2, "en"), (2, "zh-hans"), (3, "en"), (3, "zh-hans"),
    ]  # fmt: skip
    assert len(program.get(f"{path}?language=zh-hans").json()["results"]) == 2


def test_a_version_on_an_old_one_is_refused(program: Program, mira: dict[str, Any]) -> None:
    path = f"characters/{mira['id']}/versions/"
    first = program.get(f"{path}{mira['version_id']}/")["ETag"]
    assert program.post(path, {"language": "en", "tagline": "One"}, if_match=first).status_code == 201
    refused(program.post(path, {"language": "en", "tagline": "Two"}, if_match=first), 412, "changed_meanwhile")


def test_versions_are_compared_and_restored(program: Program, mira: dict[str, Any]) -> None:
    path = f"characters/{mira['id']}/versions/"
    second = program.post(path, {"language": "en", "tagline": "Keeps the Crown"}).json()
    diff = program.get(f"{path}{second['id']}/diff/{mira['version_id']}/").json()
    [change] = diff["changes"]
    assert change["field"] == "tagline"
    assert {"kind": "gone", "text": "Lantern"} in change["pieces"]
    back = program.post(f"{path}{mira['version_id']}/restore/")
    assert (back.status_code, back.json()["number"], back.json()["tagline"]) == (201, 3, "Keeps the Lantern")
    assert CharacterVersion.objects.filter(character=mira["id"]).count() == 3


def test_a_version_of_another_character_is_not_found_here(program: Program, mira: dict[str, Any]) -> None:
    other = program.post("characters/", MIRA).json()
    refused(program.get(f"characters/{other['id']}/versions/{mira['version_id']}/"), 404, "not_found")


# --- drafts


def test_a_draft_is_opened_filled_and_written(program: Program) -> None:
    draft = program.post("drafts/", {"language": "en", "title": "Try"})
    path = f"drafts/{draft.json()['id']}/"
    wrong = {"name": "", "traits": {"manner": {"value": 500}}}
    saved = program.patch(path, {"content": wrong, "tags": ["inn"]}, if_match=draft["ETag"])
    assert saved.json()["content"]["traits"] == {"manner": {"value": 500}}
    refused(program.post(f"{path}write/"), 400, "invalid")
    refused(program.patch(path, {"content": {"name": "Other"}}, if_match=draft["ETag"]), 412, "changed_meanwhile")
    right = {"name": "Mira", "traits": {"manner": None}}
    saved = program.patch(path, {"content": right}, if_match=saved["ETag"])
    version = program.post(f"{path}write/", if_match=saved["ETag"]).json()
    assert (version["name"], version["number"]) == ("Mira", 1)
    assert program.get(path).json()["character_id"] == version["character_id"]
    assert program.delete(path).status_code == 204
    refused(program.get(path), 404, "not_found")
    assert program.post(f"{path}restore/").status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [({"content": {"language": "en"}}, "content.language"), ({"content": {"nmae": "x"}}, "nmae"),
     ({"content": {"card": "x"}}, "card"), ({"content": []}, "content"), ({"nonsense": 1}, "nonsense"),
     ({"content": {"traits.": 1}}, "traits.")],
)  # fmt: skip
def test_a_field_that_a_draft_does_not_have_is_named(program: Program, body: dict[str, Any], field: str) -> None:
    draft = program.post("drafts/", {})
    answer = program.patch(f"drafts/{draft.json()['id']}/", body, if_match=draft["ETag"])
    assert refused(answer, 400, "invalid")["field"] == field


def test_a_draft_may_hold_whatever_json_can_say(program: Program) -> None:
    draft = program.post("drafts/", {})
    odd = {
        "name": "🎭",
        "description": "a\u0000b",
        "greetings": [1, None, {"x": 10**30}],
        "traits": {"manner": 1e308},
    }
    answer = program.patch(f"drafts/{draft.json()['id']}/", {"content": odd}, if_match=draft["ETag"])
    assert answer.status_code == 200, answer.content
    assert answer.json()["content"]["description"] == "ab"


def test_a_draft_of_somebody_else_s_character_is_not_opened(program: Program, bobs: Program, mira: Any) -> None:
    refused(bobs.post("drafts/", {"character_id": mira["id"]}), 404, "not_found")
    refused(bobs.post("drafts/", {"version_id": mira["version_id"]}), 404, "not_found")
    assert not Draft.objects.exists()


def test_a_copy_with_credit(bobs: Program, alice: User) -> None:
    shown = a_character(alice)
    answer = bobs.post(f"characters/{shown.pk}/fork/")
    assert answer.status_code == 201
    assert answer.json()["forked_from"] == str(shown.pk)
    Character.objects.filter(pk=shown.pk).update(copyable=False)
    refused(bobs.post(f"characters/{shown.pk}/fork/"), 403, "not_to_be_copied")


def test_entries_deleted_in_bulk_are_put_back_by_the_id_of_their_removal(program: Program) -> None:
    book = program.post("lorebooks/", {"scope": "account"}).json()["id"]
    entry = program.post(f"lorebooks/{book}/entries/", {"name": "Inn", "content": "Warm."}).json()
    told = program.post(f"lorebooks/{book}/entries/bulk/", {"entry_ids": [entry["id"]], "action": "delete"}).json()
    assert program.get(f"lorebooks/{book}/entries/").json()["results"] == []
    refused(program.post(f"lorebooks/{book}/entries/restore/", {"removal_id": book}), 404, "not_found")
    assert program.post(f"lorebooks/{book}/entries/restore/", {"removal_id": told["removal_id"]}).status_code == 200
    assert program.get(f"lorebooks/{book}/entries/").json()["results"] == [entry]
    off = program.post(f"lorebooks/{book}/entries/bulk/", {"entry_ids": [entry["id"]], "action": "disable"}).json()
    assert (off["removal_id"], off["missing_ids"]) == (None, [])
    where = f"lorebooks/{book}/entries/{entry['id']}/"
    assert program.delete(where).status_code == 204
    late = program.post(f"lorebooks/{book}/entries/bulk/", {"entry_ids": [entry["id"]], "action": "enable"}).json()
    assert late["missing_ids"] == [entry["id"]]
