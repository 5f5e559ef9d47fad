"""What cannot be held behind a pooler, when nothing leads to Postgres beside it (DATABASE_DIRECT_URL)."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register  # noqa: A004


def beats_cannot_take_turns() -> bool:
    """Through a pooler a lock would be of whoever asks next: each beat would send everything."""
    return bool(settings.DATABASE_POOLED and not settings.DATABASE_DIRECT)


@register(deploy=True)
def one_beat_alone_may_run(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if beats_cannot_take_turns():
        return [
            Warning(
                "DATABASE_POOLED without DATABASE_DIRECT_URL: a second beat would send everything twice. Name Postgres "
                "itself, or run one beat alone.",
                id="config.W001",
            )
        ]
    return []
