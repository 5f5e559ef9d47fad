"""Stories over REST: check, write, file, publish, take away, for their author alone."""

import pytest

from accounts.models import User
from stories.models import Story, StoryPublication
from stories.services import create_story, put_on_stage
from tests.api.conftest import Program, refused
from tests.stories.conftest import SMALL

pytestmark = pytest.mark.django_db


def test_a_story_from_its_document_to_a_request(alice: User, bob: User) -> None:
    program = Program(alice)
    wrong = program.ask("post", "stories/check/", {"document": SMALL.replace("start: tower", "start: attic")}).json()
    assert [(each["path"], each["line"]) for each in wrong["problems"]] == [("start", 11)]
    refused = program.ask("post", "stories/", {"document": "story: 2"})
    assert (refused.status_code, refused.json()["code"]) == (400, "unplayable")
    assert refused.json()["problems"]

    made = program.ask("post", "stories/", {"document": SMALL, "tags": ["sea"], "rating": "mature"})
    assert made.status_code == 201, made.content
    story = made.json()
    assert (story["title"], story["tags"], story["mine"]) == ({"en": "The lamp", "zh-hans": "灯"}, ["sea"], True)
    address = f"stories/{story['id']}/"
    assert Program(bob).ask("get", address).status_code == 404
    version = program.ask("get", f"{address}versions/{story['story_version_id']}/").json()
    assert (version["document"], version["plays"] > 0) == (SMALL, True)

    again = program.ask("post", f"{address}versions/", {"document": SMALL + "# again\n"})
    assert (again.status_code, again.json()["number"]) == (201, 2)
    filed = program.ask("patch", address, {"rating": "general"}, if_match=program.ask("get", address)["ETag"])
    assert filed.json()["rating"] == "general"

    asked = program.ask("post", f"{address}publications/", {"visibility": "public"})
    assert (asked.status_code, asked.json()["state"]) == (201, "waiting")
    assert program.ask("post", f"{address}publications/withdraw/", {}).status_code == 204
    assert StoryPublication.objects.get(story=story["id"]).state == "withdrawn"

    assert program.ask("delete", address).status_code == 204
    assert program.ask("get", address).status_code == 404
    assert program.ask("post", f"{address}restore/", {}).json()["visibility"] == "private"


def test_everybody_may_list_what_is_public(bob: User) -> None:
    listed = Program(bob).ask("get", "stories/?whose=public&kind=practice").json()["results"]
    house = Story.objects.filter(kind="practice", owner=None)
    assert {each["id"] for each in listed} == {str(each.pk) for each in house}
    assert "document" not in listed[0]
    assert listed[0]["cover_url"].startswith("http")


def test_a_story_is_reported_once_while_it_is_open(alice: User, bob: User) -> None:
    story = create_story(owner=alice, source=SMALL)
    put_on_stage(story=story, version=story.versions.get(), visibility="public")
    program, address = Program(bob, "reports:write"), f"stories/{story.pk}/reports/"
    made = program.post(address, {"reason": "spam"})
    assert (made.status_code, made.json()["kind"], made.json()["subject"]) == (201, "story", str(story.pk))
    again = program.post("reports/", {"kind": "story", "subject": str(story.pk), "reason": "hate"})
    assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])
    refused(Program(alice, "reports:write").post(address, {"reason": "spam"}), 403, "ones_own")
