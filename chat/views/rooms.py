"""What the side panel of a room does. The answers are for its script; the panel itself is fetched again."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import Invalid, NotFound
from accounts.models import User
from characters.models import Visibility
from characters.selectors import characters_for
from characters.selectors.age import let_through
from characters.selectors.discovery import may_see
from characters.views.parts import rating_of
from chat.errors import answers_json, page
from chat.forms import fields_of, flag_of, id_of, number_of, text_of
from chat.selectors import get_conversation
from chat.selectors.room_page import RoomShown, room_shown
from chat.services.doors import visit_ended
from chat.services.rooms import cast, invitations, people
from chat.services.rooms import room as rooms
from chat.services.rooms.presence import tell_room
from chat.viewers import viewer

OFFERED = 200  # characters to choose from


@require_GET
@page
def room(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """The panel as it stands."""
    user = viewer(request)
    conversation = get_conversation(user=user, conversation_id=room_id)
    shown = room_shown(user=user, conversation=conversation, now=timezone.now())
    if shown is None:
        raise NotFound
    return render(request, "chat/_room.html", {"talk": conversation, "room": shown} | room_choices(request, shown))


def room_choices(request: HttpRequest, shown: RoomShown) -> dict[str, Any]:
    return choices(viewer(request), shown, let_through(request.user, rating_of(request)))


def choices(user: User, shown: RoomShown, ratings: Collection[str]) -> dict[str, Any]:
    """What the host chooses from."""
    if not shown.is_host:
        return {}
    there = {member.character_id for member in shown.cast}
    # What is unlisted is somebody else's to show.
    known = Q(owner=user) | Q(favourites__user=user) | Q(visibility=Visibility.PUBLIC)
    found = characters_for(user).filter(known, published__isnull=False, rating__in=ratings)
    offered = found.exclude(pk__in=there).select_related("published").distinct().order_by("-pk")[:OFFERED]
    return {
        "offered": [(each.pk, each.published.name) for each in offered if each.published],
        "hours": invitations.HOURS,
    }


@require_POST
@page
def make(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    rooms.make_room(user=viewer(request), conversation_id=conversation_id)
    return redirect("talk", conversation_id=conversation_id)


@require_POST
@answers_json
def rules(request: HttpRequest, room_id: UUID) -> HttpResponse:
    fields = fields_of(request)
    changed: dict[str, Any] = {}
    if "strategy" in fields:
        changed["strategy"] = text_of(fields, "strategy")
    if "replies_limit" in fields:
        changed["replies_limit"] = number_of(fields, "replies_limit")
    if "players_cue" in fields:
        changed["players_cue"] = flag_of(fields, "players_cue")
    rooms.change_rules(user=viewer(request), conversation_id=room_id, **changed)
    return told(room_id)


@require_POST
@answers_json
def invite(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """The only answer that has the link in it."""
    fields = fields_of(request)
    made = invitations.invite(
        user=viewer(request),
        conversation_id=room_id,
        role=text_of(fields, "role") or "player",
        hours=number_of(fields, "hours") or invitations.DEFAULT_HOURS,
    )
    link = request.build_absolute_uri(reverse("join", args=[made.token]))
    return JsonResponse({"url": link, "expires_at": made.invitation.expires_at})


@require_POST
@answers_json
def revoke(request: HttpRequest, room_id: UUID, invitation_id: UUID) -> HttpResponse:
    invitations.revoke(user=viewer(request), conversation_id=room_id, invitation_id=invitation_id)
    return JsonResponse({})


@require_POST
@answers_json
def person(request: HttpRequest, room_id: UUID, person_id: UUID) -> HttpResponse:
    """`act`: player, spectator, mute, unmute, remove, ban, lift or host."""
    where: dict[str, Any] = {"user": viewer(request), "conversation_id": room_id}
    match text_of(fields_of(request), "act"):
        case "player" | "spectator" as role:
            people.change_role(**where, person_id=person_id, role=role)
        case "mute" | "unmute" as act:
            people.mute_person(**where, person_id=person_id, muted=act == "mute")
        case "remove" | "ban" as act:
            people.remove_person(**where, person_id=person_id, ban=act == "ban")
            async_to_sync(visit_ended)(person_id)
        case "lift":
            people.lift_ban(**where, person_id=person_id)
        case "host":
            rooms.hand_over_room(**where, to=person_id)
        case _:
            raise Invalid(field="act")
    return told(room_id)


@require_POST
@answers_json
def add_character(request: HttpRequest, room_id: UUID) -> HttpResponse:
    character_id, user = id_of(fields_of(request), "character"), viewer(request)
    found = characters_for(user).filter(pk=character_id).first()
    if found is not None and not may_see(user, found, rating_of(request)):
        raise NotFound
    cast.add_to_cast(user=user, conversation_id=room_id, character_id=character_id)
    return told(room_id)


@require_POST
@answers_json
def direct(request: HttpRequest, room_id: UUID, character_id: UUID) -> HttpResponse:
    """`talkativeness`, `muted`, `on_stage`; or `remove`."""
    fields, user = fields_of(request), viewer(request)
    if flag_of(fields, "remove"):
        cast.remove_from_cast(user=user, conversation_id=room_id, character_id=character_id)
        return told(room_id)
    direction: dict[str, Any] = {name: flag_of(fields, name) for name in ("muted", "on_stage") if name in fields}
    if "talkativeness" in fields:
        direction["talkativeness"] = number_of(fields, "talkativeness")
    cast.direct_cast(user=user, conversation_id=room_id, character_id=character_id, **direction)
    return told(room_id)


@require_POST
@answers_json
def leave_room(request: HttpRequest, room_id: UUID) -> HttpResponse:
    user = viewer(request)
    people.leave_room(user=user, conversation_id=room_id)
    async_to_sync(visit_ended)(user.pk)
    async_to_sync(tell_room)(room_id)
    return JsonResponse({"next": reverse("talks")})


@require_POST
@answers_json
def end(request: HttpRequest, room_id: UUID) -> HttpResponse:
    for gone in people.end_room(user=viewer(request), conversation_id=room_id):
        async_to_sync(visit_ended)(gone)
    return told(room_id)


def told(room_id: UUID) -> JsonResponse:
    """Everybody in the room learns of it."""
    async_to_sync(tell_room)(room_id)
    return JsonResponse({})
