"""Stories: on the shelf, new, filed, away and back."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import asked_for, read_body
from accounts.api.etags import check_match, etag_of, tagged
from accounts.api.pagination import paginated
from accounts.api.schema import operation, query
from accounts.api_keys import Scope
from accounts.errors import Invalid
from characters.api.base import created, gone
from characters.api.fields import rating_field, tags_field
from characters.models import Rating, Tag
from stories.api.base import SOURCE_HELP, TAG, StoriesView, shown_to_field
from stories.models import Kind, Story
from stories.pictures import cover_of
from stories.selectors import get_story, shown_version
from stories.selectors.discovery import listed
from stories.selectors.trash import trashed_stories
from stories.services.drafts import begin_story
from stories.services.shelf import delete_story, file_story, restore_story


class StorySerializer(serializers.Serializer[Story]):
    """A story as players see it before they begin. What happens in it is in its versions, for its author alone."""

    id = serializers.UUIDField()
    url = serializers.SerializerMethodField(help_text="Its page.")
    mine = serializers.SerializerMethodField()
    kind = serializers.ChoiceField(Kind.choices)
    visibility = shown_to_field()
    rating = rating_field()
    tags = serializers.SerializerMethodField()
    languages = serializers.ListField(source="shown.languages", child=serializers.CharField())
    title = serializers.DictField(source="shown.title", child=serializers.CharField(), help_text="By language.")
    line = serializers.DictField(source="shown.line", child=serializers.CharField(allow_blank=True))
    about = serializers.DictField(source="shown.about", child=serializers.CharField(allow_blank=True))
    scenes = serializers.IntegerField(source="shown.scenes", help_text="How many.")
    endings = serializers.IntegerField(source="shown.endings", help_text="How many.")
    cover_url = serializers.SerializerMethodField()
    plays = serializers.IntegerField(help_text="Plays begun.")
    story_version_id = serializers.UUIDField(source="shown.id", help_text="The version shown here.")
    number = serializers.IntegerField(source="shown.number")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)

    def get_url(self, story: Story) -> str:
        return self._absolute(reverse("story", args=[story.pk]))

    def get_mine(self, story: Story) -> bool:
        return bool(story.owner_id == self.context["request"].user.pk)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_tags(self, story: Story) -> list[str]:
        return [tag.code for tag in story.tags.all()]

    def get_cover_url(self, story: Story) -> str:
        return self._absolute(cover_of(story.shown))

    def _absolute(self, path: str) -> str:
        return str(self.context["request"].build_absolute_uri(path))


class NewStorySerializer(serializers.Serializer[Any]):
    document = serializers.CharField(trim_whitespace=False, help_text=SOURCE_HELP)
    tags = tags_field(required=False)
    rating = rating_field(required=False)


class FileStorySerializer(serializers.Serializer[Any]):
    tags = tags_field(required=False)
    rating = rating_field(required=False, help_text="What others can see may only be rated more strictly.")


def whole(view: StoriesView, story: Story) -> dict[str, Any]:
    story.shown = shown_version(story)
    return dict(StorySerializer(story, context={"request": view.request}).data)


class Stories(StoriesView):
    @operation(
        "stories_list",
        "Your stories, or everybody's public ones",
        answer=StorySerializer,
        paged=True,
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
        parameters=[
            query(
                "whose",
                "Yours (the default), those on Discover, or yours that can still be restored.",
                enum=["mine", "public", "deleted"],
            ),
            query("kind", "Only these.", enum=Kind.values),
            query("tag", "Only those with this tag (its code)."),
        ],
    )
    def get(self, request: Request) -> Response:
        asked = asked_for(request, "whose", "kind", "tag", "limit", "cursor")
        rows = self._of(asked.get("whose", "mine"))
        if "kind" in asked:
            if asked["kind"] not in Kind.values:
                raise Invalid(field="kind")
            rows = rows.filter(kind=asked["kind"])
        if "tag" in asked:
            rows = rows.filter(Exists(Tag.objects.filter(stories=OuterRef("pk"), code=asked["tag"])))
        rows = rows.select_related("published").prefetch_related("tags")
        rows = rows.defer("search", "published__source", "published__report")
        return Response(paginated(request, rows, lambda row: whole(self, row)))

    def _of(self, whose: str) -> "QuerySet[Story]":
        if whose not in ("mine", "public", "deleted"):
            raise Invalid(field="whose")
        if whose == "deleted":
            return trashed_stories(self.user)
        if whose == "public":
            return listed(self.user, Rating.EXPLICIT)
        return Story.objects.filter(owner=self.user, deleted_at=None, published__isnull=False)

    @operation(
        "stories_create",
        "A new story, private",
        answer=StorySerializer,
        status=201,
        takes=NewStorySerializer,
        once=True,
        tagged=True,
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
        description=(
            "Its first version is written. A document that cannot be played is refused as "
            "`unplayable`, with `problems` by line and path."
        ),
    )
    def post(self, request: Request) -> Response:
        given = read_body(NewStorySerializer, request)
        with transaction.atomic():
            rating = given.get("rating") or Rating.GENERAL
            story = begin_story(owner=self.user, source=given["document"], rating=rating)
            file_story(story=story, tags=given.get("tags"))
        told = whole(self, self.my_story(story.pk))
        return created(told, reverse("api-story", args=[story.pk]), etag=etag_of(told))


class StoryDetail(StoriesView):
    @operation(
        "stories_read",
        "One story",
        answer=StorySerializer,
        tagged=True,
        problems=[404],
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
        description="Your own, and what you may open: public ones, and unlisted ones whose id you know.",
    )
    def get(self, request: Request, story_id: UUID) -> Response | HttpResponse:
        return tagged(request, whole(self, get_story(user=self.user, story_id=story_id)))

    @operation(
        "stories_file",
        "Change tags and rating",
        answer=StorySerializer,
        takes=FileStorySerializer,
        tagged=True,
        match="needed",
        problems=[404],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
        description="What happens in a story changes by a new version.",
    )
    def patch(self, request: Request, story_id: UUID) -> Response | HttpResponse:
        with transaction.atomic():
            story = self.my_story(story_id, lock=True)
            check_match(request, whole(self, story))
            file_story(story=story, **read_body(FileStorySerializer, request))
        return tagged(request, whole(self, self.my_story(story_id)))

    @operation(
        "stories_delete",
        "Delete a story",
        status=204,
        match="optional",
        problems=[404],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
        description="For thirty days it can be restored. Plays that run go on.",
    )
    def delete(self, request: Request, story_id: UUID) -> HttpResponse:
        with transaction.atomic():
            story = self.my_story(story_id, lock=True)
            check_match(request, whole(self, story), needed=False)
            delete_story(story=story)
        return gone()


class StoryRestore(StoriesView):
    @operation(
        "stories_restore",
        "Take a deletion back",
        answer=StorySerializer,
        once=True,
        tagged=True,
        problems=[404],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
    )
    def post(self, request: Request, story_id: UUID) -> Response | HttpResponse:
        restore_story(owner=self.user, story_id=story_id)
        return tagged(request, whole(self, self.my_story(story_id)))
