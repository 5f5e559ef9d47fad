"""What asking a model costs whoever writes: the same as a line in a talk."""

from django.db import connection

from accounts.errors import AllowanceUsedUp
from accounts.ids import uuid7
from accounts.limits import SPEND_MESSAGE_SQL, charge, message_buckets, seconds_until_tomorrow
from accounts.models import User


def pay_for_a_message(user: User, ip: str | None) -> None:
    """Raises RateLimited or AllowanceUsedUp; then nothing was spent of the day."""
    charge(message_buckets(user.pk, user.plan, ip))
    limit = user.plan.messages_per_day
    with connection.cursor() as cursor:
        cursor.execute(SPEND_MESSAGE_SQL, {"id": uuid7(), "user_id": user.pk, "limit": limit})
        if cursor.fetchone() is None:
            raise AllowanceUsedUp(limit=limit, retry_after=seconds_until_tomorrow())
