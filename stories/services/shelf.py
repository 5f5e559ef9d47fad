"""What an author does with a whole story: what it is filed under, away and back again."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils import timezone

from accounts.errors import Invalid, NotFound
from accounts.models import User
from accounts.retention import gone_since
from characters.drafting import checked_tags
from characters.models import Rating, Visibility
from characters.services.drafts import STRICTNESS
from characters.services.quotas import hold
from characters.services.tags import tags_named
from stories.models import Story, StoryPublication
from stories.models.publication import State
from stories.services.filing import set_rating, set_tags


@transaction.atomic
def file_story(*, story: Story, tags: Iterable[str] | None = None, rating: str | None = None) -> Story:
    """What is given is changed. What others see may only be rated more strictly. Raises Invalid."""
    if rating is not None:
        if rating not in Rating.values:
            raise Invalid(field="rating")
        shown = story.visibility != Visibility.PRIVATE
        if shown and STRICTNESS.index(Rating(rating)) < STRICTNESS.index(Rating(story.rating)):
            raise Invalid(field="rating")
        set_rating(story=story, rating=rating)
    if tags is not None:
        set_tags(story=story, tags=tags_named(checked_tags(list(tags))))
    return story


@transaction.atomic
def delete_story(*, story: Story) -> None:
    """Away from every list, and what waits is withdrawn; plays that run go on."""
    now = timezone.now()
    Story.objects.filter(pk=story.pk, deleted_at=None).update(
        deleted_at=now, updated_at=now, visibility=Visibility.PRIVATE
    )
    StoryPublication.objects.filter(story=story, state=State.WAITING).update(state=State.WITHDRAWN, decided_at=now)


@transaction.atomic
def restore_story(*, owner: User, story_id: UUID) -> Story:
    """Undo of a deletion; it comes back private. Raises NotFound also when it is too late."""
    hold(owner)
    story = Story.objects.filter(pk=story_id, owner=owner).exclude(deleted_at__lt=gone_since()).first()
    if story is None:
        raise NotFound
    story.deleted_at = None
    story.save(update_fields=["deleted_at", "updated_at"])
    return story


def forget_deleted_stories() -> int:
    """Those deleted more than thirty days ago, for good, unless somebody plays them. Returns how many."""
    gone = 0
    for story in Story.objects.filter(deleted_at__lt=gone_since(), owner__isnull=False):
        try:
            with transaction.atomic():
                story.delete()
        except (ProtectedError, RestrictedError):
            continue
        gone += 1
    return gone
