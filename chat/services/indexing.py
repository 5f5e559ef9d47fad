"""Finding what was said under another host: lines are indexed under the key of whose talk it is."""

from uuid import UUID

from django.db import transaction

from accounts.blindindex import terms
from accounts.encryption import cipher_of, key_id_of
from characters.tasks import queue_on_commit
from chat import tasks
from chat.ciphers import load_keys
from chat.models import Conversation, Message, Revision, Room
from chat.selectors import text_in, text_of_message

A_BATCH = 200
BATCHES = 20
NOTHING_YET = UUID(int=0)


def begin(conversation: Conversation) -> None:
    """Its host is another one. The room remembers how far this is, so that no lost task ends it."""
    Room.objects.filter(conversation=conversation).update(indexed_to=NOTHING_YET)
    queue_on_commit(tasks.index_room, str(conversation.pk))


def left_behind() -> list[UUID]:
    """The rooms in which something is not indexed yet. A task of theirs may be at work: two share it."""
    return list(Room.objects.exclude(indexed_to=None).values_list("pk", flat=True))


def index_anew(conversation_id: UUID) -> bool:
    """Index some thousands of lines under the key of whoever is the owner now. Returns whether that was all."""
    return any(_index_batch(conversation_id) for _batch in range(BATCHES))


@transaction.atomic
def _index_batch(conversation_id: UUID) -> bool:
    # Whoever stores, edits or hands over waits for this lock: no line is indexed under the key of an earlier owner.
    found = Conversation.objects.filter(pk=conversation_id).select_for_update(of=("self",)).select_related("owner")
    conversation = found.first()
    room = Room.objects.filter(conversation=conversation).exclude(indexed_to=None).first() if conversation else None
    if conversation is None or room is None:
        return True
    rows = list(Message.objects.filter(conversation=conversation, pk__gt=room.indexed_to).order_by("pk")[:A_BATCH])
    behind = list(Revision.objects.filter(conversation=conversation, message_id__in=[row.pk for row in rows]))
    load_keys(key_id_of(body) for body in (*(row.body for row in rows), *(each.body for each in behind)) if body)
    secret = cipher_of(conversation.owner).index_secret
    for row in rows:
        row.terms = terms(text_of_message(row), secret)
    for revision in behind:
        revision.terms = terms(text_in(revision.body, revision.message_id), secret)
    Message.objects.bulk_update(rows, ["terms"])
    Revision.objects.bulk_update(behind, ["terms"])
    room.indexed_to = rows[-1].pk if len(rows) == A_BATCH else None
    room.save(update_fields=["indexed_to"])
    return room.indexed_to is None
