"""What a version is made of, checked before it is written."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.errors import Invalid
from characters.models import CharacterVersion, Language
from characters.portraits import MOODS, PortraitError, read_portrait
from characters.traits import TraitError, read_traits
from characters.voices import PACES, VOICES

# Letters. Each text has room for the longest cards that people bring; MAX_CARD_TEXT holds all of them together.
MAX_LENGTHS = {
    "name": 100,
    "nickname": 100,
    "tagline": 200,
    "epithet": 100,
    "about": 4_000,
    "description": 60_000,
    "personality": 30_000,
    "scenario": 30_000,
    "examples": 60_000,
    "system_prompt": 20_000,
    "post_history_instructions": 10_000,
    "creator_notes": 20_000,
}
MAX_GREETING = 20_000
MAX_GREETINGS = 50
MAX_CARD_TEXT = 200_000
MAX_STOPS = 16
MAX_CUES = 6
MAX_RELATED = 12
MEMORY_MODES = ("off", "on_request", "automatic")
MEMORY_KINDS = ("fact", "preference", "event", "promise", "feeling")
MAX_DEPTH_TEXT = 10_000
MAX_DEPTH = 100
DEPTH_ROLES = ("system", "user", "assistant")

CONTENT_FIELDS = (
    *MAX_LENGTHS,
    "greetings",
    "traits",
    "generation",
    "memory_policy",
    "portrait",
    "presentation",
    "depth_prompt",
    "picture",
    "card",
)
# Here the id of a row as text, "" for none; in a version the row itself.
REFERENCES = ("picture", "card")

# Model parameters: name -> (least, most, whole numbers only).
NEXT_MODELS = ("second_model", "third_model")
_NUMBERS = {
    "temperature": (0, 2, False),
    "top_p": (0, 1, False),
    "max_tokens": (16, 32_000, True),
}


def checked(language: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of one edition, complete and clean. Raises Invalid with the field's name."""
    clean, wrong = _read(language, content)
    if wrong:
        raise wrong[0]
    return clean


def faults(language: str, content: Mapping[str, Any]) -> list[Invalid]:
    """Everything that `checked` would refuse, each with its field: for forms that are not finished yet."""
    return _read(language, content)[1]


def usual_of(field: str) -> Any:
    """What a field is where its author says nothing of it."""
    read, nothing = _READERS.get(field, (_plain, ""))
    return read(field, nothing)


def content_of(version: CharacterVersion) -> dict[str, Any]:
    """The fields of an edition as `checked` returns them, to compare with or to build the next one on."""
    return {
        field: str(getattr(version, f"{field}_id") or "") if field in REFERENCES else getattr(version, field)
        for field in CONTENT_FIELDS
    }


def columns_of(clean: Mapping[str, Any]) -> dict[str, Any]:
    """What `checked` returned, as arguments of a CharacterVersion."""
    return {f"{name}_id" if name in REFERENCES else name: value or None if name in REFERENCES else value
            for name, value in clean.items()}  # fmt: skip


def _read(language: str, content: Mapping[str, Any]) -> tuple[dict[str, Any], list[Invalid]]:
    wrong: list[Invalid] = []
    if language not in Language.values:
        wrong.append(Invalid(_("We do not have that language."), field="language"))
    if unknown := sorted(set(content) - set(CONTENT_FIELDS)):
        wrong.append(Invalid(_("There is no such field."), field=unknown[0]))
    clean: dict[str, Any] = {}
    for field in CONTENT_FIELDS:
        read, nothing = _READERS.get(field, (_plain, ""))
        try:
            clean[field] = read(field, content.get(field, nothing))
        except Invalid as error:
            wrong.append(error)
    if clean.get("name") == "":
        wrong.append(Invalid(_("A character needs a name."), field="name"))
    whole = sum(len(clean.get(field, "")) for field in MAX_LENGTHS) + sum(map(len, clean.get("greetings", ())))
    if whole > MAX_CARD_TEXT:
        told = _("All texts together may have %(limit)s characters at most.") % {"limit": f"{MAX_CARD_TEXT:,}"}
        wrong.append(Invalid(told, field="description", limit=MAX_CARD_TEXT))
    return clean, wrong


def _plain(field: str, value: Any) -> str:
    return _text(field, value, MAX_LENGTHS[field])


def _text(field: str, value: Any, limit: int, *, too_long: str = "") -> str:
    if not isinstance(value, str):
        raise Invalid(_("Text is needed here."), field=field)
    if "\x00" in value:
        raise Invalid(_("There is a character in it that cannot be stored."), field=field)
    clean = unicodedata.normalize("NFC", value).strip()
    if len(clean) > limit:
        raise Invalid(too_long or _("That is too long."), field=field, limit=limit)
    return clean


def _greetings(_field: str, value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > MAX_GREETINGS:
        raise Invalid(_("At most fifty openings."), field="greetings", limit=MAX_GREETINGS)
    too_long = _("An opening may have %(limit)s characters at most.") % {"limit": f"{MAX_GREETING:,}"}
    texts = [_text("greetings", each, MAX_GREETING, too_long=too_long) for each in value]
    return [each for each in texts if each]


def _mapping(field: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Invalid(_("That is not something we can take."), field=field)
    return value


def _traits(_field: str, value: Any) -> dict[str, dict[str, Any]]:
    try:
        settings = read_traits(_mapping("traits", value))
    except TraitError as error:
        raise Invalid(_("This slider stands outside its bounds."), field=f"traits.{error.key}") from error
    return {
        each.key: {"value": each.value, "pinned": each.pinned, "low": each.low, "high": each.high} for each in settings
    }


def _generation(_field: str, value: Any) -> dict[str, Any]:
    given = _mapping("generation", value)
    clean: dict[str, Any] = {}
    for name, (least, most, whole) in _NUMBERS.items():
        if (number := given.get(name)) is None:
            continue
        right_type = isinstance(number, int if whole else (int, float)) and not isinstance(number, bool)
        if not right_type or not least <= number <= most:
            raise Invalid(
                _("%(name)s has to be between %(least)s and %(most)s.") % {"name": name, "least": least, "most": most},
                field=f"generation.{name}",
            )
        clean[name] = number
    stops = given.get("stop", [])
    if not isinstance(stops, list) or len(stops) > MAX_STOPS:
        raise Invalid(_("Too many stop strings."), field="generation.stop", limit=MAX_STOPS)
    clean["stop"] = [text for each in stops if (text := _text("generation.stop", each, 100))]
    clean["model"] = _text("generation.model", given.get("model", ""), 200)
    for name in NEXT_MODELS:
        if chosen := _text(f"generation.{name}", given.get(name, ""), 200):
            clean[name] = chosen
    if unknown := sorted(set(given) - {*_NUMBERS, "stop", "model", *NEXT_MODELS}):
        raise Invalid(_("There is no such field."), field=f"generation.{unknown[0]}")
    return clean


def _memory_policy(_field: str, value: Any) -> dict[str, Any]:
    given = _mapping("memory_policy", value)
    mode, kinds, limit = (
        given.get("mode", "automatic"),
        given.get("kinds", list(MEMORY_KINDS)),
        given.get("limit", 500),
    )
    if mode not in MEMORY_MODES:
        raise Invalid(_("Memory is off, on request or automatic."), field="memory_policy.mode")
    if not isinstance(kinds, list) or not set(kinds) <= set(MEMORY_KINDS):
        raise Invalid(_("There is no such kind of memory."), field="memory_policy.kinds")
    if isinstance(limit, bool) or not isinstance(limit, int) or not 0 <= limit <= 10_000:
        raise Invalid(_("That is not something we can take."), field="memory_policy.limit", limit=10_000)
    return {"mode": mode, "kinds": kinds, "limit": limit}


# `fan_of`: the protected work that it is made after; `advises`: it teaches or gives advice, and may be wrong; `voice`
# and `pace`: how it sounds where replies are spoken.
PRESENTED = (
    "related_title", "portrait_alt", "keywords", "fan_of", "advises", "voice", "pace", "cues", "related", "moods",
)  # fmt: skip


def _presentation(_field: str, value: Any) -> dict[str, Any]:
    """What pages show beside the texts: only what was given, each of its own kind."""
    given = _mapping("presentation", value)
    clean: dict[str, Any] = {}
    for name in ("related_title", "portrait_alt", "keywords", "fan_of"):
        if name in given:
            clean[name] = _text(f"presentation.{name}", given[name], 300)
    if given.get("advises") not in (None, False, "", "yes", True):
        raise Invalid(_("That is not something we can take."), field="presentation.advises")
    if given.get("advises"):
        clean["advises"] = "yes"
    for name, known in (("voice", VOICES), ("pace", PACES)):
        if chosen := given.get(name):
            if not isinstance(chosen, str) or chosen not in known:
                raise Invalid(_("There is no such voice."), field=f"presentation.{name}")
            clean[name] = chosen
    if "cues" in given:
        if not isinstance(given["cues"], list) or len(given["cues"]) > MAX_CUES:
            raise Invalid(_("That is not something we can take."), field="presentation.cues", limit=MAX_CUES)
        clean["cues"] = [_text("presentation.cues", cue, 100) for cue in given["cues"]]
    if "related" in given:
        if not isinstance(given["related"], list) or len(given["related"]) > MAX_RELATED:
            raise Invalid(_("That is not something we can take."), field="presentation.related", limit=MAX_RELATED)
        clean["related"] = [
            {
                part: _text("presentation.related", _mapping("presentation.related", each).get(part), 200)
                for part in ("slug", "line")
            }
            for each in given["related"]
        ]
    if "moods" in given:
        moods = _mapping("presentation.moods", given["moods"])
        if unknown := sorted(set(moods) - set(MOODS)):
            raise Invalid(_("There is no such mood."), field=f"presentation.moods.{unknown[0]}")
        clean["moods"] = {mood: kept for mood in moods if (kept := _reference("presentation.moods", moods[mood]))}
    if unknown := sorted(set(given) - {*PRESENTED}):
        raise Invalid(_("There is no such field."), field=f"presentation.{unknown[0]}")
    return clean


def _portrait(field: str, value: Any) -> dict[str, str]:
    try:
        return read_portrait(_mapping(field, value)).as_dict()
    except PortraitError as error:
        # What is wrong with it is a word for programs: no page offers anything else.
        raise Invalid(_("No portrait can be drawn from this."), field=field, reason=str(error)[:200]) from error


def _depth_prompt(field: str, value: Any) -> dict[str, Any]:
    """Said again so many messages above the newest line; {} without a text."""
    given = _mapping(field, value)
    if unknown := sorted(set(given) - {"text", "depth", "role"}):
        raise Invalid(_("There is no such field."), field=f"{field}.{unknown[0]}")
    text = _text(f"{field}.text", given.get("text", ""), MAX_DEPTH_TEXT)
    depth, role = given.get("depth", 4), given.get("role", "system")
    if isinstance(depth, bool) or not isinstance(depth, int) or not 0 <= depth <= MAX_DEPTH:
        raise Invalid(_("The depth is a whole number from 0 to 100."), field=f"{field}.depth", limit=MAX_DEPTH)
    if role not in DEPTH_ROLES:
        raise Invalid(_("That is not something we can take."), field=f"{field}.role")
    return {"text": text, "depth": depth, "role": role} if text else {}


def _reference(field: str, value: Any) -> str:
    try:
        return str(UUID(value)) if value else ""
    except (ValueError, TypeError, AttributeError) as error:
        raise Invalid(_("That is not something we can take."), field=field) from error


# Who reads what is not a plain text, and what stands there when nothing does.
_READERS: dict[str, tuple[Callable[[str, Any], Any], Any]] = {
    "greetings": (_greetings, []),
    "traits": (_traits, {}),
    "generation": (_generation, {}),
    "memory_policy": (_memory_policy, {}),
    "portrait": (_portrait, {}),
    "presentation": (_presentation, {}),
    "depth_prompt": (_depth_prompt, {}),
    "picture": (_reference, ""),
    "card": (_reference, ""),
}
