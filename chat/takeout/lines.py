"""Lines as they are taken: all of one's own talks; of rooms with others, what is one's own.

What others wrote is theirs. So is what characters said once somebody else was there: it may repeat their words. Both
keep their place in the tree, empty. Other people's whispers are not even that: what followed them follows what they
followed.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from accounts.encryption import key_id_of
from accounts.errors import ContentLost
from accounts.models import User
from accounts.privacy.holdings import Holding
from accounts.takeout.rows import Row
from chat.ciphers import load_keys
from chat.models import Conversation, Message, Participant
from chat.selectors import said_at, text_of_message
from chat.selectors.course import kept_feeling
from inference.emotion.labels import PLACE

A_BATCH = 200
NOBODY = UUID(int=0)
LINE = {
    "id": "id", "conversation": "id", "parent": "id?", "role": "text", "mine": "flag", "character": "id?",
    "speaker": "text?", "text": "text?", "withheld": "flag", "at": "moment", "status": "text", "whispered": "flag",
    "heard_by": "ids?", "hidden": "flag", "muted": "flag", "edited_at": "moment?", "deleted_at": "moment?",
    "feeling": "object?",
}  # fmt: skip


def lines_of(user: User, _holding: Holding) -> Iterator[Row]:
    """Talk by talk, parents before what follows them."""
    for conversation_id in list(own_talks(user).values_list("pk", flat=True)):
        yield from lines_in(user, conversation_id)
    elsewhere = Participant.objects.filter(user=user).exclude(conversation__owner=user)
    for conversation_id in list(elsewhere.order_by("conversation").values_list("conversation", flat=True)):
        yield from said_in(user, conversation_id)


def own_talks(user: User) -> QuerySet[Conversation]:
    return Conversation.objects.filter(owner=user).order_by("pk")


def lines_in(user: User, conversation_id: UUID) -> Iterator[Row]:
    """The whole tree of one of their talks. What followed a line that is kept no longer begins it anew."""
    shared = shared_since(user, conversation_id)
    left_out: dict[UUID, UUID | None] = {}
    there: set[UUID | None] = set()
    for row in _walked(Message.objects.filter(conversation=conversation_id)):
        there.add(row.pk)
        row.parent_id = left_out.get(row.parent_id, row.parent_id) if row.parent_id else None
        row.parent_id = row.parent_id if row.parent_id in there else None
        if row.seen_by is not None and user.pk not in row.seen_by:
            left_out[row.pk] = row.parent_id
        else:
            yield line(row, user, shared)


def said_in(user: User, conversation_id: UUID) -> Iterator[Row]:
    """Their own lines in somebody else's room."""
    for row in _walked(Message.objects.filter(conversation=conversation_id, author=user)):
        yield line(row, user, shared=None)


def _walked(found: QuerySet[Message]) -> Iterator[Message]:
    last = NOBODY
    while True:
        rows = list(found.filter(pk__gt=last).order_by("pk").defer("terms")[:A_BATCH])
        _load_keys(rows)
        yield from rows
        if len(rows) < A_BATCH:
            return
        last = rows[-1].pk


def _load_keys(rows: Iterable[Message]) -> None:
    """One that cannot be read keeps nobody from the others."""
    keys = []
    for row in rows:
        with suppress(ContentLost):
            keys.append(key_id_of(row.body))
    load_keys(keys)


def some_lines(user: User, ids: Sequence[UUID], shared: datetime | None) -> dict[UUID, Row]:
    found = Message.objects.defer("terms").in_bulk(list(ids))
    _load_keys(found.values())
    return {pk: line(row, user, shared) for pk, row in found.items()}


def shared_since(user: User, conversation_id: UUID) -> datetime | None:
    """When somebody else came in first; None for a talk that was always one's own."""
    others = Participant.objects.filter(conversation=conversation_id).exclude(user=user)
    came = others.order_by("joined_at").values_list("joined_at", flat=True).first()
    # Of who is gone for good, the lines are left.
    theirs = Message.objects.filter(conversation=conversation_id, author__isnull=False).exclude(author=user)
    spoke = theirs.order_by("pk").values_list("pk", flat=True).first()
    moments = [moment for moment in (came, said_at(spoke) if spoke else None) if moment]
    return min(moments, default=None)


def line(row: Message, user: User, shared: datetime | None) -> Row:
    mine = row.author_id == user.pk
    by_others = row.role == Message.Role.PLAYER and not mine
    withheld = by_others or (not mine and shared is not None and said_at(row.pk) >= shared)
    return {
        "id": row.pk,
        "conversation": row.conversation_id,
        "parent": row.parent_id,
        "role": row.role,
        "mine": mine,
        "character": row.character_id,
        "speaker": None if by_others else row.speaker,
        "text": None if withheld else text_of_message(row),
        "withheld": withheld,
        "at": said_at(row.pk),
        "status": row.status,
        "whispered": row.seen_by is not None,
        "heard_by": row.heard_by,
        "hidden": row.hidden,
        "muted": row.muted,
        "edited_at": row.edited_at,
        "deleted_at": row.deleted_at,
        "feeling": None if withheld else _feeling(row),
    }


def _feeling(row: Message) -> dict[str, object] | None:
    """As it lies beside the line: labels with how sure each is, of 100, and whether anything is known."""
    feeling = kept_feeling(row.pk, row.feeling)
    if feeling is None:
        return None
    scores = {label: round(float(feeling.scores[PLACE[label]]) * 100) for label in feeling.labels}
    valence, arousal, dominance = (round(each * 100) for each in feeling.vad)
    return {"known": feeling.known, "labels": scores, "valence": valence, "arousal": arousal, "dominance": dominance}
