"""Letting go of what somebody wrote."""

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.models import User
from characters.models import Character, Lorebook, Visibility
from characters.services.staging import leave_what_is_on_stage


def leave_characters(user: User) -> None:
    """After their talks. A character that others talk with leaves the stage and stays with them, without an author.

    Nobody can begin a talk with it any more. What was granted of its lore and knowledge stays; its cards and pictures
    go with their owner.
    """
    for character in Character.objects.filter(owner=user):
        try:
            with transaction.atomic():
                character.delete()
        except ProtectedError:
            Lorebook.objects.filter(character=character.pk).update(owner=None)
            leave_what_is_on_stage(character.pk)
            Character.objects.filter(pk=character.pk).update(
                owner=None, visibility=Visibility.PRIVATE, deleted_at=timezone.now()
            )
