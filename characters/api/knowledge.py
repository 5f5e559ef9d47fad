"""Texts that a character knows."""

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
from characters.api.base import CreatorsView, created, gone
from characters.models import Knowledge
from characters.selectors.knowledge import get_knowledge, own_knowledge
from characters.services.knowledge import (
    MAX_TEXT,
    MAX_TITLE,
    add_knowledge,
    delete_knowledge,
    edit_knowledge,
    read_again,
    restore_knowledge,
    use_knowledge,
)
from characters.services.quotas import hold

TAG = "knowledge"


class KnowledgeBriefSerializer(serializers.Serializer[Knowledge]):
    id = serializers.UUIDField()
    character_id = serializers.UUIDField()
    title = serializers.CharField()
    enabled = serializers.BooleanField(help_text="Whether it is recalled.")
    created_at = serializers.DateTimeField()


class KnowledgeSerializer(KnowledgeBriefSerializer):
    text = serializers.CharField()


class NewKnowledgeSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=MAX_TITLE, required=False, allow_blank=True)
    text = serializers.CharField(max_length=MAX_TEXT, help_text="Text or Markdown.")


class EditKnowledgeSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=MAX_TITLE, required=False, allow_blank=True)
    text = serializers.CharField(max_length=MAX_TEXT, required=False)
    enabled = serializers.BooleanField(required=False)


class StateSerializer(serializers.Serializer[Any]):
    """Of a text, or of what comes up by meaning in a lorebook."""

    state = serializers.ChoiceField(Knowledge.State.choices)
    failure = serializers.CharField(allow_blank=True)


def knowledge_data(row: Knowledge) -> dict[str, Any]:
    return dict(KnowledgeSerializer(row).data)


class KnowledgeOfCharacter(CreatorsView):
    @operation(
        "knowledge_list",
        "What a character knows",
        answer=KnowledgeBriefSerializer,
        paged=True,
        problems=[404],
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
    )
    def get(self, request: Request, character_id: UUID) -> Response:
        rows = own_knowledge(self.user).filter(character=self.my_character(character_id)).defer("text")
        return Response(paginated(request, rows, lambda row: KnowledgeBriefSerializer(row).data))

    @operation(
        "knowledge_add",
        "Give a character something to know",
        answer=KnowledgeSerializer,
        status=201,
        takes=NewKnowledgeSerializer,
        once=True,
        tagged=True,
        problems=[404],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
        description="It is split into passages that come up by meaning, once it has been read.",
    )
    def post(self, request: Request, character_id: UUID) -> Response:
        self.my_character(character_id)
        given = read_body(NewKnowledgeSerializer, request)
        row = add_knowledge(
            owner=self.user, character_id=character_id, title=given.get("title", ""), text=given["text"]
        )
        told = knowledge_data(row)
        return created(told, reverse("api-knowledge", kwargs={"knowledge_id": row.pk}), etag=etag_of(told))


class KnowledgeDetail(CreatorsView):
    @operation(
        "knowledge_read",
        "One text",
        answer=KnowledgeSerializer,
        tagged=True,
        problems=[404],
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
    )
    def get(self, request: Request, knowledge_id: UUID) -> Response | HttpResponse:
        return tagged(request, knowledge_data(get_knowledge(user=self.user, knowledge_id=knowledge_id)))

    @operation(
        "knowledge_edit",
        "Change a text",
        answer=KnowledgeSerializer,
        takes=EditKnowledgeSerializer,
        tagged=True,
        match="needed",
        problems=[404, 409],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
    )
    def patch(self, request: Request, knowledge_id: UUID) -> Response | HttpResponse:
        with transaction.atomic():
            row = self._locked(knowledge_id)
            check_match(request, knowledge_data(row))
            given = read_body(EditKnowledgeSerializer, request)
            if {"title", "text"} & set(given):
                texts = {name: given.get(name, getattr(row, name)) for name in ("title", "text")}
                row = edit_knowledge(owner=self.user, knowledge_id=row.pk, **texts)
            if "enabled" in given:
                row = use_knowledge(owner=self.user, knowledge_id=row.pk, enabled=given["enabled"])
        return tagged(request, knowledge_data(row))

    @operation(
        "knowledge_delete",
        "Delete a text",
        status=204,
        match="optional",
        problems=[404],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
        description="It can be restored for thirty days.",
    )
    def delete(self, request: Request, knowledge_id: UUID) -> HttpResponse:
        with transaction.atomic():
            row = self._locked(knowledge_id)
            check_match(request, knowledge_data(row), needed=False)
            delete_knowledge(owner=self.user, knowledge_id=row.pk)
        return gone()

    def _locked(self, knowledge_id: UUID) -> Knowledge:
        # Whoever writes what characters know takes the owner first.
        hold(self.user)
        return own_knowledge(self.user).select_for_update(of=("self",)).get(pk=knowledge_id)


class KnowledgeState(CreatorsView):
    @operation(
        "knowledge_state",
        "Whether a text has been read",
        answer=StateSerializer,
        problems=[404],
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
    )
    def get(self, request: Request, knowledge_id: UUID) -> Response:
        return Response(StateSerializer(get_knowledge(user=self.user, knowledge_id=knowledge_id)).data)

    @operation(
        "knowledge_again",
        "Read once more a text that could not be read",
        answer=StateSerializer,
        once=True,
        problems=[404],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
    )
    def post(self, request: Request, knowledge_id: UUID) -> Response:
        return Response(StateSerializer(read_again(owner=self.user, knowledge_id=knowledge_id)).data)


class KnowledgeRestore(CreatorsView):
    @operation(
        "knowledge_restore",
        "Take a deletion back",
        answer=KnowledgeSerializer,
        once=True,
        tagged=True,
        problems=[404],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
    )
    def post(self, request: Request, knowledge_id: UUID) -> Response | HttpResponse:
        return tagged(request, knowledge_data(restore_knowledge(owner=self.user, knowledge_id=knowledge_id)))
