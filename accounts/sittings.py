"""How long somebody has been talking: counted from the lines they say, whatever tabs and devices they use."""

from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Sitting, User

PAUSE_MINUTES = 30  # without a line for so long, somebody was away
MINORS_MINUTES = 60  # minors are reminded at least this often


class Breaks(models.IntegerChoices):
    NEVER = 0, _("Never")
    HALF = 30, _("Every half hour")
    HOUR = 60, _("Every hour")
    TWO = 120, _("Every two hours")


# One line was said. Answers whether they are to be told that it is an AI, and to take a break: once for each time.
NOTE = """
with person as (
    select make_interval(mins => case when u.age = 'minor'
        then least(coalesce(nullif(p.break_minutes, 0), {minors}), {minors})
        else nullif(p.break_minutes, 0) end) as breaks
    from accounts_user u left join accounts_profile p on p.user_id = u.id where u.id = %(user)s
)
insert into accounts_sitting as s (user_id, since, last_at, ai_at, break_at, ai_due, break_due)
select %(user)s, %(now)s, %(now)s, %(now)s, %(now)s, false, false from person
on conflict (user_id) do update set
    since = case when {away} then %(now)s else s.since end,
    ai_at = case when {away} or {ai} then %(now)s else s.ai_at end,
    ai_due = not {away} and (s.ai_due or {ai}),
    break_at = case when {away} or {rest} then %(now)s else s.break_at end,
    break_due = not {away} and (s.break_due or {rest}),
    last_at = %(now)s
returning ai_due and ai_at = %(now)s and since < %(now)s as ai,
    break_due and break_at = %(now)s and since < %(now)s as rest
""".format(  # noqa: S608  our own constants
    minors=MINORS_MINUTES,
    away=f"s.last_at < %(now)s - interval '{PAUSE_MINUTES} minutes'",
    ai="s.ai_at <= %(now)s - make_interval(hours => %(hours)s)",
    rest="coalesce(s.break_at <= %(now)s - (select breaks from person), false)",
)


def note_values(user_id: UUID, now: object) -> dict[str, object]:
    return {"user": user_id, "now": now, "hours": settings.AI_NOTICE_HOURS}


def put_away(user: User) -> None:
    """They have read what they were told."""
    Sitting.objects.filter(user=user).update(ai_due=False, break_due=False)
