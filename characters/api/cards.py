"""Character cards in and out."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import asked_for, read_body
from accounts.api.parsers import UploadParser
from accounts.api.schema import FILE, JSON_FILE, operation, query
from accounts.api_keys import Scope
from accounts.errors import Invalid, NotFound
from characters.api.base import CreatorsView, created
from characters.api.fields import language_field
from characters.models import CharacterVersion
from characters.selectors import edition_of
from characters.services.card_files import FORMATS, export_card, preview_exports
from characters.services.cards import import_card, look_at

TAG = "cards"
FINDINGS = ("kept", "changed", "scripts", "lost", "removed", "note")


class FindingSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(FINDINGS)
    code = serializers.CharField()
    message = serializers.CharField()
    items = serializers.ListField(child=serializers.CharField(allow_blank=True), help_text="Names from the card.")


class CardUploadSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(
        allow_empty_file=True, max_length=500, help_text="JSON, PNG, APNG, CHARX, or JPEG with CHARX behind it; 8 MB."
    )


class ImportedSerializer(serializers.Serializer[Any]):
    character_id = serializers.UUIDField()
    version_id = serializers.UUIDField()
    name = serializers.CharField()
    earlier_id = serializers.UUIDField(allow_null=True, help_text="A character of yours that came from this very file.")
    report = FindingSerializer(many=True, help_text="What is kept and not understood, read differently, and so on.")


class LookSerializer(serializers.Serializer[Any]):
    spec = serializers.CharField(help_text="v1, v2, v3 and the like.")
    container = serializers.CharField()
    name = serializers.CharField()
    language = language_field()
    lore_entries = serializers.IntegerField()
    report = FindingSerializer(many=True)


class PreviewSerializer(serializers.Serializer[Any]):
    format = serializers.ChoiceField(FORMATS)
    identical = serializers.BooleanField(help_text="The file as it came, byte for byte.")
    report = FindingSerializer(many=True, help_text="What this format has no place for.")


class PreviewsSerializer(serializers.Serializer[Any]):
    version_id = serializers.UUIDField()
    formats = PreviewSerializer(many=True)


class Cards(CreatorsView):
    parser_classes = (UploadParser,)

    @operation(
        "cards_import",
        "Bring a card in",
        answer=ImportedSerializer,
        status=201,
        takes=CardUploadSerializer,
        media="multipart/form-data",
        once=True,
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
        description="It becomes a private character with its lore and portrait; the file is kept, every byte.",
    )
    def post(self, request: Request) -> Response:
        file = read_body(CardUploadSerializer, request)["file"]
        result = import_card(owner=self.user, data=file.read(), filename=file.name)
        told = {
            "character_id": result.character.pk,
            "version_id": result.version.pk,
            "name": result.version.name,
            "earlier_id": result.earlier.pk if result.earlier else None,
            "report": [finding.as_dict() for finding in result.report],
        }
        location = reverse("api-character", kwargs={"character_id": result.character.pk})
        return created(dict(ImportedSerializer(told).data), location)


class CardLook(CreatorsView):
    parser_classes = (UploadParser,)
    writes = Scope.CHARACTERS_READ

    @operation(
        "cards_look",
        "Look at a card without bringing it in",
        answer=LookSerializer,
        takes=CardUploadSerializer,
        media="multipart/form-data",
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
    )
    def post(self, request: Request) -> Response:
        file = read_body(CardUploadSerializer, request)["file"]
        look = look_at(data=file.read(), filename=file.name)
        told = {
            "spec": look.card.spec,
            "container": look.card.container,
            "name": look.content["name"],
            "language": look.language,
            "lore_entries": look.lore_entries,
            "report": [finding.as_dict() for finding in look.report],
        }
        return Response(LookSerializer(told).data)


VERSION = query("version", "This version of yours; else the one on stage.", type={"type": "string", "format": "uuid"})


class CardPreviews(CreatorsView):
    @operation(
        "cards_preview",
        "What each format would lose",
        answer=PreviewsSerializer,
        problems=[404],
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
        parameters=[VERSION],
    )
    def get(self, request: Request, character_id: UUID) -> Response:
        version = _version(self, request, character_id)
        formats = [
            {"format": each.format, "identical": each.identical, "report": [one.as_dict() for one in each.report]}
            for each in preview_exports(version=version, user=self.user)
        ]
        return Response(PreviewsSerializer({"version_id": version.pk, "formats": formats}).data)


class CardExport(CreatorsView):
    @operation(
        "cards_export",
        "Take a character out as a card",
        problems=[404],
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
        parameters=[VERSION],
        description=f'`format` is one of {", ".join(FORMATS)}; "original" is the file as it came.',
        statuses={(200, "application/json"): JSON_FILE}
        | {(200, media): FILE for media in ("image/png", "image/apng", "application/zip", "image/jpeg")},
    )
    def get(self, request: Request, character_id: UUID, format: str) -> HttpResponse:
        if format not in FORMATS:
            raise NotFound
        file = export_card(version=_version(self, request, character_id), format=format, user=self.user)
        response = HttpResponse(file.data, content_type=file.content_type)
        response.headers["Content-Disposition"] = _attachment(file.filename)
        response["X-Content-Type-Options"] = "nosniff"
        return response


def _version(view: CreatorsView, request: Request, character_id: UUID) -> CharacterVersion:
    character = view.my_character(character_id)
    asked = asked_for(request, "version")
    if "version" not in asked:
        return edition_of(character)
    try:
        wanted = UUID(asked["version"])
    except ValueError:
        raise Invalid(field="version") from None
    return character.versions.select_related("character").get(pk=wanted)


def _attachment(filename: str) -> str:
    from django.utils.http import content_disposition_header

    return content_disposition_header(True, filename) or "attachment"
