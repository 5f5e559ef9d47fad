"""Drafts: characters being written, valid or not."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import read_body
from accounts.api.etags import check_match, etag_of, tagged
from accounts.api.pagination import paginated
from accounts.api.schema import operation
from accounts.api_keys import Scope
from accounts.errors import Invalid
from characters.api.base import CreatorsView, created, gone
from characters.api.fields import ContentSerializer, language_field, tags_field
from characters.api.versions import VersionSerializer, version_data
from characters.archetype_loading import archetypes
from characters.drafting import NESTED
from characters.models import Draft
from characters.selectors.drafts import drafts_for, get_draft, own_character, own_version
from characters.services.drafts import delete_draft, open_draft, restore_draft, save_draft, write_version

TAG = "drafts"


class DraftBriefSerializer(serializers.Serializer[Draft]):
    id = serializers.UUIDField()
    title = serializers.CharField(allow_blank=True)
    character_id = serializers.UUIDField(allow_null=True, help_text="null until the first version is written.")
    language = language_field()
    revision = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class DraftSerializer(DraftBriefSerializer):
    base_id = serializers.UUIDField(allow_null=True, help_text="The version it began from.")
    archetype = serializers.CharField(allow_blank=True)
    tags = serializers.ListField(child=serializers.CharField())
    content = serializers.DictField(
        child=serializers.JSONField(allow_null=True), help_text="As far as it is filled in, right or wrong."
    )


class OpenDraftSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=100, required=False, allow_blank=True)
    language = language_field(required=False)
    archetype = serializers.CharField(max_length=40, required=False, help_text="What it begins from.")
    character_id = serializers.UUIDField(required=False, help_text="Continue this character of yours.")
    version_id = serializers.UUIDField(required=False, help_text="Begin from this version of yours.")


class SaveDraftSerializer(serializers.Serializer[Any]):
    """What is given is written over; in `content` a null takes a field away."""

    title = serializers.CharField(max_length=100, required=False, allow_blank=True)
    language = language_field(required=False)
    tags = tags_field(required=False)
    content = ContentSerializer(required=False)

    def to_internal_value(self, data: Any) -> Any:
        """A draft may be wrong: of its content only the shape is looked at, by the service."""
        given = dict(data)
        content = given.pop("content", None)
        read = super().to_internal_value(given)
        if content is not None:
            if not isinstance(content, Mapping):
                raise Invalid(field="content")
            read["content"] = dict(content)
        return read


def draft_data(draft: Draft) -> dict[str, Any]:
    return dict(DraftSerializer(draft).data)


class Drafts(CreatorsView):
    @operation(
        "drafts_list",
        "Your drafts",
        answer=DraftBriefSerializer,
        paged=True,
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
    )
    def get(self, request: Request) -> Response:
        return Response(paginated(request, drafts_for(self.user), lambda row: DraftBriefSerializer(row).data))

    @operation(
        "drafts_open",
        "Begin a draft",
        answer=DraftSerializer,
        status=201,
        takes=OpenDraftSerializer,
        once=True,
        tagged=True,
        problems=[404],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
        description="Blank, from an archetype, from a character's newest version, or from one of its versions.",
    )
    def post(self, request: Request) -> Response:
        given = read_body(OpenDraftSerializer, request)
        character_id, version_id = given.pop("character_id", None), given.pop("version_id", None)
        if (archetype := given.get("archetype")) and archetype not in {each.key for each in archetypes()}:
            raise Invalid(field="archetype")
        draft = open_draft(
            owner=self.user,
            character=own_character(user=self.user, character_id=character_id) if character_id else None,
            version=own_version(user=self.user, version_id=version_id) if version_id else None,
            **given,
        )
        told = draft_data(draft)
        return created(told, reverse("api-draft", kwargs={"draft_id": draft.pk}), etag=etag_of(told))


class DraftDetail(CreatorsView):
    @operation(
        "drafts_read",
        "One draft",
        answer=DraftSerializer,
        tagged=True,
        problems=[404],
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
    )
    def get(self, request: Request, draft_id: UUID) -> Response | HttpResponse:
        return tagged(request, draft_data(get_draft(user=self.user, draft_id=draft_id)))

    @operation(
        "drafts_save",
        "Write in a draft",
        answer=DraftSerializer,
        takes=SaveDraftSerializer,
        tagged=True,
        match="needed",
        problems=[404],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
        description="Only these fields; two programs never overwrite each other silently.",
    )
    def patch(self, request: Request, draft_id: UUID) -> Response | HttpResponse:
        with transaction.atomic():
            draft = self._mine(draft_id)
            check_match(request, draft_data(draft))
            given = read_body(SaveDraftSerializer, request)
            saved = save_draft(draft=draft, revision=draft.revision, changes=_flat(given))
        return tagged(request, draft_data(saved))

    @operation(
        "drafts_delete",
        "Delete a draft",
        status=204,
        match="optional",
        problems=[404],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
    )
    def delete(self, request: Request, draft_id: UUID) -> HttpResponse:
        with transaction.atomic():
            draft = self._mine(draft_id)
            check_match(request, draft_data(draft), needed=False)
            delete_draft(draft=draft)
        return gone()

    def _mine(self, draft_id: UUID) -> Draft:
        return drafts_for(self.user).select_for_update(of=("self",)).get(pk=draft_id)


class DraftRestore(CreatorsView):
    @operation(
        "drafts_restore",
        "Take a deletion back",
        answer=DraftSerializer,
        once=True,
        tagged=True,
        problems=[404],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
    )
    def post(self, request: Request, draft_id: UUID) -> Response | HttpResponse:
        return tagged(request, draft_data(restore_draft(owner=self.user, draft_id=draft_id)))


class DraftWrite(CreatorsView):
    @operation(
        "drafts_write",
        "Make a draft the next version",
        answer=VersionSerializer,
        status=201,
        once=True,
        tagged=True,
        match="optional",
        problems=[404],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
        description="The character begins with its first version. If-Match takes the ETag of the draft.",
    )
    def post(self, request: Request, draft_id: UUID) -> Response:
        draft = get_draft(user=self.user, draft_id=draft_id)
        check_match(request, draft_data(draft), needed=False)
        version = write_version(draft=draft, revision=draft.revision)
        told = version_data(version)
        where = {"character_id": version.character_id, "version_id": version.pk}
        return created(told, reverse("api-version", kwargs=where), etag=etag_of(told))


def _flat(given: Mapping[str, Any]) -> dict[str, Any]:
    """As `save_draft` takes it: "traits.manner" is a field."""
    changes = {name: value for name, value in given.items() if name != "content"}
    for name, value in given.get("content", {}).items():
        if name in changes or name in ("title", "language", "tags"):
            raise Invalid(field=f"content.{name}")
        if name in NESTED and isinstance(value, Mapping):
            changes |= {f"{name}.{part}": inner for part, inner in value.items()}
        else:
            changes[name] = value
    return changes
