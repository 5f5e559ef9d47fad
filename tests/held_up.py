"""Who waits in the database for what a test holds there."""

from django.db import connection

_WAITS = "select exists (select from pg_locks where pg_backend_pid() = any(pg_blocking_pids(pid)))"


def somebody_waits() -> bool:
    """For a lock of this thread's connection."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITS)
        return bool(cursor.fetchone()[0])
