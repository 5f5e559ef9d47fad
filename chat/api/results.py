"""How somebody did in the story that is played."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import asked_for
from accounts.api.schema import operation, query
from accounts.api_keys import Scope
from chat.api.base import TAG, TalkView, uuid_in
from chat.formats.results import as_data
from chat.selectors.plays import get_play
from chat.selectors.results import result_of

REACHED = ("yes", "partly", "no", "")


class RubricMarkSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    scene = serializers.CharField(help_text="Empty for what is looked at from beginning to end.")
    reached = serializers.ChoiceField(REACHED, help_text="Empty until there is feedback.")
    note = serializers.CharField()


class ResultMarkSerializer(RubricMarkSerializer):
    good = serializers.CharField(help_text="What good looks like.")


class ResultSerializer(serializers.Serializer[Any]):
    """As the page of a result says it, and its file."""

    conversation_id = serializers.UUIDField()
    story = serializers.JSONField(help_text="id, version_id, title and language.")
    learner = serializers.CharField(help_text="What whoever plays is called there.")
    begun_at = serializers.DateTimeField()
    scene = serializers.CharField()
    ending = serializers.JSONField(help_text="title, kind and means; null before one.")
    actions = serializers.IntegerField()
    feedback = serializers.ChoiceField(("waiting", "done", "failed", ""), help_text="Empty before an ending.")
    marks = ResultMarkSerializer(many=True)
    attempts = serializers.JSONField(help_text="Branches that came to an ending: message_id, ending, at.")
    lines = serializers.JSONField(help_text="The transcript: role, name, text, at.")


class PlayResult(TalkView):
    @operation(
        "play_result",
        "How somebody did in the story that is played",
        answer=ResultSerializer,
        parameters=[query("attempt", "A branch that came to an ending; without it the one the talk goes on.",
                          type={"type": "string", "format": "uuid"})],
        problems=[404],
        scope=Scope.CHAT_READ,
        tag=TAG,
        description="For whoever plays, and for who watches. Whispers that are not for you are left out.",
    )  # fmt: skip
    def get(self, request: Request, conversation_id: UUID) -> Response:
        play = get_play(user=self.user, conversation_id=conversation_id)
        attempt = uuid_in(asked_for(request, "attempt"), "attempt")
        return Response(as_data(result_of(user=self.user, play=play, attempt=attempt)))
