"""What the character of a conversation remembers of you: read, and added to."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import asked_for, read_body
from accounts.api.schema import operation, query
from accounts.api_keys import Scope
from accounts.errors import Invalid
from chat.api.base import TAG, TalkView
from chat.selectors import get_conversation
from chat.selectors.memories import mind_of_talk
from chat.services.keeping import keep_line, keep_words
from memory.models import Kind, Provenance
from memory.selectors.known import Known, Standing, as_json
from memory.services.memories import BY_HAND_IMPORTANCE, MAX_TEXT

KINDS = [(kind.value, kind.value) for kind in Kind]


class SourceSerializer(serializers.Serializer[Any]):
    conversation_id = serializers.UUIDField()
    message_id = serializers.UUIDField()
    told = serializers.BooleanField(help_text="Whether its talk is on a branch that has it, in these words.")


class MemorySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(KINDS)
    text = serializers.CharField()
    importance = serializers.IntegerField(help_text="0 to 100.")
    confidence = serializers.IntegerField(help_text="0 to 100.")
    said_at = serializers.DateTimeField()
    pinned = serializers.BooleanField(help_text="Told with every reply, and never faded.")
    provenance = serializers.ChoiceField([(each.value, each.value) for each in Provenance])
    standing = serializers.ChoiceField(
        [(each.value, each.value) for each in Standing], help_text="Only what is believed comes up."
    )
    superseded_by = serializers.UUIDField(allow_null=True)
    recalled = serializers.IntegerField(help_text="In how many replies it came up.")
    recalled_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    sources = SourceSerializer(many=True, help_text="The lines it comes from; none where you wrote it yourself.")


class NewMemorySerializer(serializers.Serializer[Any]):
    text = serializers.CharField(
        required=False, max_length=MAX_TEXT, help_text="Without it, what the message says; one of the two is needed."
    )
    message_id = serializers.UUIDField(
        required=False, help_text="The line that it comes from: with that line it goes, and comes back."
    )
    kind = serializers.ChoiceField(KINDS, required=False)
    importance = serializers.IntegerField(required=False, min_value=0, max_value=100)


class MemoryListSerializer(serializers.Serializer[Any]):
    items = MemorySerializer(many=True)


class Memories(TalkView):
    @operation(
        "conversations_memories",
        "What the character remembers of you",
        answer=MemoryListSerializer,
        problems=[404],
        scope=Scope.CHAT_READ,
        tag=TAG,
        parameters=[query("standing", "Only these.", enum=[each.value for each in Standing])],
        description="From all conversations with this character, the newest first.",
    )
    def get(self, request: Request, conversation_id: UUID) -> Response:
        standing = asked_for(request, "standing").get("standing")
        if standing is not None and standing not in set(Standing):
            raise Invalid(field="standing")
        known = mind_of_talk(user=self.user, conversation_id=conversation_id).known
        return Response({"items": [as_json(each) for each in known if standing in (None, each.standing)]})

    @operation(
        "conversations_remember",
        "Have something remembered",
        answer=MemorySerializer,
        status=201,
        takes=NewMemorySerializer,
        once=True,
        problems=[403, 404, 409],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="In your words, or what a message says. What is known already is given back as it is.",
    )
    def post(self, request: Request, conversation_id: UUID) -> Response:
        get_conversation(user=self.user, conversation_id=conversation_id)
        given = read_body(NewMemorySerializer, request)
        text, kind = given.get("text", ""), given.get("kind", "")
        if message_id := given.get("message_id"):
            kept = keep_line(
                user=self.user, conversation_id=conversation_id, message_id=message_id, text=text, kind=kind
            )
        elif text:
            kept = keep_words(
                user=self.user,
                conversation_id=conversation_id,
                text=text,
                kind=kind or Kind.ABOUT_PLAYER,
                importance=given.get("importance", BY_HAND_IMPORTANCE),
            )
        else:
            raise Invalid(field="text")
        return Response(as_json(self._known(conversation_id, kept.changed.memory_id)), status=201)

    def _known(self, conversation_id: UUID, memory_id: UUID) -> Known:
        known = mind_of_talk(user=self.user, conversation_id=conversation_id).known
        return next(each for each in known if each.id == memory_id)
