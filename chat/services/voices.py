"""Which reply of a talk shows its character's voice best: one that the player likes."""

from collections.abc import Collection
from uuid import UUID

from accounts.consents.answers import agrees
from accounts.models import DataUse, User
from chat.models import Message
from chat.selectors import get_conversation, shown_to
from chat.selectors.told import branches_now
from chat.services.remembering import opened
from chat.told import Branch
from memory.policy import policy_of
from memory.selectors.known import pair_for
from memory.services.pairs import pair_of
from memory.services.style import keep_sample
from memory.told import id_of


def choose(*, user: User, conversation_id: UUID, liked: Collection[UUID]) -> bool:
    """The first of these replies on the branch of the talk is the sample of its voice from now on, unless one that was
    liked is it already. False where nothing changed. NotFound for a stranger's talk.

    `liked` are ids of messages, in any order: those that are no replies, or not to be seen, count for nothing.
    """
    conversation = get_conversation(user=user, conversation_id=conversation_id)
    member = conversation.cast.select_related("version").order_by("position").first()
    branch: Branch | None = branches_now({conversation_id: None}).get(conversation_id)
    if member is None or branch is None or not liked:
        return False
    pair = pair_for(user=user, character_id=member.character_id)
    if not policy_of(
        pair, is_guest=user.is_guest, character=member.version.memory_policy, agreed=agrees(user, DataUse.MEMORY)
    ).writes:
        return False
    rows = Message.objects.filter(pk__in=liked, conversation=conversation, parent__isnull=False)
    who = (None, member.character_id)
    mine = {row.pk for row in rows if row.role == "character" and row.character_id in who and shown_to(user)(row)}
    replies = opened([(mark, None) for mark in branch.marks if id_of(mark) in mine])
    pair = pair or pair_of(owner_id=user.pk, character_id=member.character_id)
    return keep_sample(pair=pair, conversation_id=conversation_id, replies=replies, liked=mine) is not None
