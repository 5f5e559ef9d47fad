"""What views of stories share."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from characters.api.base import CreatorsView
from stories.models import Story
from stories.models.story import SHOWN_TO
from stories.selectors import get_own

TAG = "stories"
SOURCE_HELP = "The whole story as YAML: docs/stories.md says how it is written, docs/story.schema.json its shape."


def shown_to_field(**options: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(SHOWN_TO, **options)


class StoriesView(CreatorsView):
    def my_story(self, story_id: UUID, *, lock: bool = False) -> Story:
        """The viewer's own; DoesNotExist, which is a 404, for everybody else's."""
        found = get_own(user=self.user, story_id=story_id)
        if lock:
            # Whoever else changes it waits, so that what If-Match was compared with still holds.
            Story.objects.select_for_update(of=("self",)).get(pk=found.pk)
            found.refresh_from_db()
        return found


class StoryProblemSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    path = serializers.CharField(allow_blank=True, help_text="scenes.inn.choices.ask.when")
    reason = serializers.CharField()
