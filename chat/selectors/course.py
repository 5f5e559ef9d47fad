"""The course of a talk: what its lines feel like, for the one who took part in it. What other people said is not read.

Feelings lie beside the lines; those that do not (of greetings, of changed lines, of talks from elsewhere) are worked
out when they are looked at.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from accounts.consents.answers import agrees
from accounts.encryption import Place, cipher_for, key_id_of
from accounts.errors import ContentLost
from accounts.models import DataUse, User
from chat.ciphers import load_keys
from chat.feeling_words import LABELS, MOODS
from chat.models import Conversation, Message
from chat.models.message import FEELING
from chat.selectors import ShownMessage, conversations_for, said_at, shown_to, text_of_message
from chat.window import read_branch_sync
from inference.emotion.feeling import Feeling, unpacked
from inference.emotion.moods import CALM, mood_of
from inference.emotion.reading import read_feeling
from inference.emotion.state import LOOKED_BACK, smoothed

MOST_LINES = 120  # the newest
WIDTH, HEIGHT, EDGE = 720, 280, 12  # of the drawing


@dataclass(frozen=True, slots=True)
class Felt:
    """A line, and what it feels like. `valence` and `arousal` from -100 to 100; None where nothing is known."""

    number: int
    id: UUID
    mine: bool
    who: str
    at: datetime
    mood: str
    feelings: list[str]
    valence: int | None
    arousal: int | None

    @property
    def pleasant(self) -> str:
        return signed(self.valence)

    @property
    def stirred(self) -> str:
        return signed(self.arousal)


def signed(number: int | None) -> str:
    """With a minus, not a hyphen, which a line may break at; empty for None."""
    return "" if number is None else f"{number}".replace("-", "−")


@dataclass(frozen=True, slots=True)
class Track:
    """One speaker's line through the drawing: how pleasant what they said was, smoothed."""

    name: str
    mine: bool
    path: str
    dots: list[tuple[float, float, str]]
    label: str


@dataclass(frozen=True, slots=True)
class Course:
    """Not `read`: they do not want it."""

    read: bool
    lines: list[Felt]
    tracks: list[Track]


def course_of(*, user: User, conversation: Conversation) -> Course:
    if not agrees(user, DataUse.EMOTION):
        return Course(False, [], [])
    rows = _rows(user, conversation)
    feelings = _feelings(rows)
    lines = [_felt(at, row, feelings[row.id], user) for at, row in enumerate(rows, 1)]
    speakers = list(dict.fromkeys((line.mine, line.who) for line in lines))
    return Course(True, lines, [track for each in speakers if (track := _track(*each, lines, feelings))])


def mood_shown(shown: Sequence[ShownMessage]) -> str:
    """What the face shows: the mood of the newest reply."""
    newest = next((each for each in reversed(shown) if each.role == Message.Role.CHARACTER), None)
    return mood_of(read_feeling(newest.content)) if newest is not None else CALM


def mood_lately(*, user: User, character_id: UUID) -> str:
    """How this character has sounded in their newest talk, in a word; empty where that is not known, or not wanted.

    What was said in a sealed talk shows nowhere else.
    """
    talks = conversations_for(user).filter(cast__character=character_id, sealed_at=None)
    conversation = talks.first() if agrees(user, DataUse.EMOTION) else None
    if conversation is None:
        return ""
    rows = [row for row in _rows(user, conversation) if row.character_id == character_id][-LOOKED_BACK:]
    found = _feelings(rows)
    mood = mood_of(smoothed([found[row.id] for row in rows]))
    return "" if mood == CALM else str(MOODS[mood])


def _rows(user: User, conversation: Conversation) -> list[Any]:
    """The newest lines of the branch, oldest first, that they said or a character did."""
    shown = shown_to(user)

    def keep(row: Any) -> bool:
        return shown(row) and (row.role == Message.Role.CHARACTER or row.author_id == user.pk)

    with connection.cursor() as cursor:
        rows = read_branch_sync(
            cursor, keep=keep, conversation=conversation.pk, leaf=conversation.head_id, wanted=MOST_LINES
        )
    return [row for row in rows if not row.hidden and row.status != Message.Status.WITHDRAWN][::-1]


def _feelings(rows: Sequence[Any]) -> dict[UUID, Feeling]:
    load_keys(key_id_of(row.body) for row in rows)
    kept = dict(Message.objects.filter(pk__in=[row.id for row in rows]).values_list("pk", "feeling"))
    return {row.id: kept_feeling(row.id, kept.get(row.id)) or read_feeling(text_of_message(row)) for row in rows}


def kept_feeling(line: UUID, blob: Any) -> Feeling | None:
    """As it was stored beside the line; None where none was, or where it can no longer be opened."""
    if blob:
        with suppress(ContentLost):
            return unpacked(cipher_for(key_id_of(blob)).open_bytes(blob, Place(FEELING, line)))
    return None


def _felt(number: int, row: Any, feeling: Feeling, user: User) -> Felt:
    valence, arousal, _dominance = feeling.vad
    return Felt(
        number=number,
        id=row.id,
        mine=row.author_id == user.pk,
        who=row.speaker,
        at=said_at(row.id),
        mood=str(MOODS[mood_of(feeling)]) if feeling.known else "",
        feelings=[str(LABELS[label]) for label in feeling.labels[:3]],
        valence=round(valence * 100) if feeling.known else None,
        arousal=round(arousal * 100) if feeling.known else None,
    )


def _track(mine: bool, who: str, lines: Sequence[Felt], feelings: dict[UUID, Feeling]) -> Track | None:
    """Where their state was at each of their lines."""
    said: list[Feeling] = []
    dots = []
    across = (WIDTH - 2 * EDGE) / max(1, len(lines) - 1)
    values = []
    for place, line in enumerate(lines):
        if (line.mine, line.who) == (mine, who):
            said.append(feelings[line.id])
            if line.valence is not None and (state := smoothed(said)) is not None:
                values.append(state.valence)
                y = HEIGHT / 2 - state.valence * (HEIGHT / 2 - EDGE)
                dots.append((round(EDGE + place * across, 1), round(y, 1), line.mood))
    if not dots:
        return None
    named = _("You") if mine else who
    label = _("%(who)s: from %(first)s to %(last)s, of 100 pleasant and −100 unpleasant.") % {
        "who": named,
        "first": signed(round(values[0] * 100)),
        "last": signed(round(values[-1] * 100)),
    }
    return Track(named, mine, "M" + "L".join(f"{x} {y}" for x, y, _mood in dots), dots, label)
