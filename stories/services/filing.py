"""What a story is filed under: its tags and rating, which its cast has too."""

from collections.abc import Iterable

from django.db import transaction

from characters.models import Character, Rating, Tag
from stories.models import Story
from stories.services.search import index_story


@transaction.atomic
def set_tags(*, story: Story, tags: Iterable[Tag]) -> None:
    """Exactly these; it is found by them from now on, and its cast is for the same people."""
    tags = list(tags)
    story.tags.set(tags)
    for character in story.characters.all():
        character.tags.set(tags)
    index_story(story)


@transaction.atomic
def set_rating(*, story: Story, rating: str) -> None:
    story.rating = Rating(rating)
    story.save(update_fields=["rating", "updated_at"])
    Character.objects.filter(story=story).update(rating=story.rating)
