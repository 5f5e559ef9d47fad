"""Lessons, for who teaches them; and who watches a play, for who plays it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet
from django.utils.translation import get_language

from accounts.encryption import Place, cipher_for, key_id_of, load_ciphers
from accounts.errors import NotFound
from accounts.models import User
from accounts.selectors import display_name
from chat.models import Attendance, Feedback, Lesson, Participant, Play
from chat.plays.staged import start_of, state_in
from chat.selectors.plays import Mark, marks_of, opened_feedback
from chat.selectors.results import Stand, learners_of, stand_of
from stories.book.rubric import rubric_of
from stories.books import book_of

LESSON_TABLE = Lesson._meta.db_table
# The last entry above each head, as `selectors.plays.LAST_ENTRY` finds that of one.
LAST_ENTRIES = """
with recursive up as (
    select m.id as leaf, m.id, m.parent_id, e.message_id, e.state from chat_message m
    left join chat_playentry e on e.message_id = m.id where m.id = any(%(leaves)s)
    union all
    select u.leaf, m.id, m.parent_id, e.message_id, e.state from up u join chat_message m on m.id = u.parent_id
    left join chat_playentry e on e.message_id = m.id where u.message_id is null
) select leaf, message_id, state from up where message_id is not null
"""
Entries = Mapping[UUID, tuple[UUID, str]]


@dataclass(frozen=True, slots=True)
class LessonShown:
    """`plays` counts those, too, whose players have taken their consent back."""

    id: UUID
    name: str
    story_id: UUID
    title: str
    plays: int
    made_at: datetime
    closed: bool


@dataclass(frozen=True, slots=True)
class Learner:
    """Who lets the teacher watch. `marks` are of the newest ending that was gone through, on whichever branch."""

    conversation_id: UUID
    name: str
    stand: Stand
    marks: Sequence[Mark]
    begun_at: datetime
    active_at: datetime

    @property
    def reached(self) -> int:
        return sum(mark.reached == "yes" for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Class:
    lesson: LessonShown
    learners: Sequence[Learner]

    @property
    def private(self) -> int:
        """How many have taken their consent back, or their play away."""
        return self.lesson.plays - len(self.learners)

    @property
    def marks(self) -> list[str]:
        """Everything that was looked at in any of the plays."""
        return list(dict.fromkeys(mark.name for learner in self.learners for mark in learner.marks))


def get_lesson(*, user: User, lesson_id: UUID) -> Lesson:
    """One's own; NotFound for everybody else's."""
    found = _counted(Lesson.objects.filter(pk=lesson_id, teacher=user)).first()
    if found is None:
        raise NotFound
    return found


def lessons_of(user: User) -> list[LessonShown]:
    """The newest first."""
    return [lesson_shown(row) for row in _counted(Lesson.objects.filter(teacher=user))]


def lesson_shown(lesson: Any) -> LessonShown:
    """Of one that these selectors found."""
    version = lesson.story.published
    title = version.called(version.spoken(get_language() or "")) if version else ""
    return LessonShown(
        lesson.pk, _name(lesson), lesson.story_id, title, lesson.plays, lesson.made_at, lesson.closed_at is not None
    )


def class_of(lesson: Lesson) -> Class:
    """Those who let the teacher watch now. The same number of queries, however many there are."""
    seats = Participant.objects.filter(user=lesson.teacher_id, left_at=None, role=Participant.Role.SPECTATOR)
    found = Play.objects.filter(conversation__attendance__lesson=lesson, conversation__in=seats.values("conversation"))
    found = found.filter(conversation__deleted_at=None).select_related("conversation", "version")
    # The book is known by its digest, mostly.
    found = found.defer("version__source", "version__report")
    plays = list(found.order_by("begun_at", "pk"))
    names, entries, said = learners_of(plays), _last_entries(plays), _newest_feedback(plays)
    load_ciphers(play.conversation.key_id for play in plays if play.pk in said)
    learners = [_learner(play, names[play.pk], entries, said.get(play.pk)) for play in plays]
    return Class(lesson_shown(lesson), learners)


@dataclass(frozen=True, slots=True)
class Watched:
    """The lesson that a play was begun in: who teaches it, and whether they may look just now."""

    teacher: str
    now: bool


def watched(play: Play) -> Watched | None:
    attendance = Attendance.objects.select_related("lesson__teacher__profile").filter(conversation=play.pk).first()
    if attendance is None:
        return None
    teacher = attendance.lesson.teacher
    there = Participant.objects.filter(
        conversation=play.pk, user=teacher, left_at=None, role=Participant.Role.SPECTATOR
    )
    return Watched(display_name(teacher), there.exists())


def _counted(rows: "QuerySet[Lesson]") -> "QuerySet[Any]":
    heavy = ("story__search", "story__published__source", "story__published__report")
    return rows.select_related("story__published", "teacher").defer(*heavy).annotate(plays=Count("attendances"))


def _name(lesson: Lesson) -> str:
    sealed = bytes(lesson.name)
    return cipher_for(key_id_of(sealed)).open(sealed, Place(LESSON_TABLE, lesson.pk))


def _learner(play: Play, name: str, entries: Entries, row: Feedback | None) -> Learner:
    book, head = book_of(play.version), play.conversation.head_id
    staged = start_of(book, play.seed, play.language, {part: UUID(who) for part, who in play.parts.items()})
    if head is not None and head in entries:
        at, state = entries[head]
        staged = staged.standing(state_in(state), at=at)
    said = opened_feedback(row, play) if row is not None else {}
    rubric = {name: looked for name, looked in rubric_of(book.file).items() if name in said}
    return Learner(
        conversation_id=play.pk,
        name=name,
        stand=stand_of(play, staged),
        marks=marks_of(rubric, said, book, play.language),
        begun_at=play.begun_at,
        active_at=play.conversation.updated_at,
    )


def _last_entries(plays: Sequence[Play]) -> Entries:
    """By head."""
    leaves = [play.conversation.head_id for play in plays if play.conversation.head_id]
    if not leaves:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(LAST_ENTRIES, {"leaves": leaves})
        return {leaf: (message_id, state) for leaf, message_id, state in cursor.fetchall()}


def _newest_feedback(plays: Sequence[Play]) -> dict[UUID, Feedback]:
    done = Feedback.objects.filter(play__in=plays, state=Feedback.State.DONE)
    return {row.play_id: row for row in done.order_by("play", "-made_at", "-pk").distinct("play")}
