"""Letting go of what somebody wrote."""

from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.utils import timezone

from accounts.models import Departure, User
from characters.models import Asset, CardOriginal, Character, CharacterVersion, Lorebook, Publication, Visibility
from characters.services.staging import leave_what_is_on_stage

Choice = Departure.Characters


def give_characters_away(user: User) -> None:
    """What is on stage, as its author chose: to whoever agreed to have it, or to nobody. The rest goes with them."""
    departure = Departure.objects.filter(user=user).first()
    if departure is None or departure.characters == Choice.DELETE:
        return
    shown = Character.objects.filter(owner=user, deleted_at=None, published__isnull=False).exclude(
        visibility__in=(Visibility.PRIVATE, Visibility.ORGANISATION)
    )
    if departure.characters == Choice.HAND_OVER and departure.heir is not None and departure.heir_agreed_at:
        _hand_over(shown, departure.heir)
    elif departure.characters == Choice.ANONYMISE:
        for character in shown.select_related("published"):
            _leave_on_stage(character)


def _hand_over(shown: QuerySet[Character], heir: User) -> None:
    """With what belongs to them; drafts are nobody else's."""
    ids = list(shown.values_list("pk", flat=True))
    pictures = Asset.objects.filter(versions__character__in=ids).values("pk")
    Asset.objects.filter(pk__in=pictures).update(owner=heir)
    Asset.objects.filter(character__in=ids).update(owner=heir)
    CardOriginal.objects.filter(character__in=ids).update(owner=heir)
    Lorebook.objects.filter(character__in=ids).update(owner=heir)
    Publication.objects.filter(character__in=ids).update(asked_by=heir)
    Character.objects.filter(pk__in=ids).update(owner=heir)


def _leave_on_stage(character: Character) -> None:
    """As others see it, and nothing else of it."""
    Lorebook.objects.filter(character=character.pk).update(owner=None)
    leave_what_is_on_stage(character.pk)
    assert character.published is not None
    for version in CharacterVersion.objects.filter(character=character).exclude(number=character.published.number):
        _delete_unless_played(version)
    Character.objects.filter(pk=character.pk).update(owner=None)


def leave_characters(user: User) -> None:
    """After their talks. A character that others talk with leaves the stage and stays with them, without an author.

    Nobody can begin a talk with it any more. What was granted of its lore and knowledge stays; its cards and pictures
    go with their owner.
    """
    for character in Character.objects.filter(owner=user):
        if not _delete_unless_played(character):
            Lorebook.objects.filter(character=character.pk).update(owner=None)
            leave_what_is_on_stage(character.pk)
            Character.objects.filter(pk=character.pk).update(
                owner=None, visibility=Visibility.PRIVATE, deleted_at=timezone.now()
            )


def _delete_unless_played(row: Character | CharacterVersion) -> bool:
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError:
        return False
    return True
