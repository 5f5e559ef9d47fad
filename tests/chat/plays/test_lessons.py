"""A story that somebody teaches with: asked first, watched then, and how everybody did."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.blocks import block
from accounts.errors import NotFound
from accounts.models import User
from chat.models import Conversation, Feedback, Lesson, Participant
from chat.selectors import get_conversation
from chat.selectors.lessons import class_of, get_lesson
from chat.selectors.results import result_of
from chat.services.lessons import (
    LessonOver,
    Made,
    attend,
    be_watched_again,
    close_lesson,
    make_lesson,
    renew_link,
    stop_being_watched,
)
from chat.services.plays.feedback import ask_again, give_feedback
from chat.services.rooms.errors import InvitationOver
from stories.models import Story
from stories.services import create_story
from tests.chat.plays.stage import act, begun, did
from tests.chat.rooms.stage import said
from tests.chat.stage import in_database, sign_in
from tests.factories import GuestFactory, UserFactory
from tests.stories.conftest import SMALL

CALM = "{name: {en: Calm, zh-hans: 静}, good: {en: A breath first., zh-hans: 先喘口气。}}"
PLAN = "{name: {en: Plan, zh-hans: 打算}, good: {en: Light first., zh-hans: 先点灯。}}"
PRACTICE = SMALL.replace("    roam: true\n", f"    roam: true\n    rubric:\n      plan: {PLAN}\n").replace(
    "    place: cellar\n    present: [tam]\n",
    f"    place: cellar\n    present: [tam]\n    rubric:\n      mercy: {CALM}\n",
)
PRACTICE = f"{PRACTICE}kind: practice\nrubric:\n  calm: {CALM}\n"
db = pytest.mark.django_db


def practice(owner: User) -> Story:
    return create_story(owner=owner, source=PRACTICE)


def lesson_of(teacher: User) -> Made:
    return make_lesson(teacher=teacher, story=practice(teacher), name="Evening class")


def ended(talk: Conversation) -> Any:
    """Lit and waited for: the line at which the play came to its ending, gone through."""
    line = talk.head_id
    for action in (("take", "lamp"), ("go", "cellar"), ("take", "oil"), ("go", "tower_top")):
        line = did(talk, *action, after=line)
    line = did(talk, "use", "lamp", "oil", after=line)
    line = did(talk, "choose", "wait", after=line)
    give_feedback(Feedback.objects.create(play=talk.play, message_id=line).pk)
    return line


@pytest.fixture
def teacher() -> User:
    return UserFactory(name="Ms Ho")


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice")


@db
def test_who_learns_is_asked_before_anybody_watches(client: Client, teacher: User, alice: User):
    client.force_login(teacher)
    story = practice(teacher)
    assert reverse("lesson-make", args=[story.pk]) in client.get(reverse("story", args=[story.pk])).content.decode()
    made = client.post(reverse("lesson-make", args=[story.pk]), {"name": " Evening  class "}, follow=True)
    link = made.context["address"]
    lesson = Lesson.objects.get(teacher=teacher)
    assert b"Evening class" not in bytes(lesson.name)
    again = client.get(reverse("lesson", args=[lesson.pk]))
    assert "Evening class" in again.content.decode()
    assert link not in again.content.decode()

    client.force_login(alice)
    asked = client.get(link)
    assert "Ms Ho would like to watch" in asked.content.decode()
    assert not Conversation.objects.filter(owner=alice).exists()
    begun_at = client.post(f"{link}in", {"name": "Ada"})
    talk = Conversation.objects.get(owner=alice)
    assert begun_at["Location"] == reverse("talk", args=[talk.pk])
    seats = {part.user_id: part.role for part in talk.participants.all()}
    assert seats == {alice.pk: "host", teacher.pk: "spectator"}

    client.force_login(teacher)
    watched = client.get(reverse("talk", args=[talk.pk]))
    assert watched.status_code == 200
    assert b"data-act-bar" not in watched.content
    assert "Ada" in client.get(reverse("lesson", args=[lesson.pk])).content.decode()


@db
def test_a_guest_learns_too_and_nobody_by_a_link_that_is_over(client: Client, teacher: User, alice: User):
    lesson, token = lesson_of(teacher)
    client.post(reverse("attend-in", args=[token]))
    [learner] = class_of(get_lesson(user=teacher, lesson_id=lesson.pk)).learners
    assert learner.stand.scene == "The tower"
    newer = renew_link(teacher=teacher, lesson_id=lesson.pk).token
    assert client.get(reverse("attend", args=[token])).status_code == 410
    with pytest.raises(LessonOver):
        attend(user=alice, token=token)
    close_lesson(teacher=teacher, lesson_id=lesson.pk)
    with pytest.raises(LessonOver):
        attend(user=alice, token=newer)
    client.force_login(GuestFactory())
    assert client.get(reverse("lessons")).status_code == 404


@db
def test_the_class_shows_how_far_and_how_well_with_as_many_queries_for_one_as_for_three(
    teacher: User, standin, django_assert_max_num_queries
):
    lesson, token = lesson_of(teacher)
    first, second, third = (attend(user=UserFactory(), token=token, name=name) for name in ("Ada", "Bo", "Cy"))
    ended(first)
    did(second, "take", "lamp", after=second.head_id)
    assert third.head_id is not None
    Feedback.objects.create(play=third.play, message_id=third.head_id, state="failed")
    found = get_lesson(user=teacher, lesson_id=lesson.pk)
    with django_assert_max_num_queries(6):
        ada, bo, cy = class_of(found).learners
    assert (ada.name, ada.stand.ending, ada.stand.actions) == ("Ada", "Dawn", 6)
    assert [(mark.name, mark.scene) for mark in ada.marks] == [("Calm", ""), ("Plan", "The tower")]
    assert {mark.reached for mark in ada.marks} <= {"yes", "partly", "no"}
    assert (bo.name, bo.stand.scene, bo.stand.ending, bo.marks) == ("Bo", "The tower", "", [])
    assert (cy.name, cy.stand.actions, cy.marks) == ("Cy", 0, [])


@db
def test_who_takes_consent_back_is_not_seen_any_more_and_may_give_it_again(client: Client, teacher: User, alice: User):
    lesson, token = lesson_of(teacher)
    talk = attend(user=alice, token=token)
    client.force_login(alice)
    assert "Ms Ho reads this play" in client.get(reverse("play-results", args=[talk.pk])).content.decode()
    client.post(reverse("play-watch", args=[talk.pk]), {"watch": "0"})
    shown = class_of(get_lesson(user=teacher, lesson_id=lesson.pk))
    assert (list(shown.learners), shown.private) == ([], 1)
    client.force_login(teacher)
    assert client.get(reverse("talk", args=[talk.pk])).status_code == 403  # as whoever was taken out of a room
    for name in ("play-results", "play-stage"):
        assert client.get(reverse(name, args=[talk.pk])).status_code == 404
    assert client.post(reverse("play-watch", args=[talk.pk]), {"watch": "1"}).status_code == 404
    be_watched_again(user=alice, conversation_id=talk.pk)
    assert get_conversation(user=teacher, conversation_id=talk.pk) == talk
    stop_being_watched(user=alice, conversation_id=talk.pk)
    block(user=alice, person_id=teacher.pk)
    with pytest.raises(InvitationOver):
        be_watched_again(user=alice, conversation_id=talk.pk)


@db
def test_a_result_is_read_by_player_and_watcher_and_taken_along(client: Client, teacher: User, alice: User, standin):
    lesson, token = lesson_of(teacher)
    talk = attend(user=alice, token=token, name="Ada")
    line = ended(talk)
    talk.refresh_from_db()
    said(talk, alice, "For nobody else.", seen_by=[alice.pk])
    client.force_login(teacher)
    page = client.get(reverse("play-results", args=[talk.pk]), {"attempt": str(line)}).content.decode()
    assert "Dawn" in page
    assert "A breath first." not in page  # what was said of it stands there instead
    for kind, holds in (("md", "# The lamp"), ("csv", "learner,story,ending,mark"), ("json", '"title": "The lamp"')):
        file = client.get(reverse("play-results-file", args=[talk.pk, kind]), {"attempt": str(line)})
        assert holds in file.content.decode()
        assert "For nobody else." not in file.content.decode()
    told = json.loads(client.get(reverse("play-results-file", args=[talk.pk, "json"])).content)
    assert [mark["name"] for mark in told["marks"]] == ["Calm", "Plan"]
    assert told["ending"]["title"] == "Dawn"
    assert [each["ending"] for each in told["attempts"]] == ["Dawn"]
    rows = client.get(reverse("lesson-results", args=[lesson.pk, "csv"])).content.decode().splitlines()
    assert rows[0].endswith("scene,ending,actions,reached,Calm,Plan")
    assert rows[1].startswith("Ada,")
    client.force_login(UserFactory())
    for name in ("play-results", "play-results-file"):
        arguments = [talk.pk, "md"] if name.endswith("file") else [talk.pk]
        assert client.get(reverse(name, args=arguments)).status_code == 404
    assert client.get(reverse("lesson", args=[lesson.pk])).status_code == 404


@db
def test_what_is_looked_at_in_a_scene_counts_where_one_was_there(alice: User, standin):
    talk = begun(alice, practice(alice))
    whole = result_of(user=alice, play=talk.play)
    assert [(mark.name, mark.scene) for mark in whole.marks] == [("Calm", ""), ("Plan", "The tower")]
    line = ended(talk)
    [attempt] = result_of(user=alice, play=talk.play, attempt=line).attempts
    assert (attempt.message_id, attempt.ending) == (line, "Dawn")
    with pytest.raises(NotFound):
        result_of(user=alice, play=talk.play, attempt=talk.pk)


@db
def test_feedback_that_failed_is_asked_for_again(alice: User, standin):
    talk = begun(alice, practice(alice))
    row = Feedback.objects.get(message_id=ended(talk))
    with pytest.raises(NotFound):
        ask_again(play=talk.play, message_id=row.message_id)  # it is there
    Feedback.objects.filter(pk=row.pk).update(state="failed", body=b"")
    ask_again(play=talk.play, message_id=row.message_id)
    give_feedback(row.pk)
    row.refresh_from_db()
    assert row.state == "done"


@db
def test_the_same_over_the_api(client: Client, teacher: User, alice: User, standin):
    client.force_login(teacher)
    story = practice(teacher)
    root = "/api/v1/"
    made = client.post(f"{root}stories/{story.pk}/lessons/", {"name": "Morning"}, content_type="application/json")
    assert made.status_code == 201
    token = made.json()["link"].rstrip("/").rpartition("/")[2]
    talk = attend(user=alice, token=token)
    ended(talk)
    assert client.get(f"{root}lessons/").json()[0]["plays"] == 1
    [learner] = client.get(made["Location"]).json()["learners"]
    assert (learner["ending"], learner["conversation_id"]) == ("Dawn", str(talk.pk))
    told = client.get(f"{root}conversations/{talk.pk}/play/result/").json()
    assert [mark["name"] for mark in told["marks"]] == ["Calm", "Plan"]
    again = client.post(f"{made['Location']}link/", content_type="application/json")
    assert again.json()["link"] != made.json()["link"]
    assert client.delete(made["Location"]).status_code == 204
    with pytest.raises(LessonOver):
        attend(user=UserFactory(), token=again.json()["link"].rstrip("/").rpartition("/")[2])


@db
def test_learning_over_the_api_needs_the_same_consent(client: Client, teacher: User, alice: User):
    lesson, token = lesson_of(teacher)
    client.force_login(alice)

    def post(path: str, **body: Any) -> Any:
        return client.post(f"/api/v1/lessons/{path}/", body, content_type="application/json")

    asked = post("link", token=token).json()
    assert (asked["teacher"], asked["title"], asked["languages"]) == ("Ms Ho", "The lamp", ["en", "zh-hans"])
    for body in ({}, {"agree": False}):
        refused = post("attend", token=token, name="Ada", **body)
        assert (refused.status_code, refused.json()["field"]) == (400, "agree")
    assert not Conversation.objects.filter(owner=alice).exists()
    begun_at = post("attend", token=token, name="Ada", agree=True)
    assert begun_at.status_code == 201
    talk = Conversation.objects.get(owner=alice)
    assert begun_at.json()["conversation_id"] == str(talk.pk)
    door = f"/api/v1/conversations/{talk.pk}/play/watched/"
    for method, watching in (("delete", False), ("put", True)):
        assert getattr(client, method)(door).status_code == 204
        assert client.get(door).json() == {"teacher": "Ms Ho", "watching": watching}
        seats = talk.participants.filter(user=teacher, left_at=None)
        assert seats.exists() == watching
    client.force_login(teacher)
    assert client.delete(door).status_code == 404
    assert post("attend", token=token, agree=True).status_code == 400
    renew_link(teacher=teacher, lesson_id=lesson.pk)
    client.force_login(UserFactory())
    assert post("link", token=token).status_code == 410
    assert post("attend", token=token, agree=True).json()["code"] == "lesson_over"


async def test_who_watches_sees_what_happens_does_nothing_and_is_out_when_told_so(plays):
    """Over real sockets: the class of one learner."""

    def make() -> tuple[Any, Any, Conversation]:
        teacher, learner = UserFactory(name="Ms Ho"), UserFactory(name="Alice")
        talk = attend(user=learner, token=lesson_of(teacher).token)
        return sign_in(teacher), sign_in(learner), talk

    teacher, learner, talk = await in_database(make)
    plays.talks.append(talk)
    watching, playing = await plays.open(talk, teacher), await plays.open(talk, learner)
    roles = {person["role"] for person in playing.ready["participants"]}
    assert roles == {Participant.Role.HOST, Participant.Role.SPECTATOR}
    done = await act(playing, "take", "lamp")
    assert [note["kind"] for note in done.events[0]["payload"]["notes"]] == ["gained"]
    seen = await watching.wait_for("game_event", "error")
    assert seen["payload"]["action"]["target"] == "lamp"
    await playing.wait_for("ai_end")
    refused = await act(watching, "use", "lamp", "oil")
    assert refused.answer["type"] == "error"
    assert refused.events == []
    await plays.browser(learner).submit(reverse("play-watch", args=[talk.pk]), watch="0")
    assert await watching.close_code() == 4410


@db
def test_to_begin_over_the_api_costs_as_much_of_ones_pace_as_a_line(client: Client, teacher: User, alice: User):
    _, token = lesson_of(teacher)
    client.force_login(alice)

    def begun(path: str, body: dict[str, object]) -> str:
        answer = client.post(f"/api/v1/{path}/", body, content_type="application/json")
        assert answer.status_code == 201
        return answer["RateLimit-Policy"]

    assert '"hour"' in begun(f"stories/{practice(alice).pk}/plays", {})
    assert '"hour"' in begun("lessons/attend", {"token": token, "agree": True})
