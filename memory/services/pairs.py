"""The row on which everything hangs that one character remembers of one player."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from django.db.models import F

from memory.models import Pair


def pair_of(*, owner_id: UUID, character_id: UUID) -> Pair:
    """Made when there is none yet. Two may both get here; the constraint decides."""
    return Pair.objects.get_or_create(owner_id=owner_id, character_id=character_id)[0]


@contextmanager
def writing(pair_id: UUID) -> Iterator[Pair]:
    """Whoever writes what a pair remembers does it in here: one after the other, whole or not at all, and every process
    learns that what it keeps is old. Pair.DoesNotExist when there is no such pair any more.
    """
    with transaction.atomic():
        yield Pair.objects.select_for_update().get(pk=pair_id)
        Pair.objects.filter(pk=pair_id).update(revision=F("revision") + 1)
