"""The plans that exist, with their limits as first installed. Operators change the rows in the admin."""

from typing import Any

from accounts.models import Plan

GUEST, FREE, UNLIMITED = "guest", "free", "unlimited"

PLANS: dict[str, dict[str, int | None]] = {
    GUEST: {"messages_per_day": 20, "burst": 10, "per_minute": 12},
    FREE: {"messages_per_day": 500, "burst": 20, "per_minute": 30},
    UNLIMITED: {"messages_per_day": None, "burst": None, "per_minute": None},
}


def ensure_plans(*, using: str = "default", **_: Any) -> None:
    """Make the plans that are missing; leave the others as the operator set them."""
    Plan.objects.using(using).bulk_create(
        [Plan(code=code, **limits) for code, limits in PLANS.items()], ignore_conflicts=True
    )
