"""Putting back what a change took away. Each change signs what leads back to it (`branches.way_back`)."""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from accounts.models import User
from chat.models import Conversation, Removal
from chat.protocol import ChangeKind
from chat.selectors.concerned import Moved
from chat.services.branches import locked_talk, locked_tree, no_way_back, opened_way
from chat.services.checkpoints import undo_checkpoint
from chat.services.edits import undo_edit, undo_rewrite
from chat.services.mutes import undo_mute
from chat.services.removals import undo_removal


class Way(NamedTuple):
    """`told` is what pages are told afterwards; `quiet` has nothing to do with branches, so a turn may run. `moves`:
    the branch may end elsewhere then.
    """

    back: Callable[..., list[UUID]]
    told: ChangeKind
    quiet: bool = False
    moves: bool = False


class Undone(NamedTuple):
    """What pages have to look at again, where the talk stands, and how its branch went."""

    kind: ChangeKind
    ids: list[UUID]
    head_id: UUID | None
    moved: Moved | None = None


WAYS = {
    "restore": Way(undo_removal, "restored", moves=True),
    "unwrite": Way(undo_rewrite, "deleted", moves=True),
    "swap": Way(undo_edit, "edited"),
    "checkpoint": Way(undo_checkpoint, "checkpoints", quiet=True),
    "mute": Way(undo_mute, "muted", quiet=True),
}


@transaction.atomic
def undo(*, user: User, conversation_id: UUID, token: str) -> Undone:
    """Invalid when the token is not good any more; Conflict when a later change has to be undone first; Busy while a
    turn runs, where branches are concerned. Only who made the change has the token, be it in somebody else's talk.
    """
    change: dict[str, Any] = opened_way(user, conversation_id, token)
    way = WAYS.get(change["do"])
    if way is None:
        raise no_way_back()
    if way.quiet:
        conversation = locked_talk(user, conversation_id, shared=True)
    else:
        conversation, _tree = locked_tree(user, conversation_id, shared=True)
    moved = Moved(conversation.head_id, _cuts(conversation, change)) if way.moves else None
    lines = way.back(conversation, **{key: change[key] for key in change.keys() - {"user", "conversation", "do"}})
    return Undone(way.told, lines, conversation.head_id, moved)


def _cuts(conversation: Conversation, change: dict[str, Any]) -> bool:
    """Lines that were taken out alone come back alone; all else takes along what follows."""
    alone = Removal.objects.filter(conversation=conversation, cuts=False)
    return not ("removal" in change and alone.filter(pk=UUID(change["removal"])).exists())
