"""Teaching with a story: a link by which others play it and let their teacher watch."""

import secrets
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import sanctions
from accounts.encryption import Place, cipher_of
from accounts.errors import Invalid, NotFound, ProductError
from accounts.judging import Place as Judged
from accounts.judging import judged
from accounts.models import User
from accounts.personas import add_persona
from accounts.selectors import default_persona
from characters.models import Visibility
from chat.models import Attendance, Conversation, Lesson, Participant
from chat.selectors.lessons import LESSON_TABLE, get_lesson
from chat.services.plays.starting import start_play
from chat.services.rooms.invitations import TOKEN_BYTES, digest_of, keep_apart
from chat.texts import Empty, check_text
from stories.models import Story
from stories.models.publication import State
from stories.selectors import get_story, shown_version, suits

MAX_NAME = 80
MAX_PERSON = 60
MOST_LESSONS = 100
MOST_PLAYS = 200


class LessonOver(ProductError):
    """Its link is not good any more, or never was."""

    code = "lesson_over"
    status = 410
    message = _("This lesson is over. Ask whoever sent you the link for a new one.")


class Made(NamedTuple):
    """The only time that the token is told."""

    lesson: Lesson
    token: str


@transaction.atomic
def make_lesson(*, teacher: User, story: Story, name: str) -> Made:
    """Of a story that the teacher may open: the caller has seen to that.

    Raises Empty, TooLong, Invalid (too many; refused by a moderator), Restricted.
    """
    _check_opening(teacher, story)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    lesson = Lesson(teacher=teacher, story=story, digest=digest_of(token))
    lesson.name = _sealed(teacher, lesson, " ".join(name.split()))
    lesson.save(force_insert=True)
    return Made(lesson, token)


@transaction.atomic
def renew_link(*, teacher: User, lesson_id: UUID) -> Made:
    """A new one; the link before is good no more. Opens a lesson that was closed. Raises as `make_lesson`."""
    lesson, token = get_lesson(user=teacher, lesson_id=lesson_id), secrets.token_urlsafe(TOKEN_BYTES)
    _check_opening(teacher, lesson.story, but=lesson)
    lesson.digest, lesson.closed_at = digest_of(token), None
    lesson.save(update_fields=["digest", "closed_at"])
    return Made(lesson, token)


def _check_opening(teacher: User, story: Story, but: Lesson | None = None) -> None:
    """Of two at the same moment one waits for the other. Others than `but` count."""
    sanctions.forbid(teacher, sanctions.Kind.NO_ROOMS)
    if story.owner_id == teacher.pk:
        sanctions.forbid(teacher, sanctions.Kind.NO_PUBLISHING)
    if _refused(story):
        raise Invalid(sanctions.Restricted.message, field="story")
    User.objects.select_for_update(no_key=True, of=("self",)).get(pk=teacher.pk)
    others = Lesson.objects.filter(teacher=teacher, closed_at=None)
    if (others.exclude(pk=but.pk) if but else others).count() >= MOST_LESSONS:
        raise Invalid(_("Too many lessons are open. Close one first."), field="name", limit=MOST_LESSONS)


def _refused(story: Story) -> bool:
    """Whether a moderator hid it, or would not have it shown, and nobody has let it since. What its author took off
    the stage is granted to them without anybody deciding.
    """
    if story.visibility != Visibility.PRIVATE:
        return False
    decided = story.publications.filter(decided_at__isnull=False).exclude(state=State.WITHDRAWN)
    decided = decided.exclude(state=State.GRANTED, visibility=Visibility.PRIVATE)
    last = decided.order_by("-decided_at", "-id").values_list("state", flat=True).first()
    return last in (State.HIDDEN, State.REFUSED)


def close_lesson(*, teacher: User, lesson_id: UUID) -> None:
    """Nobody comes in by its link any more. Who plays is watched as before."""
    lesson = get_lesson(user=teacher, lesson_id=lesson_id)
    Lesson.objects.filter(pk=lesson.pk, closed_at=None).update(closed_at=timezone.now())


def find_lesson(*, token: str, user: User | None) -> Lesson:
    """Raises LessonOver; NotFound where its story is not for this person's age."""
    rows = Lesson.objects.select_related("story__published", "teacher__profile").filter(digest=digest_of(token))
    lesson = rows.filter(closed_at=None, teacher__is_active=True).first()
    if lesson is None:
        raise LessonOver
    try:
        # What its teacher may not open any more, nobody opens by the link.
        get_story(user=lesson.teacher, story_id=lesson.story_id)
    except Story.DoesNotExist:
        raise LessonOver from None
    if _refused(lesson.story):
        raise LessonOver
    if user is not None and not Story.objects.filter(suits(user), pk=lesson.story_id).exists():
        raise NotFound
    return lesson


@transaction.atomic
def attend(*, user: User, token: str, language: str = "", name: str = "") -> Conversation:
    """Begin the story, watched by its teacher: whoever calls has asked whether they agree to that.

    Raises as `find_lesson` and `start_play`; SomebodyBlocked or InvitationOver where one of the two blocked the other.
    """
    lesson = find_lesson(token=token, user=user)
    if user == lesson.teacher:
        raise Invalid(_("This is your own lesson: its link is for those who learn."))
    # The last seat is taken once, and nobody comes in while it is closed.
    still = Lesson.objects.select_for_update(no_key=True).filter(pk=lesson.pk, digest=lesson.digest, closed_at=None)
    if still.first() is None:
        raise LessonOver
    if lesson.attendances.count() >= MOST_PLAYS:
        raise Invalid(_("This lesson is full."), limit=MOST_PLAYS)
    name = " ".join(name.split())
    if name:
        check_text(name, field="name", limit=MAX_PERSON)
    persona = add_persona(user=user, name=name) if name else None
    talk = start_play(user=user, version=shown_version(lesson.story), language=language, persona=persona)
    _seat(lesson.teacher, talk)
    Attendance.objects.create(lesson=lesson, conversation=talk)
    return talk


@transaction.atomic
def stop_being_watched(*, user: User, conversation_id: UUID) -> UUID:
    """The teacher is out of this play, and reads nothing of it any more. Returns who that was."""
    attendance = _own(user, conversation_id)
    seat = Participant.objects.filter(conversation=conversation_id, user=attendance.lesson.teacher_id, left_at=None)
    seat.update(left_at=timezone.now(), departure=Participant.Departure.REMOVED)
    return attendance.lesson.teacher_id


@transaction.atomic
def be_watched_again(*, user: User, conversation_id: UUID) -> None:
    """Raises as `attend` where one of the two has blocked the other meanwhile."""
    attendance = _own(user, conversation_id)
    _seat(attendance.lesson.teacher, attendance.conversation)


def _own(user: User, conversation_id: UUID) -> Attendance:
    """NotFound for a play that is not one's own, or was begun in no lesson."""
    found = Attendance.objects.select_related("lesson__teacher", "conversation").filter(
        conversation=conversation_id, conversation__owner=user, conversation__deleted_at=None
    )
    attendance = found.first()
    if attendance is None:
        raise NotFound
    return attendance


def _seat(teacher: User, talk: Conversation) -> None:
    """One who reads. Among the teacher's own talks it lies in the archive: the page of the lesson leads to it."""
    keep_apart(teacher, talk)
    now = timezone.now()
    Participant.objects.update_or_create(
        conversation=talk,
        user=teacher,
        defaults={
            "role": Participant.Role.SPECTATOR,
            "persona": default_persona(teacher),
            "left_at": None,
            "departure": "",
            "archived_at": now,
        },
    )


def _sealed(teacher: User, lesson: Lesson, name: str) -> bytes:
    if not name:
        raise Empty(_("A lesson needs a name."), field="name")
    # Its teacher alone reads it.
    name = judged(
        check_text(name, field="name", limit=MAX_NAME), Judged("input", rating="explicit"), field="name", user=teacher
    )
    return cipher_of(teacher).seal(name, Place(LESSON_TABLE, lesson.pk))
