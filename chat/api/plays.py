"""Stories that are played: begun, acted in, and read as they stand."""

from typing import Any
from uuid import UUID

import msgspec
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import asked_for, read_body
from accounts.api.schema import operation, query
from accounts.api_keys import Scope
from chat import protocol
from chat.api.base import TAG, LiveTalkView, TalkView, speaker_of, uuid_in
from chat.api.begun import BEGUN, begun, story_of
from chat.api.fields import TurnSerializer
from chat.api.messages import TURN_PROBLEMS, WAIT, answer, asked_to_wait
from chat.selectors.plays import album, get_play, play_shown
from chat.services import turns
from chat.services.plays.starting import MOST_SEED, start_play
from stories.format.shape import ENDINGS
from stories.rules import Action
from stories.selectors import shown_version

VERBS = ("inspect", "take", "use", "give", "attack", "go", "talk", "choose", "roll", "custom")


class ActionSerializer(serializers.Serializer[Any]):
    verb = serializers.ChoiceField(VERBS)
    target = serializers.CharField(
        required=False, allow_blank=True, max_length=protocol.MAX_NAME, help_text="A name of the story."
    )
    item = serializers.CharField(
        required=False, allow_blank=True, max_length=protocol.MAX_NAME, help_text="What is used, given or struck with."
    )
    client_id = serializers.UUIDField(required=False, help_text="Your own id of this input: sent again, it is one.")
    parent_id = serializers.UUIDField(required=False, help_text="The message it follows; without it the head.")


class NewPlaySerializer(serializers.Serializer[Any]):
    language = serializers.CharField(required=False, max_length=8, help_text="Without one, the story's first.")
    seed = serializers.CharField(
        required=False, max_length=MOST_SEED, help_text="The same seed throws the same dice for the same actions."
    )


class MomentSerializer(serializers.Serializer[Any]):
    message_id = serializers.UUIDField()
    seq = serializers.IntegerField()
    by = serializers.CharField(allow_blank=True, help_text="Who did it; empty for what came by itself.")
    notes = serializers.JSONField(help_text="What happened, as the frame `game_event` has it.")


class AlbumSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    kind = serializers.ChoiceField(ENDINGS)
    title = serializers.CharField(allow_blank=True, help_text="Empty until you have met it.")
    means = serializers.CharField(allow_blank=True)
    times = serializers.IntegerField()


class PlaySerializer(serializers.Serializer[Any]):
    conversation_id = serializers.UUIDField()
    story_id = serializers.UUIDField()
    version_id = serializers.UUIDField()
    title = serializers.CharField()
    language = serializers.CharField()
    seq = serializers.IntegerField(help_text="How much has happened, on all branches.")
    view = serializers.JSONField(help_text="Where it stands, as the frame `game_event` has it.")
    moments = MomentSerializer(many=True, help_text="What happened on this branch, oldest first; the last 200.")
    endings = AlbumSerializer(many=True, help_text="Your album of this story.")


class PlayDetail(TalkView):
    @operation(
        "play_read",
        "The story that is played in a conversation",
        answer=PlaySerializer,
        parameters=[query("leaf", "The message that the branch ends in; without it the head.",
                          type={"type": "string", "format": "uuid"})],
        problems=[404],
        scope=Scope.CHAT_READ,
        tag=TAG,
        description="404 where none is played.",
    )  # fmt: skip
    def get(self, request: Request, conversation_id: UUID) -> Response:
        play = get_play(user=self.user, conversation_id=conversation_id)
        shown = play_shown(play, uuid_in(asked_for(request, "leaf"), "leaf"))
        told = {
            "conversation_id": play.pk,
            "story_id": play.version.story_id,
            "version_id": play.version_id,
            "title": shown.title,
            "language": play.language,
            "seq": play.count,
            "view": msgspec.to_builtins(shown.view),
            "moments": [
                {
                    "message_id": each.message_id,
                    "seq": each.seq,
                    "by": each.by,
                    "notes": msgspec.to_builtins(each.notes),
                }
                for each in shown.moments
            ],
            "endings": album(self.user, play.version.story, shown.staged.book, play.language),
        }
        return Response(dict(PlaySerializer(told).data))


class PlayActions(LiveTalkView):
    @operation(
        "play_act",
        "Act in the story",
        answer=inline_serializer(
            "Acted", {"event": serializers.JSONField(help_text="The frame `game_event`."), "turn": TurnSerializer()}
        ),
        takes=ActionSerializer,
        parameters=[WAIT],
        once=True,
        problems=TURN_PROBLEMS,
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="409 `action_refused` with a `reason` where the rules do not allow it: then nothing has changed. A"
        " reply, where anybody is there to give one, is in `turn`, as for a line.",
    )
    async def post(self, request: Request, conversation_id: UUID) -> Response:
        wait, given = asked_to_wait(request), read_body(ActionSerializer, request)
        async with self.client_id(given.get("client_id")) as client_id:
            accepted = await turns.act(
                speaker_of(request, self.user),
                conversation_id=conversation_id,
                client_id=client_id,
                action=Action(given["verb"], given.get("target", ""), given.get("item", "")),
                parent_id=given.get("parent_id"),
            )
        turn = await answer(self, conversation_id, client_id, accepted, wait)
        event = msgspec.to_builtins(accepted.event.frame) if accepted.event else None
        return Response({"event": event, "turn": turn.data})


class StoryPlays(TalkView):
    @operation(
        "stories_play",
        "Play a story",
        answer=BEGUN,
        status=201,
        takes=NewPlaySerializer,
        once=True,
        problems=[404],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="What is played is a conversation, and a room: others may be invited. Costs as much of your pace "
        "as a line.",
    )
    def post(self, request: Request, story_id: UUID) -> Response:
        given = read_body(NewPlaySerializer, request)
        version = shown_version(story_of(self.user, story_id))
        self.pay_for_beginning()
        return begun(request, start_play(user=self.user, version=version, **given))
