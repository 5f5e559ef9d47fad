"""What every page needs: icons, markdown, and when something happened, as people say it."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import template
from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext

from characters import traits
from characters.models import CharacterVersion
from chat import markdown as renderer

register = template.Library()

HAN, LATIN = "\u3400-\u9fff", "A-Za-z0-9\u00c0-\u024f"
MEETING = re.compile(f"(?<=[{HAN}])(?=[{LATIN}])|(?<=[{LATIN}])(?=[{HAN}])")
MARKS = re.compile(r"[*_`#>~|]+")
FEW_WORDS = 40


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
def apart(text: str) -> str:
    """A space between Chinese and Latin letters or digits, where a name may be either: static/js/chat/words.js too."""
    return MEETING.sub(" ", text)


@register.simple_tag
def gap() -> str:
    """Between two sentences: a space, but nothing after Chinese punctuation."""
    return "" if (get_language() or "").startswith("zh") else " "


@register.filter
def played_by(cast: Any, message: Any) -> Any:
    """The version that said this line; None without a cast of several, without a message, for who is in no cast."""
    return cast.get(message.character_id) if cast and message else None


@register.filter
def listed(words: Iterable[Any]) -> str:
    return ("、" if (get_language() or "").startswith("zh") else ", ").join(str(word) for word in words)


@register.filter
def first_words(text: str) -> str:
    """The beginning of a line without its marks, to tell it from others by ear."""
    words = " ".join(MARKS.sub("", text).split())
    return words if len(words) <= FEW_WORDS else f"{words[:FEW_WORDS].rstrip()}…"


@register.filter
def unmarked(text: str) -> str:
    """Words without the marks of their emphasis, where they are cut short."""
    return MARKS.sub("", text)


@register.simple_tag
def namesakes(talks: Iterable[Any]) -> set[str]:
    """Titles that more than one talk of the list has."""
    return {title for title, number in Counter(talk.title for talk in talks).items() if number > 1}


@register.filter
def seconds(milliseconds: int) -> str:
    """A short time, as precisely as somebody who waited cares."""
    if milliseconds < 1_000:
        return gettext("%(count)s ms") % {"count": milliseconds}
    return gettext("%(count)s s") % {"count": number_format(milliseconds / 1_000, 1)}


@register.filter
def begun(talk_id: UUID) -> str:
    """Day and time at which a talk was opened: its id is a UUIDv7 and begins with it."""
    moment = timezone.localtime(datetime.fromtimestamp((talk_id.int >> 80) / 1000, tz=UTC))
    return f"{day(moment)} {moment.strftime('%H:%M')}"


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
