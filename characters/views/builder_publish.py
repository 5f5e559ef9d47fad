"""What the last step shows: who may see the character, what stands against it, what was decided."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.errors import Invalid
from accounts.models import User
from accounts.organisations.people import membership_of
from characters.checks import Finding, Passage, Work, findings_of, says
from characters.content import MAX_LENGTHS
from characters.drafting import edition_content, name_of
from characters.models import Draft, Publication, Rating, Tag, Visibility
from characters.selectors import language_of
from characters.selectors.publications import lore_standing_of
from characters.steps import Stop, gaps_of, step_of
from characters.views.builder_fields import id_of, label_of

VISIBILITIES = (
    (Visibility.PRIVATE, gettext_lazy("Private"), gettext_lazy("Only you can see and play it.")),
    (
        Visibility.ORGANISATION,
        gettext_lazy("Organisation"),
        gettext_lazy("The members of your organisation, at once."),
    ),
    (Visibility.UNLISTED, gettext_lazy("Unlisted"), gettext_lazy("Whoever has the link. It is looked at first.")),
    (Visibility.PUBLIC, gettext_lazy("Public"), gettext_lazy("On Discover, for everybody. It is looked at first.")),
)
RATINGS = (
    (Rating.GENERAL, gettext_lazy("For everyone"), gettext_lazy("Nothing a child should not read.")),
    (Rating.MATURE, gettext_lazy("Mature"), gettext_lazy("Violence, dark themes.")),
    (Rating.EXPLICIT, gettext_lazy("Adults only"), gettext_lazy("Shown only to those who asked for it.")),
)


def publish_context(draft: Draft, stops: list[Stop]) -> dict[str, Any]:
    """For characters/builder/publish.html."""
    character = draft.character
    asked = Publication.objects.filter(character=character).order_by("-id").first() if character else None
    rating = draft.content.get("rating") or (character.rating if character else Rating.GENERAL)
    visibility = draft.content.get("visibility") or (character.visibility if character else Visibility.PRIVATE)
    return {
        "wrong": [(stop.step, fault, *_place(fault)) for stop in stops for fault in stop.faults],
        "open_gaps": [(step_of(name), label_of(name), found) for name, found in gaps_of(draft).items()],
        "visibilities": [each for each in VISIBILITIES if may_choose(draft.owner, each[0], visibility)],
        "visibility": visibility,
        "ratings": RATINGS,
        "rating": rating,
        "advises": (draft.content.get("presentation") or {}).get("advises") or "",
        "tags": _tags(draft),
        "asked": asked,
        "answered": [_told(**finding) for finding in asked.findings] if asked else [],
        "findings": [_told(**finding.as_dict()) for finding in findings(draft, str(rating))],
        "written": draft.base if draft.base_id and draft.character_id else None,
        "history_url": _history(draft),
        "nameless": not name_of(draft),
        "lore_standing": lore_standing_of(character) if character else None,
    }


def may_choose(author: User, visibility: str, standing: str) -> bool:
    """An organisation is offered to whoever belongs to one, and where it stands already."""
    needs_one = visibility == Visibility.ORGANISATION and standing != visibility
    return not needs_one or membership_of(author) is not None


def findings(draft: Draft, rating: str) -> list[Finding]:
    """What the check before publishing says of the texts as they stand now."""
    content = edition_content(draft)
    texts = [(name, str(content.get(name, ""))) for name in MAX_LENGTHS]
    greetings = content.get("greetings")
    texts += [(f"greetings.{at}", text) for at, text in enumerate(greetings if isinstance(greetings, list) else (), 1)]
    passages = [Passage(name, text) for name, text in texts if isinstance(text, str) and text.strip()]
    passages += [Passage("tags", tag) for tag in draft.tags]
    filled = {passage.field for passage in passages}
    wanted = (("tagline", {"tagline", "about"}), ("description", {"description", "personality"}))
    missing = tuple(name for name, any_of in wanted if not filled & any_of)
    return findings_of(Work(tuple(passages), rating, missing))


def _place(fault: Invalid) -> tuple[str, str]:
    """What the wrong field is called, and where on its page it is."""
    field = fault.extra["field"]
    return label_of(field), id_of(field)


def _told(rule: str, field: str = "", excerpt: str = "", **_more: Any) -> dict[str, str]:
    head = field.partition(".")[0]
    return {"says": says(rule), "label": label_of(head) if field else "", "step": step_of(field), "excerpt": excerpt}


def _history(draft: Draft) -> str:
    if draft.character_id is None:
        return ""
    return reverse("history", kwargs={"character_id": draft.character_id})


def _tags(draft: Draft) -> list[dict[str, Any]]:
    """The tags of the house, those chosen ticked; what else is chosen comes along."""
    language = language_of()
    house = {tag.code: tag.name_in(language) for tag in Tag.objects.filter(position__lt=1000)}
    others = [code for code in draft.tags if code not in house]
    named = {tag.code: tag.name_in(language) for tag in Tag.objects.filter(code__in=others)} if others else {}
    known = house | {code: named.get(code, code) for code in others}
    return [{"code": code, "name": name, "chosen": code in draft.tags} for code, name in known.items()]
