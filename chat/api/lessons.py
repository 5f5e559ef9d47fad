"""Lessons: links by which others play a story and let their teacher watch."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import MembersView, read_body
from accounts.api.schema import operation
from accounts.api_keys import Scope
from characters.api.base import created
from chat.api.base import TAG
from chat.api.begun import story_of
from chat.api.results import RubricMarkSerializer
from chat.selectors.lessons import Learner, class_of, get_lesson, lesson_shown, lessons_of
from chat.services.lessons import MAX_NAME, Made, close_lesson, make_lesson, renew_link


class LearnerSerializer(serializers.Serializer[Learner]):
    conversation_id = serializers.UUIDField()
    name = serializers.CharField()
    begun_at = serializers.DateTimeField()
    active_at = serializers.DateTimeField()
    scene = serializers.CharField(source="stand.scene")
    ending = serializers.CharField(source="stand.ending", help_text="Empty before one.")
    actions = serializers.IntegerField(source="stand.actions")
    reached = serializers.IntegerField(help_text="How much of what was looked at.")
    marks = RubricMarkSerializer(many=True)


class LessonSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    story_id = serializers.UUIDField()
    title = serializers.CharField(help_text="Of the story.")
    plays = serializers.IntegerField(help_text="Also those that are not shared any more.")
    made_at = serializers.DateTimeField()
    closed = serializers.BooleanField()


class ClassSerializer(LessonSerializer):
    learners = serializers.SerializerMethodField(help_text="Who lets you watch now.")

    @extend_schema_field(LearnerSerializer(many=True))
    def get_learners(self, shown: Any) -> Any:
        return LearnerSerializer(self.context["learners"], many=True).data


class NewLessonSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=MAX_NAME)


class LessonLinkSerializer(LessonSerializer):
    link = serializers.URLField(help_text="Told this once: it is kept as a hash.")


class LessonView(MembersView):
    reads = Scope.CHAT_READ
    writes = Scope.CHAT_WRITE

    def with_link(self, made: Made) -> dict[str, Any]:
        lesson = lesson_shown(get_lesson(user=self.user, lesson_id=made.lesson.pk))
        link = self.request.build_absolute_uri(reverse("attend", args=[made.token]))
        return {**LessonSerializer(lesson).data, "link": link}


class Lessons(LessonView):
    @operation(
        "lessons_list",
        "Your lessons",
        answer=LessonSerializer(many=True),
        scope=Scope.CHAT_READ,
        tag=TAG,
        description="The newest first; there are at most a hundred open ones.",
    )
    def get(self, request: Request) -> Response:
        return Response(LessonSerializer(lessons_of(self.user), many=True).data)


class StoryLessons(LessonView):
    @operation(
        "lessons_create",
        "Teach with a story",
        answer=LessonLinkSerializer,
        status=201,
        takes=NewLessonSerializer,
        once=True,
        problems=[404],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="Who plays it by the link is asked first whether you may watch, and sees you in the room.",
    )
    def post(self, request: Request, story_id: UUID) -> Response:
        story = story_of(self.user, story_id)
        made = make_lesson(teacher=self.user, story=story, **read_body(NewLessonSerializer, request))
        return created(self.with_link(made), reverse("api-lesson", args=[made.lesson.pk]))


class LessonDetail(LessonView):
    @operation(
        "lessons_read",
        "A lesson, and how everybody does",
        answer=ClassSerializer,
        problems=[404],
        scope=Scope.CHAT_READ,
        tag=TAG,
    )
    def get(self, request: Request, lesson_id: UUID) -> Response:
        found = class_of(get_lesson(user=self.user, lesson_id=lesson_id))
        return Response(ClassSerializer(found.lesson, context={"learners": found.learners}).data)

    @operation(
        "lessons_close",
        "Close a lesson",
        status=204,
        problems=[404],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="Nobody comes in by its link any more. Who plays is watched as before.",
    )
    def delete(self, request: Request, lesson_id: UUID) -> HttpResponse:
        close_lesson(teacher=self.user, lesson_id=lesson_id)
        return HttpResponse(status=204)


class LessonLink(LessonView):
    @operation(
        "lessons_link",
        "A new link into a lesson",
        answer=LessonLinkSerializer,
        once=True,
        problems=[404],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="The link before is good no more. Opens a lesson that was closed.",
    )
    def post(self, request: Request, lesson_id: UUID) -> Response:
        return Response(self.with_link(renew_link(teacher=self.user, lesson_id=lesson_id)))
