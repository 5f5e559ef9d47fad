"""How somebody shows themselves, and how the pages look to them: every write."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext_lazy as _

from accounts.judging import Place, judged
from accounts.models import Profile, Theme, User
from accounts.selectors import profile_of

THEME_COOKIE = "theme"
OF_OTHERS = Place("input", "public")
CHOSEN_RATING = "rating"  # the strongest that somebody asked to be shown: in the session, brought by each login
# Names like "Etc/GMT+5", and old ones without a place, are none that people choose.
_PLACES = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def zones() -> list[tuple[str, Any]]:
    """To choose from; the empty one first."""
    found = sorted(name for name in available_timezones() if name.partition("/")[0] in _PLACES)
    return [("", _("Not said")), *((name, name.replace("_", " ")) for name in found)]


@transaction.atomic
def save_profile(
    *,
    user: User,
    name: str,
    bio: str,
    language: str,
    theme: str,
    time_zone: str = "",
    breaks: str = "",
    **mails: bool,
) -> Profile:
    """`mails`: `mail_decisions`, `mail_reports`, `mail_alarms`, as they were where not given. Raises NotAllowed."""
    profile = profile_of(user)
    name, bio = name.strip(), bio.strip()
    # Others read both: in rooms, and beside what they show.
    if name != profile.name:
        name = judged(name, OF_OTHERS, field="name", user=user)
    if bio != profile.bio:
        bio = judged(bio, OF_OTHERS, field="bio", user=user)
    profile.name, profile.bio, profile.theme = name, bio, theme
    profile.time_zone, profile.break_minutes = time_zone, int(breaks or 0)
    for name_of_mail, wanted in mails.items():
        setattr(profile, name_of_mail, wanted)
    profile.save()
    set_language(user=user, language=language)
    return profile


def choose_rating(*, request: HttpRequest, user: User, rating: str) -> None:
    """Here at once, and in whichever browser they sign in with."""
    request.session[CHOSEN_RATING] = rating
    Profile.objects.filter(user=user).update(rating=rating)


def bring_rating(request: HttpRequest, user: User) -> None:
    if chosen := profile_of(user).rating:
        request.session[CHOSEN_RATING] = chosen


def set_language(*, user: User, language: str) -> None:
    """An empty one means: as the browser asks."""
    user.language = language
    user.save(update_fields=["language"])


def note_zone(*, user: User, zone: str) -> None:
    """What a browser says of where it is, while nobody chose anything."""
    if zone in dict(zones()):
        Profile.objects.filter(user=user, time_zone="").update(time_zone=zone)


def set_country(*, user: User, country: str) -> None:
    """Where help lines are looked for; an empty one means: as the time zone or the language says."""
    profile = profile_of(user)
    profile.country = country
    profile.save(update_fields=["country"])


def set_theme(*, user: User, theme: Theme) -> None:
    profile = profile_of(user)
    profile.theme = theme
    profile.save(update_fields=["theme"])


# The pages read cookies alone, so that they look right before and after somebody is known.


def remember_language(response: HttpResponse, language: str) -> None:
    if not language:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, path=settings.LANGUAGE_COOKIE_PATH)
        return
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE or 365 * 86_400,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


def language_ahead(request: HttpRequest, language: str) -> str:
    """The language of this browser's next page, once `remember_language` has told it."""
    if language:
        return language
    asking = HttpRequest()
    asking.META["HTTP_ACCEPT_LANGUAGE"] = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
    return get_language_from_request(asking)


def remember_theme(response: HttpResponse, theme: str) -> None:
    if not theme:
        response.delete_cookie(THEME_COOKIE)
        return
    response.set_cookie(
        THEME_COOKIE, theme, max_age=365 * 86_400, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
    )
