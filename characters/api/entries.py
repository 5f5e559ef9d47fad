"""The entries of a lorebook, in the order of its table."""

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
from accounts.api_keys import Scope as KeyScope
from characters.api.base import created, gone
from characters.api.lorebooks import LoreView
from characters.lore_fields import ENTRY_FIELDS, MAX_KEY, MAX_KEYS, MAX_TEXT
from characters.models import Lorebook, LoreEntry
from characters.selectors.lore import get_book, get_entry
from characters.services.lore import BULK, MAX_ENTRIES, add_entry, bulk_edit, put_back, reorder, save_entry

TAG = "lorebooks"


def _keys() -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField(max_length=MAX_KEY), max_length=MAX_KEYS, required=False)


class EntryFieldsSerializer(serializers.ModelSerializer[LoreEntry]):
    """Depth and delays are counted in messages, probability in per cent; null takes what the book says."""

    content = serializers.CharField(max_length=MAX_TEXT, required=False, allow_blank=True, trim_whitespace=False)
    keys = _keys()
    secondary_keys = _keys()

    class Meta:
        model = LoreEntry
        fields: tuple[str, ...] = tuple(ENTRY_FIELDS)
        extra_kwargs = {name: {"required": False} for name in ENTRY_FIELDS}


class EntrySerializer(EntryFieldsSerializer):
    book_id = serializers.UUIDField(read_only=True)

    class Meta(EntryFieldsSerializer.Meta):
        fields = ("id", "book_id", "position", *ENTRY_FIELDS, "updated_at")
        read_only_fields = ("id", "position", "updated_at")


class OrderSerializer(serializers.Serializer[Any]):
    entry_ids = serializers.ListField(child=serializers.UUIDField(), max_length=MAX_ENTRIES)


class OrderedSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(help_text="Of the book.")


class EditedSerializer(OrderedSerializer):
    removal_id = serializers.UUIDField(
        allow_null=True, help_text="Of what was deleted, to put it back within the hour."
    )
    missing_ids = serializers.ListField(
        child=serializers.UUIDField(), help_text="Those that are not in this book: nothing was done with them."
    )


class PutBackSerializer(serializers.Serializer[Any]):
    removal_id = serializers.UUIDField(help_text="As the deletion answered it.")


class BulkSerializer(OrderSerializer):
    action = serializers.ChoiceField([action for action in BULK if action != "move"])
    value = serializers.CharField(max_length=40, required=False, help_text='Of "place": where they go.')


def entry_data(entry: LoreEntry) -> dict[str, Any]:
    return dict(EntrySerializer(entry).data)


class Entries(LoreView):
    @operation(
        "entries_list",
        "The entries of a lorebook",
        answer=EntrySerializer,
        paged=True,
        problems=[404],
        scope=KeyScope.LORE_READ,
        tag=TAG,
        description="In the order of its table.",
    )
    def get(self, request: Request, book_id: UUID) -> Response:
        rows = get_book(user=self.user, book_id=book_id).entries.all()
        return Response(paginated(request, rows, entry_data, order=("position", "id")))

    @operation(
        "entries_add",
        "Write an entry",
        answer=EntrySerializer,
        status=201,
        takes=EntryFieldsSerializer,
        once=True,
        tagged=True,
        problems=[404],
        scope=KeyScope.LORE_WRITE,
        tag=TAG,
    )
    def post(self, request: Request, book_id: UUID) -> Response:
        get_book(user=self.user, book_id=book_id)
        entry = add_entry(user=self.user, book_id=book_id, fields=read_body(EntryFieldsSerializer, request))
        told = entry_data(entry)
        where = {"book_id": book_id, "entry_id": entry.pk}
        return created(told, reverse("api-lore-entry", kwargs=where), etag=etag_of(told))


class EntryDetail(LoreView):
    @operation(
        "entries_read",
        "One entry",
        answer=EntrySerializer,
        tagged=True,
        problems=[404],
        scope=KeyScope.LORE_READ,
        tag=TAG,
    )
    def get(self, request: Request, book_id: UUID, entry_id: UUID) -> Response | HttpResponse:
        return tagged(request, entry_data(get_entry(user=self.user, book_id=book_id, entry_id=entry_id)))

    @operation(
        "entries_edit",
        "Change an entry",
        answer=EntrySerializer,
        takes=EntryFieldsSerializer,
        tagged=True,
        match="needed",
        problems=[404],
        scope=KeyScope.LORE_WRITE,
        tag=TAG,
    )
    def patch(self, request: Request, book_id: UUID, entry_id: UUID) -> Response | HttpResponse:
        with transaction.atomic():
            check_match(request, entry_data(self._locked(book_id, entry_id)))
            changes = read_body(EntryFieldsSerializer, request, partial=True)
            entry = save_entry(user=self.user, book_id=book_id, entry_id=entry_id, changes=changes)
        return tagged(request, entry_data(entry))

    @operation(
        "entries_delete",
        "Delete an entry",
        status=204,
        match="optional",
        problems=[404],
        scope=KeyScope.LORE_WRITE,
        tag=TAG,
    )
    def delete(self, request: Request, book_id: UUID, entry_id: UUID) -> HttpResponse:
        with transaction.atomic():
            check_match(request, entry_data(self._locked(book_id, entry_id)), needed=False)
            bulk_edit(user=self.user, book_id=book_id, entry_ids=[entry_id], action="delete")
        return gone()

    def _locked(self, book_id: UUID, entry_id: UUID) -> LoreEntry:
        # Whoever writes an entry takes the book first.
        self.locked_book(book_id)
        return get_entry(user=self.user, book_id=book_id, entry_id=entry_id)


class EntryOrder(LoreView):
    @operation(
        "entries_order",
        "Put entries in another order",
        answer=OrderedSerializer,
        takes=OrderSerializer,
        problems=[404],
        scope=KeyScope.LORE_WRITE,
        tag=TAG,
        description="These first; those that are not named follow as they stood.",
    )
    def put(self, request: Request, book_id: UUID) -> Response:
        get_book(user=self.user, book_id=book_id)
        given = read_body(OrderSerializer, request)
        return _ordered(reorder(user=self.user, book_id=book_id, entry_ids=given["entry_ids"]))


class EntryBulk(LoreView):
    @operation(
        "entries_bulk",
        "Change many entries at once",
        answer=EditedSerializer,
        takes=BulkSerializer,
        once=True,
        problems=[404],
        scope=KeyScope.LORE_WRITE,
        tag=TAG,
    )
    def post(self, request: Request, book_id: UUID) -> Response:
        get_book(user=self.user, book_id=book_id)
        given = read_body(BulkSerializer, request)
        edited = bulk_edit(
            user=self.user,
            book_id=book_id,
            entry_ids=given["entry_ids"],
            action=given["action"],
            value=given.get("value"),
        )
        return Response(
            {
                "revision": edited.book.revision,
                "removal_id": edited.removal.pk if edited.removal else None,
                "missing_ids": edited.missing,
            }
        )


class EntriesRestore(LoreView):
    @operation(
        "entries_restore",
        "Put back entries that were deleted together",
        answer=OrderedSerializer,
        takes=PutBackSerializer,
        once=True,
        problems=[404],
        scope=KeyScope.LORE_WRITE,
        tag=TAG,
    )
    def post(self, request: Request, book_id: UUID) -> Response:
        get_book(user=self.user, book_id=book_id)
        given = read_body(PutBackSerializer, request)
        return _ordered(put_back(user=self.user, book_id=book_id, removal_id=given["removal_id"]))


def _ordered(book: Lorebook) -> Response:
    return Response({"revision": book.revision})
