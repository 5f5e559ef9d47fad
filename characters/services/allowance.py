"""What asking a model costs whoever writes, and how much of it there is a day."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.errors import AllowanceUsedUp
from accounts.ids import uuid7
from accounts.limits import (
    SPEND_EMBEDDING_SQL,
    SPEND_MESSAGE_SQL,
    Place,
    Rates,
    charge,
    message_buckets,
    pace_of,
    seconds_until_tomorrow,
)
from accounts.models import User

# Every save asks the embedding model once, however little it has to read.
LEAST_LETTERS = 200


def pay_for_a_message(user: User, ip: str | None, *, key_id: UUID | None = None, place: Place | None = None) -> Rates:
    """The same as a line in a talk; what is left. Raises RateLimited or AllowanceUsedUp; then nothing was spent of the
    day. `place`: among the replies that are under way, until it is given back."""
    rates = charge(message_buckets(user.pk, pace_of(user), ip, key_id), place=place, closed=key_id is not None)
    limit = user.plan.messages_per_day
    if not _spent(SPEND_MESSAGE_SQL, user, limit=limit):
        raise AllowanceUsedUp(limit=limit, retry_after=seconds_until_tomorrow())
    return rates


def pay_for_reading(user: User | None, letters: int, *, field: str = "text") -> None:
    """So many letters for the embedding model, with the save that brings them: what is deleted later was read all the
    same. Raises AllowanceUsedUp. The house pays nothing."""
    if user is None or letters <= 0:
        return
    limit = user.plan.embedded_per_day
    if not _spent(SPEND_EMBEDDING_SQL, user, limit=limit, letters=max(letters, LEAST_LETTERS)):
        told = _(
            "%(limit)s letters of texts and of lore by meaning can be read a day. Tomorrow there is room for more."
        )
        told %= {"limit": number_format(limit or 0, force_grouping=True)}
        raise AllowanceUsedUp(told, limit=limit, retry_after=seconds_until_tomorrow(), field=field)


def _spent(statement: str, user: User, **parameters: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"id": uuid7(), "user_id": user.pk, **parameters})
        return cursor.fetchone() is not None
