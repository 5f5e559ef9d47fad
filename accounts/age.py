"""How old somebody says they are, and what follows. Who has not said to be an adult is careful company.

Everything that shows or does something asks here, with who it is; nobody signed in counts as not having said.
"""

import datetime
import logging
from collections.abc import Iterable
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.errors import Conflict, Forbidden, Invalid
from accounts.models import Age, AgeDeclaration, Profile, User

logger = logging.getLogger(__name__)

Viewer = User | AnonymousUser
Where = AgeDeclaration.Where
COOKIE = "age"
COOKIE_SECONDS = 365 * 86_400
# From the least to the most careful.
_STRICTNESS = {Age.ADULT: 0, Age.MINOR: 1, Age.CHILD: 2}
_CAREFUL = (Age.ADULT, "", Age.MINOR, Age.CHILD)


class AgeNeeded(Forbidden):
    """They may be asked; a page leads to where."""

    code = "age_needed"
    message = _("Tell us first whether you are an adult.")


class TooYoung(Forbidden):
    code = "too_young"
    message = _("You said that you are younger than this site takes. If that was a mistake, write to support.")


class QuietHours(Forbidden):
    """`until` is when they end, as an ISO time in the person's zone."""

    code = "quiet_hours"
    message = _("It is late. Talks are closed for you until the morning; what was said is kept.")


class AgeSaid(Conflict):
    code = "age_said"
    message = _("You have said how old you are. If that was a mistake, write to support.")


# ------------------------------------------------------------------ what somebody is


def age_of(viewer: Viewer) -> str:
    """ "" where nobody has said."""
    return viewer.age if viewer.is_authenticated else ""


def is_adult(viewer: Viewer) -> bool:
    return age_of(viewer) == Age.ADULT


def may_say(viewer: Viewer) -> bool:
    """Whether saying to be an adult is still open to them."""
    return not age_of(viewer)


def for_policy(age: str) -> str:
    """As rules of moderation call it: adult, minor, unknown."""
    return {Age.ADULT: "adult", "": "unknown"}.get(age, "minor")


def most_careful(ages: Iterable[str]) -> str:
    """Of several who read the same: by whom it is judged. "" where there is nobody."""
    return max(ages, key=_CAREFUL.index, default="")


def admit(age: str, zone: str = "") -> None:
    """Whether somebody of this age may say something now. Raises TooYoung, QuietHours, AgeNeeded."""
    if age == Age.ADULT:
        return
    if age == Age.CHILD:
        raise TooYoung
    until = quiet_until(timezone.now(), zone)
    if not age and (settings.AGE_ASKED == "talk" or (settings.AGE_ASKED == "night" and until is not None)):
        raise AgeNeeded
    if age == Age.MINOR and until is not None:
        raise QuietHours(until=until.isoformat(timespec="minutes"))


def admit_person(user: User) -> None:
    """The same of somebody whose row is at hand."""
    zone = None if user.age == Age.ADULT else Profile.objects.filter(user=user).values_list("time_zone", flat=True)
    admit(user.age, (zone.first() if zone is not None else "") or "")


def quiet_until(moment: datetime.datetime, zone: str = "") -> datetime.datetime | None:
    """When the quiet hours end that this moment is in; None outside them. In the zone named, or else the site's."""
    if settings.QUIET_HOURS is None:
        return None
    begin, end = settings.QUIET_HOURS
    local = moment.astimezone(ZoneInfo(zone or settings.TIME_ZONE))
    now = local.time()
    within = begin <= now < end if begin < end else now >= begin or now < end
    if not within:
        return None
    day = local.date() + datetime.timedelta(days=int(now >= end))
    return datetime.datetime.combine(day, end, local.tzinfo)


# ------------------------------------------------------------------ saying it


@transaction.atomic
def declare(*, user: User, age: str, where: str = Where.PAGE) -> AgeDeclaration:
    """Once; a younger age may be said at any time. Raises Invalid, AgeSaid."""
    if age not in Age.values:
        raise Invalid(_("Choose one of the answers."), field="age")
    before = User.objects.select_for_update(no_key=True, of=("self",)).values_list("age", flat=True).get(pk=user.pk)
    if before and _STRICTNESS[Age(age)] <= _STRICTNESS[Age(before)]:
        raise AgeSaid
    return _write(user, age, where, by=None)


@transaction.atomic
def correct(*, user: User, age: str, by: User) -> AgeDeclaration:
    """What support found out. Rights, and the trace of it, are the caller's."""
    if age not in Age.values:
        raise Invalid(_("Choose one of the answers."), field="age")
    return _write(user, age, Where.SUPPORT, by=by)


def take_along(guest: User, user: User) -> None:
    """What a guest said holds for the account they sign in to, unless that has said something itself."""
    if guest.age and not user.age:
        _write(user, guest.age, Where.GUEST, by=None)


def _write(user: User, age: str, where: str, by: User | None) -> AgeDeclaration:
    said_as = "" if where == Where.SUPPORT else f"{get_language() or 'en'} {settings.MINIMUM_AGE}"
    made = AgeDeclaration.objects.create(user=user, age=age, where=where, said_as=said_as, by=by)
    User.objects.filter(pk=user.pk).update(age=age)
    user.age = age
    logger.info("age of %s declared: %s", user.pk, where)
    return made


# ------------------------------------------------------------------ what the device remembers


def remember_on_device(response: HttpResponse, age: str) -> None:
    """Only of who is not an adult: they do not come back as somebody else by signing out."""
    if age in (Age.MINOR, Age.CHILD):
        response.set_signed_cookie(
            COOKIE, age, salt=COOKIE, max_age=COOKIE_SECONDS, secure=settings.SESSION_COOKIE_SECURE, httponly=True,
            samesite="Lax",
        )  # fmt: skip


def said_on_device(request: HttpRequest) -> str:
    try:
        age = request.get_signed_cookie(COOKIE, default="", salt=COOKIE, max_age=COOKIE_SECONDS)
    except signing.BadSignature:
        return ""
    return age if age in (Age.MINOR, Age.CHILD) else ""


def known_from_device(request: HttpRequest, user: User) -> None:
    """A new guest, or a new account, on a device where somebody said they are young."""
    if not user.age and (age := said_on_device(request)):
        declare(user=user, age=age, where=Where.DEVICE)


def declarations_of(user_id: UUID) -> list[AgeDeclaration]:
    return list(AgeDeclaration.objects.filter(user=user_id)[:20])
