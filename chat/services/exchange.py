"""Another key for a talk: what is read with its row lies under the new one at once, its lines little by little."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from accounts.encryption import Cipher, Place, cipher_for, key_id_of
from accounts.errors import ContentLost
from accounts.models import DataKey
from chat.models import Checkpoint, Conversation, Turn
from chat.selectors.checkpoints import NAME
from chat.selectors.notes import NOTE
from memory.models import SessionNote
from memory.places import NOTE as SESSION_NOTE

# Nobody is in it then: no page that watches a reply has another key than whoever writes it.
QUIET = timedelta(hours=1)


def keys_of_talks() -> "QuerySet[Conversation, UUID]":
    return Conversation.objects.values_list("key_id", flat=True)


def exchange_key_of_talk(key: DataKey, make: Callable[[], DataKey]) -> bool:
    """In the caller's transaction. False where the talk is in use."""
    talk = Conversation.objects.select_for_update(of=("self",)).filter(key=key).first()
    if talk is None:
        make()  # nothing is said under it, but it is a key like others
        return True
    running = Turn.objects.filter(conversation=talk, status=Turn.Status.RUNNING).exists()
    if running or talk.updated_at > timezone.now() - QUIET:
        return False
    talk.key = make()
    reseal_beside(talk, cipher_for(talk.key.pk))
    return True


def reseal_beside(talk: Conversation, after: Cipher) -> None:
    """All but its lines, under the key that it has from now on."""
    talk.title = anew(talk.title, Place("title", talk.pk), after)
    talk.note = anew(talk.note, Place(NOTE, talk.pk), after)
    talk.save(update_fields=["key", "title", "note"])
    for checkpoint in Checkpoint.objects.filter(conversation=talk):
        checkpoint.name = anew(checkpoint.name, Place(NAME, checkpoint.pk), after)
        checkpoint.save(update_fields=["name"])
    for note in SessionNote.objects.filter(conversation=talk):
        note.sections = anew(note.sections, Place(SESSION_NOTE, note.pk), after)
        note.save(update_fields=["sections"])


def anew(blob: bytes | memoryview, place: Place, after: Cipher) -> bytes | memoryview:
    try:
        return after.seal_bytes(cipher_for(key_id_of(blob)).open_bytes(blob, place), place) if blob else blob
    except ContentLost:
        return blob  # is told of as all that does not open
