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
from characters.services.quotas import QUOTAS, QuotaReached, hold
from characters.services.tags import tags_named
from stories.models import Story, StoryPublication, StoryVersion
from stories.models.publication import State
from stories.services.filing import set_rating, set_tags
from stories.services.releases import create_story, put_on_stage, save_version


@transaction.atomic
def begin_story(*, owner: User, source: str, rating: str = Rating.GENERAL) -> Story:
    """A private story with its first version; an account can have as many as characters. Raises QuotaReached, and as
    `save_version`."""
    limit = QUOTAS["characters"].limit_on(hold(owner))
    if Story.objects.filter(owner=owner, deleted_at=None).count() >= limit:
        raise QuotaReached(field="story", limit=limit)
    return create_story(owner=owner, source=source, rating=rating)


@transaction.atomic
def write_edition(*, story: Story, source: str) -> StoryVersion:
    """The next version: on stage at once while nobody else can see the story, later by `publishing` alone."""
    version = save_version(story=story, source=source)
    # It holds the row by now: a moderator may have decided since the story was read.
    story.refresh_from_db(fields=["visibility", "published", "published_at"])
    if story.visibility == Visibility.PRIVATE:
        put_on_stage(story=story, version=version, visibility=Visibility.PRIVATE)
    return version


def restore_edition(*, story: Story, version: StoryVersion) -> StoryVersion:
    """The next version, which says what that one said: what came between stays. Raises as `save_version`."""
    return write_edition(story=story, source=version.source)


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
