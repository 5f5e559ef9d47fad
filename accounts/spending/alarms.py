"""Half of a cap is used, four fifths, all of it: told once in each period, to whom it concerns."""

import structlog
from channels.db import database_sync_to_async
from django.db import Error

from accounts.models import CapAlarm
from accounts.spending.caps import Counter, Limit

log = structlog.get_logger(__name__)

AT = (50, 80, 100)
# What this process has told already, so that whoever asks again and again costs no statement each time.
_told: set[tuple[object, ...]] = set()


async def look(limit: Limit, counter: Counter, *, before: int, after: int) -> None:
    """Tell what was passed by this call: the highest of it."""
    passed = [percent for percent in AT if before < limit.most * percent / 100 <= after]
    if passed:
        await _tell(limit, counter, passed[-1])


async def used_up(limit: Limit, counter: Counter) -> None:
    await _tell(limit, counter, AT[-1])


async def _tell(limit: Limit, counter: Counter, percent: int) -> None:
    this = (limit.cap, counter.user_id, counter.since, limit.measure, percent)
    if this in _told:
        return
    try:
        await database_sync_to_async(raise_alarm)(limit, counter, percent)
    except Error as error:
        log.warning("alarm_not_raised", cap=str(limit.cap), error=type(error).__name__)
    else:
        if len(_told) > 10_000:
            _told.clear()
        _told.add(this)


def raise_alarm(limit: Limit, counter: Counter, percent: int) -> bool:
    """False when it has been raised before, in whichever process."""
    alarm = CapAlarm(
        cap_id=limit.cap, user_id=counter.user_id, since=counter.since, measure=limit.measure, percent=percent
    )
    if not CapAlarm.objects.bulk_create([alarm], ignore_conflicts=True):
        return False
    # Of two at once the row says whose it was.
    if not CapAlarm.objects.filter(pk=alarm.pk).exists():
        return False
    log.warning("cap_used", cap=str(limit.cap), scope=limit.scope, measure=limit.measure, percent=percent)
    return True
