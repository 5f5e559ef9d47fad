"""Who is who, and on which day, where lines are read."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

NOBODY = ("", "you", "me", "i", "…", "你", "我")


@dataclass(frozen=True, slots=True)
class Names:
    """What they are called where it is not in the line; and the time zone of the player, empty for the site's."""

    player: str
    character: str
    zone: str = ""


def called(name: str, chinese: bool) -> str:
    """Who plays under no name of their own is called You, which nobody could tell from anybody later."""
    return name if name.casefold() not in NOBODY else "玩家" if chinese else "The player"


def day_of(moment: datetime, zone: str = "") -> date:
    """The day where the player is."""
    return moment.astimezone(zone_of(zone)).date()


def zone_of(name: str) -> ZoneInfo:
    """The site's where none is named, or one that is not known here."""
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)
