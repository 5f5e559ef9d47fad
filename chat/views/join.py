"""Where an invitation leads: who invites, where to, and as whom one comes."""

from uuid import UUID

from asgiref.sync import async_to_sync
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import NotFound, ProductError
from accounts.guests import get_or_create_guest
from accounts.personas import add_persona
from accounts.selectors import display_name, persona_names
from characters.selectors.discovery import may_see
from characters.views.parts import rating_of
from chat.errors import page
from chat.forms import fields_of, id_of, text_of
from chat.models import CastMember, Conversation, Participant
from chat.selectors import title_of
from chat.selectors.rooms import language_of, names_in_room, participants_of
from chat.services.rooms.errors import Banned, InvitationOver, RoomFull, SomebodyBlocked
from chat.services.rooms.invitations import find_invitation, join_room, keep_apart
from chat.services.rooms.people import departure_of
from chat.services.rooms.presence import seats_taken, tell_room
from chat.texts import check_text
from chat.viewers import signed_in

MAX_NAME = 60


@require_GET
@page
def join(request: HttpRequest, token: str) -> HttpResponse:
    return join_page(request, token)


@require_POST
@page
def come_in(request: HttpRequest, token: str) -> HttpResponse:
    """As a guest, if nobody is signed in. With a `name`, they play somebody new of that name."""
    try:
        invitation = find_invitation(token)
        if not all(
            may_see(request.user, each.character, rating_of(request)) for each in _cast(invitation.conversation)
        ):
            return join_page(request, token)
        fields = fields_of(request)
        name = " ".join(text_of(fields, "name").split())
        check_text(name, field="name", limit=MAX_NAME)
        user = get_or_create_guest(request)
        persona_id: UUID | None = id_of(fields, "persona") if fields.get("persona") else None
        if name:
            persona_id = add_persona(user=user, name=name, description="").pk
        conversation = join_room(user=user, token=token, persona_id=persona_id)
    except NotFound:
        raise
    except ProductError as error:
        return join_page(request, token, refused=error)
    async_to_sync(tell_room)(conversation.pk)
    return redirect("talk", conversation_id=conversation.pk)


def join_page(request: HttpRequest, token: str, refused: ProductError | None = None) -> HttpResponse:
    try:
        invitation = find_invitation(token)
    except InvitationOver as error:
        return render(request, "chat/no_entry.html", {"why": error.code}, status=error.status)
    conversation, user = invitation.conversation, signed_in(request)
    if user and departure_of(user=user, conversation_id=conversation.pk) == Participant.Departure.BANNED:
        return render(request, "chat/no_entry.html", {"why": Banned.code}, status=Banned.status)
    if not _may_see(request, conversation):
        return render(request, "chat/no_entry.html", {"why": "rating"}, status=403)
    people = participants_of(conversation.pk)
    if user and any(person.user_id == user.pk for person in people):
        return redirect("talk", conversation_id=conversation.pk)
    if user:
        try:
            keep_apart(user, conversation)
        except (InvitationOver, SomebodyBlocked) as error:
            return render(request, "chat/no_entry.html", {"why": error.code}, status=error.status)
    language = language_of(conversation.pk)
    names = dict(zip((person.user_id for person in people), names_in_room(people, language), strict=True))
    full = len(people) >= settings.ROOM_SEATS
    full = full or async_to_sync(seats_taken)(conversation.pk) >= settings.ROOM_SEATS
    context = {
        "token": token,
        "host": names.get(conversation.owner_id) or display_name(conversation.owner),
        "title": title_of(conversation),
        "cast": [member.version for member in _cast(conversation)],
        "people": len(people),
        "role": invitation.role,
        "personas": persona_names(user, language) if user else [],
        "full": full,
        "refused": refused,
        "max_name": MAX_NAME,
        "here": request.path,
    }
    status = refused.status if refused else RoomFull.status if full else 200
    return render(request, "chat/join.html", context, status=status)


def _may_see(request: HttpRequest, conversation: Conversation) -> bool:
    """Whether all of the cast is for whoever chose this rating."""
    rating = rating_of(request)
    return all(may_see(request.user, each.character, rating) for each in _cast(conversation))


def _cast(conversation: Conversation) -> list[CastMember]:
    return list(conversation.cast.select_related("version", "character"))
