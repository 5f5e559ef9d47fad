"""Letting go of what was said aloud to somebody."""

from accounts.models import User
from voice.models import Clip


def erase_clips(user: User) -> None:
    Clip.objects.filter(owner=user).delete()
