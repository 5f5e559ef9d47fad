"""Arranging a library: pins, archive, folders, the trash, many talks at once and each step with a way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import Invalid, NotFound
from accounts.models import User
from chat.models import Conversation, Participant
from chat.selectors.library import get_folder

AT_ONCE = 200
UNDO_SECONDS = 30 * 24 * 3600
_SALT = "chat.library.undo"


class Change(StrEnum):
    PIN = "pin"
    UNPIN = "unpin"
    ARCHIVE = "archive"
    UNARCHIVE = "unarchive"
    MOVE = "move"
    TRASH = "trash"


@dataclass(frozen=True, slots=True)
class Arranged:
    count: int
    undo: str


@transaction.atomic
def arrange(*, user: User, talks: Sequence[UUID], change: Change, folder_id: UUID | None = None) -> Arranged:
    """All of them or none. `folder_id` is where MOVE puts them; None takes them out of their folder.

    NotFound when one is not the user's, or, for TRASH, not theirs to throw away; Invalid without talks and for more
    than AT_ONCE.
    """
    wanted = set(talks)
    if not wanted:
        raise Invalid(_("Choose a talk first."), field="talks")
    if len(wanted) > AT_ONCE:
        raise Invalid(_("At most %(limit)d talks at once.") % {"limit": AT_ONCE}, field="talks", limit=AT_ONCE)
    folder = get_folder(user=user, folder_id=folder_id) if change == Change.MOVE and folder_id else None
    parts = list(_parts(user, wanted).select_for_update(of=("self",)).select_related("conversation").order_by("pk"))
    if len(parts) != len(wanted):
        raise NotFound
    undo = _undo_token(user, change, parts)
    now = timezone.now()
    if change == Change.TRASH:
        if any(part.conversation.owner_id != user.pk for part in parts):
            raise NotFound
        Conversation.objects.filter(pk__in=wanted).update(deleted_at=now)
        return Arranged(len(parts), undo)
    ours = Participant.objects.filter(pk__in=[part.pk for part in parts])
    if change in (Change.PIN, Change.UNPIN):
        ours.update(pinned_at=now if change == Change.PIN else None)
    elif change in (Change.ARCHIVE, Change.UNARCHIVE):
        ours.update(archived_at=now if change == Change.ARCHIVE else None)
    else:
        ours.update(folder=folder)
    return Arranged(len(parts), undo)


@transaction.atomic
def undo_arrangement(*, user: User, token: str) -> int:
    """Put back what `arrange` changed; returns how many talks. What was changed again since goes back as well."""
    try:
        told = signing.loads(token, salt=_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature:
        raise Invalid(_("This can no longer be undone."), field="undo") from None
    if told["user"] != user.pk.hex:
        raise NotFound
    before = {UUID(talk): value for talk, value in told["before"].items()}
    if told["change"] == Change.TRASH:
        thrown = Conversation.objects.filter(owner=user, pk__in=before)
        return thrown.update(deleted_at=None)
    parts = list(Participant.objects.filter(user=user, conversation__in=before).select_for_update().order_by("pk"))
    field = FIELDS[Change(told["change"])]
    for part in parts:
        setattr(part, field, _read(field, before[part.conversation_id]))
    if field == "folder_id":
        there = set(user.folders.filter(pk__in={part.folder_id for part in parts}).values_list("pk", flat=True))
        for part in parts:
            part.folder_id = part.folder_id if part.folder_id in there else None
    return Participant.objects.bulk_update(parts, [field])


FIELDS = {
    Change.PIN: "pinned_at",
    Change.UNPIN: "pinned_at",
    Change.ARCHIVE: "archived_at",
    Change.UNARCHIVE: "archived_at",
    Change.MOVE: "folder_id",
}


def _parts(user: User, talks: set[UUID]) -> QuerySet[Participant]:
    return Participant.objects.filter(user=user, left_at=None, conversation__in=talks, conversation__deleted_at=None)


def _undo_token(user: User, change: Change, parts: Sequence[Participant]) -> str:
    before = {part.conversation_id.hex: _written(change, part) for part in parts}
    return signing.dumps({"user": user.pk.hex, "change": change.value, "before": before}, salt=_SALT, compress=True)


def _written(change: Change, part: Participant) -> str:
    value: Any = getattr(part, FIELDS[change]) if change in FIELDS else None
    if isinstance(value, datetime):
        return value.isoformat()
    return value.hex if value else ""


def _read(field: str, written: str) -> Any:
    if not written:
        return None
    return UUID(written) if field == "folder_id" else datetime.fromisoformat(written)
