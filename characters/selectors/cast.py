"""Every read of what creators wrote. A stranger's character and a missing one look alike: DoesNotExist."""

import re
import unicodedata
from collections.abc import Callable
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import get_language

from accounts.models import Profile, User
from characters.models import Character, CharacterVersion, Language, Tag, Visibility

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
MAX_TERMS = 8
MAX_TERM = 100
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
    """Everything this viewer may open: public, unlisted (by its link), and their own, published or not."""
    shown = Q(visibility__in=(Visibility.PUBLIC, Visibility.UNLISTED), published__isnull=False)
    if user.is_authenticated:
        shown |= Q(owner_id=user.pk)
    return Character.objects.filter(shown, deleted_at__isnull=True)


def get_character(*, user: Viewer, character_id: UUID) -> Character:
    """The character with its published release; raises Character.DoesNotExist for strangers."""
    released = Prefetch("versions", queryset=_released(), to_attr="release")
    return characters_for(user).select_related("published").prefetch_related(released).get(pk=character_id)


def _released() -> "QuerySet[CharacterVersion]":
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
    """What this viewer may see: released versions of what they may open, every one of their own."""
    seen = Q(character__in=characters_for(user), number__lte=F("character__published__number"))
    if user.is_authenticated:
        seen |= Q(character__owner_id=user.pk, character__deleted_at__isnull=True)
        for also in _also_visible:
            seen |= Q(pk__in=also(user))
    return CharacterVersion.objects.filter(seen)


def discover(*, user: Viewer, query: str = "", tag: str = "", language: str | None = None) -> "list[Character]":
    """What Discover lists: public characters and the viewer's own, presets first.

    Each has `edition` (in the viewer's language if there is one), `release` (all editions) and prefetched tags.
    Every word of `query` must be found in a name, tagline, epithet or tag of either language, or begin a word of the
    text for players or of the author's keywords; what the model alone is told is not searched. Three queries.
    """
    shown = Q(visibility=Visibility.PUBLIC)
    if user.is_authenticated:
        shown |= Q(owner_id=user.pk)
    found = characters_for(user).filter(shown, published__isnull=False)
    if tag:
        found = found.filter(Exists(_tags_of_outer().filter(code=tag)))
    for term in search_terms(query):
        found = found.filter(_mentions(term))
    released = _released().only(*BILL_FIELDS)
    characters: list[Character] = list(
        found.order_by("position", "-starts", "-id").prefetch_related(
            Prefetch("versions", queryset=released, to_attr="release"), "tags"
        )
    )
    for character in characters:
        character.edition = edition_of(character, language)
    return characters


def search_terms(query: str) -> list[str]:
    """The words of a search: normalised, without NUL, at most eight, none longer than a name."""
    clean = unicodedata.normalize("NFKC", query.replace("\x00", " "))
    return [term[:MAX_TERM] for term in clean.split()[:MAX_TERMS]]


def _tags_of_outer() -> "QuerySet[Tag]":
    return Tag.objects.filter(characters=OuterRef("pk"))


def _mentions(term: str) -> Q:
    released = CharacterVersion.objects.filter(character=OuterRef("pk"), number=OuterRef("published__number")).filter(
        Q(name__icontains=term)
        | Q(tagline__icontains=term)
        | Q(epithet__icontains=term)
        | _begins_a_word("about", term)
        | _begins_a_word("presentation__keywords", term)
    )
    tagged = _tags_of_outer().filter(Q(name_en__icontains=term) | Q(name_zh__icontains=term) | Q(code__iexact=term))
    return Q(Exists(released)) | Q(Exists(tagged))


def _begins_a_word(field: str, term: str) -> Q:
    """Inside a long text "inn" must not find "beginning"; Chinese has no gaps to look for."""
    if term[0].isascii() and term[0].isalnum():
        return Q(**{f"{field}__iregex": rf"\m{re.escape(term)}"})
    return Q(**{f"{field}__icontains": term})


def featured(*, language: str | None = None) -> Character | None:
    """Who stands on the landing page, with `edition`: the first of the house with lines to begin with. Two queries."""
    character = (
        Character.objects.filter(
            slug=FEATURED, visibility=Visibility.PUBLIC, deleted_at__isnull=True, published__isnull=False
        )
        .prefetch_related(Prefetch("versions", queryset=_released(), to_attr="release"))
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
    released = _released().only(*BILL_FIELDS)
    found = (
        characters_for(user)
        .filter(slug__in=lines, published__isnull=False)
        .prefetch_related(Prefetch("versions", queryset=released, to_attr="release"))
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


def tags_in_use() -> "QuerySet[Tag]":
    """Tags with at least one public character, in the order of the house."""
    listed = Character.objects.filter(
        tags=OuterRef("pk"),
        visibility=Visibility.PUBLIC,
        deleted_at__isnull=True,
        published__isnull=False,
    )
    return Tag.objects.filter(Exists(listed))
