"""The texts of the builder: their labels and hints, what is in them, what is wrong; and a posted form, read back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from characters.content import MAX_DEPTH_TEXT, MAX_GREETING, MAX_LENGTHS, MEMORY_KINDS
from characters.drafting import form_of
from characters.models import Draft
from characters.selectors import language_of
from characters.trait_words import WORDS as TRAIT_WORDS
from characters.traits import TRAITS
from characters.views.builder_look import OFFERED
from inference.tokens import estimate

# What reaches the model, and so costs tokens in every turn.
TO_THE_MODEL = (
    "description",
    "personality",
    "scenario",
    "examples",
    "system_prompt",
    "post_history_instructions",
    "depth_prompt.text",
)
LIMITS = MAX_LENGTHS | {"depth_prompt.text": MAX_DEPTH_TEXT, "greetings": MAX_GREETING}

# name -> (label, hint)
WORDS: dict[str, tuple[Any, Any]] = {
    "name": (_("Name"), ""),
    "tagline": (_("Line on the bill"), _("A few words under the name, wherever the character is listed.")),
    "epithet": (_("Epithet"), _("Beside the name, when they speak: “consulting detective, 221B Baker Street”.")),
    "about": (
        _("About, for players"),
        _("What somebody reads before the first line. No secrets: this is shown to everybody."),
    ),
    "description": (
        _("Description"),
        _("Who they are, what they want, fear and hide, how they live. Players never see it. Write {{char}} for the "
          "character and {{user}} for whoever plays."),
    ),
    "personality": (_("Personality in short"), _("A few sentences; the sliders say the rest.")),
    "scenario": (_("Scenario"), _("Where and when a talk takes place, and what has just happened.")),
    "examples": (
        _("Examples of speech"),
        _("Begin each with <START>, then lines of {{user}}: and {{char}}: in their own manner. They hold a voice "
          "better than any description."),
    ),
    "creator_notes": (_("Author’s note"), _("What you would tell players about it: what it is good at, what to try.")),
    "nickname": (_("Nickname"), _("What {{char}} stands for, where that is not the name.")),
    "system_prompt": (
        _("System prompt"),
        _("Instead of the house’s own instructions. {{original}} puts those in again at that place."),
    ),
    "post_history_instructions": (
        _("Last instructions"),
        _("Said after the whole talk, right before the reply. Short: it weighs heavily."),
    ),
    "depth_prompt.text": (_("Reminder within the talk"), _("Said again so many lines above the newest one.")),
    "presentation.keywords": (_("Keywords"), _("Words to be found by that stand nowhere else, in any language.")),
    "presentation.fan_of": (
        _("Fan-made of"),
        _("The novel, film or game somebody else owns, if this character comes from one. Everybody sees it."),
    ),
    "presentation.portrait_alt": (_("What the picture shows"), _("For those who do not see it.")),
}  # fmt: skip

_OTHER: dict[str, Any] = {
    "greetings": _("Openings"),
    "traits": _("Sliders"),
    "generation": _("How it answers"),
    "memory_policy": _("Memory"),
    "title": _("Name of the draft"),
    "language": _("Language of the character"),
    "tags": _("Tags"),
    "rating": _("Content rating"),
    "visibility": _("Who may see it"),
    "generation.temperature": _("Temperature"),
    "generation.top_p": _("Top P"),
    "generation.max_tokens": _("Longest reply, in tokens"),
    "generation.stop": _("Stop at"),
    "generation.model": _("Model"),
    "generation.second_model": _("Second choice"),
    "generation.third_model": _("Third choice"),
    "memory_policy.mode": _("Memory"),
    "memory_policy.kinds": _("Kinds of memories"),
    "memory_policy.limit": _("How many memories at most"),
    "depth_prompt.depth": _("Lines above the newest"),
    "depth_prompt.role": _("Reminder said as"),
    "portrait": _("Drawn portrait"),
    **{f"portrait.{part}": label for part, label in OFFERED.items()},
    "picture": _("Picture"),
    "presentation": _("What pages show"),
    "presentation.advises": _("Teaches or advises"),
    "presentation.voice": _("Voice"),
    "presentation.pace": _("Pace of the voice"),
    "card": _("Card"),
}
_PLAIN = {
    *WORDS,
    "title",
    "language",
    "rating",
    "visibility",
    "memory_policy.mode",
    "depth_prompt.role",
    "generation.model",
    "generation.second_model",
    "generation.third_model",
    "picture",
    "presentation.advises",
    "presentation.voice",
    "presentation.pace",
}
_NUMBERS = {
    "generation.temperature": float,
    "generation.top_p": float,
    "generation.max_tokens": int,
    "memory_policy.limit": int,
    "depth_prompt.depth": int,
}


# Fields that are more than one control, or have a name of their own on the page.
ANCHORS = {
    "greetings": "openings-h",
    "tags": "f-tags-more",
    "generation.stop": "f-stop",
    "generation.model": "f-model",
    "depth_prompt.depth": "f-depth",
    "depth_prompt.role": "f-role",
    "memory_policy.kinds": "kinds-l",
    "picture": "look-h",
    "portrait": "look-h",
    "presentation.moods": "look-h",
}


@dataclass(frozen=True, slots=True)
class Text:
    """One text of the form, for `characters/builder/_text.html`. `tokens` is None for what the model never sees."""

    name: str
    label: Any
    hint: Any
    value: str
    limit: int
    tokens: int | None
    error: str

    @property
    def id(self) -> str:
        return id_of(self.name)


def texts(draft: Draft, errors: Mapping[str, str]) -> dict[str, Text]:
    """All texts, by name; dots are underlines, for templates."""
    form = form_of(draft)
    found = {}
    for name, (label, hint) in WORDS.items():
        value = form.get(name, "")
        value = value if isinstance(value, str) else ""
        tokens = estimate(value) if name in TO_THE_MODEL else None
        found[name.replace(".", "_")] = Text(
            name, label, hint, value, LIMITS.get(name, 300), tokens, errors.get(name, "")
        )
    return found


def id_of(name: str) -> str:
    """Where on its page a field of the form is written: the end of an address that leads there."""
    head, _dot, part = name.partition(".")
    if head == "traits":
        return f"t-{part}"
    return ANCHORS.get(name) or f"f-{name.replace('.', '-')}"


def label_of(name: str) -> str:
    """What a field of the form is called on its page; a part without a name of its own by that of the whole."""
    if name in WORDS:
        return str(WORDS[name][0])
    if name.startswith("traits."):
        return str(TRAIT_WORDS[language_of()][name[7:]][0])
    return str(_OTHER.get(name) or _OTHER.get(name.partition(".")[0], name))


def labels() -> dict[str, str]:
    """Every field that two windows may both have written, by the name it has on its page."""
    return {name: label_of(name) for name in (*WORDS, *_OTHER, *(f"traits.{key}" for key in TRAITS))}


def changes_in(posted: QueryDict) -> dict[str, Any]:
    """What a form without scripts says, as changes of a draft. Only what it holds is changed."""
    changes: dict[str, Any] = {}
    for name in posted:
        if name in _PLAIN or name.startswith("portrait."):
            changes[name] = posted[name]
        elif name in _NUMBERS:
            changes[name] = _number(posted.get(name, ""), _NUMBERS[name])
    if "greetings.shown" in posted:
        changes["greetings"] = [text for text in posted.getlist("greetings") if text.strip()]
    if "tags.shown" in posted:
        changes["tags"] = _words(posted.getlist("tags"), posted.get("tags.more", ""))
    if "memory_policy.mode" in posted:
        changes["memory_policy.kinds"] = [
            kind for kind in MEMORY_KINDS if kind in posted.getlist("memory_policy.kinds")
        ]
    if "generation.stop" in posted:
        changes["generation.stop"] = [line for line in posted.get("generation.stop", "").splitlines() if line]
    for key in TRAITS:
        if f"traits.{key}.set" in posted:
            changes[f"traits.{key}"] = _trait(posted, key)
    return changes


def _trait(posted: QueryDict, key: str) -> dict[str, Any] | None:
    value = _number(posted.get(f"traits.{key}.value", ""), int)
    # Without scripts a slider that was moved says more than a box that was forgotten.
    if posted.get(f"traits.{key}.open") and value in (50, None):
        return None
    if posted.get(f"traits.{key}.pinned"):
        return {"value": value, "pinned": True, "low": value, "high": value}
    low, high = (_number(posted.get(f"traits.{key}.{end}", ""), int) for end in ("low", "high"))
    return {"value": value, "pinned": False, "low": low, "high": high}


def _number(text: str, kind: type[int] | type[float]) -> int | float | str | None:
    """None for nothing; what is no number stays as it was written, to be shown again and refused later."""
    text = text.strip()
    if not text:
        return None
    try:
        return kind(text)
    except ValueError:
        return text


def _words(ticked: list[str], more: str) -> list[str]:
    written = more.replace("，", ",").replace("、", ",").replace("\n", ",").split(",")
    return list(dict.fromkeys(word for each in (*ticked, *written) if (word := each.strip())))
