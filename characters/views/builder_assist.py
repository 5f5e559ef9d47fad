"""“Draft it for me”: what the page has to know to put a model's proposals before their author."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.spending.words import money
from characters.assist_schema import LOOKS, TEXTS
from characters.models import Draft, Language
from characters.portraits import DRAWING
from characters.selectors import language_of
from characters.services.assist import cost_of_drafting
from characters.trait_words import WORDS as TRAIT_WORDS
from characters.traits import TRAITS
from characters.views.builder_fields import label_of
from characters.views.builder_look import DEFAULTS

STEPS = ("look", "background")


def assist_context(draft: Draft) -> dict[str, Any]:
    """`assist` for characters/builder/_assist.html."""
    words = TRAIT_WORDS[language_of()]
    # What a draft begins with says nothing yet: then the helping hand is held out.
    blank = not any(str(draft.content.get(name) or "").strip() for name in TEXTS)
    cost = cost_of_drafting(user=draft.owner, content=draft.content, language=draft.language)
    return {
        "assist": {
            "open": blank,
            "cost": money(*cost) if cost else "",
            "facts": {
                "labels": {name: str(label_of(name)) for name in (*TEXTS, "greetings", "language")}
                | {"portrait": _("Drawn portrait"), "traits": _("Sliders")},
                "languages": dict(Language.choices),
                "traits": {key: list(words[key][:3]) for key in TRAITS},
                "looks": LOOKS,
                "portrait": DEFAULTS,
                "drawing": DRAWING,
                "order": ["language", *TEXTS[:3], "portrait", "traits", *TEXTS[3:], "greetings"],
            },
        }
    }
