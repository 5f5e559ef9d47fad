"""What a guest made goes along when they sign in to an account they had."""

from accounts.models import User
from characters.models import Asset, CardOriginal, Character, Draft, Lorebook


def hand_over(guest: User, user: User) -> None:
    """`accounts.guests.adopt` calls this within its transaction. Guests keep and follow nobody."""
    for model in (Character, Draft, Asset, CardOriginal, Lorebook):
        model.objects.filter(owner=guest).update(owner=user)
