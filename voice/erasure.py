"""Letting go of what somebody said, and of what was said aloud to them."""

from accounts.models import User
from voice.models import Clip, Recording


def erase_sound(user: User) -> None:
    Clip.objects.filter(owner=user).delete()
    Recording.objects.filter(owner=user).delete()
