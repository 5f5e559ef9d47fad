"""Drafts, as their owner may read them. A stranger's draft and a missing one look alike: DoesNotExist."""

from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from characters.models import Character, CharacterVersion, Draft
from characters.selectors.cast import BILL_FIELDS, Viewer, language_of


def drafts_for(user: Viewer) -> "QuerySet[Draft]":
    """The viewer's open drafts, the newest first."""
    if not user.is_authenticated:
        return Draft.objects.none()
    return Draft.objects.filter(owner_id=user.pk, deleted_at=None).select_related("character", "base")


def get_draft(*, user: Viewer, draft_id: UUID) -> Draft:
    """One open draft of the viewer's. Raises Draft.DoesNotExist."""
    return drafts_for(user).get(pk=draft_id)


def get_deleted(*, user: Viewer, draft_id: UUID) -> Draft:
    """One that its owner deleted and may bring back. Raises Draft.DoesNotExist."""
    if not user.is_authenticated:
        raise Draft.DoesNotExist
    return Draft.objects.get(pk=draft_id, owner_id=user.pk, deleted_at__isnull=False)


def characters_of(user: Viewer) -> list[Character]:
    """What the viewer wrote, newest first, each with `edition` (its newest) and `open_drafts`. Two queries."""
    if not user.is_authenticated:
        return []
    written = Prefetch(
        "versions",
        queryset=CharacterVersion.objects.only(*BILL_FIELDS).order_by("-number"),
        to_attr="written",
    )
    characters: list[Character] = list(
        Character.objects.filter(owner_id=user.pk, deleted_at=None, versions__isnull=False)
        .annotate(open_drafts=Count("drafts", filter=Q(drafts__deleted_at=None), distinct=True))
        .order_by("-updated_at")
        .prefetch_related(written)
        .distinct()
    )
    for character in characters:
        character.edition = _newest(character.written)  # type: ignore[attr-defined]
    return characters


def _newest(written: list[CharacterVersion]) -> CharacterVersion:
    newest = [version for version in written if version.number == written[0].number]
    return next((version for version in newest if version.language == language_of()), newest[0])


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
