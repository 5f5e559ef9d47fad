"""What moves along when a guest's things become an account's."""

from accounts.models import User
from voice.models import Clip, Recording


def hand_over(guest: User, user: User) -> None:
    """They stay under the guest's key, which the user takes over."""
    Clip.objects.filter(owner=guest).update(owner=user)
    Recording.objects.filter(owner=guest).update(owner=user)
