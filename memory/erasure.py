"""Letting go of what characters remember of somebody."""

from accounts.models import User
from memory.models import Pair


def erase_memories(user: User) -> None:
    """With all that hangs on it. What others remember has no words of this person's in it: a line is kept for whom it
    was said by, or said to."""
    Pair.objects.filter(owner=user).delete()
