"""A draft played by hand: from any scene, with what was before it; what is closed says why; a change shows at once."""

import json

import pytest
from django.urls import reverse

from accounts.models import User
from stories.models import StoryDraft
from stories.services.drafts import open_draft
from stories.services.walking import arrival
from stories.shipped import shipped
from stories.study.simulate import simulate
from stories.study.walk import arrived, walk
from tests.factories import UserFactory
from tests.stories.conftest import SMALL

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return UserFactory()


@pytest.fixture
def draft(alice) -> StoryDraft:
    return open_draft(owner=alice, source=SMALL)


@pytest.fixture
def walked(client, alice, draft):
    client.force_login(alice)

    def ask(status: int = 200, **body) -> dict:
        url = reverse("story-draft-walk", args=[draft.pk])
        answer = client.post(url, json.dumps(body), content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json()

    return ask


def test_step_by_step_it_says_what_is_told_what_moved_and_what_can_be_done(walked):
    begun = walked()
    assert begun["scene"] == "tower"
    assert {each["name"]: (each["open"], each["why"], each["when"]) for each in begun["choices"]} == {
        "wait": (False, "when", "lit"),
        "row": (True, "", "hope <= 2 or holds(mira, lamp)"),
    }
    assert ["take", "lamp", ""] in begun["actions"]
    assert ["talk", "mira", ""] in begun["actions"]
    assert begun["proposals"] == [["warm", "Mira trusts them more"]]
    assert begun["moments"][0]["notes"][0] == {"kind": "scene", "words": "The tower", "what": "tower"}

    steps = [["take", "lamp", ""], ["go", "cellar", ""], ["take", "oil", ""], ["use", "lamp", "oil"]]
    lit = walked(steps=steps)
    assert lit["moments"][-1]["met"] == ["scenes.tower.actions.light"]
    assert lit["moments"][-2]["met"] == ["scenes.tower.beats.hurry"], "after three moves"
    assert ["flags", "lit", False, True] in lit["moments"][-1]["moved"]
    assert lit["state"]["flags"]["lit"] is True
    assert next(each for each in lit["choices"] if each["name"] == "wait")["open"]
    ended = walked(steps=[*steps, ["choose", "wait", ""]])
    assert ended["ending"] == "dawn"
    assert (ended["choices"], ended["actions"], ended["proposals"]) == ([], [], [])


def test_what_a_reply_brings_about_is_a_step_as_far_as_it_is_open(walked):
    warm = ["propose", "warm", ""]
    told = walked(steps=[warm, warm, warm])
    assert len(told["moments"]) == 3, "most: 2"
    assert told["state"]["bonds"]["mira"] == 46
    assert len(walked(steps=[["propose", "shut", ""]])["moments"]) == 1


def test_from_a_scene_as_somebody_comes_there_or_with_what_is_given(walked):
    came = walked(start="boat", way=1)
    assert (came["found"], came["scene"]) == (True, "boat")
    # The step that led there is told, and what it changed.
    assert came["moments"][0]["met"] == ["scenes.tower.choices.row"]
    assert "row" not in {each["name"] for each in came["choices"]}
    alone = walked(start="boat", given="lit = true; hope = 4")
    assert alone["moments"][0]["met"] == []
    assert (alone["state"]["flags"]["lit"], alone["state"]["counters"]["hope"]) == (True, 4)
    back = walked(start="boat", given="lit = true; hope = 4", steps=[["choose", "back", ""]])
    assert (back["scene"], back["state"]["counters"]["hope"]) == ("tower", 5)
    wrong = walked(400, given="hpe = 4")
    assert "do you mean hope?" in wrong["error"]["message"]


def test_after_a_change_it_goes_as_far_as_the_story_still_does(walked, draft):
    steps = [["take", "lamp", ""], ["choose", "row", ""], ["choose", "on", ""]]
    assert walked(steps=steps)["ending"] == "sea"
    StoryDraft.objects.filter(pk=draft.pk).update(source=SMALL.replace("at: tower_top, fixed", "at: cellar, fixed"))
    assert walked(steps=steps)["ending"] == "sea"
    StoryDraft.objects.filter(pk=draft.pk).update(source=SMALL.replace("at: tower_top}", "at: cellar}"))
    assert len(walked(steps=steps)["moments"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"steps": "take"}, {"steps": [["take"]]}, {"steps": [["eval", "x", ""]]}, {"steps": [[1, 2, 3]]},
        {"steps": [["take", "lamp", ""]] * 301}, {"way": "x"}, {"way": float("inf")},
        {"given": "x" * 1001}, {"given": "import os"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(walked, body):
    assert walked(400, **body)["error"]["code"] == "invalid"


def test_what_cannot_be_played_says_so(walked, draft):
    StoryDraft.objects.filter(pk=draft.pk).update(source=SMALL.replace("to: sea", "to: see"))
    assert walked(400)["error"]["code"] == "unplayable"


@pytest.mark.parametrize("name", shipped())
def test_whatever_scene_random_plays_meet_a_walk_comes_to(name):
    book = shipped()[name]
    met = simulate(book, 300).scenes
    for scene in met:
        ways = [arrived(book, scene, way) for way in (1, 2)]
        assert all(came and walk(book, "s", came=came).state.scene == scene for came in ways), scene


def test_a_scene_that_no_way_leads_to_begins_with_nothing_before_and_is_looked_for_once(walked, draft):
    lost = SMALL.replace("to: boat, text: {en: You hold.", "to: sea, text: {en: You hold.")
    lost = lost.replace("to: boat, text: {en: You nearly", "to: sea, text: {en: You nearly")
    StoryDraft.objects.filter(pk=draft.pk).update(source=lost)
    looked = arrival.cache_info().misses
    begun = walked(start="boat", way=3)
    assert (begun["found"], begun["scene"], begun["moments"][0]["met"]) == (False, "boat", [])
    assert walked(start="boat", way=3, steps=[["choose", "on", ""]])["ending"] == "sea"
    assert arrival.cache_info().misses == looked + 1
    StoryDraft.objects.filter(pk=draft.pk).update(source=SMALL)
    assert walked(start="boat", way=3)["found"], "another document"
