"""What somebody's API keys used in one month, line by line: for their books."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from accounts.models import ApiKey, ModelUse, User

COLUMNS = (
    "since", "span", "plan", "key", "key_prefix", "operation", "model", "calls", "prompt", "cached", "written",
    "completion", "micros", "currency",
)  # fmt: skip


def statement_of(user: User, month: date) -> Iterator[tuple[Any, ...]]:
    """Days of that month, or one line for it where they lie together (`span`). Keys that are gone have no name."""
    first = month.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    keys = {key.pk: key for key in ApiKey.objects.filter(user=user)}
    lines = ModelUse.objects.filter(user_id=user.pk, since__gte=first, since__lt=following).exclude(key_id=None)
    for line in lines.order_by("since", "key_id", "operation", "model", "id").iterator(chunk_size=2_000):
        key = keys.get(line.key_id) if line.key_id else None
        yield (
            line.since, line.span, line.plan, key.label if key else "", key.prefix if key else "", line.operation,
            line.model, line.calls, line.prompt, line.cached, line.written, line.completion, line.micros, line.currency,
        )  # fmt: skip
