"""Versions: what a character was and is, for its author."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import asked_for, read_body
from accounts.api.etags import check_match, etag_of, tagged
from accounts.api.pagination import paginated
from accounts.api.schema import operation, query
from accounts.api_keys import Scope
from accounts.errors import Invalid
from characters.api.base import CreatorsView, created
from characters.api.fields import ContentSerializer, content_from, content_to, language_field
from characters.models import Character, CharacterVersion, Language
from characters.selectors.cast import BILL_FIELDS
from characters.selectors.drafts import own_version
from characters.services.history import compare
from characters.services.shelf import write_edition

TAG = "versions"
PIECES = ("same", "gone", "new", "cut")
CHANGES = ("text", "list", "trait", "value")


class VersionBriefSerializer(serializers.Serializer[CharacterVersion]):
    id = serializers.UUIDField()
    character_id = serializers.UUIDField()
    number = serializers.IntegerField()
    language = language_field()
    name = serializers.CharField()
    tagline = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()


class VersionSerializer(ContentSerializer):
    """Everything an edition says. Versions never change."""

    id = serializers.UUIDField(read_only=True)
    character_id = serializers.UUIDField(read_only=True)
    number = serializers.IntegerField(read_only=True)
    language = language_field(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)


class NewVersionSerializer(ContentSerializer):
    language = language_field()


class PieceSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(PIECES)
    text = serializers.CharField(allow_blank=True, trim_whitespace=False)


class ChangeSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    kind = serializers.ChoiceField(CHANGES)
    pieces = PieceSerializer(many=True, help_text="Of a text: what went, what came, what stayed.")
    items = serializers.ListField(child=PieceSerializer(many=True), help_text="The same for lists.")
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


class DiffSerializer(serializers.Serializer[Any]):
    before = serializers.UUIDField()
    after = serializers.UUIDField()
    changes = ChangeSerializer(many=True)


def version_data(version: CharacterVersion) -> dict[str, Any]:
    own = VersionBriefSerializer(version).data
    return {name: own[name] for name in ("id", "character_id", "number", "language", "created_at")} | content_to(
        version
    )


class Versions(CreatorsView):
    @operation(
        "versions_list",
        "The versions of a character",
        answer=VersionBriefSerializer,
        paged=True,
        problems=[404],
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
        parameters=[query("language", "Only editions in this language.", enum=Language.values)],
    )
    def get(self, request: Request, character_id: UUID) -> Response:
        asked = asked_for(request, "language", "limit", "cursor")
        rows = self.my_character(character_id).versions.only(*BILL_FIELDS)
        if "language" in asked:
            if asked["language"] not in Language.values:
                raise Invalid(field="language")
            rows = rows.filter(language=asked["language"])
        return Response(paginated(request, rows, lambda row: VersionBriefSerializer(row).data))

    @operation(
        "versions_create",
        "Write the next version",
        answer=VersionSerializer,
        status=201,
        takes=NewVersionSerializer,
        once=True,
        tagged=True,
        match="optional",
        problems=[404],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
        description=(
            "What is left out stays as it is in the newest edition in this language; editions in other languages go "
            "along. On stage at once while the character is private, else by a publishing request. If-Match takes the "
            "ETag of the newest version in this language."
        ),
    )
    def post(self, request: Request, character_id: UUID) -> Response:
        character = self.my_character(character_id)
        given = read_body(NewVersionSerializer, request)
        if "If-Match" in request.headers:
            check_match(request, _newest(character, given["language"]))
        version = write_edition(character=character, language=given["language"], changes=content_from(given))
        told = version_data(version)
        where = {"character_id": character.pk, "version_id": version.pk}
        return created(told, reverse("api-version", kwargs=where), etag=etag_of(told))


class VersionDetail(CreatorsView):
    @operation(
        "versions_read",
        "One version, whole",
        answer=VersionSerializer,
        tagged=True,
        problems=[404],
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
    )
    def get(self, request: Request, character_id: UUID, version_id: UUID) -> Response | HttpResponse:
        return tagged(request, version_data(version_of(self, character_id, version_id)))


class VersionDiff(CreatorsView):
    @operation(
        "versions_diff",
        "What changed between two versions",
        answer=DiffSerializer,
        problems=[404],
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
        description="From the version `against` to this one.",
    )
    def get(self, request: Request, character_id: UUID, version_id: UUID, against_id: UUID) -> Response:
        before = version_of(self, character_id, against_id)
        after = version_of(self, character_id, version_id)
        told = {"before": before.pk, "after": after.pk, "changes": compare(before, after)}
        return Response(DiffSerializer(told).data)


class VersionRestore(CreatorsView):
    @operation(
        "versions_restore",
        "Make an earlier version the newest",
        answer=VersionSerializer,
        status=201,
        once=True,
        tagged=True,
        problems=[404],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
        description="Nothing is lost: it is written once more, as the next version.",
    )
    def post(self, request: Request, character_id: UUID, version_id: UUID) -> Response:
        old = version_of(self, character_id, version_id)
        content = content_to(old)
        changes = content | {"picture": str(content["picture"] or "")}
        told = version_data(write_edition(character=old.character, language=old.language, changes=changes))
        where = {"character_id": character_id, "version_id": told["id"]}
        return created(told, reverse("api-version", kwargs=where), etag=etag_of(told))


def version_of(view: CreatorsView, character_id: UUID, version_id: UUID) -> CharacterVersion:
    version = own_version(user=view.user, version_id=version_id)
    if version.character_id != character_id:
        raise CharacterVersion.DoesNotExist
    return version


def _newest(character: Character, language: str) -> dict[str, Any] | None:
    newest = character.versions.filter(language=language).order_by("-number").first()
    return version_data(newest) if newest is not None else None
