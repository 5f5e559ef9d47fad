"""How long what somebody threw away is kept for them."""

from datetime import datetime, timedelta

from django.utils import timezone

KEPT_DELETED = timedelta(days=30)


def gone_since() -> datetime:
    """What was thrown away before that cannot be brought back, and is deleted for good."""
    return timezone.now() - KEPT_DELETED
