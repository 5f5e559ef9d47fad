"""A room as it stands: its rules, its cast, its people. Small, changing at any time, and so read for every line."""

from collections import namedtuple
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from psycopg import AsyncCursor

from accounts.age import for_policy, most_careful
from accounts.errors import Invalid, NotFound
from chat.plays.staged import Staged
from chat.prepared import Prepared
from chat.scene import Actor, Audience, Known, names_of, on_stage_now, whispered
from chat.services.plays.standing import PLAY_AT_LEAF, play_at
from chat.window import HEAD

# One look: rules, cast, people, and where a story stands that is played here. Rows in rows keep their types.
ROOM = f"""
select r.strategy, r.replies_limit, r.players_cue, r.due_id, {PLAY_AT_LEAF}, array(
    select row(cm.character_id, cm.version_id, v.name, v.nickname, v.tagline, v.language, cm.talkativeness, cm.muted,
        cm.on_stage, cm.heard_since, c.rating)
    from chat_castmember cm join characters_characterversion v on v.id = cm.version_id
    join characters_character c on c.id = cm.character_id
    where cm.conversation_id = r.conversation_id order by cm.position, cm.id
) as played_by, array(
    select row(p.user_id, p.role, p.muted, u.is_guest, u.age, coalesce(pr.name, ''), pe.id, coalesce(pe.name, ''),
        pe.description)
    from chat_participant p
    join accounts_user u on u.id = p.user_id and u.is_active
    left join accounts_profile pr on pr.user_id = u.id
    left join accounts_persona pe on pe.id = p.persona_id
    where p.conversation_id = r.conversation_id and p.left_at is null order by p.joined_at, p.id
) as people
from chat_room r left join chat_play play on play.conversation_id = r.conversation_id
where r.conversation_id = %(conversation)s
"""  # noqa: S608
SCENE = Prepared(ROOM)
SCENE_AT_HEAD = Prepared(ROOM.replace("%(leaf)s", HEAD))
Played = namedtuple(
    "Played",
    "character_id version_id name nickname tagline language talkativeness muted on_stage heard_since rating",
)
Seat = namedtuple("Seat", "user_id role muted is_guest age profile persona_id persona description")


MILDEST_FIRST = ("general", "mature", "explicit")


class Member(NamedTuple):
    """`on_stage` as the host has it; in a story the actor's also goes by who is present."""

    actor: Actor
    version_id: UUID
    language: str
    rating: str
    on_stage: bool = True


class Present(NamedTuple):
    """Somebody in the room. `description` is their persona's, still sealed."""

    user_id: UUID
    name: str
    role: str
    muted: bool
    persona_id: UUID | None
    description: bytes | None
    age: str


@dataclass(frozen=True, slots=True)
class Scene:
    """`play`: the story that is played here, as it stands where the talk goes on. Who is present in it is on stage.
    `entries` are written of it by now, on all branches.
    """

    strategy: str
    replies_limit: int
    players_cue: bool
    due_id: UUID | None
    cast: tuple[Member, ...]
    people: tuple[Present, ...]
    play: Staged | None = None
    entries: int = 0

    @property
    def actors(self) -> tuple[Actor, ...]:
        return tuple(member.actor for member in self.cast)

    @property
    def players(self) -> tuple[UUID, ...]:
        return tuple(person.user_id for person in self.people if person.role != "spectator")

    @property
    def rating(self) -> str:
        """The mildest of the cast: what is said is heard by all of them."""
        return min((member.rating for member in self.cast), key=MILDEST_FIRST.index, default="general")

    @property
    def age(self) -> str:
        """Of the youngest who is there, spectators too, as the policy of filters calls it."""
        return for_policy(most_careful(person.age for person in self.people))

    def member(self, character_id: UUID | None) -> Member:
        """NotFound for who is not in the cast."""
        for member in self.cast:
            if member.actor.id == character_id:
                return member
        raise NotFound

    def person(self, user_id: UUID) -> Present:
        for person in self.people:
            if person.user_id == user_id:
                return person
        raise NotFound

    def at(self, play: Staged) -> "Scene":
        """The same where the story has gone on: others may be present by now."""
        cast = tuple(
            member._replace(actor=replace(member.actor, on_stage=member.on_stage and play.is_here(member.actor.id)))
            for member in self.cast
        )
        return replace(self, cast=cast, play=play)

    def aloud(self) -> Audience:
        return on_stage_now(self.actors)

    def whisper(self, author: UUID, to: Iterable[UUID]) -> Audience:
        """Raises Invalid for somebody who is not here, and for a character off stage."""
        people, characters = set(), set()
        here = {person.user_id for person in self.people}
        on_stage = {actor.id for actor in self.actors if actor.on_stage}
        for each in to:
            if each in here:
                people.add(each)
            elif each in on_stage:
                characters.add(each)
            else:
                raise Invalid(_("Somebody you whisper to is not here."), field="audience")
        return whispered(author=author, people=people, characters=characters)

    def names_told(self, audience: Audience, *, author: UUID) -> tuple[str, ...]:
        """Whom a whisper is for, besides its author; empty for what is said aloud."""
        if audience.seen_by is None:
            return ()
        heard, seen = audience.heard_by or (), audience.seen_by
        return (
            *(actor.name for actor in self.actors if actor.id in heard),
            *(person.name for person in self.people if person.user_id in seen and person.user_id != author),
        )


async def read_scene(cursor: AsyncCursor[Any], conversation_id: UUID, leaf: UUID | None) -> Scene:
    """As it is for what follows `leaf`."""
    rows = await SCENE.fetch_all(cursor, {"conversation": conversation_id, "leaf": leaf})
    return await scene_in(cursor, rows, conversation_id, leaf)


async def scene_in(cursor: AsyncCursor[Any], rows: Sequence[Any], conversation_id: UUID, leaf: UUID | None) -> Scene:
    """In what SCENE answered, or SCENE_AT_HEAD where `leaf` is the head. NotFound where there is no room."""
    if not rows:
        raise NotFound
    [room] = rows
    cast = tuple(_member(Played._make(row)) for row in room.played_by)
    people = _people([Seat._make(row) for row in room.people], cast[0].language if cast else "en")
    scene = Scene(
        room.strategy, room.replies_limit, room.players_cue, room.due_id, cast, people, entries=room.play_count or 0
    )
    play = await play_at(cursor, conversation_id, room, leaf)
    return scene if play is None else scene.at(play)


def _member(row: Any) -> Member:
    return Member(_actor(row), row.version_id, row.language, row.rating, row.on_stage)


def _actor(row: Any) -> Actor:
    return Actor(
        id=row.character_id,
        name=row.name,
        nickname=row.nickname,
        tagline=row.tagline,
        talkativeness=row.talkativeness,
        muted=row.muted,
        on_stage=row.on_stage,
        heard_since=row.heard_since,
    )


def _people(rows: Sequence[Any], language: str) -> tuple[Present, ...]:
    names = names_of([Known(row.persona, row.profile, row.is_guest) for row in rows], language)
    return tuple(
        Present(row.user_id, name, row.role, row.muted, row.persona_id, row.description, row.age)
        for row, name in zip(rows, names, strict=True)
    )
