"""Learning: what the link of a lesson asks, beginning by it, and who may watch from then on."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import read_body
from accounts.api.schema import operation
from accounts.api_keys import Scope
from accounts.errors import Invalid, NotFound
from accounts.models import ApiKey
from accounts.selectors import display_name
from characters.views.parts import rating_of
from chat.api.base import TAG, TalkView
from chat.api.begun import BEGUN, begun
from chat.models import Lesson
from chat.selectors.lessons import watched
from chat.selectors.plays import get_play
from chat.services.lessons import MAX_PERSON, attend, find_lesson
from chat.services.watching import let_watch
from stories.selectors import shown_version
from stories.selectors.discovery import may_see

MAX_TOKEN = 200


class LinkSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=MAX_TOKEN, help_text="The last part of the link.")


class AttendSerializer(LinkSerializer):
    agree = serializers.BooleanField(help_text="That who teaches may watch. Without it nothing begins.")
    name = serializers.CharField(
        required=False, allow_blank=True, max_length=MAX_PERSON, help_text="What you are called in this lesson."
    )
    language = serializers.CharField(required=False, max_length=8)


class AskedSerializer(serializers.Serializer[Any]):
    teacher = serializers.CharField(help_text="Who would like to watch.")
    story_id = serializers.UUIDField()
    title = serializers.CharField()
    line = serializers.CharField()
    languages = serializers.ListField(child=serializers.CharField())


class WatchedSerializer(serializers.Serializer[Any]):
    teacher = serializers.CharField(help_text="Empty for a play that was begun in no lesson.")
    watching = serializers.BooleanField(help_text="Whether they may read it now.")


class LinkView(TalkView):
    def lesson(self, request: Request, token: str) -> Lesson:
        """As the page has it: a story rated above what was asked for is not begun by a link either."""
        found = find_lesson(token=token, user=self.user)
        if not isinstance(request.auth, ApiKey) and not may_see(self.user, found.story, rating_of(request)):
            raise NotFound
        return found


class LessonAsks(LinkView):
    @operation(
        "lessons_asks",
        "What the link of a lesson asks",
        answer=AskedSerializer,
        takes=LinkSerializer,
        problems=[404, 410],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="Who teaches reads what you say and do in that play, while you play it and later, and its result; "
        "nothing else of yours. You may end it at any time.",
    )
    def post(self, request: Request) -> Response:
        found = self.lesson(request, read_body(LinkSerializer, request)["token"])
        version = shown_version(found.story)
        language = version.spoken(get_language() or "")
        told = {
            "teacher": display_name(found.teacher),
            "story_id": found.story_id,
            "title": version.called(language),
            "line": version.line.get(language, ""),
            "languages": version.languages,
        }
        return Response(AskedSerializer(told).data)


class Attend(LinkView):
    @operation(
        "lessons_attend",
        "Begin a lesson's story",
        answer=BEGUN,
        status=201,
        takes=AttendSerializer,
        once=True,
        problems=[403, 404, 409, 410],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="To say `agree` is to let whoever teaches watch. Ask whoever plays, and show them what the link "
        "asks, before you send it for them. Costs as much of your pace as a line.",
    )
    def post(self, request: Request) -> Response:
        given = read_body(AttendSerializer, request)
        if not given.pop("agree"):
            raise Invalid(_("Who teaches would watch: say that you agree."), field="agree")
        self.lesson(request, given["token"])
        given.setdefault("language", get_language() or "")
        self.pay_for_beginning()
        return begun(request, attend(user=self.user, **given))


class PlayWatched(TalkView):
    @operation(
        "play_watched",
        "Who may watch a play",
        answer=WatchedSerializer,
        problems=[404],
        scope=Scope.CHAT_READ,
        tag=TAG,
    )
    def get(self, request: Request, conversation_id: UUID) -> Response:
        found = watched(get_play(user=self.user, conversation_id=conversation_id))
        told = {"teacher": found.teacher if found else "", "watching": found is not None and found.now}
        return Response(WatchedSerializer(told).data)

    @operation(
        "play_watch",
        "Let who teaches watch again",
        status=204,
        problems=[404, 409, 410],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
    )
    def put(self, request: Request, conversation_id: UUID) -> HttpResponse:
        let_watch(user=self.user, conversation_id=conversation_id, watch=True)
        return HttpResponse(status=204)

    @operation(
        "play_unwatch",
        "Let nobody watch any more",
        status=204,
        problems=[404],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="From then on who teaches reads nothing of this play; their sockets are closed.",
    )
    def delete(self, request: Request, conversation_id: UUID) -> HttpResponse:
        let_watch(user=self.user, conversation_id=conversation_id, watch=False)
        return HttpResponse(status=204)
