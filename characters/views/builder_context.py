"""What a step's page shows, and what a save answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from characters import macros
from characters.drafting import form_of, name_of, title_of
from characters.models import Draft, Language
from characters.pictures import draft_address
from characters.radar import Axis, radar
from characters.selectors import language_of
from characters.steps import BY_KEY, STEPS, faults_of, gaps_of, rail, without_gaps
from characters.trait_words import WORDS as TRAIT_WORDS
from characters.traits import BAND_STARTS, TRAITS, TraitError, band_of, compile_traits, read_traits
from characters.views.builder_assist import STEPS as ASSISTED
from characters.views.builder_assist import assist_context
from characters.views.builder_choices import choices
from characters.views.builder_expert import expert_context
from characters.views.builder_fields import TO_THE_MODEL, labels, texts
from characters.views.builder_look import look_context
from characters.views.builder_publish import publish_context
from characters.views.builder_voice import voice_context
from inference.registry import window_for
from inference.tokens import estimate

# Steps whose own page stands after the form, with forms of its own; inside the form is this (or nothing).
FIELDS = {"look": "characters/builder/_who.html", "try": ""}


@dataclass(frozen=True, slots=True)
class Slider:
    """One trait on its step; `is_set` is False where the author has left it open."""

    key: str
    title: str
    low_end: str
    high_end: str
    value: int
    pinned: bool
    low: int
    high: int
    is_set: bool
    error: str
    bands: list[dict[str, Any]]

    @property
    def band(self) -> dict[str, Any]:
        return self.bands[band_of(self.value)]

    @property
    def low_band(self) -> str:
        return str(self.bands[band_of(self.low)]["name"])

    @property
    def high_band(self) -> str:
        return str(self.bands[band_of(self.high)]["name"])


def step_context(draft: Draft, step: str) -> dict[str, Any]:
    """For characters/builder/page.html and whatever it includes."""
    stops = rail(draft)
    errors = errors_of(draft)
    places = [each for each in STEPS if not each.expert]
    at = places.index(BY_KEY[step]) if BY_KEY[step] in places else len(places)
    sliders = _sliders(draft, errors)
    done = sum(stop.state == "filled" for stop in stops if not stop.step.expert)
    form = form_of(draft)
    context = {
        "draft": draft,
        "content": draft.content,
        "form": form,
        "title": title_of(draft),
        "who": name_of(draft),
        "called": called(draft),
        "shown_tagline": without_gaps(form["tagline"]) if isinstance(form.get("tagline"), str) else "",
        "step": BY_KEY[step],
        "fields_template": FIELDS.get(step, f"characters/builder/{step}.html"),
        "slot_template": f"characters/builder/{step}.html" if step in FIELDS else "",
        "stops": [stop for stop in stops if not stop.step.expert],
        "expert": next(stop for stop in stops if stop.step.expert),
        "steps_done": done,
        "steps_all": len(places),
        "number": at + 1 if at < len(places) else None,
        "previous": places[at - 1] if 0 < at <= len(places) else None,
        "next": places[at + 1] if at + 1 < len(places) else None,
        "text": texts(draft, errors),
        "errors": errors,
        "gaps": gaps_of(draft),
        "sliders": sliders,
        "radar": radar([Axis(each.value, each.low, each.high, each.high_end) for each in sliders]),
        "summary": summary(sliders, draft.language),
        "compiled": compiled(draft),
        "greetings": _greetings(draft),
        "opening": opening(draft),
        "openings": openings(draft),
        "tokens": tokens(draft),
        "portrait": draft_address(draft.content),
        "languages": Language.choices,
        "labels": labels(),
        "choices": choices(),
        "save_url": reverse("draft-save", kwargs={"draft_id": draft.pk}),
    }
    if step == "voice":
        context |= voice_context(draft)
    if step == "look":
        context |= look_context(draft)
    if step in ASSISTED:
        context |= assist_context(draft)
    if step == "expert":
        context |= expert_context(draft, form, errors)
    if step == "publish":
        context |= publish_context(draft, stops)
    return context


def answer_to(draft: Draft) -> dict[str, Any]:
    """What a page needs to stay true after a save."""
    return {
        "revision": draft.revision,
        "rail": [{"step": stop.step.key, "state": stop.state, "note": stop.note} for stop in rail(draft)],
        "errors": errors_of(draft),
        "compiled": compiled(draft),
        "summary": summary(_sliders(draft, {}), draft.language),
        "portrait": draft_address(draft.content),
        "tokens": tokens(draft),
        "openings": openings(draft),
    }


def errors_of(draft: Draft) -> dict[str, str]:
    """What is wrong, by field; a draft without a name is unfinished, not wrong."""
    return {
        fault.extra["field"]: str(fault.message)
        for fault in faults_of(draft)
        if fault.extra["field"] != "name" or name_of(draft)
    }


def called(draft: Draft) -> str:
    """The name, or words that can stand in for it."""
    return name_of(draft) or ("这个角色" if draft.language == Language.CHINESE else "The character")


def compiled(draft: Draft) -> str:
    """The words that the model gets for the sliders; empty while one of them is wrong."""
    try:
        return compile_traits(draft.content.get("traits") or {}, draft.language, called(draft))
    except TraitError:
        return ""


def summary(sliders: list[Slider], language: str) -> str:
    """The temperament in a few words: the sliders that stand furthest out."""
    telling = sorted((each for each in sliders if each.is_set), key=lambda each: -abs(each.value - 50))[:4]
    words = [str(each.band["name"]) for each in telling]
    if not words:
        return ""
    if language == Language.CHINESE:
        return "，".join(words) + "。"
    return f"{', '.join(words).capitalize()}."


def opening(draft: Draft) -> str:
    """The first line as a player will see it."""
    return _spoken(draft, next((text for text in _greetings(draft) if text.strip()), ""))


def openings(draft: Draft) -> list[tuple[str, str]]:
    """Those with macros that the browser does not know, as written and as a player will see them."""
    return [(text, _spoken(draft, text)) for text in _greetings(draft) if "{{" in text]


def _spoken(draft: Draft, text: str) -> str:
    nickname = draft.content.get("nickname")
    char = nickname if isinstance(nickname, str) and nickname.strip() else called(draft)
    return macros.expand_names(without_gaps(text), char=char, user=macros.STRANGER[draft.language])


def tokens(draft: Draft) -> dict[str, Any]:
    """What the character costs in every turn, of what the model can see at once."""
    form = form_of(draft)
    each = {name: estimate(form[name]) for name in TO_THE_MODEL if isinstance(form.get(name), str)}
    each["traits"] = estimate(compiled(draft))
    each["greetings"] = max((estimate(text) for text in _greetings(draft)), default=0)
    total, window = sum(each.values()), _window(draft)
    shown = {"total_shown": f"{total:,}", "window_shown": f"{window:,}"}
    return {"each": each, "total": total, "window": window, "heavy": total * 2 > window} | shown


def _window(draft: Draft) -> int:
    """What a reply of its author's to it may be made of: as their plan and its model allow."""
    chosen = draft.content.get("generation")
    model = chosen.get("model") if isinstance(chosen, Mapping) else ""
    return window_for(model if isinstance(model, str) else "", draft.owner.plan_id or "")


def _greetings(draft: Draft) -> list[str]:
    given = draft.content.get("greetings")
    return [each for each in given if isinstance(each, str)] if isinstance(given, list) else []


def _sliders(draft: Draft, errors: Mapping[str, str]) -> list[Slider]:
    given = draft.content.get("traits")
    given = given if isinstance(given, Mapping) else {}
    return [_slider(draft, key, given.get(key), errors.get(f"traits.{key}", "")) for key in TRAITS]


def _slider(draft: Draft, key: str, raw: Any, error: str) -> Slider:
    value, pinned, low, high = 50, False, 25, 75
    try:
        if raw is not None:
            setting = read_traits({key: raw})[0]
            value, pinned, low, high = setting.value, setting.pinned, setting.low, setting.high
    except TraitError:
        value, low, high = (_position(raw, part, value) for part, value in (("value", 50), ("low", 0), ("high", 100)))
    title, low_end, high_end, bands = TRAIT_WORDS[language_of(draft.language)][key]
    name = called(draft)
    ends = (*(start - 1 for start in BAND_STARTS[1:]), 100)
    return Slider(
        key=key, title=title, low_end=low_end, high_end=high_end, value=value, pinned=pinned, low=low, high=high,
        is_set=raw is not None, error=error,
        bands=[
            {"start": start, "end": end, "name": short, "says": says.replace("{name}", name)}
            for start, end, (short, says) in zip(BAND_STARTS, ends, bands, strict=True)
        ],
    )  # fmt: skip


def _position(raw: Any, part: str, otherwise: int) -> int:
    found = raw.get(part) if isinstance(raw, Mapping) else None
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= 100 else otherwise
