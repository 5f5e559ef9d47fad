"""The plans that exist, with their limits as first installed. Operators change the rows in the admin."""

from typing import Any

from django.apps import apps as current_apps

GUEST, FREE, UNLIMITED = "guest", "free", "unlimited"

PLANS: dict[str, dict[str, int | None]] = {
    GUEST: {"messages_per_day": 20, "embedded_per_day": 200_000, "burst": 10, "per_minute": 12},
    FREE: {"messages_per_day": 500, "embedded_per_day": 2_000_000, "burst": 20, "per_minute": 30},
    UNLIMITED: {"messages_per_day": None, "embedded_per_day": None, "burst": None, "per_minute": None},
}


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
