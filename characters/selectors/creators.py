"""Creators as others see them, and what somebody makes of a character and its creator."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, Sum

from accounts.models import Profile, User
from characters.models import Character, Favourite, Follow, Publication, Rating, Visibility
from characters.models.character import ON_DISCOVER
from characters.selectors.age import let_through
from characters.selectors.cast import Viewer, author_name, characters_for, edition_of


@dataclass(frozen=True, slots=True)
class Creator:
    """`name` may be empty. `is_viewer`: their own page, which others may not find yet."""

    id: UUID
    name: str
    bio: str
    characters: int
    loves: int
    followers: int
    followed: bool
    is_viewer: bool


@dataclass(frozen=True, slots=True)
class Regard:
    loved: bool
    followed: bool


@dataclass(frozen=True, slots=True)
class Credit:
    """Whom a copy was made of. `character` is None where the viewer may not open it (any more)."""

    name: str
    author: str
    by_house: bool
    character: Character | None


@dataclass(frozen=True, slots=True)
class Release:
    number: int
    created_at: datetime
    on_stage: bool


def get_creator(*, user: Viewer, creator_id: UUID, rating: str = Rating.GENERAL) -> Creator:
    """Somebody who shows characters to everybody, or the viewer. Raises User.DoesNotExist. Four queries.

    Characters are counted up to this rating.
    """
    shown = Character.objects.filter(ON_DISCOVER, owner_id=creator_id)
    fitting = Q(rating__in=let_through(user, rating))
    count = shown.aggregate(any=Count("pk"), characters=Count("pk", filter=fitting), loves=Sum("loves", default=0))
    mine, shows = bool(user.is_authenticated and user.pk == creator_id), count.pop("any")
    if not (mine or shows) or not User.objects.filter(pk=creator_id, is_active=True).exists():
        raise User.DoesNotExist
    profile = Profile.objects.filter(user_id=creator_id).first() or Profile()
    followers = Follow.objects.filter(creator_id=creator_id)
    return Creator(
        creator_id,
        profile.name,
        profile.bio,
        **count,
        followers=followers.count(),
        followed=user.is_authenticated and followers.filter(follower_id=user.pk).exists(),
        is_viewer=mine,
    )


def regard_of(user: Viewer, character: Character) -> Regard:
    """Two queries at most."""
    if not user.is_authenticated:
        return Regard(False, False)
    loved = Favourite.objects.filter(user_id=user.pk, character=character).exists()
    if character.owner_id is None or character.owner_id == user.pk:
        return Regard(loved, False)
    return Regard(loved, Follow.objects.filter(follower_id=user.pk, creator_id=character.owner_id).exists())


def may_copy(user: Viewer, character: Character) -> bool:
    """One's own always; another's while it is public and its author lets it be copied.

    A copy holds all that the model is told, so that a link alone (unlisted) is not enough.
    """
    if not user.is_authenticated or getattr(user, "is_guest", True) or character.published_id is None:
        return False
    if character.owner_id == user.pk:
        return True
    return character.visibility == Visibility.PUBLIC and character.copyable


def credit_of(character: Character, *, user: Viewer, language: str | None = None) -> Credit | None:
    """None for what is no copy. An original that cannot be opened is called what it was called when it was copied."""
    if character.forked_from_id is None:
        return None
    original = Character.objects.select_related("published").get(pk=character.forked_from_id)
    edition = edition_of(original, language)
    open_to = characters_for(user).filter(pk=original.pk).exists()
    copied = character.versions.filter(number=1).first()
    name = edition.name if open_to or copied is None else copied.name
    return Credit(name, author_name(original), original.slug is not None, original if open_to else None)


def releases_of(character: Character, *, everything: bool) -> list[Release]:
    """Those that others were shown; all that were written, for the author. The newest first."""
    numbers = character.versions.order_by("-number").values_list("number", "created_at").distinct()
    found = dict(numbers)
    on_stage = character.published.number if character.published else 0
    if not everything and character.owner_id is not None:
        granted = Publication.objects.filter(character=character, state=Publication.State.GRANTED)
        shown = {
            on_stage,
            *granted.exclude(visibility__in=(Visibility.PRIVATE, Visibility.ORGANISATION)).values_list(
                "version__number", flat=True
            ),
        }
        found = {number: at for number, at in found.items() if number in shown}
    return [Release(number, at, number == on_stage) for number, at in found.items()]
