"""The steps of the builder, what each is about, and how far a draft has come."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext_lazy

from accounts.errors import Invalid
from characters.content import faults, usual_of
from characters.drafting import checked_tags, edition_content, name_of
from characters.models import Draft

# What an archetype leaves to its author: [[what they guard]].
GAP = re.compile(r"\[\[(.+?)\]\]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Step:
    """`fields` are the heads of the form's fields that are written on this step; `expert` opens on demand."""

    key: str
    title: Any
    asks: Any
    lead: Any
    fields: tuple[str, ...] = ()
    expert: bool = False


STEPS = (
    Step(
        "look",
        pgettext_lazy("step of the builder", "Look"),
        gettext_lazy("Who steps into the light?"),
        gettext_lazy("A name, a line for the bill, and a face."),
        ("name", "tagline", "epithet", "language", "portrait", "picture", "presentation"),
    ),
    Step(
        "personality",
        pgettext_lazy("step of the builder", "Personality"),
        gettext_lazy("What are they like?"),
        gettext_lazy(
            "Place them between two ways of being. Pin a trait and it never changes; leave it loose and talking may "
            "move it, within the gold."
        ),
        ("traits",),
    ),
    Step(
        "background",
        pgettext_lazy("step of the builder", "Background"),
        gettext_lazy("Where do they come from?"),
        gettext_lazy(
            "What they know, want, fear and hide. The model reads it; players read only what is meant for them."
        ),
        ("about", "description", "personality", "scenario"),
    ),
    Step(
        "voice",
        pgettext_lazy("step of the builder", "Voice"),
        gettext_lazy("How do they speak?"),
        gettext_lazy("The first line sets the tone of the whole talk. A few examples hold it."),
        ("greetings", "examples"),
    ),
    Step(
        "try",
        pgettext_lazy("step of the builder", "Try it"),
        gettext_lazy("Say something to them."),
        gettext_lazy("A rehearsal with the draft as it stands. Nothing of it is kept."),
    ),
    Step(
        "publish",
        pgettext_lazy("step of the builder", "Publish"),
        gettext_lazy("Who may meet them?"),
        gettext_lazy("Every version you write stays as it is; talks that run keep theirs."),
        ("creator_notes", "tags", "rating", "visibility"),
    ),
    Step(
        "expert",
        pgettext_lazy("step of the builder", "Expert settings"),
        gettext_lazy("Behind the scenes"),
        gettext_lazy("What the model is told and how it answers. Whatever you leave empty follows the house."),
        ("nickname", "system_prompt", "post_history_instructions", "depth_prompt", "generation", "memory_policy"),
        expert=True,
    ),
)
BY_KEY = {step.key: step for step in STEPS}
# Parts of `presentation` live where they are used.
_ELSEWHERE = {"presentation.keywords": "expert", "presentation.cues": "voice", "presentation.related": "expert"}
_ELSEWHERE |= {"presentation.voice": "voice", "presentation.pace": "voice"}
_ELSEWHERE |= {"presentation.fan_of": "publish", "presentation.advises": "publish"}
_HOME = {name: step.key for step in STEPS for name in step.fields}


@dataclass(frozen=True, slots=True)
class Stop:
    """One step in the rail: `state` is "empty", "filled" or "wrong"; `note` says more in a few words."""

    step: Step
    number: int
    state: str
    note: str
    faults: list[Invalid] = field(default_factory=list)


def step_of(name: str) -> str:
    """The step on which a field of the form is written."""
    return _ELSEWHERE.get(name) or _HOME.get(name.partition(".")[0], "look")


def faults_of(draft: Draft) -> list[Invalid]:
    """What stands against writing a version, each with its field."""
    found = faults(draft.language, edition_content(draft))
    try:
        checked_tags(draft.tags)
    except Invalid as error:
        found.append(error)
    return found


def gaps_of(draft: Draft) -> dict[str, list[str]]:
    """What an archetype left open, by field."""
    texts = {name: value for name, value in draft.content.items() if isinstance(value, str)}
    greetings = draft.content.get("greetings")
    if isinstance(greetings, list):
        texts["greetings"] = "\n".join(each for each in greetings if isinstance(each, str))
    return {name: found for name, text in texts.items() if (found := GAP.findall(text))}


def without_gaps(text: str) -> str:
    """For showing it: a gap is a pause."""
    return GAP.sub("…", text)


def rail(draft: Draft) -> list[Stop]:
    """All steps with what is filled and what is wrong."""
    wrong: dict[str, list[Invalid]] = {}
    for fault in faults_of(draft):
        wrong.setdefault(step_of(fault.extra["field"]), []).append(fault)
    gaps: dict[str, int] = {}
    for name, open_ in gaps_of(draft).items():
        gaps[step_of(name)] = gaps.get(step_of(name), 0) + len(open_)
    return [_stop(draft, step, place + 1, wrong.get(step.key, []), gaps.get(step.key, 0))
            for place, step in enumerate(STEPS)]  # fmt: skip


def _stop(draft: Draft, step: Step, number: int, wrong: list[Invalid], gaps: int) -> Stop:
    missing = [fault for fault in wrong if fault.extra["field"] == "name" and not name_of(draft)]
    told = [fault for fault in wrong if fault not in missing]
    if told:
        return Stop(step, number, "wrong", gettext("something is wrong"), wrong)
    if missing:
        return Stop(step, number, "empty", gettext("no name yet"), wrong)
    if gaps:
        note = ngettext("%(count)s gap to fill", "%(count)s gaps to fill", gaps) % {"count": gaps}
        return Stop(step, number, "empty", note)
    filled, note = _NOTES[step.key](draft, draft.content)
    return Stop(step, number, "filled" if filled else "empty", note)


Noted = tuple[bool, str]


def _look(draft: Draft, content: Mapping[str, Any]) -> Noted:
    return True, name_of(draft)


def _personality(draft: Draft, content: Mapping[str, Any]) -> Noted:
    count = len(content.get("traits") or {})
    if not count:
        return False, gettext("no slider set")
    return True, ngettext("%(count)s slider", "%(count)s sliders", count) % {"count": count}


def _background(draft: Draft, content: Mapping[str, Any]) -> Noted:
    filled = [name for name in ("description", "personality", "scenario", "about") if content.get(name)]
    if not filled:
        return False, gettext("nothing yet")
    return True, ngettext("%(count)s text", "%(count)s texts", len(filled)) % {"count": len(filled)}


def _voice(draft: Draft, content: Mapping[str, Any]) -> Noted:
    count = len([each for each in content.get("greetings") or [] if each])
    if not count:
        return bool(content.get("examples")), gettext("no opening yet")
    return True, ngettext("%(count)s opening", "%(count)s openings", count) % {"count": count}


def _try(draft: Draft, content: Mapping[str, Any]) -> Noted:
    return False, gettext("a rehearsal")


def _publish(draft: Draft, content: Mapping[str, Any]) -> Noted:
    if draft.character is None:
        return False, gettext("not written yet")
    shown = str(draft.character.get_visibility_display()).partition(":")[0].partition("：")[0]
    return True, shown


def _expert(draft: Draft, content: Mapping[str, Any]) -> Noted:
    own = [name for name in BY_KEY["expert"].fields if _is_own(name, content.get(name))]
    return bool(own), gettext("its own settings") if own else gettext("as the house does it")


def _is_own(name: str, value: Any) -> bool:
    """Whether the author wrote anything here that is not what stands there anyway."""
    usual = usual_of(name)
    if isinstance(value, Mapping) and isinstance(usual, Mapping):
        return any(part not in (None, "", [], usual.get(key)) for key, part in value.items())
    return value not in (None, "", usual)


_NOTES = {
    "look": _look,
    "personality": _personality,
    "background": _background,
    "voice": _voice,
    "try": _try,
    "publish": _publish,
    "expert": _expert,
}
