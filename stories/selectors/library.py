"""Who may open which story, and which version of it."""

from collections.abc import Callable
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.age import is_adult, may_say
from accounts.models import User
from characters.models import CharacterVersion, Rating, Visibility
from characters.selectors.cast import Viewer
from stories.models import Part, Story, StoryVersion

# Higher apps say which versions somebody plays (a play that goes on after a story went private).
_also_visible: list[Callable[[User], "QuerySet[StoryVersion]"]] = []


def also_visible(versions_for: Callable[[User], "QuerySet[StoryVersion]"]) -> None:
    """Let `versions_for` also find what this returns for the user. Called from `AppConfig.ready`."""
    if versions_for not in _also_visible:
        _also_visible.append(versions_for)


def suits(viewer: Viewer) -> Q:
    """A condition on stories: for this viewer's age (as `characters.selectors.age`). One's own always are."""
    if is_adult(viewer):
        return Q()
    romance = Story.tags.through.objects.filter(story=OuterRef("pk"), tag__adults=True)
    fitting = Q(~Exists(romance), rating=Rating.GENERAL)
    return fitting | Q(owner_id=viewer.pk) if viewer.is_authenticated else fitting


def stories_for(user: Viewer) -> "QuerySet[Story]":
    """Everything this viewer may open: public, unlisted (by its link), and their own, published or not."""
    return open_to_adults(user).filter(suits(user))


def open_to_adults(user: Viewer) -> "QuerySet[Story]":
    """What this viewer could open if they had said to be an adult."""
    shown = Q(visibility__in=(Visibility.PUBLIC, Visibility.UNLISTED), published__isnull=False)
    if user.is_authenticated:
        shown |= Q(owner_id=user.pk)
    return Story.objects.filter(shown, deleted_at__isnull=True)


def behind_curtain(*, user: Viewer, story_id: UUID) -> Story:
    """What somebody could open who says to be an adult. DoesNotExist for whoever has said not to be one."""
    if not may_say(user):
        raise Story.DoesNotExist
    return open_to_adults(user).select_related("published").defer("search").get(pk=story_id)


def get_story(*, user: Viewer, story_id: UUID) -> Story:
    """With what is on stage. Raises Story.DoesNotExist."""
    return stories_for(user).select_related("published").defer("search").get(pk=story_id)


def get_own(*, user: Viewer, story_id: UUID) -> Story:
    """One's own. Raises Story.DoesNotExist."""
    if not user.is_authenticated:
        raise Story.DoesNotExist
    return Story.objects.select_related("published").get(pk=story_id, owner_id=user.pk, deleted_at=None)


def shown_version(story: Story) -> StoryVersion:
    """What is on stage; the newest for an author who shows nothing yet. Raises StoryVersion.DoesNotExist."""
    if story.published is not None:
        return story.published
    newest = story.versions.order_by("-number").first()
    if newest is None:
        raise StoryVersion.DoesNotExist
    return newest


def versions_for(user: Viewer) -> "QuerySet[StoryVersion]":
    """What is on stage of what they may open, every version of their own, and what they play."""
    seen = Q(story__in=stories_for(user), pk=F("story__published"))
    if user.is_authenticated:
        seen |= Q(story__owner_id=user.pk, story__deleted_at__isnull=True)
        for also in _also_visible:
            seen |= Q(pk__in=also(user))
    return StoryVersion.objects.filter(seen)


def get_version(*, user: Viewer, version_id: UUID) -> StoryVersion:
    """Raises StoryVersion.DoesNotExist."""
    return versions_for(user).select_related("story").get(pk=version_id)


def parts_open_to(user: User) -> "QuerySet[CharacterVersion]":
    """The characters of the stories that this viewer may open, as `characters.selectors.also_visible` wants them."""
    parts = Part.objects.filter(version__in=versions_for(user), played_by__character__story__isnull=False)
    return CharacterVersion.objects.filter(pk__in=parts.values("played_by"))
