"""What is counted for an account is written one after the other.

A lock of its own, not the account's row: a long import may hold it for as long as it takes, and who decides about the
account meanwhile (a sanction, a plan, news) does not wait.
"""

from uuid import UUID

from django.db import connection

_SIGNED = 2**63 - 1


def one_by_one(user_id: UUID) -> None:
    """Of two who write for the same account at once one waits here, until the other's transaction ends.

    Who locks rows too takes this first.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [user_id.int & _SIGNED])
