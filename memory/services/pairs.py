"""The row on which everything hangs that one character remembers of one player."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

from accounts.consents.answers import agrees
from accounts.models import DataUse, User
from characters.tasks import queue_on_commit
from memory import tasks
from memory.models import Mode, Pair
from memory.recall.recipe import chosen

COUNT = """
update memory_pair set revision = revision + 1,
    known = (select count(*) from memory_memory m where m.pair_id = memory_pair.id and m.state = 'active'),
    talks = array(select distinct e.conversation_id from memory_episode e where e.pair_id = memory_pair.id),
    bond_talks = array(
        select distinct s.conversation_id from memory_bondstep s
        where s.pair_id = memory_pair.id and s.undone_at is null
    )
where id = %s
"""


def pair_of(*, owner_id: UUID, character_id: UUID) -> Pair:
    """Made when there is none yet. Two may both get here; the constraint decides."""
    found = Pair.objects.filter(owner_id=owner_id, character_id=character_id).first()
    if found is not None:
        return found
    owner = User.objects.get(pk=owner_id)
    asleep = {} if agrees(owner, DataUse.MEMORY) else {"mode": Mode.OFF, "mode_before": ""}
    return Pair.objects.get_or_create(owner=owner, character_id=character_id, defaults=asleep)[0]


@contextmanager
def writing(pair_id: UUID) -> Iterator[Pair]:
    """Whoever writes what a pair remembers does it in here: one after the other, whole or not at all, and every process
    learns that what it keeps is old. Pair.DoesNotExist when there is no such pair any more.
    """
    with transaction.atomic():
        yield Pair.objects.select_for_update().get(pk=pair_id)
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [pair_id])
        if chosen() is not None:
            queue_on_commit(tasks.embed_memories, str(pair_id))
