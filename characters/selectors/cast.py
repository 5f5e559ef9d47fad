"""Every read of what creators wrote. A stranger's character and a missing one look alike: DoesNotExist."""

from collections.abc import Callable
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Prefetch, Q, QuerySet
from django.utils.translation import get_language

from accounts.age import is_adult, may_say
from accounts.models import Membership, Profile, User
from characters.models import Character, CharacterVersion, Language, Visibility
from characters.selectors.age import suits

Viewer = User | AnonymousUser

# What a list shows; the long texts stay in the database.
BILL_FIELDS = (
    "id",
    "character_id",
    "number",
    "language",
    "name",
    "tagline",
    "epithet",
    "portrait",
    "picture",
    "presentation",
    "created_at",
)
FEATURED = "keeper"

# Higher apps say which versions somebody has a part in (a talk that goes on after a character went private).
_also_visible: list[Callable[[User], "QuerySet[CharacterVersion]"]] = []


def also_visible(versions_for: Callable[[User], "QuerySet[CharacterVersion]"]) -> None:
    """Let `get_version` also find what `versions_for(user)` returns. Called from `AppConfig.ready`."""
    if versions_for not in _also_visible:
        _also_visible.append(versions_for)


def language_of(language: str | None = None) -> str:
    """The edition language for a language code or, without one, for the active translation."""
    code = (language or get_language() or "en").lower()
    return Language.CHINESE if code.startswith("zh") else Language.ENGLISH


def characters_for(user: Viewer) -> "QuerySet[Character]":
    """Everything this viewer may open: public, unlisted (by its link), shown to their organisation, and their own,
    published or not.

    Of others' only what is for their age (`age.suits`).
    """
    return open_to_adults(user).filter(suits(user))


def open_to_adults(user: Viewer) -> "QuerySet[Character]":
    """What this viewer could open if they had said to be an adult."""
    shown = Q(visibility__in=(Visibility.PUBLIC, Visibility.UNLISTED), published__isnull=False)
    if user.is_authenticated:
        shown |= Q(owner_id=user.pk)
        if not user.is_guest:
            shown |= of_organisation(user)
    return Character.objects.filter(shown, deleted_at__isnull=True)


def of_organisation(user: User) -> Q:
    """What members of this viewer's organisation share with it."""
    mine = Membership.objects.filter(user_id=user.pk).values("organisation")
    return Q(visibility=Visibility.ORGANISATION, organisation__in=mine, published__isnull=False)


def get_character(*, user: Viewer, character_id: UUID) -> Character:
    """The character with its published release; raises Character.DoesNotExist for strangers."""
    editions = Prefetch("versions", queryset=released(), to_attr="release")
    return characters_for(user).select_related("published").prefetch_related(editions).get(pk=character_id)


def behind_curtain(*, user: Viewer, character_id: UUID) -> Character:
    """What somebody could open who says to be an adult. DoesNotExist for whoever has said not to be one."""
    if not may_say(user):
        raise Character.DoesNotExist
    return open_to_adults(user).select_related("published").get(pk=character_id)


def released() -> "QuerySet[CharacterVersion]":
    """For a prefetch: all editions of the release on stage."""
    return CharacterVersion.objects.filter(number=F("character__published__number"))


def edition_of(character: Character, language: str | None = None) -> CharacterVersion:
    """The edition in this language, or else in the other one.

    Of the published release; of the newest version for an author who has not published yet.
    Raises CharacterVersion.DoesNotExist for a character without any version.
    """
    wanted = language_of(language)
    editions = editions_of(character)
    if not editions:
        raise CharacterVersion.DoesNotExist
    return next((edition for edition in editions if edition.language == wanted), editions[0])


def editions_of(character: Character) -> list[CharacterVersion]:
    """All editions of the release on stage; the one that `published` names comes first."""
    if fetched := getattr(character, "release", None):
        return _published_first(character, fetched)
    versions = character.versions.all()
    if character.published is not None:
        number = character.published.number
    else:
        newest = versions.order_by("-number").values_list("number", flat=True).first()
        if newest is None:
            return []
        number = newest
    return _published_first(character, list(versions.filter(number=number)))


def _published_first(character: Character, editions: list[CharacterVersion]) -> list[CharacterVersion]:
    return sorted(editions, key=lambda edition: edition.pk != character.published_id)


def get_version(*, user: Viewer, version_id: UUID) -> CharacterVersion:
    """One version that this viewer may see, with its character."""
    return versions_for(user).select_related("character").get(pk=version_id)


def versions_for(user: Viewer) -> "QuerySet[CharacterVersion]":
    """What this viewer may see: the release on stage of what they may open, every version of their own.

    An earlier one may never have been shown, or was refused; who plays it has it by their talk.
    """
    seen = Q(character__in=characters_for(user), number=F("character__published__number"))
    if user.is_authenticated:
        seen |= Q(character__owner_id=user.pk, character__deleted_at__isnull=True)
        for also in _also_visible:
            seen |= Q(pk__in=also(user))
    found = CharacterVersion.objects.filter(seen)
    return found if is_adult(user) else found.filter(character__in=Character.objects.filter(suits(user)))


def featured(*, language: str | None = None) -> Character | None:
    """Who stands on the landing page, with `edition`: the first of the house with lines to begin with. Two queries."""
    character = (
        Character.objects.filter(
            slug=FEATURED, visibility=Visibility.PUBLIC, deleted_at__isnull=True, published__isnull=False
        )
        .prefetch_related(Prefetch("versions", queryset=released(), to_attr="release"))
        .first()
    )
    if character is not None:
        character.edition = edition_of(character, language)
    return character


def related_to(version: CharacterVersion, *, user: Viewer, language: str | None = None) -> list[tuple[Character, str]]:
    """Whom this character is connected with, in the author's order, with the author's line on each."""
    lines = {entry["slug"]: entry["line"] for entry in version.presentation.get("related", [])}
    if not lines:
        return []
    editions = released().only(*BILL_FIELDS)
    found = (
        characters_for(user)
        .filter(slug__in=lines, published__isnull=False)
        .prefetch_related(Prefetch("versions", queryset=editions, to_attr="release"))
    )
    by_slug = {character.slug: character for character in found}
    related: list[tuple[Character, str]] = []
    for slug, text in lines.items():
        if character := by_slug.get(slug):
            character.edition = edition_of(character, language)
            related.append((character, text))
    return related


def author_name(character: Character) -> str:
    """What the author calls themselves; empty for presets and for authors who have not said."""
    if character.owner_id is None:
        return ""
    return Profile.objects.filter(user_id=character.owner_id).values_list("name", flat=True).first() or ""
