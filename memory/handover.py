"""What moves along when a guest's things become an account's."""

from django.db.models import Func, Value

from accounts.models import User
from memory.models import BondStep, Episode, Memory, Pair, StyleSample
from memory.services.pairs import pair_of, writing


def hand_over(guest: User, user: User) -> None:
    """What a character knew of the guest it knows of the user, beside what it knew of them already. The texts stay
    under the guest's key, which the user takes over.
    """
    for pair in Pair.objects.filter(owner=guest):
        if not Pair.objects.filter(owner=user, character=pair.character_id).exists():
            Pair.objects.filter(pk=pair.pk).update(owner=user)
            continue
        theirs = pair_of(owner_id=user.pk, character_id=pair.character_id)
        with writing(theirs.pk):
            Memory.objects.filter(pair=pair).update(pair=theirs)
            known = Episode.objects.filter(pair=theirs).values("message_id")
            Episode.objects.filter(pair=pair, message_id__in=known).delete()
            Episode.objects.filter(pair=pair).update(pair=theirs)
            BondStep.objects.filter(pair=pair).update(pair=theirs)
            if not StyleSample.objects.filter(pair=theirs).exists():
                StyleSample.objects.filter(pair=pair).update(pair=theirs)
            pair.delete()
    for model in (Memory, Episode):
        seen = model.objects.filter(seen_by__contains=[guest.pk])
        seen.update(seen_by=Func("seen_by", Value(guest.pk), Value(user.pk), function="array_replace"))
