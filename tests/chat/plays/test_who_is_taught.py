"""What a lesson does not give: the play itself, what is whispered, and stories that moderators stand against."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import sanctions
from accounts.encryption import ciphers
from accounts.erasure import erase
from accounts.errors import Invalid
from accounts.guests import adopt
from accounts.management.commands.demo_accounts import make_demo_account
from accounts.models import User
from accounts.sanctions import Restricted
from characters.models import Visibility
from chat.models import Attendance, Conversation, Feedback, Participant
from chat.selectors.lessons import class_of, get_lesson, watched
from chat.services.lessons import (
    LessonOver,
    attend,
    close_lesson,
    find_lesson,
    make_lesson,
    renew_link,
    stop_being_watched,
)
from chat.services.plays import feedback
from chat.services.rooms.room import hand_over_room
from moderation.models import Report
from stories.models import Story
from stories.services.publishing import ask_to_publish, hide
from stories.services.releases import put_on_stage
from stories.services.shelf import write_edition
from tests.chat.plays.test_lessons import PRACTICE, ended, lesson_of
from tests.chat.rooms.stage import said
from tests.factories import PASSWORD, GuestFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher() -> User:
    return UserFactory(name="Ms Ho")


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice")


@pytest.fixture
def moderator() -> User:
    return make_demo_account(role="moderator", email="mo@example.com", password=PASSWORD)


def test_a_teacher_inherits_no_play(teacher: User, alice: User):
    talk = attend(user=alice, token=lesson_of(teacher).token)
    with pytest.raises(Invalid):
        hand_over_room(user=alice, conversation_id=talk.pk, to=teacher.pk)
    erase(alice)
    assert not Conversation.objects.filter(pk=talk.pk, owner=teacher).exists()
    assert not Participant.objects.filter(user=teacher, role="host").exists()


def test_what_a_moderator_hid_is_not_taught_and_a_private_story_is(teacher: User, alice: User, moderator: User):
    lesson, token = lesson_of(teacher)
    story = lesson.story
    assert find_lesson(token=token, user=alice) == lesson
    hide(story=story, by=moderator, reason="Not for anybody.")
    # Taking it off the stage is granted without anybody deciding.
    ask_to_publish(story=story, version=story.published, asked_by=teacher, visibility=Visibility.PRIVATE)
    with pytest.raises(LessonOver):
        find_lesson(token=token, user=alice)
    with pytest.raises(Invalid):
        make_lesson(teacher=teacher, story=story, name="Once more")
    with pytest.raises(Invalid):
        renew_link(teacher=teacher, lesson_id=lesson.pk)


@pytest.mark.parametrize("kind", ["rooms", "publishing"])
def test_who_may_not_show_or_meet_others_does_not_teach(teacher: User, moderator: User, kind: str):
    lesson, _token = lesson_of(teacher)
    sanctions.impose(user=teacher, kind=kind, rule="spam", by=moderator)
    with pytest.raises(Restricted):
        make_lesson(teacher=teacher, story=lesson.story, name="Once more")
    with pytest.raises(Restricted):
        renew_link(teacher=teacher, lesson_id=lesson.pk)


def test_who_plays_a_private_story_can_report_it(client: Client, fresh_limits: None, teacher: User, alice: User):
    lesson, token = lesson_of(teacher)
    form = reverse("report-story", args=[lesson.story_id])
    client.force_login(alice)
    assert client.get(form).status_code == 404
    talk = attend(user=alice, token=token)
    assert form in client.get(reverse("play-results", args=[talk.pk])).content.decode()
    sent = client.post(form, {"reason": "rating", "text": "The rocks."}, follow=True)
    assert (sent.status_code, "A moderator looks at it" in sent.content.decode()) == (200, True)
    told = Report.objects.get(reporter=alice)
    assert (told.story, told.story_version) == (lesson.story, talk.play.version)


def test_feedback_is_written_without_what_was_whispered(monkeypatch: Any, teacher: User, alice: User, standin: Any):
    seen: list[str] = []
    branch_of = feedback.branch_of

    def read(**given: Any) -> Iterator[Any]:
        for line in branch_of(**given):
            seen.append(line.text)
            yield line

    monkeypatch.setattr(feedback, "branch_of", read)
    talk = attend(user=alice, token=lesson_of(teacher).token)
    talk.refresh_from_db()
    said(talk, alice, "Said aloud.")
    said(talk, alice, "For nobody else.", seen_by=[alice.pk])
    talk.refresh_from_db()
    ended(talk)
    assert "Said aloud." in seen
    assert "For nobody else." not in seen


def test_feedback_that_is_there_stays_when_another_try_fails(
    monkeypatch: Any, teacher: User, alice: User, standin: Any
):
    talk = attend(user=alice, token=lesson_of(teacher).token)
    row = Feedback.objects.get(message_id=ended(talk))
    Feedback.objects.filter(pk=row.pk).update(state="waiting")

    def meanwhile(*_: Any) -> dict[str, Any]:
        Feedback.objects.filter(pk=row.pk).update(state="done")
        return {}

    monkeypatch.setattr(feedback, "_asked", meanwhile)
    feedback.give_feedback(row.pk)
    again = Feedback.objects.get(pk=row.pk)
    assert (again.state, bytes(again.body)) == ("done", bytes(row.body))


def test_what_a_moderator_granted_stays_when_an_older_page_is_saved(teacher: User):
    story = lesson_of(teacher).lesson.story
    older = Story.objects.get(pk=story.pk)
    shown = story.published
    put_on_stage(story=story, version=shown, visibility=Visibility.PUBLIC)
    version = write_edition(story=older, source=f"{PRACTICE}# Once more.\n")
    story = Story.objects.get(pk=story.pk)
    assert (story.visibility, story.published) == (Visibility.PUBLIC, shown)
    assert version != shown


def test_who_tried_their_own_link_as_a_guest_plays_by_themselves(teacher: User):
    lesson, token = lesson_of(teacher)
    guest = GuestFactory()
    talk = attend(user=guest, token=token)
    adopt(guest, teacher)
    talk.refresh_from_db()
    assert talk.owner == teacher
    assert talk.participants.get().role == "host"
    assert not Attendance.objects.filter(lesson=lesson).exists()


def test_consent_is_taken_back_whatever_seat_the_teacher_has(teacher: User, alice: User):
    lesson, token = lesson_of(teacher)
    talk = attend(user=alice, token=token)
    talk.participants.filter(user=teacher).update(role="player")
    assert class_of(get_lesson(user=teacher, lesson_id=lesson.pk)).learners == []
    assert not watched(talk.play).now
    stop_being_watched(user=alice, conversation_id=talk.pk)
    assert not talk.participants.filter(user=teacher, left_at=None).exists()


def test_a_class_is_read_with_as_many_queries_however_many_keys_there_are(
    teacher: User, standin: Any, django_assert_max_num_queries: Any
):
    lesson, token = lesson_of(teacher)
    for name in ("Ada", "Bo", "Cy"):
        ended(attend(user=UserFactory(), token=token, name=name))
    found = get_lesson(user=teacher, lesson_id=lesson.pk)
    ciphers.clear()
    with django_assert_max_num_queries(7):
        assert len(class_of(found).learners) == 3


def test_a_lesson_is_opened_again_where_not_too_many_are(monkeypatch: Any, teacher: User):
    lesson, _token = lesson_of(teacher)
    close_lesson(teacher=teacher, lesson_id=lesson.pk)
    lesson_of(teacher)
    monkeypatch.setattr("chat.services.lessons.MOST_LESSONS", 1)
    with pytest.raises(Invalid):
        renew_link(teacher=teacher, lesson_id=lesson.pk)
