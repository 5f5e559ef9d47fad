"""Characters: on the shelf, new, filed, away and back."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
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
from characters.api.base import CreatorsView, created, gone
from characters.api.fields import (
    ContentSerializer,
    content_from,
    language_field,
    rating_field,
    tags_field,
    visibility_field,
)
from characters.models import Character, Rating, Tag, Visibility
from characters.models.character import ON_DISCOVER
from characters.selectors import edition_of, get_character
from characters.selectors.age import suits
from characters.selectors.cast import BILL_FIELDS, released
from characters.services.forks import fork
from characters.services.shelf import begin_character, delete_character, file_character, restore_character

TAG = "characters"


class CreatorSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField(allow_blank=True)


class BriefSerializer(serializers.Serializer[Character]):
    """A character in a list: the release on stage, in your language if there is one."""

    id = serializers.UUIDField()
    url = serializers.SerializerMethodField(help_text="Its page.")
    mine = serializers.SerializerMethodField()
    creator = serializers.SerializerMethodField(help_text="null for those of the house.")
    visibility = visibility_field()
    rating = rating_field()
    tags = serializers.SerializerMethodField()
    language = serializers.CharField(source="edition.language")
    name = serializers.CharField(source="edition.name")
    tagline = serializers.CharField(source="edition.tagline", allow_blank=True)
    epithet = serializers.CharField(source="edition.epithet", allow_blank=True)
    portrait_url = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    deleted_at = serializers.DateTimeField(allow_null=True)

    def get_url(self, character: Character) -> str:
        return self._absolute("character", character_id=character.pk)

    def get_mine(self, character: Character) -> bool:
        return bool(character.owner_id == self.context["request"].user.pk)

    @extend_schema_field(CreatorSerializer(allow_null=True))
    def get_creator(self, character: Character) -> Any:
        if character.owner is None:
            return None
        profile = getattr(character.owner, "profile", None)
        return {"id": character.owner_id, "name": profile.name if profile else ""}

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_tags(self, character: Character) -> list[str]:
        return [tag.code for tag in character.tags.all()]

    def get_portrait_url(self, character: Character) -> str:
        return self._absolute("portrait", version_id=character.edition.pk, mood="calm")

    def _absolute(self, name: str, **kwargs: Any) -> str:
        return str(self.context["request"].build_absolute_uri(reverse(name, kwargs=kwargs)))


class CharacterSerializer(BriefSerializer):
    """A character with what players read. What the model is told is in its versions, for its author alone."""

    about = serializers.CharField(source="edition.about", allow_blank=True)
    greetings = serializers.ListField(source="edition.greetings", child=serializers.CharField())
    creator_notes = serializers.CharField(source="edition.creator_notes", allow_blank=True)
    traits = serializers.DictField(source="edition.traits", child=serializers.JSONField())
    copyable = serializers.BooleanField()
    forked_from = serializers.UUIDField(source="forked_from_id", allow_null=True)
    version_id = serializers.UUIDField(source="edition.id", help_text="The edition shown here.")
    number = serializers.IntegerField(source="edition.number")


class NewCharacterSerializer(ContentSerializer):
    language = language_field()
    tags = tags_field(required=False)
    rating = rating_field(required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        fields["name"].required, fields["name"].allow_blank = True, False  # type: ignore[attr-defined]
        return fields


class FileCharacterSerializer(serializers.Serializer[Any]):
    tags = tags_field(required=False)
    rating = rating_field(required=False, help_text="What others can see may only be rated more strictly.")
    copyable = serializers.BooleanField(required=False)


def brief(view: CreatorsView, character: Character) -> dict[str, Any]:
    return dict(BriefSerializer(character, context={"request": view.request}).data)


def whole(view: CreatorsView, character: Character) -> dict[str, Any]:
    character.edition = edition_of(character)
    return dict(CharacterSerializer(character, context={"request": view.request}).data)


def as_listed(found: list[Character]) -> list[Character]:
    """Each with its edition; one that has none yet is left out."""
    for character in found:
        if character.release:  # type: ignore[attr-defined]
            character.edition = edition_of(character)
    return [character for character in found if hasattr(character, "edition")]


def with_bill(characters: "QuerySet[Character]") -> "QuerySet[Character]":
    editions = Prefetch("versions", queryset=released().only(*BILL_FIELDS), to_attr="release")
    return (
        characters.filter(published__isnull=False)
        .select_related("owner__profile")
        .defer("search")
        .prefetch_related(editions, "tags")
    )


class Characters(CreatorsView):
    @operation(
        "characters_list",
        "Your characters, or everybody's public ones",
        answer=BriefSerializer,
        paged=True,
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
        parameters=[
            query("whose", "Yours (the default), or those on Discover.", enum=["mine", "public"]),
            query("visibility", "Only these.", enum=Visibility.values),
            query("rating", "Only these.", enum=Rating.values),
            query("tag", "Only those with this tag (its code)."),
            query("deleted", "Of yours, those that can be restored.", enum=["true", "false"]),
        ],
    )
    def get(self, request: Request) -> Response:
        asked = asked_for(request, "whose", "visibility", "rating", "tag", "deleted", "limit", "cursor")
        rows = self._of(asked.get("whose", "mine"), deleted=asked.get("deleted", "false"))
        for name, known in (("visibility", Visibility.values), ("rating", Rating.values)):
            if name in asked:
                if asked[name] not in known:
                    raise Invalid(field=name)
                rows = rows.filter(**{name: asked[name]})
        if "tag" in asked:
            rows = rows.filter(Exists(Tag.objects.filter(characters=OuterRef("pk"), code=asked["tag"])))
        return Response(paginated(request, with_bill(rows), lambda row: brief(self, row), prepare=as_listed))

    def _of(self, whose: str, *, deleted: str) -> "QuerySet[Character]":
        if whose not in ("mine", "public"):
            raise Invalid(field="whose")
        if deleted not in ("true", "false"):
            raise Invalid(field="deleted")
        if whose == "public":
            return Character.objects.filter(ON_DISCOVER, suits(self.user))
        return Character.objects.filter(owner=self.user, deleted_at__isnull=deleted == "false")

    @operation(
        "characters_create",
        "Write a new character",
        answer=CharacterSerializer,
        status=201,
        takes=NewCharacterSerializer,
        once=True,
        tagged=True,
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
        description="It is private, with the first version on stage. Showing it to others is a publishing request.",
    )
    def post(self, request: Request) -> Response:
        given = read_body(NewCharacterSerializer, request)
        character = begin_character(
            owner=self.user,
            language=given["language"],
            content=content_from(given),
            tags=given.get("tags", ()),
            rating=given.get("rating"),
        )
        return _created(self, character)


class CharacterDetail(CreatorsView):
    @operation(
        "characters_read",
        "One character",
        answer=CharacterSerializer,
        tagged=True,
        problems=[404],
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
        description="Your own, and what you may open: public ones, and unlisted ones whose id you know.",
    )
    def get(self, request: Request, character_id: UUID) -> Response | HttpResponse:
        return tagged(request, whole(self, get_character(user=self.user, character_id=character_id)))

    @operation(
        "characters_file",
        "Change tags, rating, and whether it may be copied",
        answer=CharacterSerializer,
        takes=FileCharacterSerializer,
        tagged=True,
        match="needed",
        problems=[404],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
        description="What a character *is* changes by a new version.",
    )
    def patch(self, request: Request, character_id: UUID) -> Response | HttpResponse:
        with transaction.atomic():
            character = self.my_character(character_id, lock=True)
            check_match(request, whole(self, character))
            file_character(character=character, **read_body(FileCharacterSerializer, request))
        return tagged(request, whole(self, self.my_character(character_id)))

    @operation(
        "characters_delete",
        "Delete a character",
        status=204,
        match="optional",
        problems=[404],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
        description="For thirty days it can be restored. Talks that run go on.",
    )
    def delete(self, request: Request, character_id: UUID) -> HttpResponse:
        with transaction.atomic():
            character = self.my_character(character_id, lock=True)
            check_match(request, whole(self, character), needed=False)
            delete_character(character=character)
        return gone()


class CharacterRestore(CreatorsView):
    @operation(
        "characters_restore",
        "Take a deletion back",
        answer=CharacterSerializer,
        once=True,
        tagged=True,
        problems=[404],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
    )
    def post(self, request: Request, character_id: UUID) -> Response | HttpResponse:
        return tagged(request, whole(self, restore_character(owner=self.user, character_id=character_id)))


class CharacterFork(CreatorsView):
    @operation(
        "characters_fork",
        "Copy a character, with credit",
        answer=CharacterSerializer,
        status=201,
        once=True,
        tagged=True,
        problems=[404],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
        description="A private copy of your own to change, where the author lets it be copied.",
    )
    def post(self, request: Request, character_id: UUID) -> Response:
        copied = fork(character=get_character(user=self.user, character_id=character_id), by=self.user)
        return _created(self, copied)


def _created(view: CreatorsView, character: Character) -> Response:
    told = whole(view, Character.objects.select_related("owner__profile", "published").get(pk=character.pk))
    location = reverse("api-character", kwargs={"character_id": character.pk})
    return created(told, location, etag=etag_of(told))
