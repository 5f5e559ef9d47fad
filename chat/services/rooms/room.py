"""Making a talk a room, and its rules. All of it is the host's, who owns the talk."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import sanctions
from accounts.encryption import rewrap
from accounts.errors import Busy, Conflict, Invalid, NotFound
from accounts.models import User
from chat.models import Conversation, Invitation, Participant, Room, Turn
from chat.models.room import MOST_REPLIES
from chat.selectors import conversations_for
from chat.services import indexing

RULES = ("strategy", "replies_limit", "players_cue")


class RoomsUsedUp(Invalid):
    """`limit` is how many one person can host on this plan."""

    code = "quota_reached"
    message = _("You host as many rooms as your plan allows. Delete one first.")

    def __init__(self, *, limit: int) -> None:
        super().__init__(field="room", limit=limit)


@transaction.atomic
def make_room(*, user: User, conversation_id: UUID) -> Room:
    """A talk stays what it is otherwise; made a room twice, it is one. Busy while a turn runs.

    Conflict for a temporary talk, RoomsUsedUp.
    """
    sanctions.forbid(user, sanctions.Kind.NO_ROOMS)
    conversation = hosted(user, conversation_id)
    if conversation.expires_at is not None:
        raise Conflict(_("A temporary talk cannot be a room. Keep it first."))
    if conversation.sealed_at is not None:
        raise Conflict(_("A sealed talk cannot be a room: its passphrase is one person's."))
    if Turn.objects.filter(conversation=conversation, status=Turn.Status.RUNNING).exists():
        raise Busy
    room = Room.objects.filter(conversation=conversation).first()
    return room or _new_room(conversation)


def _new_room(conversation: Conversation) -> Room:
    """As many as the host's plan allows. Of two at the same moment one waits for the other."""
    host = (
        User.objects.select_for_update(no_key=True, of=("self",)).select_related("plan").get(pk=conversation.owner_id)
    )
    hosted_now = Room.objects.filter(
        conversation__owner=host, conversation__deleted_at=None, conversation__play=None
    ).count()
    if host.plan.most_rooms is not None and hosted_now >= host.plan.most_rooms:
        raise RoomsUsedUp(limit=host.plan.most_rooms)
    return Room.objects.create(conversation=conversation)


@transaction.atomic
def change_rules(*, user: User, conversation_id: UUID, **rules: Any) -> Room:
    """Any of RULES. Invalid names the field, and the limit."""
    room = room_of(hosted(user, conversation_id))
    if (strategy := rules.get("strategy", room.strategy)) not in Room.Strategy.values:
        raise Invalid(_("There is no such way to choose who speaks."), field="strategy")
    if not 0 <= (limit := rules.get("replies_limit", room.replies_limit)) <= MOST_REPLIES:
        raise Invalid(_("That is too many replies in a row."), field="replies_limit", limit=MOST_REPLIES)
    room.strategy, room.replies_limit = strategy, limit
    room.players_cue = bool(rules.get("players_cue", room.players_cue))
    room.save(update_fields=list(RULES))
    return room


@transaction.atomic
def hand_over_room(*, user: User, conversation_id: UUID, to: UUID) -> None:
    """Somebody else becomes the host: theirs is the talk from now on, its key with it. Busy while a turn runs."""
    conversation = hosted(user, conversation_id)
    room_of(conversation)
    if Turn.objects.filter(conversation=conversation, status=Turn.Status.RUNNING).exists():
        raise Busy
    person = _heirs(conversation, user).filter(user=to).first()
    if person is None:
        raise Invalid(_("Nobody in this room is that."), field="user_id")
    Participant.objects.filter(conversation=conversation, user=user).update(role=Participant.Role.PLAYER)
    _pass_to(conversation, person)


@transaction.atomic
def hand_on_rooms(user: User) -> None:
    """Before somebody goes for good: their rooms go on under whoever has been there longest, players first.

    The title and the host's note were theirs, and go with them. A room without anybody else goes, too; so does a play
    that only its teacher watches.
    """
    rooms = Conversation.objects.filter(owner=user, room__isnull=False, deleted_at=None)
    for conversation in rooms.select_for_update(of=("self",)).order_by("pk"):
        players_first = _heirs(conversation, user).order_by("role", "joined_at", "pk")
        if (heir := players_first.first()) is None:
            continue
        conversation.title = conversation.note = b""
        conversation.save(update_fields=["title", "note"])
        _pass_to(conversation, heir)


def _heirs(conversation: Conversation, user: User) -> "QuerySet[Participant]":
    """Who may have it after this person. Not who watches by a lesson: that was agreed to, and no more."""
    there = Participant.objects.filter(conversation=conversation, left_at=None, user__is_active=True)
    others = there.exclude(user=user).exclude(user__lessons__attendances__conversation=conversation.pk)
    return others.select_related("user")


def _pass_to(conversation: Conversation, heir: Participant) -> None:
    heir.role, heir.muted = Participant.Role.HOST, False
    heir.save(update_fields=["role", "muted"])
    rewrap(conversation.key, heir.user)
    conversation.owner = heir.user
    conversation.save(update_fields=["owner"])
    Invitation.objects.filter(conversation=conversation).update(made_by=heir.user)
    indexing.begin(conversation)


def hosted(user: User, conversation_id: UUID) -> Conversation:
    """The talk of its host, locked. NotFound for everybody else."""
    found = conversations_for(user).filter(owner=user, pk=conversation_id).select_for_update(of=("self",))
    conversation = found.first()
    if conversation is None:
        raise NotFound
    return conversation


def room_of(conversation: Conversation) -> Room:
    room = Room.objects.filter(conversation=conversation).first()
    if room is None:
        raise NotFound
    return room
