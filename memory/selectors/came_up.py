"""What went into a prompt, by the ids that its manifest holds: for whom it belongs to."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.encryption import Place, cipher_for, key_id_of
from accounts.errors import ContentLost
from accounts.models import User
from memory.models import Episode, Memory, State
from memory.places import EPISODE, MEMORY
from memory.recall.search import Found


def words_of(user: User, ids: Collection[UUID]) -> dict[UUID, str]:
    """Of those that are the user's; what they have forgotten since has none."""
    memories = Memory.objects.filter(pk__in=ids, pair__owner=user).exclude(state=State.FORGOTTEN)
    episodes = Episode.objects.filter(pk__in=ids, pair__owner=user)
    rows: list[Memory | Episode] = [*memories.defer("embedding"), *episodes.defer("embedding")]
    return {row.pk: opened(row) for row in rows}


def found_again(noted: Iterable[Mapping[str, Any]], *, viewer_id: UUID) -> dict[UUID, Found]:
    """As they were found then, as far as they are still there and `viewer_id` may read them."""
    scores = {UUID(each["id"]): each["score"] for each in noted}
    may = Q(pair__owner=viewer_id) | Q(seen_by=None, conversation__isnull=False) | Q(seen_by__contains=[viewer_id])
    memories = Memory.objects.filter(may, pk__in=scores).exclude(state=State.FORGOTTEN).defer("embedding")
    episodes = list(Episode.objects.filter(may, pk__in=scores).defer("embedding"))
    answered = Episode.objects.filter(
        pair__in={row.pair_id for row in episodes}, message_id__in={row.answers_id for row in episodes}
    ).defer("embedding")
    said = {(row.pair_id, row.message_id): opened(row) for row in answered}
    found = {
        row.pk: Found(row.pk, "memory", opened(row), "", row.said_at, scores[row.pk], None, row.kind, pinned=row.pinned)
        for row in memories
    }
    for row in episodes:
        answers = said.get((row.pair_id, row.answers_id)) if row.answers_id else None
        found[row.pk] = Found(
            row.pk, "episode", opened(row), row.speaker, row.said_at, scores[row.pk], answers, "", (row.message_id,)
        )
    return found


def opened(row: Memory | Episode) -> str:
    """Its words; empty where they can no longer be read."""
    place = Place(MEMORY if isinstance(row, Memory) else EPISODE, row.pk)
    try:
        return cipher_for(key_id_of(row.text)).open(row.text, place)
    except ContentLost:
        return ""
