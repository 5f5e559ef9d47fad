"""The note of a talk is written when its beginning has left the window: at no other time, so prompts begin alike.

It tells of what everybody heard: in a room, of nothing that was whispered, or said while somebody was off stage.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.encryption import cipher_for
from accounts.errors import NotFound
from accounts.judging import judged
from accounts.models import User
from characters.models import CharacterVersion
from chat.models import Conversation, Room, Turn
from chat.prompts.steps import kept_of
from chat.selectors import conversations_for
from chat.selectors.told import branches_now, opened
from chat.services.by_hand import place_in
from memory.models import MemorySource, SessionNote, State
from memory.names import Names, day_of
from memory.noting.extract import Spoken
from memory.noting.sections import Sections
from memory.services.notes import Subject, note_on, reword_note, write_note
from memory.told import Mark, id_of, mark_of


def note_talk(conversation_id: UUID, *, player: User, version: CharacterVersion, names: Names) -> None:
    """Nothing while all of it goes in, or while the note that there is goes far enough."""
    conversation = Conversation.objects.filter(pk=conversation_id).first()
    branch = branches_now({conversation_id: None}).get(conversation_id)
    if conversation is None or branch is None:
        return
    covered = branch.aloud[: len(branch.aloud) - _in_window(conversation, branch.aloud)]
    before = note_on(conversation.pk, branch.aloud)
    if not covered or (before is not None and before.lines >= len(covered)):
        return
    gone = covered[before.lines if before else 0 :]
    subject = Subject(conversation.pk, player, version.character_id, cipher_for(conversation.key_id), names)
    write_note(subject, covered=covered, before=before, lines=_spoken(conversation.pk, gone, names.zone))


def reword(*, user: User, note_id: UUID, sections: Mapping[str, Any]) -> SessionNote:
    """The player puts the note of a talk of theirs into other words; without any it says nothing. NotFound for other
    people's, and for what is gone; NotAllowed.
    """
    row = SessionNote.objects.filter(pk=note_id, conversation__in=own_talks(user)).first()
    if row is None:
        raise NotFound
    talk = Conversation.objects.get(pk=row.conversation_id)
    place = place_in(talk, "memory")
    clean = Sections.of(sections).each(lambda text: judged(text, place, field="sections", user=user))
    return reword_note(row, clean, cipher_for(talk.key_id))


def own_talks(user: User) -> QuerySet[Conversation]:
    """In somebody else's, what happened may be more than they heard."""
    return conversations_for(user).filter(owner=user, expires_at=None, sealed_at=None)


def _in_window(conversation: Conversation, aloud: Sequence[Mark]) -> int:
    """How many of the last lines the last reply was made of, and that reply."""
    newest_first = [id_of(mark) for mark in reversed(aloud)]
    by_count = kept_of(newest_first)
    if Room.objects.filter(pk=conversation.pk).exists():
        return by_count
    last = Turn.objects.filter(conversation=conversation, reply_id__in=newest_first[:4]).order_by("-id").first()
    sent = last.manifest.get("messages") if last is not None else None
    return by_count if last is None or sent is None else sent + newest_first.index(last.reply_id) + 1


def _spoken(conversation_id: UUID, marks: Sequence[Mark], zone: str) -> list[Spoken]:
    forgotten = MemorySource.objects.filter(conversation=conversation_id, memory__state=State.FORGOTTEN)
    without = {mark_of(*each) for each in forgotten.values_list("message_id", "revision")}
    lines = opened([(mark, None) for mark in marks if mark not in without])
    return [Spoken(line.role, line.speaker, line.text, day_of(line.said_at, zone)) for line in lines if line.text]
