"""Work for later."""

from typing import Any

from django.db import transaction


def queue_on_commit(task: Any, *arguments: str) -> None:
    """Once what was written is committed. Without a queue the work is left out, or waits for a sweep: whoever caused it
    must not notice."""

    # A function, not a partial: Django names it in the log when it fails.
    def queue() -> None:
        task.apply_async(arguments, retry=False)

    transaction.on_commit(queue, robust=True)
