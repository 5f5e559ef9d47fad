"""Rooms: people with their roles, invitations, the cast, and the rules of who speaks next."""

from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import read_body
from accounts.api.schema import operation
from accounts.api_keys import Scope
from accounts.errors import Invalid, NotFound
from characters.selectors import get_character
from chat.api.base import TAG, TalkView, may_meet
from chat.api.conversations import mine, shown
from chat.api.fields import ConversationSerializer
from chat.api.room_fields import (
    ChangePersonSerializer,
    ChangeRoomSerializer,
    DirectionSerializer,
    InvitationSerializer,
    JoinSerializer,
    NewInvitationSerializer,
    NewMemberSerializer,
    RoomSerializer,
)
from chat.selectors.room_page import room_shown
from chat.services.doors import visit_ended
from chat.services.rooms import cast, invitations, people, room
from chat.services.rooms.presence import tell_room


class RoomView(TalkView):
    """Everybody in the room may read it; all else is the host's, and nowhere for others."""

    def shown(self, conversation_id: UUID) -> dict[str, Any]:
        """NotFound for who is not in it, and for a talk that is no room."""
        found = room_shown(user=self.user, conversation=mine(self, conversation_id), now=timezone.now())
        if found is None:
            raise NotFound
        return dict(RoomSerializer(found).data)

    def told(self, conversation_id: UUID) -> Response:
        """The room after a change, of which everybody in it learns."""
        async_to_sync(tell_room)(conversation_id)
        return Response(self.shown(conversation_id))


class RoomDetail(RoomView):
    @operation(
        "room_read",
        "A room, its people and its cast",
        answer=RoomSerializer,
        problems=[404],
        scope=Scope.CHAT_READ,
        tag=TAG,
        description="Invitations and who is banned are told to its host alone.",
    )
    def get(self, request: Request, conversation_id: UUID) -> Response:
        return Response(self.shown(conversation_id))

    @operation(
        "room_make",
        "Make a conversation a room",
        answer=RoomSerializer,
        problems=[404, 409],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="What was said stays. Not while a reply is being written. A room stays as it is.",
    )
    def post(self, request: Request, conversation_id: UUID) -> Response:
        room.make_room(user=self.user, conversation_id=conversation_id)
        return self.told(conversation_id)

    @operation(
        "room_change",
        "Change who speaks next, and how often",
        answer=RoomSerializer,
        takes=ChangeRoomSerializer,
        problems=[404],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
    )
    def patch(self, request: Request, conversation_id: UUID) -> Response:
        self.shown(conversation_id)
        rules = read_body(ChangeRoomSerializer, request)
        room.change_rules(user=self.user, conversation_id=conversation_id, **rules)
        return self.told(conversation_id)

    @operation(
        "room_end",
        "End a room",
        status=204,
        problems=[404],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="Everybody else is out and no link is good any more; the conversation stays yours.",
    )
    def delete(self, request: Request, conversation_id: UUID) -> HttpResponse:
        for gone in people.end_room(user=self.user, conversation_id=conversation_id):
            async_to_sync(visit_ended)(gone)
        async_to_sync(tell_room)(conversation_id)
        return HttpResponse(status=204)


class RoomInvitations(RoomView):
    @operation(
        "room_invite",
        "Make a link into a room",
        answer=InvitationSerializer,
        status=201,
        takes=NewInvitationSerializer,
        problems=[404],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="The only answer that has the link and its token; we keep a digest of it.",
    )
    def post(self, request: Request, conversation_id: UUID) -> Response:
        self.shown(conversation_id)
        given = read_body(NewInvitationSerializer, request)
        made = invitations.invite(user=self.user, conversation_id=conversation_id, **given)
        told = {
            "id": made.invitation.pk,
            "role": made.invitation.role,
            "expires_at": made.invitation.expires_at,
            "uses": 0,
            "token": made.token,
            "url": request.build_absolute_uri(reverse("join", args=[made.token])),
        }
        return Response(InvitationSerializer(told).data, status=201)


class RoomInvitation(RoomView):
    @operation(
        "room_revoke",
        "Withdraw a link",
        status=204,
        problems=[404],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="Who came by it stays.",
    )
    def delete(self, request: Request, conversation_id: UUID, invitation_id: UUID) -> HttpResponse:
        invitations.revoke(user=self.user, conversation_id=conversation_id, invitation_id=invitation_id)
        return HttpResponse(status=204)


class RoomPerson(RoomView):
    @operation(
        "room_person_change",
        "Give somebody a role, mute or ban them",
        answer=RoomSerializer,
        takes=ChangePersonSerializer,
        problems=[404, 409],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="The role `host` hands the room over: the conversation is theirs from then on. Of what is given, "
        "`banned` is done first, then `muted`, then `role`.",
    )
    def patch(self, request: Request, conversation_id: UUID, person_id: UUID) -> Response:
        room_now = self.shown(conversation_id)
        if str(person_id) not in {person["id"] for person in (*room_now["people"], *room_now["banned"])}:
            raise NotFound
        given = read_body(ChangePersonSerializer, request)
        where: dict[str, Any] = {"user": self.user, "conversation_id": conversation_id}
        if not given:
            raise Invalid(_("Give a role, or say whether they are muted or banned."), field="role")
        if given.get("banned") is False:
            people.lift_ban(**where, person_id=person_id)
        elif given.get("banned"):
            people.remove_person(**where, person_id=person_id, ban=True)
            async_to_sync(visit_ended)(person_id)
        if "muted" in given:
            people.mute_person(**where, person_id=person_id, muted=given["muted"])
        if given.get("role") == "host":
            room.hand_over_room(**where, to=person_id)
        elif "role" in given:
            people.change_role(**where, person_id=person_id, role=given["role"])
        return self.told(conversation_id)

    @operation(
        "room_person_remove",
        "Show somebody out",
        status=204,
        problems=[404],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="They may come back by a link that is good; banned, they may not.",
    )
    def delete(self, request: Request, conversation_id: UUID, person_id: UUID) -> HttpResponse:
        people.remove_person(user=self.user, conversation_id=conversation_id, person_id=person_id)
        async_to_sync(visit_ended)(person_id)
        async_to_sync(tell_room)(conversation_id)
        return HttpResponse(status=204)


class RoomCast(RoomView):
    @operation(
        "room_cast_add",
        "Bring a character in",
        answer=RoomSerializer,
        takes=NewMemberSerializer,
        problems=[404],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="It has heard nothing of what was said so far.",
    )
    def post(self, request: Request, conversation_id: UUID) -> Response:
        self.shown(conversation_id)
        given = read_body(NewMemberSerializer, request)
        character = get_character(user=self.user, character_id=given["character_id"])
        if not may_meet(request, self.user, character):
            raise NotFound
        cast.add_to_cast(user=self.user, conversation_id=conversation_id, character_id=character.pk)
        return self.told(conversation_id)


class RoomMember(RoomView):
    @operation(
        "room_cast_direct",
        "Direct a character",
        answer=RoomSerializer,
        takes=DirectionSerializer,
        problems=[404],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
    )
    def patch(self, request: Request, conversation_id: UUID, character_id: UUID) -> Response:
        self.shown(conversation_id)
        given = read_body(DirectionSerializer, request)
        cast.direct_cast(user=self.user, conversation_id=conversation_id, character_id=character_id, **given)
        return self.told(conversation_id)

    @operation(
        "room_cast_remove",
        "Take a character out",
        status=204,
        problems=[404, 409],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="What it said stays, and the last one too. Not while it speaks.",
    )
    def delete(self, request: Request, conversation_id: UUID, character_id: UUID) -> HttpResponse:
        cast.remove_from_cast(user=self.user, conversation_id=conversation_id, character_id=character_id)
        async_to_sync(tell_room)(conversation_id)
        return HttpResponse(status=204)


class RoomLeave(RoomView):
    @operation(
        "room_leave",
        "Leave a room",
        status=204,
        problems=[404],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="What you said stays. The host hands over, or ends the room.",
    )
    def post(self, request: Request, conversation_id: UUID) -> HttpResponse:
        mine(self, conversation_id)
        people.leave_room(user=self.user, conversation_id=conversation_id)
        async_to_sync(visit_ended)(self.user.pk)
        async_to_sync(tell_room)(conversation_id)
        return HttpResponse(status=204)


class RoomJoin(TalkView):
    @operation(
        "room_join",
        "Come into a room by its link",
        answer=ConversationSerializer,
        takes=JoinSerializer,
        problems=[404, 409, 410],
        scope=Scope.CHAT_WRITE,
        tag=TAG,
        description="Who is in it already keeps their role.",
    )
    def post(self, request: Request) -> Response:
        given = read_body(JoinSerializer, request)
        self._check_ratings(request, given["token"])
        joined = invitations.join_room(user=self.user, token=given["token"], persona_id=given.get("persona_id"))
        async_to_sync(tell_room)(joined.pk)
        return Response(shown(self, mine(self, joined.pk)))

    def _check_ratings(self, request: Request, token: str) -> None:
        """As the page has it: one gets in only where one may meet all of the cast."""
        members = invitations.find_invitation(token).conversation.cast.select_related("character")
        if not all(may_meet(request, self.user, member.character) for member in members):
            raise NotFound
