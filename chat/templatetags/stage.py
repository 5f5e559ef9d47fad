"""What every page needs: icons, markdown, and when something happened, as people say it."""

from datetime import datetime
from typing import Any

from django import template
from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from characters import traits
from characters.models import CharacterVersion
from chat import markdown as renderer

register = template.Library()


@register.simple_tag
def icon(name: str, *, small: bool = False) -> SafeString:
    """A picture for the eye only; what it means stands beside it or in `aria-label`."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        " icon--s" if small else "", static("img/icons.svg"), name,
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def notices(context: dict[str, Any]) -> Any:
    """What Django wants to tell the visitor. Pages call their lines `messages` too, so the name is taken there."""
    request = context.get("request")
    return get_messages(request) if request is not None else ()


@register.filter
def markdown(text: str | None) -> SafeString:
    return renderer.render(text or "")


@register.filter
def lang(language: str) -> str:
    """The `lang` attribute for one of our language codes."""
    return "zh-Hans" if language == "zh-hans" else language


@register.filter
def when(moment: datetime | None) -> str:
    """Now, the time of day, the day of the week, or the date: whatever is enough."""
    if moment is None:
        return ""
    now = timezone.localtime()
    moment = timezone.localtime(moment)
    days = (now.date() - moment.date()).days
    if days <= 0:
        return gettext("now") if (now - moment).total_seconds() < 90 else moment.strftime("%H:%M")
    if days < 7:
        return date_format(moment, "D")
    if moment.year == now.year:
        return date_format(moment, pgettext("short date, see Django's date filter", "j M"))
    return date_format(moment, pgettext("month and year, see Django's date filter", "M Y"))


@register.filter
def day(moment: datetime | None) -> str:
    """A day of this year by day and month, an older one with its year."""
    if moment is None:
        return ""
    moment = timezone.localtime(moment)
    if moment.year == timezone.localtime().year:
        return date_format(moment, pgettext("long date, see Django's date filter", "j F"))
    return date_format(moment, pgettext("long date with year, see Django's date filter", "j F Y"))


@register.simple_tag
def trait_scales(version: CharacterVersion) -> list[traits.Scale]:
    """The sliders of a character, for components/scale.html."""
    return traits.scales(version.traits, version.language, version.name)
