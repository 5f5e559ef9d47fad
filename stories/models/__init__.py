from stories.models.draft import StoryDraft
from stories.models.publication import StoryPublication
from stories.models.story import Kind, Story
from stories.models.version import Part, StoryVersion, StoryVersionIsImmutable

__all__ = ["Kind", "Part", "Story", "StoryDraft", "StoryPublication", "StoryVersion", "StoryVersionIsImmutable"]
