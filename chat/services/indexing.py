"""Finding what was said under another host: lines are indexed under the key of whose talk it is."""

from uuid import UUID

from django.db import transaction

from accounts.blindindex import terms
from accounts.encryption import cipher_of, key_id_of
from chat.ciphers import load_keys
from chat.models import Conversation, Message, Revision
from chat.selectors import text_in, text_of_message

A_BATCH = 200
BATCHES = 20


def index_anew(conversation_id: UUID, *, after: UUID | None = None) -> UUID | None:
    """Index some thousands of lines, from the one behind `after`, under the key of whoever is the owner now.

    Returns where it has to go on; None: that was all. May be done twice, and by two at once.
    """
    for _batch in range(BATCHES):
        after = _index_batch(conversation_id, after)
        if after is None:
            return None
    return after


@transaction.atomic
def _index_batch(conversation_id: UUID, after: UUID | None) -> UUID | None:
    # Whoever stores, edits or hands over waits for this lock: no line is indexed under the key of an earlier owner.
    found = Conversation.objects.filter(pk=conversation_id).select_for_update(of=("self",)).select_related("owner")
    conversation = found.first()
    if conversation is None:
        return None
    rows = list(Message.objects.filter(conversation=conversation, pk__gt=after or UUID(int=0)).order_by("pk")[:A_BATCH])
    behind = list(Revision.objects.filter(conversation=conversation, message_id__in=[row.pk for row in rows]))
    load_keys(key_id_of(body) for body in (*(row.body for row in rows), *(each.body for each in behind)) if body)
    secret = cipher_of(conversation.owner).index_secret
    for row in rows:
        row.terms = terms(text_of_message(row), secret)
    for revision in behind:
        revision.terms = terms(text_in(revision.body, revision.message_id), secret)
    Message.objects.bulk_update(rows, ["terms"])
    Revision.objects.bulk_update(behind, ["terms"])
    return rows[-1].pk if len(rows) == A_BATCH else None
