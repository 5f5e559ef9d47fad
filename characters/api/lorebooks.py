"""Lorebooks: a character's, a persona's, a talk's, or one's own for everything."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import asked_for, read_body
from accounts.api.etags import check_match, etag_of, tagged
from accounts.api.pagination import paginated
from accounts.api.parsers import UploadParser
from accounts.api.schema import JSON_FILE, operation, query
from accounts.api_keys import Scope as KeyScope
from accounts.errors import Invalid, NotFound
from accounts.selectors import get_persona
from characters.api.base import CreatorsView, created, gone
from characters.api.knowledge import StateSerializer
from characters.models import Lorebook, Scope
from characters.selectors.lore import books_for, entries_of, get_book
from characters.services.lore import create_book, delete_book, read_again, restore_book, save_book
from characters.services.lore_files import FORMATS, export_book, import_book

TAG = "lorebooks"


class LorebookSerializer(serializers.ModelSerializer[Lorebook]):
    scope = serializers.ChoiceField(Scope.choices)
    character_id = serializers.UUIDField(allow_null=True)
    persona_id = serializers.UUIDField(allow_null=True)
    conversation_id = serializers.UUIDField(allow_null=True)

    class Meta:
        model = Lorebook
        fields = (
            "id", "scope", "character_id", "persona_id", "conversation_id", "name", "description", "enabled",
            "scan_depth", "token_budget", "recursive", "revision", "created_at", "updated_at", "deleted_at",
        )  # fmt: skip


class BookSettingsSerializer(serializers.ModelSerializer[Lorebook]):
    class Meta:
        model = Lorebook
        fields = ("name", "description", "enabled", "scan_depth", "token_budget", "recursive")
        extra_kwargs = {name: {"required": False} for name in fields}


class BelongsSerializer(serializers.Serializer[Any]):
    scope = serializers.ChoiceField(Scope.choices, default=Scope.ACCOUNT)
    character_id = serializers.UUIDField(required=False, help_text="Of a character's book.")
    persona_id = serializers.UUIDField(required=False, help_text="Of a persona's book.")
    conversation_id = serializers.UUIDField(required=False, help_text="Of a talk's book.")


class NewLorebookSerializer(BelongsSerializer):
    name = serializers.CharField(max_length=100, required=False, allow_blank=True)


class LorebookUploadSerializer(BelongsSerializer):
    file = serializers.FileField(
        allow_empty_file=True,
        max_length=500,
        help_text="JSON: lorebook_v3, the book of a card, SillyTavern's world info, Agnai's memory book.",
    )


class ImportedBookSerializer(LorebookSerializer):
    notes = serializers.ListField(child=serializers.CharField(), help_text="What was not taken as it stood.")

    class Meta(LorebookSerializer.Meta):
        fields = (*LorebookSerializer.Meta.fields, "notes")  # type: ignore[assignment]


def book_data(book: Lorebook) -> dict[str, Any]:
    return dict(LorebookSerializer(book).data)


class LoreView(CreatorsView):
    reads, writes = KeyScope.LORE_READ, KeyScope.LORE_WRITE

    def locked_book(self, book_id: UUID) -> Lorebook:
        rows = books_for(self.user).filter(deleted_at=None)
        return rows.select_for_update(of=("self",)).get(pk=book_id)

    def belonging(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What a new book belongs to, as `create_book` takes it; not somebody else's."""
        character_id, persona_id = given.get("character_id"), given.get("persona_id")
        return {
            "scope": given["scope"],
            "character": self.my_character(character_id) if character_id else None,
            "persona": get_persona(user=self.user, persona_id=persona_id) if persona_id else None,
            "conversation_id": given.get("conversation_id"),
        }


class Lorebooks(LoreView):
    @operation(
        "lorebooks_list",
        "Your lorebooks",
        answer=LorebookSerializer,
        paged=True,
        scope=KeyScope.LORE_READ,
        tag=TAG,
        parameters=[
            query("scope", "Only these.", enum=Scope.values),
            query("character", "Only those of this character.", type={"type": "string", "format": "uuid"}),
            query("deleted", "Those that can be restored.", enum=["true", "false"]),
        ],
    )
    def get(self, request: Request) -> Response:
        asked = asked_for(request, "scope", "character", "deleted", "limit", "cursor")
        deleted = asked.get("deleted", "false")
        if deleted not in ("true", "false"):
            raise Invalid(field="deleted")
        rows = books_for(self.user).filter(deleted_at__isnull=deleted == "false")
        if "scope" in asked:
            if asked["scope"] not in Scope.values:
                raise Invalid(field="scope")
            rows = rows.filter(scope=asked["scope"])
        if "character" in asked:
            try:
                rows = rows.filter(character=UUID(asked["character"]))
            except ValueError:
                raise Invalid(field="character") from None
        return Response(paginated(request, rows, book_data))

    @operation(
        "lorebooks_create",
        "Begin a lorebook",
        answer=LorebookSerializer,
        status=201,
        takes=NewLorebookSerializer,
        once=True,
        tagged=True,
        problems=[404],
        scope=KeyScope.LORE_WRITE,
        tag=TAG,
    )
    def post(self, request: Request) -> Response:
        given = read_body(NewLorebookSerializer, request)
        book = create_book(owner=self.user, name=given.get("name", ""), **self.belonging(given))
        told = book_data(book)
        return created(told, reverse("api-lorebook", kwargs={"book_id": book.pk}), etag=etag_of(told))


class LorebookImport(LoreView):
    parser_classes = (UploadParser,)

    @operation(
        "lorebooks_import",
        "Bring a lorebook in",
        answer=ImportedBookSerializer,
        status=201,
        takes=LorebookUploadSerializer,
        media="multipart/form-data",
        once=True,
        problems=[404],
        scope=KeyScope.LORE_WRITE,
        tag=TAG,
    )
    def post(self, request: Request) -> Response:
        given = read_body(LorebookUploadSerializer, request)
        file = given["file"]
        book, notes = import_book(owner=self.user, data=file.read(), filename=file.name, **self.belonging(given))
        book.refresh_from_db()
        return created(book_data(book) | {"notes": notes}, reverse("api-lorebook", kwargs={"book_id": book.pk}))


class LorebookDetail(LoreView):
    @operation(
        "lorebooks_read",
        "One lorebook",
        answer=LorebookSerializer,
        tagged=True,
        problems=[404],
        scope=KeyScope.LORE_READ,
        tag=TAG,
    )
    def get(self, request: Request, book_id: UUID) -> Response | HttpResponse:
        return tagged(request, book_data(get_book(user=self.user, book_id=book_id)))

    @operation(
        "lorebooks_edit",
        "Change the settings of a lorebook",
        answer=LorebookSerializer,
        takes=BookSettingsSerializer,
        tagged=True,
        match="needed",
        problems=[404],
        scope=KeyScope.LORE_WRITE,
        tag=TAG,
    )
    def patch(self, request: Request, book_id: UUID) -> Response | HttpResponse:
        with transaction.atomic():
            check_match(request, book_data(self.locked_book(book_id)))
            changes = read_body(BookSettingsSerializer, request, partial=True)
            book = save_book(user=self.user, book_id=book_id, changes=changes)
        return tagged(request, book_data(book))

    @operation(
        "lorebooks_delete",
        "Delete a lorebook",
        status=204,
        match="optional",
        problems=[404],
        scope=KeyScope.LORE_WRITE,
        tag=TAG,
        description="It can be restored for thirty days.",
    )
    def delete(self, request: Request, book_id: UUID) -> HttpResponse:
        with transaction.atomic():
            check_match(request, book_data(self.locked_book(book_id)), needed=False)
            delete_book(user=self.user, book_id=book_id)
        return gone()


class LorebookState(LoreView):
    @operation(
        "lorebooks_state",
        "Whether entries by meaning have been read",
        answer=StateSerializer,
        problems=[404],
        scope=KeyScope.LORE_READ,
        tag=TAG,
    )
    def get(self, request: Request, book_id: UUID) -> Response:
        return Response(StateSerializer(get_book(user=self.user, book_id=book_id)).data)

    @operation(
        "lorebooks_again",
        "Read once more what could not be read",
        answer=StateSerializer,
        once=True,
        problems=[404],
        scope=KeyScope.LORE_WRITE,
        tag=TAG,
    )
    def post(self, request: Request, book_id: UUID) -> Response:
        read_again(user=self.user, book_id=book_id)
        return Response(StateSerializer(get_book(user=self.user, book_id=book_id)).data)


class LorebookRestore(LoreView):
    @operation(
        "lorebooks_restore",
        "Take a deletion back",
        answer=LorebookSerializer,
        once=True,
        tagged=True,
        problems=[404],
        scope=KeyScope.LORE_WRITE,
        tag=TAG,
    )
    def post(self, request: Request, book_id: UUID) -> Response | HttpResponse:
        return tagged(request, book_data(restore_book(user=self.user, book_id=book_id)))


class LorebookExport(LoreView):
    @operation(
        "lorebooks_export",
        "Take a lorebook out",
        problems=[404],
        scope=KeyScope.LORE_READ,
        tag=TAG,
        description=f"`format` is one of {', '.join(FORMATS)}. Nothing that came with the book is lost in lorebook_v3.",
        statuses={(200, "application/json"): JSON_FILE},
    )
    def get(self, request: Request, book_id: UUID, format: str) -> HttpResponse:
        book = get_book(user=self.user, book_id=book_id)
        if format not in FORMATS:
            raise NotFound
        text, filename = export_book(book=book, entries=entries_of(book), format=format)
        response = HttpResponse(text, content_type="application/json")
        response.headers["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
        return response
