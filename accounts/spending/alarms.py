"""Half of a cap is used, four fifths, all of it: told once in each period, to whom it concerns."""

import structlog
from channels.db import database_sync_to_async
from django.db import Error
from django.db.models import Q
from django.utils import timezone

from accounts import tasks
from accounts.models import CapAlarm, User
from accounts.spending import caps
from accounts.spending.caps import Counter, Limit

log = structlog.get_logger(__name__)

AT = (50, 80, 100)
SHOWN_FROM = 80  # per cent: what is less is no reason to stand on every page
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
    alarm, is_new = CapAlarm.objects.get_or_create(
        cap_id=limit.cap,
        user_id=counter.user_id,  # type: ignore[misc]  # None is a value here: everybody's
        since=counter.since,
        measure=limit.measure,
        percent=percent,
    )
    if not is_new:
        return False
    tasks.tell_alarm.delay_on_commit(str(alarm.pk))
    log.warning("cap_used", cap=str(limit.cap), scope=limit.scope, measure=limit.measure, percent=percent)
    return True


def notice_for(user: User) -> CapAlarm | None:
    """The most pressing alarm of this day and month that concerns somebody: their own; those of everybody for staff.

    Asks the database only where there is a cap that could have raised one.
    """
    held = caps.current().on(user_id=user.pk, plan=user.plan_id or "", day=timezone.now().date())
    asked = [(limit, counter) for limit, counter in held if user.is_staff or not limit.is_shared]
    if not asked:
        return None
    found = CapAlarm.objects.filter(
        Q(user=user) | Q(user=None),
        cap__in={limit.cap for limit, _ in asked},
        since__in={counter.since for _, counter in asked},
        percent__gte=SHOWN_FROM,
    )
    now = {(limit.cap, counter.since, counter.user_id) for limit, counter in asked}
    raised = [alarm for alarm in found.select_related("cap") if (alarm.cap_id, alarm.since, alarm.user_id) in now]
    return max(raised, key=lambda alarm: alarm.percent, default=None)
