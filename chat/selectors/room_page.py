"""What the side panel of a room shows, to its host and to everybody else."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.blocks import unwanted_lines
from accounts.models import User
from characters.models import CharacterVersion
from chat.models import CastMember, Conversation, FormerMember, Invitation, Participant, Room
from chat.selectors.rooms import names_in_room, participants_of


@dataclass(frozen=True, slots=True)
class PersonShown:
    user_id: UUID
    name: str
    role: str
    muted: bool
    mine: bool
    unwanted: bool = False


@dataclass(frozen=True, slots=True)
class RoomShown:
    room: Room
    people: list[PersonShown]
    cast: list[CastMember]
    banned: list[PersonShown]
    invitations: list[Invitation]
    is_host: bool
    role: str
    muted: bool

    @property
    def limit(self) -> str:
        return str(self.room.replies_limit)

    @property
    def advising(self) -> list[str]:
        """Names of those who teach or advise, and may be wrong."""
        return [member.version.name for member in self.cast if member.version.presentation.get("advises")]

    @property
    def may_cue(self) -> bool:
        return self.is_host or (self.room.players_cue and self.role == Participant.Role.PLAYER and not self.muted)

    @property
    def may_write(self) -> bool:
        return self.role != Participant.Role.SPECTATOR and not self.muted


def room_shown(*, user: User, conversation: Conversation, now: datetime) -> RoomShown | None:
    """None for a talk that is no room. Four queries; two more for the host."""
    room: Room | None = getattr(conversation, "room", None)
    if room is None:
        return None
    cast = list(CastMember.objects.filter(conversation=conversation).select_related("version", "character"))
    language = cast[0].version.language if cast else "en"
    present = participants_of(conversation.pk)
    people = _shown(present, user, language, unwanted_lines(user))
    mine = next((person for person in people if person.mine), None)
    is_host = conversation.owner_id == user.pk
    banned = Participant.objects.filter(conversation=conversation, departure=Participant.Departure.BANNED)
    open_links = Invitation.objects.filter(conversation=conversation, revoked_at=None, expires_at__gt=now)
    return RoomShown(
        room=room,
        people=people,
        cast=cast,
        banned=_shown(list(banned.select_related("persona", "user__profile")), user, language) if is_host else [],
        invitations=list(open_links.order_by("pk")) if is_host else [],
        is_host=is_host,
        role=mine.role if mine else Participant.Role.SPECTATOR,
        muted=bool(mine and mine.muted),
    )


def faces_in(conversation: Conversation, cast: Iterable[CastMember] | None = None) -> dict[UUID, CharacterVersion]:
    """By character, the version that plays; of one that has left the cast of a room, the one that played."""
    faces: dict[UUID, CharacterVersion] = {}
    if hasattr(conversation, "room"):
        left = FormerMember.objects.filter(conversation=conversation).select_related("version")
        faces = {member.character_id: member.version for member in left}
    if cast is None:
        cast = CastMember.objects.filter(conversation=conversation).select_related("version")
    return faces | {member.character_id: member.version for member in cast}


def _shown(people: list[Participant], user: User, language: str, unwanted: Collection[UUID] = ()) -> list[PersonShown]:
    return [
        PersonShown(
            person.user_id, name, person.role, person.muted, person.user_id == user.pk, person.user_id in unwanted
        )
        for person, name in zip(people, names_in_room(people, language), strict=True)
    ]
