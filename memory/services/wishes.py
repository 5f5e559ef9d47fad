"""What a player wants a character to remember of them: by itself, what is asked for, nothing; and for now nothing."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import Invalid
from accounts.models import User
from memory.models import Mode, Pair
from memory.services.pairs import pair_of, writing


def choose_mode(*, user: User, character_id: UUID, mode: str) -> Pair:
    """An empty one leaves it to the character and the house. What is known stays; off, none of it comes up."""
    if mode not in ("", *Mode.values):
        raise Invalid(_("Memory is off, on request or automatic."), field="mode")
    with writing(pair_of(owner_id=user.pk, character_id=character_id).pk) as pair:
        if pair.mode_before is None:
            pair.mode = mode
        else:
            pair.mode_before = mode  # once they want to be remembered at all again
        pair.save(update_fields=["mode", "mode_before"])
        return pair


def pause(*, user: User, character_id: UUID, paused: bool) -> Pair:
    """Paused, nothing new is kept; what is known is still known."""
    with writing(pair_of(owner_id=user.pk, character_id=character_id).pk) as pair:
        pair.paused_at = (pair.paused_at or timezone.now()) if paused else None
        pair.save(update_fields=["paused_at"])
        return pair
