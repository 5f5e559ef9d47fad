"""Help lines, and in which country somebody is: as they said, as their time zone says, as their language does."""

from dataclasses import dataclass

from django.utils.translation import get_language, pgettext_lazy

from accounts.age import Viewer
from accounts.selectors import profile_of
from moderation.models import HelpLine

# Of the countries that the release knows; others an operator adds are called by their code.
COUNTRIES = {
    "CA": pgettext_lazy("country", "Canada"),
    "CN": pgettext_lazy("country", "China"),
    "DE": pgettext_lazy("country", "Germany"),
    "GB": pgettext_lazy("country", "United Kingdom"),
    "HK": pgettext_lazy("country", "Hong Kong"),
    "IE": pgettext_lazy("country", "Ireland"),
    "TW": pgettext_lazy("country", "Taiwan"),
    "US": pgettext_lazy("country", "United States"),
}
_ZONES = {
    f"{area}/{city}": country
    for country, area, cities in (
        ("CN", "Asia", "Shanghai Urumqi Chongqing"),
        ("HK", "Asia", "Hong_Kong"),
        ("TW", "Asia", "Taipei"),
        ("GB", "Europe", "London Belfast"),
        ("IE", "Europe", "Dublin"),
        ("DE", "Europe", "Berlin Busingen"),
        ("US", "America", "New_York Chicago Denver Los_Angeles Phoenix Anchorage Detroit Boise Juneau Adak"),
        ("US", "Pacific", "Honolulu"),
        ("CA", "America", "Toronto Vancouver Montreal Halifax Edmonton Winnipeg Regina St_Johns Moncton Whitehorse"),
    )
    for city in cities.split()
}


@dataclass(frozen=True, slots=True)
class Reachable:
    name: str
    number: str
    url: str


def country_of(viewer: Viewer) -> str:
    """ "" where nothing tells."""
    profile = profile_of(viewer) if viewer.is_authenticated else None
    if profile and profile.country:
        return profile.country
    if profile and (zone := _ZONES.get(profile.time_zone)):
        return zone
    return "CN" if not (profile and profile.time_zone) and (get_language() or "").startswith("zh") else ""


def lines_in(country: str) -> list[Reachable]:
    """Of this country, and then what is for everybody."""
    language = get_language() or "en"
    rows = HelpLine.objects.filter(shown=True, country__in={country, ""}).order_by("-country", "position", "pk")
    return [Reachable(row.name_in(language), row.number, row.url) for row in rows]


def countries() -> list[tuple[str, str]]:
    """Those with a line of their own, by name."""
    codes = (
        HelpLine.objects.filter(shown=True).exclude(country="").order_by().values_list("country", flat=True).distinct()
    )
    return sorted(((code, str(COUNTRIES.get(code, code))) for code in codes), key=lambda each: each[1])
