from django import template
from django.urls import reverse

from characters.models import CharacterVersion
from characters.portraits import DRAWING

register = template.Library()


@register.simple_tag
def portrait_url(version: CharacterVersion | None, mood: str = "calm", face: bool = False) -> str:
    """The address of a portrait; `face=True` for an avatar. Empty without a version."""
    if version is None:
        return ""
    address = reverse("portrait", kwargs={"version_id": version.pk, "mood": mood})
    return f"{address}?v={DRAWING}{'#face' if face else ''}"
