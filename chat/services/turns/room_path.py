"""The branch of a room, as far as it is needed to see who has been answered and who speaks next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import AsyncCursor

from accounts.encryption import Place, key_id_of
from accounts.errors import ContentLost
from chat.ciphers import ciphers_for
from chat.scene import Actor, Audience, Uttered, audience_of, next_speaker
from chat.services.rooms.scene import Present, Scene
from chat.window import read_branch

LOOKED_AT = 24  # messages: enough for who spoke last, and for all the lines that may wait


@dataclass(frozen=True, slots=True)
class Step:
    """A message of the branch. `text` is empty where it can no longer be read."""

    id: UUID
    parent_id: UUID | None
    character_id: UUID | None
    author_id: UUID | None
    audience: Audience
    text: str


async def read_path(
    cursor: AsyncCursor[Any], conversation_id: UUID, leaf: UUID | None, page: list[Any] | None = None
) -> list[Step]:
    """Oldest first, up to `leaf`. `page` has it, and what lies below, where somebody has read that already."""
    rows = await read_branch(cursor, conversation=conversation_id, leaf=leaf, wanted=LOOKED_AT, page=page)
    found = await ciphers_for(cursor, {key_id_of(row.body) for row in rows})
    return [_step(row, found) for row in reversed(rows)]


def _step(row: Any, found: Any) -> Step:
    cipher, text = found.get(key_id_of(row.body)), ""
    if cipher is not None:
        try:
            text = cipher.open(row.body, Place("message", row.id))
        except ContentLost:
            pass
    character = row.character_id if row.role == "character" else None
    return Step(row.id, row.parent_id, character, row.author_id, audience_of(row), text)


def who_answers(scene: Scene, path: Sequence[Step], *, strategy: str = "") -> Actor | None:
    """Who answers the last step of `path`; None: nobody. `strategy` in place of the room's."""
    leaf = path[-1]
    cast = [actor for actor in scene.actors if actor.heard(leaf.id, leaf.audience.heard_by)]
    shared = [step for step in path if step.audience.seen_by is None or step.audience == leaf.audience]
    return next_speaker(
        cast,
        [Uttered(step.character_id, step.text) for step in shared],
        strategy=strategy or scene.strategy,
        replies_limit=scene.replies_limit,
        seed=leaf.id,
    )


def addressed(scene: Scene, path: Sequence[Step], actor: Actor) -> Present:
    """Whom `actor` has before it: the person it heard last and who is still here, else the host."""
    here = {person.user_id: person for person in scene.people}
    for step in reversed(path):
        if step.author_id in here and actor.heard(step.id, step.audience.heard_by):
            return here[step.author_id]
    return next((person for person in scene.people if person.role == "host"), scene.people[0])


def audience_of_reply(scene: Scene, leaf: Step, actor: Actor) -> Audience:
    """A whisper is answered to those who heard it; what is said aloud, to the stage."""
    if leaf.audience.seen_by is not None and leaf.audience.heard_by_character(actor.id):
        return leaf.audience
    return scene.aloud()


def segments(waiting: Sequence[Step]) -> list[list[Step]]:
    """Lines that are answered together: those that follow each other and are for the same ears."""
    found: list[list[Step]] = []
    for step in waiting:
        if found and found[-1][-1].audience == step.audience:
            found[-1].append(step)
        else:
            found.append([step])
    return found
