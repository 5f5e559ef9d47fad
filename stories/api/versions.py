"""Versions of a story, for its author, and checking a document without keeping it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import read_body
from accounts.api.etags import etag_of, tagged
from accounts.api.pagination import paginated
from accounts.api.schema import operation
from accounts.api_keys import Scope
from characters.api.base import created
from stories.api.base import SOURCE_HELP, TAG, StoriesView, StoryProblemSerializer
from stories.models import StoryVersion
from stories.services.checking import checked_document
from stories.services.releases import told_again
from stories.services.shelf import restore_edition, write_edition
from stories.study.compare import KINDS, differences
from stories.writing import plain_of


class StoryVersionBriefSerializer(serializers.Serializer[StoryVersion]):
    id = serializers.UUIDField()
    story_id = serializers.UUIDField()
    number = serializers.IntegerField()
    title = serializers.DictField(child=serializers.CharField(), help_text="By language.")
    languages = serializers.ListField(child=serializers.CharField())
    scenes = serializers.IntegerField()
    endings = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class StoryVersionSerializer(StoryVersionBriefSerializer):
    """Everything a version says. Versions never change."""

    document = serializers.CharField(source="source", help_text=SOURCE_HELP)
    plays = serializers.SerializerMethodField(help_text="How many random plays the findings come from.")
    findings = serializers.SerializerMethodField(help_text="What no play met, what is never asked: hints, no faults.")

    def get_plays(self, version: StoryVersion) -> int:
        return int(version.report.get("plays", 0))

    @extend_schema_field(StoryProblemSerializer(many=True))
    def get_findings(self, version: StoryVersion) -> list[Any]:
        return [told_again(each) for each in version.report.get("findings", [])]


class NewStoryVersionSerializer(serializers.Serializer[Any]):
    document = serializers.CharField(trim_whitespace=False, help_text=SOURCE_HELP)


class StoryCheckSerializer(serializers.Serializer[Any]):
    problems = StoryProblemSerializer(many=True, help_text="What keeps it from being played.")
    hints = StoryProblemSerializer(many=True, help_text="Dead ends, and what is set and never asked.")


class StoryVersions(StoriesView):
    @operation(
        "story_versions_list",
        "The versions of a story",
        answer=StoryVersionBriefSerializer,
        paged=True,
        problems=[404],
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
    )
    def get(self, request: Request, story_id: UUID) -> Response:
        rows = self.my_story(story_id).versions.defer("source", "report")
        return Response(paginated(request, rows, lambda row: StoryVersionBriefSerializer(row).data))

    @operation(
        "story_versions_create",
        "Write the next version",
        answer=StoryVersionSerializer,
        status=201,
        takes=NewStoryVersionSerializer,
        once=True,
        tagged=True,
        problems=[404],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
        description=(
            "On stage at once while the story is private, else by a publishing request. The same document again is no "
            "new version."
        ),
    )
    def post(self, request: Request, story_id: UUID) -> Response:
        story = self.my_story(story_id)
        version = write_edition(story=story, source=read_body(NewStoryVersionSerializer, request)["document"])
        told = dict(StoryVersionSerializer(version).data)
        return created(told, reverse("api-story-version", args=[story_id, version.pk]), etag=etag_of(told))


class StoryVersionDetail(StoriesView):
    @operation(
        "story_versions_read",
        "One version, with its document",
        answer=StoryVersionSerializer,
        tagged=True,
        problems=[404],
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
    )
    def get(self, request: Request, story_id: UUID, story_version_id: UUID) -> Response | HttpResponse:
        version = self.my_story(story_id).versions.get(pk=story_version_id)
        return tagged(request, dict(StoryVersionSerializer(version).data))


class StoryVersionRestore(StoriesView):
    @operation(
        "story_versions_restore",
        "Go back to a version",
        answer=StoryVersionSerializer,
        status=201,
        once=True,
        tagged=True,
        problems=[404],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
        description="Writes the next version, which says what that one said: what came between stays.",
    )
    def post(self, request: Request, story_id: UUID, story_version_id: UUID) -> Response:
        story = self.my_story(story_id)
        version = restore_edition(story=story, version=story.versions.get(pk=story_version_id))
        told = dict(StoryVersionSerializer(version).data)
        return created(told, reverse("api-story-version", args=[story_id, version.pk]), etag=etag_of(told))


class DifferenceSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(KINDS)
    path = serializers.CharField(help_text="scenes.inn.choices.ask.label.en")
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


class StoryVersionChanges(StoriesView):
    @operation(
        "story_versions_compare",
        "What changed between two versions",
        answer=DifferenceSerializer(many=True),
        problems=[404],
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
        description="From the other to this one. A part that is new or gone is one difference, with all that is in it.",
    )
    def get(self, request: Request, story_id: UUID, story_version_id: UUID, story_against_id: UUID) -> Response:
        versions = self.my_story(story_id).versions
        before, after = (plain_of(versions.get(pk=each).source) for each in (story_against_id, story_version_id))
        found = [
            {"kind": each.kind, "path": ".".join(map(str, each.path)), "before": each.before, "after": each.after}
            for each in differences(before, after)
        ]
        return Response(DifferenceSerializer(found, many=True).data)


class StoryCheck(StoriesView):
    @operation(
        "stories_check",
        "What is wrong with a document",
        answer=StoryCheckSerializer,
        takes=NewStoryVersionSerializer,
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
        description="Nothing is kept.",
    )
    def post(self, request: Request) -> Response:
        problems = checked_document(read_body(NewStoryVersionSerializer, request)["document"])["problems"]
        told = {
            "problems": [each for each in problems if not each.get("hint")],
            "hints": [each for each in problems if each.get("hint")],
        }
        return Response(StoryCheckSerializer(told).data)
