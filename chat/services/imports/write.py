"""One talk is written: sealed, indexed, each line under an id of the time at which it was said."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from uuid import UUID

from django.utils import timezone

from accounts.blindindex import terms
from accounts.encryption import Place, cipher_for, cipher_of, new_data_key
from accounts.ids import uuid7_at
from accounts.judging import NotAllowed, judged
from accounts.judging import Place as Judged
from accounts.models import Persona, Purpose, User
from accounts.selectors import default_persona, persona_called
from characters.macros import expand_names
from characters.models import CharacterVersion
from chat.formats.errors import BadFile
from chat.formats.limits import MAX_LINES
from chat.formats.neutral import Line, Talk
from chat.models import CastMember, Conversation, Message, Participant
from chat.services.stored_lines import judged_line, judged_reply

A_BATCH = 500


class Ids:
    """Ids in the order of the tree: a line's is later than its parent's and than the alternatives' before it."""

    def __init__(self, start: int, now: int) -> None:
        self._last, self._now = start, now
        self._ids: dict[str, UUID] = {}
        self._newest_below: dict[str | None, UUID] = {}

    def of(self, key: str | None) -> UUID | None:
        return self._ids.get(key) if key else None

    def add(self, line: Line) -> UUID:
        parent = self.of(line.parent)
        below = line.parent if parent else None
        floors = [each for each in (parent, self._newest_below.get(below)) if each]
        floor = max(floors) if floors else UUID(int=0)
        at = min(line.at if line.at is not None else self._last + 1, self._now)
        found = _later_than(floor, at)
        self._ids[line.key] = self._newest_below[below] = found
        self._last = found.int >> 80
        return found


def _later_than(floor: UUID, at: int) -> UUID:
    if at > floor.int >> 80:
        return uuid7_at(at)
    # The same moment, or one that cannot be: as soon as it may be, and before what is said a millisecond later.
    following = UUID(int=floor.int + 1 + uuid7_at(at).int % (1 << 20))
    return following if following.int >> 62 == floor.int >> 62 else uuid7_at((floor.int >> 80) + 1)


def write_talk(
    *,
    owner: User,
    version: CharacterVersion,
    talk: Talk,
    lines: Iterable[Line],
    without_times_from: int,
    tell: Callable[[], None] = lambda: None,
) -> tuple[Conversation, int]:
    """The conversation and how many lines it has. Raises BadFile for an empty one, and for one that is too long.

    Within a transaction of the caller's. Lines without a time count up from the talk's, or from `without_times_from`.
    """
    coming = iter(lines)
    first = next(coming, None)
    if first is None:
        raise BadFile("too_large" if talk.notes["too_large"] else "empty")
    now = time.time_ns() // 1_000_000
    created = min(talk.created or first.at or without_times_from, now)
    stage = _Stage(owner, version, talk, Ids(created, now), _open(owner, version, talk, created))
    written, head = 0, None
    for batch in _batches(stage.with_opening(chain([first], coming))):
        rows = [stage.row(line) for line in batch]
        Message.objects.bulk_create(rows)
        written += len(rows)
        head = rows[-1].pk if rows else head
        if written > MAX_LINES:
            raise BadFile("too_many_lines", limit=MAX_LINES)
        tell()
    head = stage.ids.of(talk.head) or head
    updated = min(talk.updated or (head or stage.conversation.pk).int >> 80, now)
    stage.conversation.head_id = head
    stage.conversation.created_at, stage.conversation.updated_at = _moment(created), _moment(max(updated, created))
    stage.conversation.save(update_fields=["head", "created_at", "updated_at"])
    return stage.conversation, written


def _open(owner: User, version: CharacterVersion, talk: Talk, created: int) -> Conversation:
    key = new_data_key(owner, Purpose.CONVERSATION)
    conversation = Conversation(id=uuid7_at(created), owner=owner, key=key, brought_at=timezone.now())
    if title := _title(talk.title, owner, version):
        conversation.title = cipher_for(key.pk).seal(title, Place("title", conversation.pk))
    conversation.save(force_insert=True)
    Participant.objects.create(
        conversation=conversation, user=owner, persona=_persona(owner, talk.player), role=Participant.Role.HOST
    )
    CastMember.objects.create(conversation=conversation, character_id=version.character_id, version=version)
    return conversation


def _title(text: str, owner: User, version: CharacterVersion) -> str:
    """One that a rule stands against is left out, as the line would be."""
    try:
        return judged(text, Judged("input", "chat", version.character.rating), field="title", user=owner)  # type: ignore[arg-type]
    except NotAllowed:
        return ""


def _persona(owner: User, name: str) -> Persona | None:
    """Whom they played there, if they can be that here."""
    return Persona.objects.filter(user=owner, name=name).first() or default_persona(owner)


class _Stage:
    """What all lines of a talk have in common."""

    def __init__(
        self, owner: User, version: CharacterVersion, talk: Talk, ids: Ids, conversation: Conversation
    ) -> None:
        self.owner, self.version, self.talk, self.ids, self.conversation = owner, version, talk, ids, conversation
        self.rating = version.character.rating
        self.players, self.replies = cipher_of(owner), cipher_for(conversation.key_id)
        part = conversation.participants.select_related("persona").get()
        self.player = persona_called(part.persona.name if part.persona else "You", version.language)

    def with_opening(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Some files count on the character's greeting and leave it out."""
        number, greetings = self.talk.opening, self.version.greetings
        if number is None or number >= len(greetings):
            yield from lines
            return
        called = self.version.nickname or self.version.name
        text = expand_names(greetings[number], char=called, user=self.player)
        for place, line in enumerate(lines):
            if place == 0:
                before = line.at - 1 if line.at else None
                yield Line("opening", None, "character", self.version.name, text, before)
            yield line if line.parent else replace(line, parent="opening")

    def row(self, line: Line) -> Message:
        message_id, mine = self.ids.add(line), line.role == "player"
        # Of several characters, those who are not the talk's keep their names alone.
        called = line.name or (self.talk.player or self.player if mine else self.version.name)
        judge = judged_line if mine else judged_reply
        stored = judge(line.text, speaker=called, rating=self.rating, owner=self.owner, status=line.status)
        if stored.status != line.status:
            self.talk.notes["withdrawn"] += 1
        speaks = line.name in ("", self.talk.character, self.version.name)
        return Message(
            id=message_id,
            conversation=self.conversation,
            parent_id=self.ids.of(line.parent),
            role=line.role,
            author=self.owner if mine else None,
            character_id=self.version.character_id if speaks and not mine else None,
            speaker=called,
            body=(self.players if mine else self.replies).seal(stored.text, Place("message", message_id)),
            terms=terms(stored.text, self.players.index_secret),
            status=stored.status,
            muted=line.muted,
        )


def _batches(lines: Iterator[Line]) -> Iterator[list[Line]]:
    batch: list[Line] = []
    for line in lines:
        batch.append(line)
        if len(batch) == A_BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
