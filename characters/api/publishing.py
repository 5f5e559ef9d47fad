"""Asking for a character to be shown to others."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import read_body
from accounts.api.etags import tagged
from accounts.api.pagination import paginated
from accounts.api.schema import operation
from accounts.api_keys import Scope
from characters.api.base import CreatorsView, created
from characters.api.fields import visibility_field
from characters.api.versions import version_of
from characters.models import CharacterVersion, Publication
from characters.selectors import edition_of
from characters.selectors.stage import Unshown, unshown
from characters.services.publishing import ask_to_publish, check_before_publishing
from characters.services.requests import withdraw

TAG = "publishing"
UNSHOWN = ("book", "lore", "knowledge")
CHANGED = ("new", "changed")


class RuleSerializer(serializers.Serializer[Any]):
    rule = serializers.CharField()
    field = serializers.CharField(allow_blank=True)
    excerpt = serializers.CharField(allow_blank=True)


class PublicationSerializer(serializers.Serializer[Publication]):
    id = serializers.UUIDField()
    character_id = serializers.UUIDField()
    version_id = serializers.UUIDField()
    visibility = visibility_field(help_text="What was asked for.")
    lore_alone = serializers.BooleanField(
        help_text="The version is on stage already: it is about what changed of lore and knowledge."
    )
    state = serializers.ChoiceField(Publication.State.choices)
    findings = RuleSerializer(many=True, help_text="What stands against it.")
    reason = serializers.CharField(allow_blank=True, help_text="The moderator's, for you.")
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class AskSerializer(serializers.Serializer[Any]):
    visibility = visibility_field()
    version_id = serializers.UUIDField(required=False, help_text="Without one the newest.")


class UnshownSerializer(serializers.Serializer[Unshown]):
    kind = serializers.ChoiceField(UNSHOWN, help_text="A book for its settings or the order of its entries.")
    id = serializers.UUIDField(help_text="Of the book, the entry of a lorebook, or the text.")
    book_id = serializers.UUIDField(source="book", allow_null=True)
    name = serializers.CharField(allow_blank=True)
    change = serializers.ChoiceField(CHANGED)


class CheckSerializer(serializers.Serializer[Any]):
    findings = RuleSerializer(many=True)
    unshown = UnshownSerializer(
        many=True, help_text="Lore and knowledge that others do not have as they stand; a request carries them."
    )


class Publications(CreatorsView):
    writes = Scope.PUBLISH_WRITE

    @operation(
        "publications_list",
        "What was asked for, and decided",
        answer=PublicationSerializer,
        paged=True,
        problems=[404],
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
    )
    def get(self, request: Request, character_id: UUID) -> Response:
        rows = Publication.objects.filter(character=self.my_character(character_id))
        return Response(paginated(request, rows, publication_data))

    @operation(
        "publications_ask",
        "Ask for a version to be shown",
        answer=PublicationSerializer,
        status=201,
        takes=AskSerializer,
        once=True,
        problems=[404],
        scope=Scope.PUBLISH_WRITE,
        tag=TAG,
        description=(
            "Private, and fewer people than now, take effect at once; everything else waits for a decision, what "
            "changed of lore and knowledge too: others have them as they were granted. What waits is replaced. The "
            "answer says what stands against it."
        ),
    )
    def post(self, request: Request, character_id: UUID) -> Response:
        self.my_character(character_id)
        given = read_body(AskSerializer, request)
        version = self._version(character_id, given.get("version_id"))
        asked = ask_to_publish(
            character=version.character, version=version, asked_by=self.user, visibility=given["visibility"]
        )
        return created(publication_data(asked), request.path)

    def _version(self, character_id: UUID, version_id: UUID | None) -> CharacterVersion:
        if version_id is not None:
            return version_of(self, character_id, version_id)
        character = self.my_character(character_id)
        newest = character.versions.select_related("character").order_by("-number").first()
        if newest is None:
            raise CharacterVersion.DoesNotExist
        wanted = edition_of(character).language
        return character.versions.select_related("character").filter(
            number=newest.number, language=wanted
        ).first() or newest  # fmt: skip


class PublicationCheck(CreatorsView):
    @operation(
        "publications_check",
        "What would stand against a version",
        answer=CheckSerializer,
        problems=[404],
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
    )
    def get(self, request: Request, character_id: UUID, version_id: UUID) -> Response:
        version = version_of(self, character_id, version_id)
        found = {"findings": check_before_publishing(version), "unshown": unshown(version.character)}
        return Response(CheckSerializer(found).data)


class PublicationDetail(CreatorsView):
    @operation(
        "publications_read",
        "One request",
        answer=PublicationSerializer,
        tagged=True,
        problems=[404],
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
    )
    def get(self, request: Request, publication_id: UUID) -> Response | HttpResponse:
        return tagged(request, publication_data(publication_of(self, publication_id)))


class PublicationWithdraw(CreatorsView):
    writes = Scope.PUBLISH_WRITE

    @operation(
        "publications_withdraw",
        "Take a request back",
        answer=PublicationSerializer,
        once=True,
        problems=[404, 409],
        scope=Scope.PUBLISH_WRITE,
        tag=TAG,
    )
    def post(self, request: Request, publication_id: UUID) -> Response:
        publication = publication_of(self, publication_id)
        withdraw(work=publication.character, by=self.user)
        publication.refresh_from_db()
        return Response(publication_data(publication))


def publication_data(row: Publication) -> dict[str, Any]:
    return dict(PublicationSerializer(row).data)


def publication_of(view: CreatorsView, publication_id: UUID) -> Publication:
    mine = Publication.objects.filter(character__owner=view.user, character__deleted_at=None)
    return mine.get(pk=publication_id)
