"""Drafts, as their owner may read them. A stranger's draft and a missing one look alike: DoesNotExist."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery

from characters.models import Character, CharacterVersion, Draft
from characters.selectors.cast import BILL_FIELDS, Viewer, language_of


def drafts_for(user: Viewer) -> "QuerySet[Draft]":
    """The viewer's open drafts, the newest first."""
    if not user.is_authenticated:
        return Draft.objects.none()
    return Draft.objects.filter(owner_id=user.pk, deleted_at=None).select_related("character", "base", "owner")


def get_draft(*, user: Viewer, draft_id: UUID) -> Draft:
    """One open draft of the viewer's. Raises Draft.DoesNotExist."""
    return drafts_for(user).get(pk=draft_id)


def get_deleted(*, user: Viewer, draft_id: UUID) -> Draft:
    """One that its owner deleted and may bring back. Raises Draft.DoesNotExist."""
    if not user.is_authenticated:
        raise Draft.DoesNotExist
    return Draft.objects.get(pk=draft_id, owner_id=user.pk, deleted_at__isnull=False)


def characters_of(user: Viewer, *, limit: int | None = None) -> list[Character]:
    """What the viewer wrote, those last worked on first, each with `edition` (its newest). Two queries."""
    if not user.is_authenticated:
        return []
    numbers = CharacterVersion.objects.filter(character=OuterRef("character")).order_by("-number").values("number")
    newest = CharacterVersion.objects.only(*BILL_FIELDS).filter(number=Subquery(numbers[:1]))
    characters: list[Character] = list(
        Character.objects.filter(
            Exists(CharacterVersion.objects.filter(character=OuterRef("pk"))), owner_id=user.pk, deleted_at=None
        )
        .defer("search")
        .order_by("-updated_at")
        .prefetch_related(Prefetch("versions", queryset=newest, to_attr="newest"))[:limit]
    )
    for character in characters:
        character.edition = _in_language(character.newest)  # type: ignore[attr-defined]
    return characters


def _in_language(editions: list[CharacterVersion]) -> CharacterVersion:
    return next((edition for edition in editions if edition.language == language_of()), editions[0])


def own_character(*, user: Viewer, character_id: UUID) -> Character:
    """A character of the viewer's. Raises Character.DoesNotExist."""
    if not user.is_authenticated:
        raise Character.DoesNotExist
    return Character.objects.get(pk=character_id, owner_id=user.pk, deleted_at=None)


def own_version(*, user: Viewer, version_id: UUID) -> CharacterVersion:
    """A version of a character of the viewer's. Raises CharacterVersion.DoesNotExist."""
    if not user.is_authenticated:
        raise CharacterVersion.DoesNotExist
    return CharacterVersion.objects.select_related("character").get(
        pk=version_id, character__owner_id=user.pk, character__deleted_at=None
    )


def history_of(character: Character) -> list[CharacterVersion]:
    """All its versions, the newest first, as a list shows them: the long texts stay in the database."""
    return list(character.versions.only(*BILL_FIELDS).order_by("-number", "language"))
