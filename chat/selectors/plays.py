"""A play as its people see it: where it stands on a branch, how it came there, and which endings they have met."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from accounts.encryption import Place, cipher_for
from accounts.errors import ContentLost, NotFound
from accounts.models import User
from chat.models import Conversation, EndingMet, Feedback, Message, Play
from chat.plays.staged import Happened, Staged, entry_in, start_of, state_in
from chat.selectors import get_conversation
from stories.book import Book
from stories.book.parts import words_in
from stories.book.rubric import Looked, rubric_of
from stories.books import book_of
from stories.models import Story, StoryVersion
from stories.telling import Note, View

# The last entry on the way from the root. Each holds the state that it left.
LAST_ENTRY = """
with recursive up as (
    select m.id, m.parent_id, e.message_id, e.state from chat_message m
    left join chat_playentry e on e.message_id = m.id where m.id = %(leaf)s
    union all
    select m.id, m.parent_id, e.message_id, e.state from up u join chat_message m on m.id = u.parent_id
    left join chat_playentry e on e.message_id = m.id where u.message_id is null
) select message_id, state from up where message_id is not null
"""
# Where the month of the messages between is gone: nothing newer can be above the leaf.
LAST_BEFORE = """
select message_id, state from chat_playentry where play_id = %(play)s and message_id <= %(leaf)s
order by message_id desc limit 1
"""
FEEDBACK = "feedback"  # what it is sealed for
MOST_MOMENTS = 200
WAY = """
with recursive way as (
    select message_id, before_id, seq, entry, state, 1 as depth from chat_playentry where message_id = %(at)s
    union all
    select e.message_id, e.before_id, e.seq, e.entry, e.state, w.depth + 1 from way w
    join chat_playentry e on e.message_id = w.before_id where w.depth < %(most)s
) select w.message_id, w.seq, w.entry, w.state, m.speaker, m.role = 'player' from way w
left join chat_message m on m.id = w.message_id order by w.seq
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """What happened at one message. `did` is what was done there, in the story's words; empty where nothing was."""

    message_id: UUID
    seq: int
    by: str
    notes: Sequence[Note]
    did: str = ""


@dataclass(frozen=True, slots=True)
class PlayShown:
    play: Play
    staged: Staged
    moments: Sequence[Moment]

    @property
    def view(self) -> View:
        return self.staged.view()

    @property
    def title(self) -> str:
        return self.play.version.called(self.play.language)


def get_play(*, user: User, conversation_id: UUID) -> Play:
    """NotFound for a stranger, and for a talk in which no story is played."""
    conversation = get_conversation(user=user, conversation_id=conversation_id)
    play = play_in(conversation)
    if play is None:
        raise NotFound
    return play


def play_in(conversation: Conversation) -> Play | None:
    return Play.objects.select_related("version__story", "conversation").filter(conversation=conversation).first()


def versions_in_plays(user: User) -> QuerySet[StoryVersion]:
    """Of stories that the user plays or played; open to them also when the story goes private or away."""
    return StoryVersion.objects.filter(plays__conversation__participants__user=user)


def play_shown(play: Play, leaf: UUID | None = None) -> PlayShown:
    """As it stands at `leaf`, without one at the head. NotFound for a leaf of another talk."""
    if leaf is None:
        leaf = play.conversation.head_id
    elif not Message.objects.filter(pk=leaf, conversation=play.pk, deleted_at=None).exists():
        raise NotFound
    staged = staged_at(play, leaf)
    return PlayShown(play, staged, moments_to(play, staged))


def staged_at(play: Play, leaf: UUID | None) -> Staged:
    parts = {name: UUID(character) for name, character in play.parts.items()}
    start = start_of(book_of(play.version), play.seed, play.language, parts)
    if leaf is None:
        return start
    with connection.cursor() as cursor:
        for statement in (LAST_ENTRY, LAST_BEFORE):
            cursor.execute(statement, {"leaf": leaf, "play": play.pk})
            if (row := cursor.fetchone()) is not None:
                return start.standing(state_in(row[1]), at=row[0])
    return start


def moments_to(play: Play, staged: Staged) -> list[Moment]:
    """The last of them, oldest first."""
    if staged.at is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(WAY, {"at": staged.at, "most": MOST_MOMENTS})
        rows = cursor.fetchall()
    before = staged_at(play, None)
    moments: list[Moment] = []
    for message_id, seq, entry, state, speaker, acted in rows:
        after = staged.standing(state_in(state), at=message_id)
        # Of the first of many that are shown, numbers are told as they stand, not as they moved.
        happened = Happened(entry_in(entry), before if seq == 1 or moments else after, after)
        by = speaker if acted and speaker else ""
        moments.append(Moment(message_id, seq, by, happened.notes(), happened.deed()))
        before = after
    return moments


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the album: what an ending was called and means; only its kind while nobody has met it."""

    name: str
    kind: str
    title: str = ""
    means: str = ""
    times: int = 0
    conversation_id: UUID | None = None
    message_id: UUID | None = None


def album(user: User, story: Story, book: Book, language: str) -> list[Page]:
    met: Mapping[str, EndingMet] = {each.ending: each for each in EndingMet.objects.filter(user=user, story=story)}
    return [_page(book, name, met.get(name), language) for name in book.file.endings]


def _page(book: Book, name: str, met: EndingMet | None, language: str) -> Page:
    ending: Any = book.file.endings[name]
    if met is None:
        return Page(name, ending.kind)
    return Page(
        name,
        ending.kind,
        words_in(ending.title, language, book.file),
        words_in(ending.means, language, book.file),
        met.times,
        met.conversation_id,
        met.message_id,
    )


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the rubric of a practice story; `reached` (yes, partly, no) and `note` once there is feedback."""

    name: str
    good: str
    scene: str = ""
    reached: str = ""
    note: str = ""


def feedback_on(play: Play, staged: Staged) -> tuple[str, list[Mark]]:
    """How it stands with the feedback (waiting, done, failed; empty where there is none), and the rubric with it: of
    the scenes on the way there.
    """
    book, message_id = staged.book, staged.at if staged.state.ending else None
    rubric = rubric_of(book.file, staged.state.seen)
    row = Feedback.objects.filter(play=play, message_id=message_id).first() if message_id and rubric else None
    said = opened_feedback(row, play) if row is not None else {}
    return row.state if row is not None else "", marks_of(rubric, said, book, play.language)


def opened_feedback(row: Feedback, play: Play) -> Mapping[str, Any]:
    """By name of the mark; nothing where the model could not say anything, or its words are gone."""
    if not row.body:
        return {}
    try:
        cipher = cipher_for(play.conversation.key_id)
        found: Mapping[str, Any] = json.loads(cipher.open(bytes(row.body), Place(FEEDBACK, row.pk)))
    except ContentLost:
        return {}
    return found


def marks_of(rubric: Mapping[str, Looked], said: Mapping[str, Any], book: Book, language: str) -> list[Mark]:
    file = book.file
    return [
        Mark(
            words_in(mark.name, language, file),
            words_in(mark.good, language, file),
            words_in(file.scenes[scene].title, language, file) if scene else "",
            **said.get(name, {}),
        )
        for name, (scene, mark) in rubric.items()
    ]
