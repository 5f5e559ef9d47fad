"""What an author does with a whole character: what it is filed under, the next edition, away and back again."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, ProtectedError, Sum
from django.db.models.functions import Coalesce, Length
from django.utils import timezone

from accounts.errors import NotFound
from accounts.holds import held_people
from accounts.models import User
from accounts.retention import gone_since
from characters.content import content_of
from characters.drafting import checked_tags
from characters.models import Character, CharacterVersion, Knowledge, Lorebook, Publication, Rating, Visibility
from characters.services.drafts import newest_edition, rating_allowed
from characters.services.publishing import set_copyable
from characters.services.quotas import hold, reserve
from characters.services.releases import create_character, create_version, release, set_tags
from characters.services.tags import tags_named


@transaction.atomic
def begin_character(
    *, owner: User, language: str, content: Mapping[str, Any], tags: Iterable[str] = (), rating: str | None = None
) -> Character:
    """A private character with its first version. Raises Invalid with the field."""
    character = create_character(owner=owner, editions={language: content}, rating=rating or Rating.GENERAL)
    return file_character(character=character, tags=tags, rating=rating)


@transaction.atomic
def file_character(
    *,
    character: Character,
    tags: Iterable[str] | None = None,
    rating: str | None = None,
    copyable: bool | None = None,
) -> Character:
    """What is given is changed: tags by code or name, the rating, whether others may copy it. Raises Invalid."""
    if rating is not None:
        character.rating = rating_allowed(character, rating)
        character.save(update_fields=["rating", "updated_at"])
    if copyable is not None:
        set_copyable(character=character, copyable=copyable)
    if tags is not None:
        set_tags(character=character, tags=tags_named(checked_tags(tags)))
        character.save(update_fields=["updated_at"])
    return character


@transaction.atomic
def write_edition(*, character: Character, language: str, changes: Mapping[str, Any]) -> CharacterVersion:
    """The next version: what the newest edition in this language says, with these changes; others go along as they are.

    On stage at once while nobody else can see the character; later by `publishing` alone. Raises Invalid.
    """
    locked = Character.objects.select_for_update(of=("self",)).get(pk=character.pk)
    newest = newest_edition(locked, language)
    editions: dict[str, Mapping[str, Any]] = {}
    if newest is not None:
        editions = {each.language: content_of(each) for each in locked.versions.filter(number=newest.number)}
    # The edition that was written comes first: it is the one on stage.
    editions = {language: {**editions.get(language, {}), **changes}} | {
        other: content for other, content in editions.items() if other != language
    }
    write = release if locked.visibility == Visibility.PRIVATE else create_version
    return write(character=locked, editions=editions)[0]


@transaction.atomic
def delete_character(*, character: Character) -> None:
    """Nobody finds it from now on; talks that run go on. `restore_character` brings it back within thirty days."""
    now = timezone.now()
    Character.objects.filter(pk=character.pk, deleted_at=None).update(deleted_at=now, updated_at=now)
    waiting = Publication.objects.filter(character=character, state=Publication.State.WAITING)
    waiting.update(state=Publication.State.WITHDRAWN, decided_at=now)


@transaction.atomic
def restore_character(*, owner: User, character_id: UUID) -> Character:
    """Undo of a deletion, as visible as it was. Raises NotFound also when it is too late, QuotaReached."""
    hold(owner)
    found = Character.objects.select_for_update(of=("self",)).filter(pk=character_id, owner=owner).first()
    if found is None or (found.deleted_at is not None and found.deleted_at < gone_since()):
        raise NotFound
    if found.deleted_at is not None:
        reserve(owner, characters=1, **_what_comes_along(found))
        found.deleted_at = None
        found.save(update_fields=["deleted_at", "updated_at"])
    return found


def _what_comes_along(character: Character) -> dict[str, int]:
    """What counts again with a character that comes back."""
    known = Knowledge.objects.filter(character=character, deleted_at=None)
    found = known.aggregate(texts=Count("pk"), letters=Coalesce(Sum(Length("text")), 0))
    return {**found, "lorebooks": Lorebook.objects.filter(character=character, deleted_at=None).count()}


def forget_deleted_characters(limit: int = 200) -> int:
    """Those deleted more than thirty days ago, for good; returns how many. One that others talk with stays for them."""
    gone = 0
    deleted = Character.objects.filter(deleted_at__lt=gone_since(), owner__isnull=False)
    deleted = deleted.exclude(owner__in=held_people())
    for character in deleted.order_by("-deleted_at")[:limit]:
        try:
            with transaction.atomic():
                character.delete()
        except ProtectedError:
            continue
        gone += 1
    return gone
