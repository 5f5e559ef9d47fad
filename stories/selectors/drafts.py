"""Drafts of stories, for their owner alone."""

from uuid import UUID

from django.db.models import QuerySet

from characters.selectors.cast import Viewer
from stories.models import StoryDraft


def drafts_for(user: Viewer) -> "QuerySet[StoryDraft]":
    if not user.is_authenticated:
        return StoryDraft.objects.none()
    return StoryDraft.objects.filter(owner_id=user.pk, deleted_at=None)


def get_draft(*, user: Viewer, draft_id: UUID) -> StoryDraft:
    """Raises StoryDraft.DoesNotExist."""
    return drafts_for(user).select_related("story", "owner").get(pk=draft_id)


def get_deleted(*, user: Viewer, draft_id: UUID) -> StoryDraft:
    if not user.is_authenticated:
        raise StoryDraft.DoesNotExist
    return StoryDraft.objects.get(pk=draft_id, owner_id=user.pk, deleted_at__isnull=False)
