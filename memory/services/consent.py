"""Somebody no longer wants to be remembered, or wants to again: every pair of theirs follows at once.

What every turn reads first of a pair is its mode; so that is switched off, and what it was before is kept beside it.
"""

from django.db.models import F

from accounts.models import User
from memory.models import Mode, Pair


def follow_answer(user: User, agreed: bool) -> None:
    """In the transaction of the answer."""
    pairs = Pair.objects.filter(owner=user)
    if agreed:
        pairs.exclude(mode_before=None).update(mode=F("mode_before"), mode_before=None, revision=F("revision") + 1)
    else:
        pairs.filter(mode_before=None).update(mode_before=F("mode"), mode=Mode.OFF, revision=F("revision") + 1)
