"""How somebody did in a story: where it came to, what was looked at, and what was said on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.errors import NotFound
from accounts.models import User
from accounts.selectors import display_name, persona_called
from chat.formats.neutral import Line
from chat.models import Feedback, Participant, Play, PlayEntry
from chat.plays.staged import Staged, state_in
from chat.selectors.exports import branch_of
from chat.selectors.plays import Mark, feedback_on, staged_at
from stories.book.parts import words_in
from stories.books import book_of


@dataclass(frozen=True, slots=True)
class Attempt:
    """A branch that came to an ending that was gone through."""

    message_id: UUID
    ending: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a play stands on a branch. `kind` is that of the ending, empty before one."""

    scene: str
    ending: str
    kind: str
    means: str
    actions: int


@dataclass(frozen=True, slots=True)
class Result:
    """`feedback` is waiting, done, failed, or empty before an ending; `leaf` is where that was reached."""

    play: Play
    learner: str
    title: str
    stand: Stand
    feedback: str
    marks: Sequence[Mark]
    lines: Sequence[Line]
    attempts: Sequence[Attempt]
    leaf: UUID | None

    @property
    def begun_at(self) -> datetime:
        return self.play.begun_at


def result_of(*, user: User, play: Play, attempt: UUID | None = None) -> Result:
    """Of the branch the talk goes on; of another that came to an ending, if asked for. NotFound for one there is not.

    Whispers that are not for this reader are in none of its lines.
    """
    conversation = play.conversation
    attempts = attempts_in(play)
    if attempt is not None and attempt not in {each.message_id for each in attempts}:
        raise NotFound
    staged = staged_at(play, attempt or conversation.head_id)
    feedback, marks = feedback_on(play, staged)
    return Result(
        play=play,
        learner=learners_of([play])[play.pk],
        title=play.version.called(play.language),
        stand=stand_of(play, staged),
        feedback=feedback,
        marks=marks,
        lines=list(branch_of(user=user, conversation=conversation, leaf=attempt)),
        attempts=attempts,
        leaf=staged.at if staged.state.ending else None,
    )


def attempts_in(play: Play) -> list[Attempt]:
    """Oldest first."""
    rows = {row.message_id: row for row in Feedback.objects.filter(play=play).defer("body")}
    entries = PlayEntry.objects.filter(play=play, message_id__in=rows).order_by("seq")
    states = {line: state_in(state) for line, state in entries.values_list("message_id", "state")}
    file = book_of(play.version).file
    return [
        Attempt(line, words_in(file.endings[state.ending].title, play.language, file), rows[line].made_at)
        for line, state in states.items()
        if state.ending
    ]


def stand_of(play: Play, staged: Staged) -> Stand:
    file, state = staged.book.file, staged.state
    ending = file.endings.get(state.ending)
    return Stand(
        scene=words_in(file.scenes[state.scene].title, play.language, file),
        ending=words_in(ending.title, play.language, file) if ending else "",
        kind=ending.kind if ending else "",
        means=words_in(ending.means, play.language, file) if ending else "",
        actions=state.step,
    )


def learners_of(plays: Sequence[Play]) -> dict[UUID, str]:
    """What those are called whose plays they are. One query."""
    hosts = Participant.objects.filter(conversation__in=[play.pk for play in plays], role=Participant.Role.HOST)
    names = {
        part.conversation_id: part.persona.name if part.persona else display_name(part.user)
        for part in hosts.select_related("persona", "user__profile")
    }
    return {play.pk: persona_called(names.get(play.pk, ""), play.language) for play in plays}
