"""Asking for a story to be shown to others."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import read_body
from accounts.api.pagination import paginated
from accounts.api.schema import operation
from accounts.api_keys import Scope
from characters.api.base import created
from characters.api.publishing import RuleSerializer
from characters.services.requests import withdraw
from stories.api.base import TAG, StoriesView, shown_to_field
from stories.models import StoryPublication, StoryVersion
from stories.models.publication import State
from stories.services.publishing import ask_to_publish


class StoryPublicationSerializer(serializers.Serializer[StoryPublication]):
    id = serializers.UUIDField()
    story_id = serializers.UUIDField()
    story_version_id = serializers.UUIDField(source="version_id")
    visibility = shown_to_field(help_text="What was asked for.")
    state = serializers.ChoiceField(State.choices)
    findings = RuleSerializer(many=True, help_text="What stands against it.")
    reason = serializers.CharField(allow_blank=True, help_text="The moderator's, for you.")
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class AskStorySerializer(serializers.Serializer[Any]):
    visibility = shown_to_field()
    story_version_id = serializers.UUIDField(required=False, help_text="Without one the newest.")


def publication_data(row: StoryPublication) -> dict[str, Any]:
    return dict(StoryPublicationSerializer(row).data)


class StoryPublications(StoriesView):
    writes = Scope.PUBLISH_WRITE

    @operation(
        "story_publications_list",
        "What was asked for, and decided",
        answer=StoryPublicationSerializer,
        paged=True,
        problems=[404],
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
    )
    def get(self, request: Request, story_id: UUID) -> Response:
        rows = StoryPublication.objects.filter(story=self.my_story(story_id))
        return Response(paginated(request, rows, publication_data))

    @operation(
        "story_publications_ask",
        "Ask for a version to be shown",
        answer=StoryPublicationSerializer,
        status=201,
        takes=AskStorySerializer,
        once=True,
        problems=[404],
        scope=Scope.PUBLISH_WRITE,
        tag=TAG,
        description="Private, and fewer people than now, take effect at once; everything else waits for a decision.",
    )
    def post(self, request: Request, story_id: UUID) -> Response:
        story = self.my_story(story_id)
        given = read_body(AskStorySerializer, request)
        versions = story.versions.order_by("-number")
        version = versions.get(pk=given["story_version_id"]) if "story_version_id" in given else versions.first()
        if version is None:
            raise StoryVersion.DoesNotExist
        asked = ask_to_publish(story=story, version=version, asked_by=self.user, visibility=given["visibility"])
        return created(publication_data(asked), request.path)


class StoryWithdraw(StoriesView):
    writes = Scope.PUBLISH_WRITE

    @operation(
        "story_publications_withdraw",
        "Take back what waits",
        status=204,
        once=True,
        problems=[404, 409],
        scope=Scope.PUBLISH_WRITE,
        tag=TAG,
    )
    def post(self, request: Request, story_id: UUID) -> Response:
        withdraw(work=self.my_story(story_id), by=self.user)
        return Response(status=204)
