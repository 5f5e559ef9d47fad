"""A talk as a map: which line follows which, and what places are called. Of the words only so much as is asked."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntFlag
from uuid import UUID

from accounts.encryption import key_id_of
from accounts.models import User
from chat.ciphers import load_keys
from chat.models import Message
from chat.selectors import get_conversation, preview_of, shown_to
from chat.selectors.checkpoints import NamedPlace, named_places
from chat.selectors.tree import DELETED, out_of_sight
from chat.tree import Node, Tree

MOST_NODES = 5_000
MOST_WORDS = 60


class Mark(IntFlag):
    """What sets a line apart on the map."""

    PLAYER = 1
    MUTED = 2
    UNFINISHED = 4


@dataclass(frozen=True, slots=True)
class Spot:
    """`parent` is the place of the line above in the list, -1 for one that opens the talk, or its part of the map."""

    id: UUID
    parent: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class Map:
    """The newest lines that show, each behind what it follows. `whole` when these are all there are."""

    spots: list[Spot]
    head: UUID | None
    places: list[NamedPlace]
    whole: bool


def map_of(*, user: User, conversation_id: UUID, most: int = MOST_NODES) -> Map:
    """Three queries, whatever the size."""
    conversation = get_conversation(user=user, conversation_id=conversation_id)
    lines = Message.objects.filter(conversation=conversation).order_by("id")
    rows = list(lines.values_list("id", "parent_id", out_of_sight(user), DELETED, "role", "muted", "status"))
    tree = Tree(Node(*row[:4]) for row in rows)
    marks = {row[0]: _mark(*row[4:]) for row in rows if tree.shows(row[0])}
    kept = list(marks)[-most:]
    at = {line: place for place, line in enumerate(kept)}
    spots = [Spot(line, at.get(tree.above(line), -1), marks[line]) for line in kept]  # type: ignore[arg-type]
    places = [place for place in named_places(conversation) if place.message_id in at]
    return Map(spots, tree.in_view(conversation.head_id), places, whole=len(kept) == len(marks))


def _mark(role: str, muted: bool, status: str) -> Mark:
    player, unfinished = role == Message.Role.PLAYER, status != Message.Status.COMPLETE
    return Mark(Mark.PLAYER * player | Mark.MUTED * muted | Mark.UNFINISHED * unfinished)


def words_of(*, user: User, conversation_id: UUID, lines: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    """Who said these lines, and their first words; at most MOST_WORDS of them."""
    conversation = get_conversation(user=user, conversation_id=conversation_id)
    asked = list(lines)[:MOST_WORDS]
    found = list(Message.objects.filter(conversation=conversation, pk__in=asked, deleted_at=None, hidden=False))
    found = [line for line in found if shown_to(user)(line)]
    load_keys(key_id_of(line.body) for line in found)
    return {line.pk: (line.speaker, preview_of(line, user)) for line in found}
