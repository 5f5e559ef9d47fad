"""What the expert settings show: numbers of the model, memory, roles."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from characters.content import MEMORY_KINDS, NEXT_MODELS
from characters.models import Draft
from characters.views.builder_fields import id_of, label_of
from inference.registry import any_may_answer, chat_models, may_answer

MEMORY_MODES = (
    ("automatic", _("Automatic"), _("Notes what matters by itself. Players see it, and can change or forget it.")),
    ("on_request", _("On request"), _("Remembers only what the player asks it to.")),
    ("off", _("Off"), _("Knows the talk as far as the window reaches, and nothing beyond.")),
)
KINDS = {
    "fact": _("Facts"),
    "preference": _("Likes and dislikes"),
    "event": _("Events"),
    "promise": _("Promises"),
    "feeling": _("Feelings"),
}
ROLES = (
    ("system", pgettext_lazy("role of a reminder", "a direction")),
    ("user", pgettext_lazy("role of a reminder", "the player")),
    ("assistant", pgettext_lazy("role of a reminder", "the character")),
)
# name -> (label, hint, least, most, step)
NUMBERS: dict[str, tuple[Any, Any, str, str, str]] = {
    "generation.temperature": (_("Temperature"), _("0 repeats itself, 2 rambles."), "0", "2", "0.05"),
    "generation.top_p": (_("Top P"), _("How much of the likely words is considered."), "0", "1", "0.01"),
    "generation.max_tokens": (_("Longest reply, in tokens"), _("A reply is cut there."), "16", "32000", "1"),
    "memory_policy.limit": (_("How many memories at most"), _("The least important go first."), "0", "10000", "1"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the models that the author wants, in their order. `missing`: it is named and not offered here."""

    name: str
    label: Any
    chosen: str
    missing: bool

    @property
    def id(self) -> str:
        return id_of(self.name)

    @property
    def is_first(self) -> bool:
        return self.name == "generation.model"


@dataclass(frozen=True, slots=True)
class Models:
    """What the author may choose from. `free`: any name."""

    free: bool
    house: str
    others: tuple[str, ...]
    choices: tuple[Choice, ...]

    @property
    def are_several(self) -> bool:
        return self.free or bool(self.others) or any(choice.missing for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Number:
    name: str
    label: Any
    hint: Any
    least: str
    most: str
    step: str
    value: Any
    error: str

    @property
    def id(self) -> str:
        return id_of(self.name)


def expert_context(draft: Draft, form: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, Any]:
    """For characters/builder/expert.html."""
    numbers = {
        name: Number(name, *words, _shown(form.get(name)), errors.get(name, "")) for name, words in NUMBERS.items()
    }
    kept = form.get("memory_policy.kinds", MEMORY_KINDS)
    ticked = kept if isinstance(kept, (list, tuple)) else ()
    stops = form.get("generation.stop")
    return {
        "numbers": [number for name, number in numbers.items() if name.startswith("generation.")],
        "memory_limit": numbers["memory_policy.limit"],
        "memory_modes": MEMORY_MODES,
        "memory_mode": form.get("memory_policy.mode", "automatic"),
        "kinds": [(kind, KINDS[kind], kind in ticked) for kind in MEMORY_KINDS],
        "roles": ROLES,
        "role": form.get("depth_prompt.role", "system"),
        "depth": _shown(form.get("depth_prompt.depth")),
        "stops_text": "\n".join(each for each in stops if isinstance(each, str)) if isinstance(stops, list) else "",
        "error_depth": errors.get("depth_prompt.depth", ""),
        "models": models(form),
        "error_stop": errors.get("generation.stop", ""),
    }


def models(form: Mapping[str, Any]) -> Models:
    house, *others = chat_models()
    choices = []
    for name in ("generation.model", *(f"generation.{each}" for each in NEXT_MODELS)):
        found = form.get(name)
        chosen = found if isinstance(found, str) else ""
        choices.append(Choice(name, label_of(name), chosen, bool(chosen) and not may_answer(chosen)))
    return Models(any_may_answer(), house, tuple(others), tuple(choices))


def _shown(value: Any) -> str:
    """A number as it was written; the point is the same in every language."""
    return "" if value is None else str(value)
