"""What is counted for an account is written one after the other; a long piece of work is done by one process.

Locks of their own, not those of rows: they may be held for as long as it takes, and who decides about the account (a
sanction, a plan, news) or calls the work off meanwhile does not wait.
"""

from typing import Any
from uuid import UUID

from django.db import connection, transaction

_SIGNED = 2**63 - 1


def one_by_one(user_id: UUID) -> None:
    """Of two who write for the same account at once one waits here, until the other's transaction ends.

    Who locks rows too takes this first.
    """
    _ask("select pg_advisory_xact_lock(%s)", user_id)


def is_alone(work_id: UUID) -> bool:
    """Whether nobody else is at this piece of work; then nobody else will be, until the transaction ends."""
    return bool(_ask("select pg_try_advisory_xact_lock(%s)", work_id))


def _ask(query: str, pk: UUID) -> Any:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a lock of a transaction needs one")
    with connection.cursor() as cursor:
        # The lower half of an id of version 7 is random.
        cursor.execute(query, [pk.int & _SIGNED])
        return cursor.fetchone()[0]
