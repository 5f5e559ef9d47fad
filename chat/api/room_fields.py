"""Rooms as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from chat.api.fields import ROLES, PartSerializer
from chat.models import Participant, Room
from chat.models.room import MOST_REPLIES
from chat.services.rooms.cast import MOST_TALKATIVE
from chat.services.rooms.invitations import DEFAULT_HOURS, HOURS

GUEST_ROLES = [Participant.Role.PLAYER.value, Participant.Role.SPECTATOR.value]
TOKEN_LONGEST = 100


class PersonSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="user_id")
    name = serializers.CharField(help_text="Whom they play.")
    role = serializers.ChoiceField(ROLES)
    muted = serializers.BooleanField()
    mine = serializers.BooleanField(help_text="Whether it is you.")


class PlayingSerializer(PartSerializer):
    """A version, as it plays."""

    version_id = serializers.UUIDField(source="pk")


class MemberSerializer(serializers.Serializer[Any]):
    character = PlayingSerializer(source="version")
    talkativeness = serializers.IntegerField(help_text=f"0 to {MOST_TALKATIVE}.")
    muted = serializers.BooleanField()
    on_stage = serializers.BooleanField(help_text="Off stage it hears nothing.")


class OpenInvitationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    role = serializers.ChoiceField(ROLES)
    expires_at = serializers.DateTimeField()
    uses = serializers.IntegerField()


class InvitationSerializer(OpenInvitationSerializer):
    token = serializers.CharField(help_text="128 random bits; told now and never again.")
    url = serializers.URLField(help_text="The page that it opens.")


class RoomSerializer(serializers.Serializer[Any]):
    strategy = serializers.ChoiceField(Room.Strategy.choices, source="room.strategy", help_text="Who speaks next.")
    replies_limit = serializers.IntegerField(
        source="room.replies_limit", help_text="After the first reply: how many more, of characters to each other."
    )
    players_cue = serializers.BooleanField(
        source="room.players_cue", help_text="Whether players, too, may say who speaks next."
    )
    role = serializers.ChoiceField(ROLES, help_text="Yours.")
    people = PersonSerializer(many=True)
    cast = MemberSerializer(many=True)
    banned = PersonSerializer(many=True, help_text="For the host; empty for others.")
    invitations = OpenInvitationSerializer(many=True, help_text="Links that are good; for the host.")


class ChangeRoomSerializer(serializers.Serializer[Any]):
    strategy = serializers.ChoiceField(Room.Strategy.choices, required=False)
    replies_limit = serializers.IntegerField(required=False, min_value=0, max_value=MOST_REPLIES)
    players_cue = serializers.BooleanField(required=False)


class NewInvitationSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(GUEST_ROLES, default=GUEST_ROLES[0])
    hours = serializers.IntegerField(default=DEFAULT_HOURS, min_value=1, max_value=HOURS[-1])


class ChangePersonSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(ROLES, required=False, help_text="`host` hands the room over.")
    muted = serializers.BooleanField(required=False)
    banned = serializers.BooleanField(required=False)


class NewMemberSerializer(serializers.Serializer[Any]):
    character_id = serializers.UUIDField()


class DirectionSerializer(serializers.Serializer[Any]):
    talkativeness = serializers.IntegerField(required=False, min_value=0, max_value=MOST_TALKATIVE)
    muted = serializers.BooleanField(required=False)
    on_stage = serializers.BooleanField(required=False)


class JoinSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=TOKEN_LONGEST, help_text="The last part of an invitation's link.")
    persona_id = serializers.UUIDField(required=False, help_text="Whom you play; without it your default persona.")
