"""What is gone for good leaves nothing behind in memory."""

from collections.abc import Collection
from uuid import UUID

from memory.models import Episode, Memory, MemorySource, Provenance
from memory.services.pairs import writing


def forget_lines(message_ids: Collection[UUID]) -> None:
    """What was kept of these lines goes, and memories that come from nowhere else."""
    gone = MemorySource.objects.filter(message_id__in=message_ids)
    learnt = set(gone.values_list("memory_id", flat=True))
    kept = Episode.objects.filter(message_id__in=message_ids)
    pairs = set(kept.values_list("pair_id", flat=True))
    pairs |= set(Memory.objects.filter(pk__in=learnt).values_list("pair_id", flat=True))
    for pair_id in sorted(pairs):
        with writing(pair_id):
            kept.filter(pair_id=pair_id).delete()
            gone.filter(memory__pair_id=pair_id).delete()
            forget_orphans(pair_id)


def forget_orphans(pair_id: UUID) -> int:
    """Memories whose lines are all gone, with their talks; within `writing`. What was written by hand has none."""
    orphans = Memory.objects.filter(pair_id=pair_id, sources=None).exclude(provenance=Provenance.BY_HAND)
    return orphans.delete()[1].get("memory.Memory", 0)
