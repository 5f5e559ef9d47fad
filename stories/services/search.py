"""The words that a story is found by: written whenever what is on stage changes, or its tags."""

from django.db.models import Value
from django.db.models.functions import Cast

from characters.words import Field, vector
from stories.models import Story, StoryVersion

SEARCH = Story._meta.get_field("search")


def index_story(story: Story) -> None:
    """Title, tags, line and what players read about it, in all its languages. What happens in it is not in it."""
    version = story.published
    fields = _fields(story, version) if version is not None else []
    words = Cast(Value(vector(fields)), SEARCH) if fields else None
    Story.objects.filter(pk=story.pk).update(search=words)


def _fields(story: Story, version: StoryVersion) -> list[Field]:
    return [
        *(("A", text) for text in version.title.values()),
        *(("B", text) for tag in story.tags.all() for text in (tag.code, tag.name_en, tag.name_zh)),
        *(("C", text) for text in version.line.values()),
        *(("D", text) for text in version.about.values()),
    ]
