"""What addresses share at which a story begins: the story, and the talk that comes of it."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.errors import NotFound
from accounts.models import User
from chat.models import Conversation
from stories.models import Story
from stories.selectors import get_story

BEGUN = inline_serializer("Begun", {"conversation_id": serializers.UUIDField(), "url": serializers.URLField()})


def story_of(user: User, story_id: UUID) -> Story:
    """NotFound for one that they may not open."""
    try:
        return get_story(user=user, story_id=story_id)
    except Story.DoesNotExist:
        raise NotFound from None


def begun(request: Request, talk: Conversation) -> Response:
    address: Any = request.build_absolute_uri(reverse("api-play", args=[talk.pk]))
    return Response({"conversation_id": talk.pk, "url": address}, status=201)
