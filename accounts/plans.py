"""The plans that exist, with their limits as first installed. Operators change and add to them in the admin."""

from typing import Any

from django.apps import apps as current_apps
from psycopg.sql import SQL

from inference.snapshot import Snapshot

GUEST, FREE, PREMIUM, CREATOR, UNLIMITED = "guest", "free", "premium", "creator", "unlimited"

PLANS: dict[str, dict[str, int | bool | None]] = {
    GUEST: {
        "rank": 0, "messages_per_day": 20, "embedded_per_day": 200_000, "spoken_per_day": 5_000, "burst": 10,
        "per_minute": 12, "per_hour": 60, "key_per_hour": 60, "api_per_minute": 300, "turns_at_once": 2,
        "yields": 30, "most_rooms": 5,
    },
    FREE: {
        "rank": 10, "messages_per_day": 500, "embedded_per_day": 2_000_000, "spoken_per_day": 100_000, "burst": 20,
        "per_minute": 30, "per_hour": 100, "key_per_hour": 100, "api_per_minute": 300, "turns_at_once": 3,
        "yields": 10, "most_rooms": 50,
    },
    PREMIUM: {
        "rank": 20, "messages_per_day": 5_000, "embedded_per_day": 10_000_000, "spoken_per_day": 1_000_000, "burst": 40,
        "per_minute": 60, "per_hour": 1_000, "key_per_hour": 1_000, "api_per_minute": 600, "turns_at_once": 8,
        "yields": 0, "premium": True,
    },
    CREATOR: {
        "rank": 30, "messages_per_day": 5_000, "embedded_per_day": 50_000_000, "spoken_per_day": 1_000_000, "burst": 40,
        "per_minute": 60, "per_hour": 1_000, "key_per_hour": 1_000, "api_per_minute": 1_200, "turns_at_once": 8,
        "yields": 0, "premium": True, "most_drafts": 1_000, "most_texts": 10_000, "most_letters": 100_000_000,
        "most_pictures": 5_000, "most_picture_mb": 2_048, "most_webhooks": 50,
    },
    UNLIMITED: {"rank": 90},
}  # fmt: skip


def ensure_plans(*, using: str = "default", apps: Any = current_apps, **_: Any) -> None:
    """Make the plans that are missing; leave the others as the operator set them.

    After a migration back, `apps` knows a plan as the database has it now.
    """
    plan = apps.get_model("accounts", "Plan")
    known = {column.name for column in plan._meta.fields}
    rows = [
        plan(code=code, **{name: limit for name, limit in limits.items() if name in known})
        for code, limits in PLANS.items()
    ]
    plan._default_manager.using(using).bulk_create(rows, ignore_conflicts=True)


# The prompt's room: asked for by whoever makes one, so each process keeps what the rows say.


def _windows() -> dict[str, int]:
    plan = current_apps.get_model("accounts", "Plan")
    rows = plan._default_manager.exclude(context_tokens=None).values_list("code", "context_tokens")
    return {code: tokens for code, tokens in rows if tokens is not None}


_MARK = SQL("(select string_agg(code || ' ' || context_tokens, ',' order by code) from accounts_plan)")
windows: Snapshot[dict[str, int]] = Snapshot("plans", mark=_MARK, read=_windows, empty={})


def window_of(code: str) -> int | None:
    """Tokens of a prompt and its reply at most; None where the plan sets no bound."""
    return windows.current.get(code)
