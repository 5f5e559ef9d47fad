"""How much is kept of one player and one character: what the house says, or less where the player's plan does."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.errors import TooLarge
from memory.models import Episode, Memory, Pair, State


def make_room(pair: Pair, coming: int, *, limit: int | None = None) -> None:
    """The least important of the oldest fade, so that what comes has room. Within `writing`.

    TooLarge where everything that is there is pinned.
    """
    allowed = _least(settings.MEMORIES_PER_PAIR, pair.owner.plan.most_memories)
    most = _least(allowed, limit)
    active = Memory.objects.filter(pair=pair, state=State.ACTIVE)
    over = active.count() + coming - most
    if over <= 0:
        return
    least = list(active.filter(pinned=False).order_by("importance", "said_at").values_list("pk", flat=True)[:over])
    if len(least) < over:
        raise TooLarge(
            _("There is no room for more memories. Forget or unpin some first."), field="memories", limit=most
        )
    Memory.objects.filter(pk__in=least).update(state=State.FADED)


def kept_since(pair: Pair) -> datetime | None:
    """What was said before is kept no more: there is no room. None while there is."""
    rows = Episode.objects.filter(pair=pair)
    if rows.count() < _most_lines(pair):
        return None
    return rows.order_by("said_at", "id").values_list("said_at", flat=True).first()


def make_room_for_lines(pair: Pair) -> None:
    """Beyond these the oldest go: what was learnt from them stays. Within `writing`."""
    rows = Episode.objects.filter(pair=pair)
    over = rows.count() - _most_lines(pair)
    if over > 0:
        rows.filter(pk__in=list(rows.order_by("said_at", "id").values_list("pk", flat=True)[:over])).delete()


def _most_lines(pair: Pair) -> int:
    return _least(settings.LINES_PER_PAIR, pair.owner.plan.most_lines)


def _least(most: int, less: int | None) -> int:
    return most if less is None else min(most, less)
