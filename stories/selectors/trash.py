"""What an author deleted and can still bring back, with the days that are left."""

from typing import Any

from django.db.models import QuerySet

from accounts.retention import gone_since
from characters.selectors.cast import Viewer
from stories.models import Story, StoryDraft


def deleted_stories(user: Viewer) -> list[Any]:
    """The last first; each with `days`."""
    if not user.is_authenticated:
        return []
    found = trashed_stories(user).select_related("published").defer("search", "published__source", "published__report")
    return [_with_days(each) for each in found]


def trashed_stories(user: Viewer) -> "QuerySet[Story]":
    within = Story.objects.filter(owner_id=user.pk, published__isnull=False, deleted_at__gte=gone_since())
    return within.order_by("-deleted_at", "-pk")


def deleted_drafts(user: Viewer) -> list[Any]:
    """Not those whose story has another draft by now: nothing brings them back."""
    if not user.is_authenticated:
        return []
    found = StoryDraft.objects.filter(owner_id=user.pk, deleted_at__gte=gone_since())
    open_now = StoryDraft.objects.filter(owner_id=user.pk, deleted_at=None, story__isnull=False)
    found = found.exclude(story__in=open_now.values("story")).exclude(story__deleted_at__isnull=False)
    return [_with_days(each) for each in found.defer("source", "layout").order_by("-deleted_at", "-pk")]


def _with_days(row: Any) -> Any:
    """How many are left, the running one among them."""
    row.days = (row.deleted_at - gone_since()).days + 1
    return row
