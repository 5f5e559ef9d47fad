"""What is gone for good leaves nothing behind in memory."""

from collections.abc import Collection
from uuid import UUID

from memory.models import BondStep, Episode, Memory, MemorySource, Provenance, StyleSample
from memory.services.notes import forget_notes
from memory.services.pairs import writing


def forget_lines(conversation_id: UUID, message_ids: Collection[UUID]) -> None:
    """What was kept of these lines of a talk goes, and memories that come from nowhere else."""
    forget_notes([(conversation_id, each) for each in sorted(message_ids)[:1]])
    gone = MemorySource.objects.filter(message_id__in=message_ids)
    learnt = set(gone.values_list("memory_id", flat=True))
    kept = Episode.objects.filter(message_id__in=message_ids)
    pairs = set(kept.values_list("pair_id", flat=True))
    pairs |= set(Memory.objects.filter(pk__in=learnt).values_list("pair_id", flat=True))
    pairs |= set(BondStep.objects.filter(message_id__in=message_ids).values_list("pair_id", flat=True))
    for pair_id in sorted(pairs):
        with writing(pair_id):
            kept.filter(pair_id=pair_id).delete()
            BondStep.objects.filter(pair_id=pair_id, message_id__in=message_ids).delete()
            StyleSample.objects.filter(pair_id=pair_id, message_id__in=message_ids).delete()
            gone.filter(memory__pair_id=pair_id).delete()
            forget_orphans(pair_id)


def forget_orphans(pair_id: UUID) -> int:
    """Memories whose lines are all gone, with their talks; within `writing`. What was written by hand has none."""
    orphans = Memory.objects.filter(pair_id=pair_id, sources=None).exclude(provenance=Provenance.BY_HAND)
    return orphans.delete()[1].get("memory.Memory", 0)


def forget_talk(conversation_id: UUID) -> None:
    """It is deleted for good: so is what comes from there alone. To be called before its row goes."""
    kept = Episode.objects.filter(conversation=conversation_id)
    sources = MemorySource.objects.filter(conversation=conversation_id)
    pairs = set(kept.values_list("pair_id", flat=True)) | set(sources.values_list("memory__pair_id", flat=True))
    for pair_id in sorted(pairs):
        with writing(pair_id):
            kept.filter(pair_id=pair_id).delete()
            sources.filter(memory__pair_id=pair_id).delete()
            forget_orphans(pair_id)
