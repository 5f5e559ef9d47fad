"""The look step: what a portrait can be drawn from, in words, and what stands of it in the draft."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.spending.words import money
from characters.models import Draft
from characters.pictures import asset_address, draft_address
from characters.portraits import CHOICES, DRAWING, Portrait
from characters.services.painting import can_paint
from inference.prices import picture_cost

DEFAULTS = Portrait().as_dict()
# In the order in which they are offered; `mood` is no part of a portrait but how it is looked at.
OFFERED: dict[str, Any] = {
    "palette": _("Light and colours"),
    "head": _("Figure"),
    "scene": _("Scene"),
    "gate": pgettext_lazy("of a portrait", "Frame"),
    "temper": pgettext_lazy("of a portrait", "Features"),
    "faces": pgettext_lazy("of a portrait", "Facing"),
}
NAMES: dict[str, dict[str, Any]] = {
    "palette": {
        "steel": _("Steel"),
        "midnight": _("Midnight"),
        "ember": _("Ember"),
        "aegean": _("Aegean"),
        "fog": _("Fog"),
        "coral": _("Coral"),
        "celadon": _("Celadon"),
        "moss": _("Moss"),
        "lamp": _("Lamplight"),
    },
    "head": {
        "helm": _("Helm"),
        "hood": _("Hood and mask"),
        "kerchief": _("Kerchief"),
        "beard": _("Beard"),
        "deerstalker": _("Deerstalker"),
        "crest": _("Crest, not human"),
        "bob": _("Bobbed hair"),
        "glasses": _("Glasses"),
        "headphones": _("Headphones"),
    },
    "scene": {
        "castle": _("Castle"),
        "spires": _("Spires"),
        "tavern": _("Tavern"),
        "agora": _("Columns"),
        "rooftops": _("Rooftops"),
        "dunes": _("Dunes"),
        "garden": _("Bamboo garden"),
        "study": _("Study"),
        "city": _("City at night"),
    },
    "gate": {
        "arch": pgettext_lazy("frame of a portrait", "Round arch"),
        "gothic": pgettext_lazy("frame of a portrait", "Pointed arch"),
        "moon": pgettext_lazy("frame of a portrait", "Moon gate"),
        "square": pgettext_lazy("frame of a portrait", "Stage with curtains"),
    },
    "temper": {
        "calm": pgettext_lazy("features of a portrait", "Calm"),
        "stern": pgettext_lazy("features of a portrait", "Stern"),
        "warm": pgettext_lazy("features of a portrait", "Warm"),
        "sly": pgettext_lazy("features of a portrait", "Sly"),
        "sad": pgettext_lazy("features of a portrait", "Sad"),
    },
    "faces": {
        "left": pgettext_lazy("facing", "Left"),
        "right": pgettext_lazy("facing", "Right"),
    },
    "mood": {
        "calm": pgettext_lazy("mood", "Calm"),
        "joy": pgettext_lazy("mood", "Joy"),
        "sorrow": pgettext_lazy("mood", "Sorrow"),
        "anger": pgettext_lazy("mood", "Anger"),
        "fear": pgettext_lazy("mood", "Fear"),
        "surprise": pgettext_lazy("mood", "Surprise"),
        "tender": pgettext_lazy("mood", "Tenderness"),
        "thoughtful": pgettext_lazy("mood", "Thoughtful"),
        "amused": pgettext_lazy("mood", "Amused"),
        "weary": pgettext_lazy("mood", "Weary"),
    },
}


def look_context(draft: Draft) -> dict[str, Any]:
    """`look` for characters/builder/look.html."""
    content = draft.content
    given = content.get("portrait")
    portrait = DEFAULTS | {name: str(value) for name, value in (given if isinstance(given, Mapping) else {}).items()}
    return {
        "look": {
            "print": draft_address(content),
            "face": draft_address(content, face=True),
            "brought": bool(content.get("picture")),
            "controls": [
                {"name": name, "label": label, "options": _options(name), "value": portrait[name]}
                for name, label in OFFERED.items()
            ],
            "moods": _options("mood"),
            "can_paint": can_paint(),
            "price": money(*price) if (price := picture_cost()) else "",
            "facts": {"defaults": DEFAULTS, "choices": CHOICES, "drawing": DRAWING, "names": _names()},
            # With a place to put the id in: scripts build addresses from it.
            "asset": asset_address("00000000-0000-0000-0000-000000000000"),
        }
    }


def _options(name: str) -> list[tuple[str, Any]]:
    return [(code, NAMES[name][code]) for code in CHOICES[name]]


def _names() -> dict[str, dict[str, str]]:
    return {name: {code: str(label) for code, label in labels.items()} for name, labels in NAMES.items()}
