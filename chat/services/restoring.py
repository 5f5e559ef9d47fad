"""Talks, taken in from a take-out: under new keys, each line under an id of the time at which it was said.

What a rule stands against is stored as what was taken back is. What others had written is an empty line, as it was in
the file.
"""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.blindindex import terms
from accounts.encryption import Cipher, Place, cipher_for, cipher_of, new_data_key
from accounts.errors import ProductError
from accounts.ids import uuid7_at
from accounts.models import Purpose, User
from accounts.privacy.holdings import Holding
from accounts.restore.work import LeftOut, Raw, Refused, Work, built, saved
from characters.models import Character, CharacterVersion
from characters.selectors import characters_for, edition_of
from chat.formats import tidy
from chat.formats.dates import milliseconds
from chat.formats.limits import MAX_LINES, MAX_TALKS
from chat.formats.neutral import Line
from chat.models import CastMember, Checkpoint, Conversation, Folder, Message, Participant, Rating
from chat.selectors.checkpoints import NAME
from chat.selectors.retention import choices
from chat.selectors.told import branches_now
from chat.services.by_hand import judged_by_hand
from chat.services.checkpoints import MAX_NAME as MAX_PLACE
from chat.services.checkpoints import MOST
from chat.services.folders import MAX_FOLDERS, add_folder
from chat.services.imports.casting import plain_character, version_for
from chat.services.imports.write import Ids
from chat.services.notes import MAX_NOTE
from chat.services.rooms.scene import MILDEST_FIRST
from chat.services.stored_lines import judged_line, judged_reply
from chat.texts import check_text
from memory.noting.sections import Sections
from memory.places import NOTE as NOTE_PLACE
from memory.told import digest_of

A_BATCH = 500
MAX_TITLE = 120


# --- who the talks are with


def meet(work: Work) -> None:
    """Characters of others. Whom a story brings along waits for it."""
    playing = _playing(work)
    for raw in work.read("characters_met"):
        if isinstance(raw.get("id"), str) and (raw["id"] not in playing or raw.get("slug")):
            meet_character(work, raw)


def meet_character(work: Work, raw: Raw) -> None:
    """The preset of that name, who is here too; else somebody plain, with nothing but a name."""
    told = raw.get("versions")
    versions = [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []
    name = tidy.name(raw.get("name"))
    try:
        character = _known(work.user, raw.get("slug")) or _plain(work.user, name, versions)
    except ProductError:
        return  # whoever needs it is refused, and that is told
    work.met["characters.Character", raw["id"]] = character.pk
    for version in versions:
        if isinstance(version.get("id"), str):
            edition = edition_of(character, language_of_edition(version))
            work.met["characters.CharacterVersion", version["id"]] = edition.pk


def _playing(work: Work) -> set[str]:
    parts = [raw.get("parts") for raw in work.read("plays")]
    return {each for told in parts if isinstance(told, dict) for each in told.values() if isinstance(each, str)}


def _known(user: User, slug: Any) -> Character | None:
    if not isinstance(slug, str) or not slug:
        return None
    return characters_for(user).filter(slug=slug, owner=None, published__isnull=False).first()


def _plain(user: User, name: str, versions: list[dict[str, Any]]) -> Character:
    made = plain_character(user, name, language_of_edition(versions[0]) if versions else "en")
    return version_for(user, made.pk, "en").character


def language_of_edition(version: dict[str, Any]) -> str:
    return "zh-hans" if version.get("language") == "zh-hans" else "en"


# --- folders and talks


def take_folders(work: Work, holding: Holding) -> None:
    """Those that hold folders come first."""
    rows = list(work.rows(holding))[: MAX_FOLDERS * 2]
    for number, raw in sorted(rows, key=lambda row: (row[1].get("parent") is not None, _position(row[1]))):
        with work.line(holding, number):
            name = raw.get("name")
            if not isinstance(name, str):
                raise Refused("no_text", "name")
            parent = raw.get("parent")
            parent_id = work.made.get(("chat.Folder", parent)) if isinstance(parent, str) else None
            colour = raw.get("colour")
            folder = add_folder(
                user=work.user, name=name, colour=colour if isinstance(colour, str) else "", parent_id=parent_id
            )
            Folder.objects.filter(pk=folder.pk).update(position=_position(raw))
            work.keep(holding, raw, folder.pk)


def _position(raw: Raw) -> int:
    position = raw.get("position")
    return position if isinstance(position, int) and 0 <= position < 10_000 else 0


def take_talk(work: Work, holding: Holding, raw: Raw) -> Any:
    """Not one that was to be gone soon anyway."""
    if raw.get("expires_at"):
        work.leave(holding, raw)
        raise LeftOut
    if work.counts[holding.taken] >= MAX_TALKS:
        raise Refused("too_many")
    row, texts = built(work, holding, raw)
    now = int(time.time() * 1000)
    created = min(milliseconds(raw.get("created_at")) or now, now)
    row.id, row.owner, row.key = uuid7_at(created), work.user, new_data_key(work.user, Purpose.CONVERSATION)
    moments = {name: getattr(row, name) for name in ("created_at", "updated_at") if getattr(row, name)}
    if row.note_depth > 20 or not 1 <= row.note_every <= 20:
        raise Refused("does_not_fit", "note_depth")
    if row.keep_days is not None and row.keep_days not in choices():
        row.keep_days = None  # as the account says
    row.brought_at = timezone.now()
    row.save(force_insert=True)
    Conversation.objects.filter(pk=row.pk).update(**moments)
    note = check_text(texts.get("note", "").strip(), field="note", limit=MAX_NOTE)
    for name, text in (("title", tidy.title(texts.get("title"))), ("note", note)):
        if text:
            # What may stand there depends on the cast, which is not there yet.
            work.aside.append((holding, work.number, (row.pk, name, text)))
    if isinstance(raw.get("head"), str):
        work.later(holding, row.pk, "head_id", "chat.Message", raw["head"])
    return row.pk


def take_part(work: Work, holding: Holding, raw: Raw) -> Any:
    """In one's own talks, as who has them. Of those of others nothing comes along."""
    if ("chat.Conversation", raw.get("conversation")) not in work.made:
        raise LeftOut
    row, _texts = built(work, holding, raw)
    row.role = Participant.Role.HOST
    return saved(work, holding, raw, row)


def seat(work: Work) -> None:
    """Whoever has a talk is in it; one without a character, or without its owner's seat, cannot be played."""
    for conversation in Conversation.objects.filter(pk__in=_talks(work)):
        if not CastMember.objects.filter(conversation=conversation).exists():
            Message.objects.filter(conversation=conversation).delete()
            conversation.delete()
            work.counts["talks"] -= 1
        else:
            Participant.objects.get_or_create(
                conversation=conversation, user=work.user, defaults={"role": Participant.Role.HOST}
            )
    for holding, number, (pk, name, text) in work.aside:
        with work.line(holding, number):
            _write(work, holding, pk, name, text)


def _write(work: Work, holding: Holding, conversation_id: UUID, name: str, text: str) -> None:
    """The title or the note. The talk goes without one that a rule stands against."""
    conversation = Conversation.objects.filter(pk=conversation_id).first()
    if conversation is not None:
        text = judged_by_hand(work.user, conversation, text, field=name)
        sealed = cipher_for(conversation.key_id).seal(text, Place(holding.sealed[name], conversation.pk))
        setattr(conversation, name, sealed)
        conversation.save(update_fields=[name])


def _talks(work: Work) -> list[UUID]:
    return [pk for (model, _old), pk in work.made.items() if model == "chat.Conversation"]


def take_cast(work: Work, holding: Holding, raw: Raw) -> Any:
    row, _texts = built(work, holding, raw)
    if not CharacterVersion.objects.filter(pk=row.version_id, character=row.character_id).exists():
        raise Refused("no_reference", "version")
    if getattr(row, "position", 0) > 1_000 or getattr(row, "talkativeness", 0) > 100:
        raise Refused("does_not_fit", "position")
    return saved(work, holding, raw, row)


# --- lines


def take_lines(work: Work, holding: Holding) -> None:
    """Talk by talk, in batches. A line that cannot be taken is told of; what follows it follows what it followed."""
    for old, rows in groupby(work.rows(holding), key=lambda row: row[1].get("conversation")):
        talk = work.made.get(("chat.Conversation", old)) if isinstance(old, str) else None
        if talk is None:
            for _row in rows:
                pass  # of a talk that was left out, or of somebody else's room
            continue
        _Lines(work, holding, Conversation.objects.get(pk=talk)).take(rows)


class _Lines:
    def __init__(self, work: Work, holding: Holding, conversation: Conversation) -> None:
        self.work, self.holding, self.conversation = work, holding, conversation
        now = int(time.time() * 1000)
        self.ids = Ids(min(conversation.pk.int >> 80, now), now)
        self.players, self.replies = cipher_of(work.user), cipher_for(conversation.key_id)
        ratings = Character.objects.filter(
            pk__in=CastMember.objects.filter(conversation=conversation).values("character")
        ).values_list("rating", flat=True)
        self.rating = min(ratings, key=MILDEST_FIRST.index, default="general")
        self.count = 0

    def take(self, rows: Iterator[tuple[int, Raw]]) -> None:
        batch: list[Message] = []
        for number, raw in rows:
            with self.work.line(self.holding, number, writes=False):
                if self.count >= MAX_LINES:
                    raise Refused("too_many")
                batch.append(self._message(raw))
                self.count += 1
            if len(batch) == A_BATCH:
                Message.objects.bulk_create(batch)
                batch = []
        Message.objects.bulk_create(batch)

    def _message(self, raw: Raw) -> Message:
        line, mine = self._line(raw), raw.get("mine") is True
        # An id that stands twice would lead into a circle.
        if self.ids.of(line.key) is not None:
            raise Refused("does_not_fit", "id")
        if line.parent is not None and self.ids.of(line.parent) is None:
            raise Refused("no_reference", "parent")
        theirs = line.role == "player" and not mine
        status, text = line.status, line.text
        if text:
            judge = judged_line if line.role == "player" else judged_reply
            stored = judge(text, speaker=line.name, rating=self.rating, owner=self.work.user, status=status)
            text, status = stored.text, stored.status
        pk = self.ids.add(line)
        self.work.keep(self.holding, raw, pk)
        return Message(
            id=pk,
            conversation=self.conversation,
            parent_id=self.ids.of(line.parent),
            role=line.role,
            author=self.work.user if mine and line.role == "player" else None,
            character_id=self._character(raw.get("character")),
            speaker="" if theirs else line.name,
            body=self._cipher(mine).seal(text, Place("message", pk)),
            terms=terms(text, self.players.index_secret),
            status=status,
            heard_by=self._heard(raw.get("heard_by")),
            seen_by=[self.work.user.pk] if raw.get("whispered") is True else None,
            hidden=raw.get("hidden") is True,
            muted=line.muted,
            edited_at=_moment(raw.get("edited_at")),
        )

    def _line(self, raw: Raw) -> Line:
        key, parent, role, status = raw.get("id"), raw.get("parent"), raw.get("role"), raw.get("status")
        if not isinstance(key, str) or not (parent is None or isinstance(parent, str)):
            raise Refused("no_reference", "id")
        if role not in ("player", "character") or status not in Message.Status.values:
            raise Refused("no_choice", "role" if role not in ("player", "character") else "status")
        text = raw.get("text")
        if not isinstance(text, (str, type(None))):
            raise Refused("no_text", "text")
        return Line(
            key=key,
            parent=parent,
            role=role,
            name=tidy.name(raw.get("speaker")),
            text=tidy.text(text, Counter()),
            at=milliseconds(raw.get("at")),
            status=status,
            muted=raw.get("muted") is True,
        )

    def _cipher(self, mine: bool) -> Cipher:
        return self.players if mine else self.replies

    def _character(self, old: Any) -> UUID | None:
        if not isinstance(old, str):
            return None
        key = ("characters.Character", old)
        found: UUID | None = self.work.made.get(key) or self.work.met.get(key)
        return found

    def _heard(self, old: Any) -> list[UUID] | None:
        if not isinstance(old, list):
            return None
        return [found for each in old[:100] if (found := self._character(each)) is not None]


def _moment(value: Any) -> datetime | None:
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


# --- what hangs on lines


def take_place(work: Work, holding: Holding, raw: Raw) -> Any:
    row, texts = _on_a_line(work, holding, raw)
    name = " ".join(check_text(texts.get("name", ""), field="name", limit=MAX_PLACE).split())
    if not name or Checkpoint.objects.filter(conversation=row.conversation_id).count() >= MOST:
        raise Refused("does_not_fit", "name")
    name = judged_by_hand(work.user, row.conversation, name, field="name")
    row.name = cipher_for(row.conversation.key_id).seal(name, Place(NAME, row.pk))
    row.save(force_insert=True)
    return row.pk


def take_rating(work: Work, holding: Holding, raw: Raw) -> Any:
    row, _texts = _on_a_line(work, holding, raw)
    Rating.objects.create(
        user=work.user, message_id=row.message_id, conversation=row.conversation, good=row.good, rated_at=row.rated_at
    )
    return None


def _on_a_line(work: Work, holding: Holding, raw: Raw) -> tuple[Any, dict[str, str]]:
    """A row that names a line of the talk that it is of."""
    row, texts = built(work, holding, raw)
    row.message_id = line_in(work, row.conversation_id, raw.get("message_id"), "message_id")
    return row, texts


def line_in(work: Work, conversation_id: UUID, old: Any, field: str) -> UUID:
    line: UUID = work.found("chat.Message", old, field)
    if not Message.objects.filter(pk=line, conversation=conversation_id).exists():
        raise Refused("no_reference", field)
    return line


def take_note(work: Work, holding: Holding, raw: Raw) -> Any:
    """One that told of its branch tells of the same lines here; one that did not is kept and tells of none."""
    if not isinstance(raw.get("sections"), dict):
        raise Refused("does_not_fit", "sections")
    row, _texts = built(work, holding, {name: value for name, value in raw.items() if name != "sections"})
    row.from_id = line_in(work, row.conversation_id, raw.get("from_id"), "from_id")
    row.until_id = line_in(work, row.conversation_id, raw.get("until_id"), "until_id")
    sections = Sections.of({name: _judged(work, row.conversation, value) for name, value in raw["sections"].items()})
    row.covers = row.pk.bytes
    branch = branches_now({row.conversation_id: row.until_id}).get(row.conversation_id)
    if raw.get("holds") is True and branch is not None and len(branch.aloud) >= row.lines > 0:
        row.covers = digest_of(branch.aloud[: row.lines])
    row.sections = cipher_for(row.conversation.key_id).seal(sections.as_json(), Place(NOTE_PLACE, row.pk))
    row.save(force_insert=True)
    return row.pk


def _judged(work: Work, conversation: Conversation, value: Any) -> Any:
    if isinstance(value, list):
        return [_judged(work, conversation, each) for each in value[:100]]
    return judged_by_hand(work.user, conversation, value, field="sections") if isinstance(value, str) else value
