"""Letting go of what somebody wrote, and handing on what a guest did."""

from django.db import transaction
from django.db.models import ProtectedError, QuerySet, RestrictedError
from django.utils import timezone

from accounts.models import Departure, User
from characters.models import Visibility
from stories.models import Story, StoryDraft, StoryPublication, StoryVersion

Choice = Departure.Characters


def hand_over(guest: User, user: User) -> None:
    """What a guest made goes along when they sign in to an account they had."""
    Story.objects.filter(owner=guest).update(owner=user)
    StoryDraft.objects.filter(owner=guest).update(owner=user)


def give_stories_away(user: User) -> None:
    """What is on stage, as its author chose for characters. The rest goes with them."""
    departure = Departure.objects.filter(user=user).first()
    if departure is None or departure.characters == Choice.DELETE:
        return
    shown = Story.objects.filter(owner=user, deleted_at=None, published__isnull=False)
    shown = shown.exclude(visibility=Visibility.PRIVATE)
    if departure.characters == Choice.HAND_OVER and departure.heir is not None and departure.heir_agreed_at:
        _hand_over(shown, departure.heir)
    elif departure.characters == Choice.ANONYMISE:
        for story in shown.select_related("published"):
            _leave_on_stage(story)


def leave_stories(user: User) -> None:
    """A story that others play leaves the stage and stays with them, without an author."""
    for story in Story.objects.filter(owner=user):
        if not _delete_unless_played(story):
            Story.objects.filter(pk=story.pk).update(
                owner=None, visibility=Visibility.PRIVATE, deleted_at=timezone.now()
            )


def _hand_over(shown: "QuerySet[Story]", heir: User) -> None:
    ids = list(shown.values_list("pk", flat=True))
    StoryPublication.objects.filter(story__in=ids).update(asked_by=heir)
    StoryDraft.objects.filter(story__in=ids).delete()
    Story.objects.filter(pk__in=ids).update(owner=heir)


def _leave_on_stage(story: Story) -> None:
    for version in StoryVersion.objects.filter(story=story).exclude(
        pk__in=Story.objects.filter(pk=story.pk).values("published")
    ):
        _delete_unless_played(version)
    StoryDraft.objects.filter(story=story).delete()
    Story.objects.filter(pk=story.pk).update(owner=None)


def _delete_unless_played(row: "Story | StoryVersion") -> bool:
    try:
        with transaction.atomic():
            row.delete()
    except (ProtectedError, RestrictedError):
        return False
    return True
