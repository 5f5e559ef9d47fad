"""How a story of one's own is played. Groups under ten are hidden."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import asked_for
from accounts.api.schema import operation, query
from accounts.api_keys import Scope
from characters.api.statistics import FigureSerializer
from characters.models import Language
from chat.selectors.story_figures import figures_of
from stories.api.base import TAG, StoriesView
from stories.format.shape import ENDINGS


class StoryShareSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="In the document.")
    title = serializers.CharField()
    percent = serializers.IntegerField(allow_null=True, help_text="null while it is hidden.")


class EndingShareSerializer(StoryShareSerializer):
    kind = serializers.ChoiceField(ENDINGS)


class StoryFiguresSerializer(serializers.Serializer[Any]):
    until = serializers.DateField(help_text="What had happened before this Monday is counted.")
    plays = FigureSerializer()
    players = FigureSerializer()
    endings = EndingShareSerializer(many=True, help_text="Of players. Empty while fewer than ten have played.")
    left = StoryShareSerializer(many=True, help_text="Scenes in which plays rest that came to no ending, of plays.")
    good = serializers.IntegerField(allow_null=True, help_text="Of rated replies, per cent that were liked.")
    ratings = FigureSerializer()


class StoryFigures(StoriesView):
    @operation(
        "story_statistics",
        "How a story is played",
        answer=StoryFiguresSerializer,
        parameters=[query("language", "Of the titles.", enum=Language.values)],
        problems=[404],
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
        description="Your own plays do not count.",
    )
    def get(self, request: Request, story_id: UUID) -> Response:
        language = asked_for(request, "language").get("language", "en")
        return Response(StoryFiguresSerializer(figures_of(self.my_story(story_id), language)).data)
