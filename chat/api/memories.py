"""What a character knows of you: listed, added, put right, forgotten, brought back."""

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView, asked_for, read_body
from accounts.api.pagination import paginated
from accounts.api.schema import operation, query
from accounts.api_keys import Scope
from accounts.errors import Invalid, NotFound
from characters.api.base import created, gone
from chat.selectors import get_conversation
from chat.selectors.memories import SECTIONS, Mind, NoteOfTalk, met, mind, mind_of_talk, note_of, notes_with
from chat.services.keeping import keep_by_hand, keep_line, keep_words
from chat.services.noting import reword
from memory.models import Kind, Memory, Provenance
from memory.selectors.known import Known, Standing, as_json, get_memory
from memory.services import corrections
from memory.services.memories import BY_HAND_IMPORTANCE, MAX_TEXT

TAG = "memories"
KINDS = Kind.choices


class SourceSerializer(serializers.Serializer[Any]):
    conversation_id = serializers.UUIDField()
    message_id = serializers.UUIDField()
    told = serializers.BooleanField(help_text="Whether that line stands on the branch that its talk is on.")


class MemorySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(KINDS)
    text = serializers.CharField()
    importance = serializers.IntegerField(help_text="0 to 100.")
    confidence = serializers.IntegerField(help_text="0 to 100.")
    said_at = serializers.DateTimeField()
    pinned = serializers.BooleanField(help_text="Told with every reply.")
    provenance = serializers.ChoiceField(Provenance.choices)
    standing = serializers.ChoiceField(
        [(each.value, each.value) for each in Standing],
        help_text="`believed`; behind something newer; faded; forgotten; `elsewhere`: of another branch.",
    )
    superseded_by = serializers.UUIDField(allow_null=True)
    recalled = serializers.IntegerField(help_text="How often it came up.")
    recalled_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    sources = SourceSerializer(many=True, help_text="The lines that say it; none where you wrote it.")


class NewMemorySerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=MAX_TEXT, help_text="As it would be said of you.")
    kind = serializers.ChoiceField(KINDS, required=False)
    importance = serializers.IntegerField(required=False, min_value=0, max_value=100)


class RememberSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(
        max_length=MAX_TEXT, required=False, help_text="Your own words; else those of the message."
    )
    kind = serializers.ChoiceField(KINDS, required=False)
    message_id = serializers.UUIDField(
        required=False, help_text="The line that says it: the memory then goes and comes with it."
    )


class ChangeMemorySerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=MAX_TEXT, required=False)
    kind = serializers.ChoiceField(KINDS, required=False)
    importance = serializers.IntegerField(required=False, min_value=0, max_value=100)
    pinned = serializers.BooleanField(required=False)


class MemoryView(ApiView):
    """Guests too, by their session."""

    reads: ClassVar[Scope | None] = Scope.MEMORY_READ
    writes: ClassVar[Scope | None] = Scope.MEMORY_WRITE

    def listed(self, request: Request, found: Mind) -> Response:
        asked = asked_for(request, "standing", "kind", "limit", "cursor")
        known = {each.id: each for each in self._wanted(asked, found.known)}
        rows = Memory.objects.filter(pk__in=known).only("id")
        return Response(paginated(request, rows, lambda row: as_json(known[row.pk])))

    def _wanted(self, asked: dict[str, str], known: Iterable[Known]) -> list[Known]:
        standing, kind = asked.get("standing"), asked.get("kind")
        if standing is not None and standing not in list(Standing):
            raise Invalid(field="standing")
        if kind is not None and kind not in Kind.values:
            raise Invalid(_("There is no such kind of memory."), field="kind")
        return [each for each in known if standing in (None, each.standing) and kind in (None, each.kind)]

    def shown(self, memory_id: UUID) -> dict[str, Any]:
        character_id = get_memory(user=self.user, memory_id=memory_id).pair.character_id
        found = mind(user=self.user, character_id=character_id).known
        for each in found:
            if each.id == memory_id:
                return as_json(each)
        raise NotFound

    def made(self, memory_id: UUID) -> Response:
        return created(self.shown(memory_id), reverse("api-memory", args=[memory_id]))


LISTED: dict[str, Any] = {
    "answer": MemorySerializer,
    "paged": True,
    "problems": [404],
    "scope": Scope.MEMORY_READ,
    "tag": TAG,
    "parameters": [
        query("standing", "Only those that stand so.", enum=[each.value for each in Standing]),
        query("kind", "Only these.", enum=Kind.values),
    ],
}
ADDED: dict[str, Any] = {
    "answer": MemorySerializer,
    "status": 201,
    "once": True,
    "scope": Scope.MEMORY_WRITE,
    "tag": TAG,
}


class CharacterMemories(MemoryView):
    @operation("character_memories_list", "What a character knows of you", **LISTED)
    def get(self, request: Request, character_id: UUID) -> Response:
        return self.listed(request, mind(user=self.user, character_id=character_id))

    @operation(
        "character_memories_create",
        "Tell a character something",
        takes=NewMemorySerializer,
        problems=[404],
        description="It comes from no line, and counts in all your talks. What is known already is answered as it is."
        " Refused where memory is off or paused.",
        **ADDED,
    )
    def post(self, request: Request, character_id: UUID) -> Response:
        met(user=self.user, character_id=character_id)
        given = read_body(NewMemorySerializer, request)
        return self.made(keep_by_hand(user=self.user, character_id=character_id, **given).memory_id)


class ConversationMemories(MemoryView):
    @operation("conversation_memories_list", "What the character of a conversation knows of you", **LISTED)
    def get(self, request: Request, conversation_id: UUID) -> Response:
        return self.listed(request, mind_of_talk(user=self.user, conversation_id=conversation_id))

    @operation(
        "conversation_memories_create",
        "Remember this",
        takes=RememberSerializer,
        problems=[404, 409],
        description="Of a message, or in words of your own. Refused where memory is off or paused, and in a temporary"
        " conversation.",
        **ADDED,
    )
    def post(self, request: Request, conversation_id: UUID) -> Response:
        where: dict[str, Any] = {"user": self.user, "conversation_id": conversation_id}
        get_conversation(**where)
        given = read_body(RememberSerializer, request)
        if line := given.pop("message_id", None):
            return self.made(keep_line(**where, message_id=line, **given).changed.memory_id)
        if not given.get("text"):
            raise Invalid(_("Say what is to be remembered."), field="text")
        words: dict[str, Any] = {"kind": Kind.ABOUT_PLAYER, "importance": BY_HAND_IMPORTANCE} | given
        return self.made(keep_words(**where, **words).changed.memory_id)


class NoteSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    conversation_id = serializers.UUIDField()
    happened = serializers.ListField(child=serializers.CharField())
    open = serializers.ListField(child=serializers.CharField(), help_text="Threads that are not at their end.")
    places = serializers.ListField(child=serializers.CharField())
    standing = serializers.CharField(help_text="How the two stand.")
    lines = serializers.IntegerField(help_text="How many lines it stands for.")
    from_id = serializers.UUIDField()
    until_id = serializers.UUIDField()
    written_at = serializers.DateTimeField()
    by_hand = serializers.BooleanField()
    latest = serializers.BooleanField(help_text="Of its conversation: the one that can be changed.")


class ChangeNoteSerializer(serializers.Serializer[Any]):
    happened = serializers.ListField(child=serializers.CharField(max_length=300), max_length=14, required=False)
    open = serializers.ListField(child=serializers.CharField(max_length=300), max_length=6, required=False)
    places = serializers.ListField(child=serializers.CharField(max_length=300), max_length=8, required=False)
    standing = serializers.CharField(max_length=300, required=False, allow_blank=True)


class CharacterNotes(MemoryView):
    @operation(
        "character_notes_list",
        "Notes of your conversations with a character",
        answer=NoteSerializer(many=True),
        problems=[404],
        scope=Scope.MEMORY_READ,
        tag=TAG,
        description="What happened before the window, in short. The newest first; at most twenty.",
    )
    def get(self, request: Request, character_id: UUID) -> Response:
        met(user=self.user, character_id=character_id)
        return Response([note_as_json(each) for each in notes_with(user=self.user, character_id=character_id)])


class NoteDetail(MemoryView):
    @operation(
        "notes_update",
        "Put a note into other words",
        answer=NoteSerializer,
        takes=ChangeNoteSerializer,
        problems=[404, 409],
        scope=Scope.MEMORY_WRITE,
        tag=TAG,
        description="Other words make a note of their own, with an id of its own; the old one is kept. What is left out"
        " stays as it is.",
    )
    def patch(self, request: Request, note_id: UUID) -> Response:
        old = note_of(user=self.user, note_id=note_id)
        given = read_body(ChangeNoteSerializer, request, partial=True)
        row = reword(user=self.user, note_id=note_id, sections=old.sections | given)
        return Response(note_as_json(note_of(user=self.user, note_id=row.pk)))

    @operation(
        "notes_delete",
        "Delete what a note says",
        status=204,
        problems=[404, 409],
        scope=Scope.MEMORY_WRITE,
        tag=TAG,
        description="The character is told nothing of its lines any more. The old note is kept, for you alone.",
    )
    def delete(self, request: Request, note_id: UUID) -> HttpResponse:
        reword(user=self.user, note_id=note_id, sections={})
        return gone()


def note_as_json(note: NoteOfTalk) -> dict[str, Any]:
    empty: dict[str, Any] = {name: "" if name == "standing" else [] for name in SECTIONS}
    own = {name: getattr(note, name) for name in ("lines", "by_hand", "latest")}
    ids = {name: str(getattr(note, name)) for name in ("id", "conversation_id", "from_id", "until_id")}
    return ids | empty | note.sections | own | {"written_at": note.written_at.isoformat()}


class MemoryDetail(MemoryView):
    @operation("memories_read", "A memory", answer=MemorySerializer, problems=[404], scope=Scope.MEMORY_READ, tag=TAG)
    def get(self, request: Request, memory_id: UUID) -> Response:
        return Response(self.shown(memory_id))

    @operation(
        "memories_update",
        "Correct, weigh or pin a memory",
        answer=MemorySerializer,
        takes=ChangeMemorySerializer,
        problems=[404, 409],
        scope=Scope.MEMORY_WRITE,
        tag=TAG,
        description="Other words make a memory of their own, with an id of its own; the old one stands behind it.",
    )
    def patch(self, request: Request, memory_id: UUID) -> Response:
        get_memory(user=self.user, memory_id=memory_id)
        given = read_body(ChangeMemorySerializer, request, partial=True)
        pinned = given.pop("pinned", None)
        if given:
            memory_id = corrections.correct(user=self.user, memory_id=memory_id, **given).memory_id
        if pinned is not None:
            corrections.set_pinned(user=self.user, memory_id=memory_id, pinned=pinned)
        return Response(self.shown(memory_id))

    @operation(
        "memories_forget",
        "Forget a memory",
        status=204,
        problems=[404],
        scope=Scope.MEMORY_WRITE,
        tag=TAG,
        description="It does not come up again, nor do the lines that say it. It can be brought back.",
    )
    def delete(self, request: Request, memory_id: UUID) -> HttpResponse:
        corrections.forget(user=self.user, memory_id=memory_id)
        return gone()


class MemoryRestore(MemoryView):
    @operation(
        "memories_restore",
        "Bring a memory back",
        answer=MemorySerializer,
        problems=[404, 409],
        scope=Scope.MEMORY_WRITE,
        tag=TAG,
        description="One that was forgotten, has faded, or stands behind something newer.",
    )
    def post(self, request: Request, memory_id: UUID) -> Response:
        corrections.bring_back(user=self.user, memory_id=memory_id)
        return Response(self.shown(memory_id))
