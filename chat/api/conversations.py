"""Conversations: begun, listed, named, away and back."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import asked_for, read_body
from accounts.api.etags import check_match, etag_of, tagged
from accounts.api.pagination import paginated
from accounts.api.schema import operation, query
from accounts.api_keys import Scope
from accounts.errors import Invalid, NotFound
from accounts.models import User
from accounts.selectors import display_name, get_persona, persona_called
from characters.models import Character
from characters.selectors import edition_of, get_character
from chat.api.base import TAG, TalkView, may_meet, uuid_in
from chat.api.fields import ChangeConversationSerializer, ConversationSerializer, NewConversationSerializer
from chat.ciphers import load_keys
from chat.models import CastMember, Conversation, Participant
from chat.selectors import conversations_for, title_of
from chat.selectors.age import within_age
from chat.selectors.rooms import shown_heads
from chat.services import conversations, parts
from chat.services.news import tell_changed
from chat.services.tones import ask_for_tone

ORDERS = {"new": ("-id",), "active": ("-updated_at", "-id")}


def with_parts(rows: "QuerySet[Conversation]", user: User) -> "QuerySet[Conversation]":
    cast = CastMember.objects.select_related("version")
    mine = Participant.objects.filter(user=user).select_related("persona")
    rows = rows.select_related("room")
    return rows.prefetch_related(Prefetch("cast", cast), Prefetch("participants", mine, to_attr="parts"))


def with_heads(found: list[Conversation], user: User) -> Iterable[Conversation]:
    """With the keys of their titles, and where each ends for this person: in a room somebody may have whispered."""
    load_keys(conversation.key_id for conversation in found if conversation.title)
    heads = {each.head_id: each.head_id for each in found if not hasattr(each, "room")}
    heads |= shown_heads(user, [each.head_id for each in found if hasattr(each, "room")])
    for conversation in found:
        conversation.shown_head = heads.get(conversation.head_id)  # type: ignore[attr-defined]
    return found


def shown(view: TalkView, conversation: Conversation) -> dict[str, Any]:
    version = conversation.cast.all()[0].version
    [part] = conversation.parts  # type: ignore[attr-defined]
    name = part.persona.name if part.persona else display_name(view.user)
    page = reverse("talk", args=[conversation.pk])
    told = {
        "id": conversation.pk,
        "url": view.request.build_absolute_uri(page),
        "title": title_of(conversation),
        "character": {
            "character_id": version.character_id,
            "version_id": version.pk,
            "name": version.name,
            "language": version.language,
        },
        "persona": {"id": part.persona_id, "name": persona_called(name, version.language)},
        "role": part.role,
        "greeting": conversation.greeting,
        "tone": part.tone,
        "head_id": conversation.shown_head,  # type: ignore[attr-defined]
        "created_at": conversation.created_at,
        "updated_at": conversation.updated_at,
        "deleted_at": conversation.deleted_at,
    }
    return dict(ConversationSerializer(told).data)


def mine(view: TalkView, conversation_id: UUID, *, trashed: bool = False) -> Conversation:
    """One that the viewer takes part in; of the trash, one they own. NotFound."""
    rows = (
        Conversation.objects.filter(within_age(view.user), owner=view.user) if trashed else conversations_for(view.user)
    )
    found = with_parts(rows, view.user).filter(pk=conversation_id).first()
    if found is None:
        raise NotFound
    with_heads([found], view.user)
    return found


class Conversations(TalkView):
    @operation(
        "conversations_list",
        "Your conversations",
        answer=ConversationSerializer,
        paged=True,
        scope=Scope.CHAT_READ,
        tag=TAG,
        parameters=[
            query("order", "The newest first, or those last spoken in.", enum=list(ORDERS)),
            query("character", "Only those with this character.", type={"type": "string", "format": "uuid"}),
            query("deleted", "Those in the trash, which can be restored.", enum=["true", "false"]),
        ],
    )
    def get(self, request: Request) -> Response:
        asked = asked_for(request, "order", "character", "deleted", "limit", "cursor")
        order, deleted = asked.get("order", "new"), asked.get("deleted", "false")
        if order not in ORDERS:
            raise Invalid(field="order")
        if deleted not in ("true", "false"):
            raise Invalid(field="deleted")
        rows = conversations_for(self.user).filter(expires_at=None)
        if deleted == "true":
            rows = Conversation.objects.filter(within_age(self.user), owner=self.user, deleted_at__isnull=False)
            rows = rows.filter(expires_at=None)
        if character := uuid_in(asked, "character"):
            rows = rows.filter(cast__character=character)
        listed = with_parts(rows, self.user)

        def prepared(found: list[Conversation]) -> Iterable[Conversation]:
            return with_heads(found, self.user)

        return Response(paginated(request, listed, lambda row: shown(self, row), order=ORDERS[order], prepare=prepared))

    @operation(
        "conversations_create",
        "Begin a conversation",
        answer=ConversationSerializer,
        status=201,
        takes=NewConversationSerializer,
        once=True,
        tagged=True,
        problems=[404],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="The character speaks first, where it has an opening. Costs as much of your pace as a line.",
    )
    def post(self, request: Request) -> Response:
        given = read_body(NewConversationSerializer, request)
        character = self._character(request, given["character_id"])
        self.pay_for_beginning()
        persona_id = given.get("persona_id")
        with transaction.atomic():
            begun = conversations.start_conversation(
                owner=self.user,
                character=character,
                version=edition_of(character, given.get("language")),
                greeting=given.get("greeting", 0),
                persona=get_persona(user=self.user, persona_id=persona_id) if persona_id else None,
            )
            if title := given.get("title"):
                conversations.rename_conversation(user=self.user, conversation_id=begun.pk, title=title)
        told = shown(self, mine(self, begun.pk))
        response = Response(told, status=201)
        response["Location"] = reverse("api-conversation", args=[begun.pk])
        response["ETag"] = etag_of(told)
        return response

    def _character(self, request: Request, character_id: UUID) -> Character:
        character = get_character(user=self.user, character_id=character_id)
        if not may_meet(request, self.user, character):
            raise NotFound
        return character


class ConversationDetail(TalkView):
    @operation(
        "conversations_read",
        "One conversation",
        answer=ConversationSerializer,
        tagged=True,
        problems=[404],
        scope=Scope.CHAT_READ,
        tag=TAG,
    )
    def get(self, request: Request, conversation_id: UUID) -> Response | HttpResponse:
        return tagged(request, shown(self, mine(self, conversation_id)))

    @operation(
        "conversations_change",
        "Name it, play somebody else, or ask for a tone",
        answer=ConversationSerializer,
        takes=ChangeConversationSerializer,
        tagged=True,
        match="optional",
        problems=[404],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="An empty title goes back to the character's name. Only its owner names it. A tone is yours, and"
        " holds from the next reply on.",
    )
    def patch(self, request: Request, conversation_id: UUID) -> Response | HttpResponse:
        with transaction.atomic():
            check_match(request, shown(self, mine(self, conversation_id)), needed=False)
            given = read_body(ChangeConversationSerializer, request)
            if "title" in given:
                conversations.rename_conversation(user=self.user, conversation_id=conversation_id, title=given["title"])
            if "persona_id" in given:
                parts.play_as(user=self.user, conversation_id=conversation_id, persona_id=given["persona_id"])
            if "tone" in given:
                ask_for_tone(user=self.user, conversation_id=conversation_id, tone=given["tone"])
        if given.keys() - {"tone"}:  # nobody else is told of that
            kind = "head" if "persona_id" in given else "title"
            async_to_sync(tell_changed)(conversation_id, kind)
        return tagged(request, shown(self, mine(self, conversation_id)))

    @operation(
        "conversations_delete",
        "Throw it away",
        status=204,
        problems=[404],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="To the trash, from where it can be restored for thirty days.",
    )
    def delete(self, request: Request, conversation_id: UUID) -> HttpResponse:
        conversations.trash_conversation(user=self.user, conversation_id=conversation_id)
        return HttpResponse(status=204)


class ConversationRestore(TalkView):
    @operation(
        "conversations_restore",
        "Take it out of the trash",
        answer=ConversationSerializer,
        once=True,
        tagged=True,
        problems=[404],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
    )
    def post(self, request: Request, conversation_id: UUID) -> Response | HttpResponse:
        conversations.restore_conversation(user=self.user, conversation_id=conversation_id)
        return tagged(request, shown(self, mine(self, conversation_id, trashed=True)))
