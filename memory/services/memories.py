"""Memories are added, by hand or from a line. What else a player does with them: corrections.py."""

import hashlib
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.blindindex import words
from accounts.encryption import Cipher, Place, cipher_of
from accounts.errors import Invalid, TooLong
from accounts.ids import uuid7
from accounts.judging import Place as JudgedPlace
from accounts.judging import judged
from accounts.models import User
from characters.models import Character
from memory.models import Kind, Memory, MemorySource, Pair, Provenance, State
from memory.places import MEMORY
from memory.services.limits import make_room
from memory.services.pairs import pair_of, writing

MAX_TEXT = 1_000
BY_HAND_IMPORTANCE = 80


def add_memory(
    *,
    owner: User,
    character_id: UUID,
    text: str,
    kind: str = Kind.ABOUT_PLAYER,
    importance: int = BY_HAND_IMPORTANCE,
    said_at: datetime | None = None,
    pinned: bool = False,
) -> Memory:
    """Written by hand: it comes from no line, and counts in every talk. What is known already is given back."""
    statement, kind = judged_text(checked_text(text), owner, character_id), checked_kind(kind)
    pair = pair_of(owner_id=owner.pk, character_id=character_id)
    with writing(pair.pk):
        cipher = cipher_of(owner)
        known = Memory.objects.filter(pair=pair, digest=digest_of(statement, cipher), state=State.ACTIVE).first()
        if known is not None:
            return known
        make_room(pair, 1)
        return create_memory(
            pair, cipher, statement, kind=kind, provenance=Provenance.BY_HAND, importance=importance, pinned=pinned,
            said_at=said_at or timezone.now(),
        )  # fmt: skip


def remember_line(
    *,
    owner: User,
    character_id: UUID,
    conversation_id: UUID,
    message_id: UUID,
    revision: int,
    text: str,
    said_at: datetime,
    kind: str = Kind.EVENT,
    seen_by: Collection[UUID] | None = None,
) -> Memory:
    """Asked for: what a line says is kept, for as long as the line says it. Twice is once."""
    statement, kind = judged_text(checked_text(text), owner, character_id), checked_kind(kind)
    pair = pair_of(owner_id=owner.pk, character_id=character_id)
    with writing(pair.pk):
        cipher = cipher_of(owner)
        known = Memory.objects.filter(pair=pair, digest=digest_of(statement, cipher)).first()
        if known is None:
            make_room(pair, 1)
            known = create_memory(
                pair, cipher, statement, kind=kind, provenance=Provenance.ASKED, importance=BY_HAND_IMPORTANCE,
                said_at=said_at, conversation_id=conversation_id, seen_by=None if seen_by is None else list(seen_by),
            )  # fmt: skip
        elif known.state != State.ACTIVE:
            Memory.objects.filter(pk=known.pk).update(state=State.ACTIVE, changed_at=timezone.now())
            known.state = State.ACTIVE
        add_sources(known, conversation_id, [(message_id, revision)])
        return known


# --- for whoever writes memories, within `writing` ---


def absorb(kept: Memory, other: Memory) -> None:
    """One that says the same goes; its lines are the other's from now on."""
    for source in other.sources.all():
        add_sources(kept, source.conversation_id, [(source.message_id, source.revision)])
    Memory.objects.filter(superseded_by=other).update(superseded_by=kept)
    other.delete()


def add_sources(memory: Memory, conversation_id: UUID, lines: Collection[tuple[UUID, int]]) -> None:
    MemorySource.objects.bulk_create(
        (
            MemorySource(memory=memory, conversation_id=conversation_id, message_id=message, revision=revision)
            for message, revision in lines
        ),
        ignore_conflicts=True,
    )


def create_memory(pair: Pair, cipher: Cipher, statement: str, **fields: object) -> Memory:
    memory = Memory(id=uuid7(), pair=pair, digest=digest_of(statement, cipher), **fields)
    memory.text = cipher.seal(statement, Place(MEMORY, memory.pk))
    memory.save(force_insert=True)
    return memory


def digest_of(statement: str, cipher: Cipher) -> bytes:
    """Of the words, in any order: the same said twice is the same."""
    said = " ".join(sorted(set(words(statement))))
    return hashlib.blake2b(said.encode(errors="surrogatepass"), key=cipher.index_secret, digest_size=16).digest()


def judged_text(text: str, owner: User, character_id: UUID) -> str:
    """As it may be remembered: what identifies somebody is masked. Raises NotAllowed."""
    return judged(text, place_of(character_id), field="text", user=owner)


def place_of(character_id: UUID) -> JudgedPlace:
    rating = Character.objects.filter(pk=character_id).values_list("rating", flat=True).first()
    return JudgedPlace("memory", rating=rating or "general")


def checked_text(text: str) -> str:
    statement = " ".join(text.replace("\x00", "").split())
    if not statement:
        raise Invalid(_("Say what is to be remembered."), field="text")
    if len(statement) > MAX_TEXT:
        raise TooLong(field="text", limit=MAX_TEXT)
    return statement


def checked_kind(kind: str) -> str:
    if kind not in Kind.values:
        raise Invalid(_("There is no such kind of memory."), field="kind")
    return kind
