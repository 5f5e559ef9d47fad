"""Which kind of card a document is, and where its fields lie."""

from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from characters.cards.errors import CardError

Spec = Literal["v1", "v2", "v3", "ooba"]
Document = dict[str, Any]

V1_FIELDS = ("name", "description", "personality", "scenario", "first_mes", "mes_example")
OOBA_FIELDS = {
    "name": "char_name",
    "description": "char_persona",
    "scenario": "world_scenario",
    "first_mes": "char_greeting",
    "mes_example": "example_dialogue",
}
V2_FIELDS = (
    *V1_FIELDS,
    "creator_notes",
    "system_prompt",
    "post_history_instructions",
    "alternate_greetings",
    "character_book",
    "tags",
    "creator",
    "character_version",
    "extensions",
)
V3_ONLY = (
    "group_only_greetings",
    "nickname",
    "creator_notes_multilingual",
    "source",
    "creation_date",
    "modification_date",
    "assets",
)
LABELS: dict[Spec, tuple[str, str]] = {"v2": ("chara_card_v2", "2.0"), "v3": ("chara_card_v3", "3.0")}


def detect(document: Any) -> Spec:
    """By `spec`, else by what is there. Raises CardError, saying what it seems to be instead."""
    if not isinstance(document, dict):
        raise CardError("not_a_card", _("This is JSON, but not a character card."), field="json")
    label = document.get("spec")
    if label == "lorebook_v3" or isinstance(document.get("entries"), dict | list):
        raise CardError(
            "lorebook",
            _("This is a lorebook without a character. Import it on the page of your lorebooks."),
            field="spec",
        )
    if isinstance(document.get("data"), dict):
        if label == LABELS["v2"][0]:
            return "v2"
        if isinstance(label, str) and label.startswith("chara_card_v"):
            return "v3"
        if any(field in document["data"] for field in V1_FIELDS):
            return "v2"
    if isinstance(document.get("persona"), dict) and "greeting" in document:
        raise CardError(
            "agnai_native",
            _("This is Agnai's own format, which others do not read. Export it there as a Tavern card."),
            field="persona",
        )
    if "name" in document and any(field in document for field in V1_FIELDS[1:]):
        return "v1"
    if "char_name" in document and any(field in document for field in OOBA_FIELDS.values()):
        return "ooba"
    raise CardError("not_a_card", _("This is JSON, but not a character card."), field="spec")


def sheet(document: Document, spec: Spec) -> Document:
    """The object that holds the fields: `data`, or the root of older cards."""
    return document["data"] if spec in LABELS else document


def field_name(field: str, spec: Spec) -> str:
    """What a V2 field is called in this kind of card."""
    return OOBA_FIELDS.get(field, field) if spec == "ooba" else field


def version_of(document: Document) -> float:
    """`spec_version` as a number, as the specification asks; 0 where it is none."""
    try:
        return float(document.get("spec_version") or 0)
    except (TypeError, ValueError):
        return 0.0
