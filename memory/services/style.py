"""The sample of a character's voice is chosen: a reply that the player liked, else the first that is sound."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.utils import timezone

from accounts.encryption import Place, cipher_of
from memory.models import Pair, StyleSample
from memory.places import SAMPLE
from memory.services.lines import Line
from memory.services.pairs import writing
from memory.style.choice import Candidate, choose


def keep_sample(
    *, pair: Pair, conversation_id: UUID, replies: Sequence[Line], liked: Collection[UUID] = ()
) -> StyleSample | None:
    """`replies` oldest first. The first liked one takes the place of one that rules chose, and no other. None where
    nothing was chosen anew.
    """
    known = StyleSample.objects.filter(pair=pair).values_list("liked", flat=True).first()
    if known or (known is not None and not liked):
        return None
    chosen = choose([Candidate(line.message_id, line.text) for line in replies], liked)
    if chosen is None or (known is not None and not chosen.liked):
        return None
    with writing(pair.pk):
        StyleSample.objects.filter(pair=pair).delete()
        sample = StyleSample(
            pair=pair,
            conversation_id=conversation_id,
            message_id=chosen.id,
            liked=chosen.liked,
            chosen_at=timezone.now(),
        )
        sample.text = cipher_of(pair.owner).seal(chosen.text, Place(SAMPLE, sample.pk))
        sample.save(force_insert=True)
        return sample
