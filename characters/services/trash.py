"""The trash of authors, emptied after thirty days: a rule of retention."""

from datetime import datetime

from accounts.holds import held_people
from accounts.retention import gone_since
from characters.models import Character, Draft, Knowledge, Lorebook
from characters.services.drafts import forget_deleted_drafts
from characters.services.knowledge import forget_deleted
from characters.services.lore import forget_deleted_books
from characters.services.shelf import forget_deleted_characters

AT_ONCE = 200


def due(now: datetime) -> dict[str, int]:
    since, held = gone_since(now), held_people(now)
    thrown = {"deleted_at__lt": since}
    return {
        "drafts": Draft.objects.filter(**thrown).exclude(owner__in=held).count(),
        "characters": Character.objects.filter(**thrown, owner__isnull=False).exclude(owner__in=held).count(),
        "texts": Knowledge.objects.filter(**thrown).exclude(character__owner__in=held).count(),
        "lorebooks": Lorebook.objects.filter(**thrown).exclude(owner__in=held).count(),
        "held": Character.objects.filter(**thrown, owner__in=held).count(),
    }


def sweep(_now: datetime) -> dict[str, int]:
    """A night's worth of characters and books; the rest the night after."""
    return {
        "drafts": forget_deleted_drafts(),
        "texts": forget_deleted(),
        "characters": forget_deleted_characters(AT_ONCE),
        "lorebooks": forget_deleted_books(AT_ONCE),
    }
