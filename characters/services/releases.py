"""Versions, and which of them is on stage for whom.

What others see of somebody's character changes by a decision alone (`services.publishing`): the doors here open for
the house, for what is private, and for showing less.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import Conflict, Invalid
from accounts.models import User
from accounts.organisations.people import membership_of
from characters.checks import Passage, Work, findings_of, says
from characters.content import checked, columns_of
from characters.models import CardOriginal, Character, CharacterVersion, Rating, Tag, Visibility
from characters.selectors.stage import Told, told_now
from characters.services.assets import claim_pictures, pictures_in
from characters.services.judging import judged_content
from characters.services.quotas import reserve
from characters.services.search import index_character
from characters.services.staging import stage

Editions = Mapping[str, Mapping[str, Any]]
"""Language code -> the fields of that edition (characters.content.CONTENT_FIELDS)."""

# From what nobody else sees to what everybody does.
REACH = (Visibility.PRIVATE, Visibility.ORGANISATION, Visibility.UNLISTED, Visibility.PUBLIC)


class NeedsDecision(Conflict):
    """Others would see something that nobody has looked at."""

    code = "needs_decision"
    message = gettext_lazy("Somebody has to look at this before others see it. Ask for it to be published.")


@transaction.atomic
def create_character(
    *,
    owner: User | None,
    editions: Editions,
    visibility: str = Visibility.PRIVATE,
    slug: str | None = None,
    tags: Iterable[str] = (),
    rating: str = Rating.GENERAL,
) -> Character:
    """A character with its first release on stage. `owner` None, with a slug: a preset of the house.

    Raises NeedsDecision for somebody's character that is not private, QuotaReached; as `create_version`.
    """
    _check_reach(owner is None, visibility)
    reserve(owner, characters=1)
    character = Character.objects.create(owner=owner, slug=slug, rating=rating)
    versions = create_version(character=character, editions=editions)
    put_on_stage(character=character, version=versions[0], visibility=visibility)
    if codes := list(tags):
        set_tags(character=character, tags=Tag.objects.filter(code__in=codes))
    return character


@transaction.atomic
def create_version(*, character: Character, editions: Editions, rating: str = "") -> list[CharacterVersion]:
    """Write the next version, one row for each language under one number. It is not on stage yet.

    Raises Invalid, NotAllowed among it, with the field, before anything is written. `rating` is what the character is
    about to have, if that is another one.
    """
    owner, rating = character.owner, rating or character.rating
    contents = {
        language: judged_content(checked(language, fields), owner=owner, rating=rating)
        for language, fields in editions.items()
    }
    # Two tabs may both get here: the row lock hands out the numbers one by one.
    locked = Character.objects.select_for_update(of=("self",)).get(pk=character.pk)
    newest = locked.versions.aggregate(newest=Max("number"))["newest"] or 0
    for fields in contents.values():
        _check_belongings(locked, fields)
    return [_written(locked, newest + 1, language, fields) for language, fields in contents.items()]


def _written(character: Character, number: int, language: str, fields: Mapping[str, Any]) -> CharacterVersion:
    columns = columns_of(fields)
    version = CharacterVersion.objects.create(character=character, number=number, language=language, **columns)
    version.pictures.add(*pictures_in(fields))  # type: ignore[arg-type]  # ids will do
    return version


def _check_belongings(character: Character, fields: Mapping[str, Any]) -> None:
    """A picture or card is known by its id, but only its owner may use it."""
    if fields["card"] and not CardOriginal.objects.filter(pk=fields["card"], owner=character.owner).exists():
        raise Invalid(_("This card is not yours, or is gone."), field="card")
    claim_pictures(owner=character.owner, character=character, asset_ids=pictures_in(fields))


@transaction.atomic
def release(*, character: Character, editions: Editions, rating: str = "") -> list[CharacterVersion]:
    """Write the next version and put it on stage; talks that run keep the version they began with.

    Raises NeedsDecision for somebody's character that others see: write the version and ask.
    """
    # As it stands under the lock: the one that was handed in may have been published since.
    standing = Character.objects.select_for_update(of=("self",)).get(pk=character.pk).visibility
    _check_reach(character.owner_id is None, standing)
    versions = create_version(character=character, editions=editions, rating=rating)
    put_on_stage(character=character, version=versions[0], visibility=standing)
    return versions


@transaction.atomic
def put_on_stage(*, character: Character, version: CharacterVersion, visibility: str, told: Told | None = None) -> None:
    """Show this release to these people. Asks nobody: whoever calls has the decision, or needs none.

    With it go lore and knowledge, as they were `told` to whoever decided, else as they stand.
    """
    character.published = version
    _show_to(character, Visibility(visibility))
    character.save(update_fields=["published", "visibility", "organisation", "published_at", "updated_at"])
    if character.visibility != Visibility.PRIVATE:
        stage(character.pk, told or told_now(character.pk, lock=True))
    index_character(character)


@transaction.atomic
def set_visibility(*, character: Character, visibility: str) -> None:
    """Raises NeedsDecision when more people than now would see somebody's character."""
    wanted = Visibility(visibility)
    standing = Character.objects.select_for_update(of=("self",)).get(pk=character.pk).visibility
    narrower = REACH.index(wanted) <= REACH.index(Visibility(standing))
    _check_reach(character.owner_id is None or narrower, wanted)
    show_to(character, wanted)
    if wanted == Visibility.ORGANISATION:
        stage(character.pk, told_now(character.pk, lock=True))


def show_to(character: Character, visibility: str) -> None:
    """The release that is on stage. Asks nobody: whoever calls has the decision. Raises Invalid."""
    _show_to(character, Visibility(visibility))
    character.save(update_fields=["visibility", "organisation", "published_at", "updated_at"])


def _show_to(character: Character, wanted: Visibility) -> None:
    """Not saved yet. Raises Invalid for an organisation that its author does not belong to."""
    character.visibility, character.organisation_id = wanted, None
    if wanted == Visibility.ORGANISATION:
        mine = membership_of(character.owner) if character.owner else None
        if mine is None:
            raise Invalid(_("You belong to no organisation."), field="visibility")
        character.organisation_id = mine.organisation_id
    elif character.published_at is None and wanted != Visibility.PRIVATE:
        character.published_at = timezone.now()


@transaction.atomic
def set_tags(*, character: Character, tags: Iterable[Tag]) -> None:
    """Exactly these; it is found by them from now on.

    Raises Invalid, in the words of the rule, for a new tag that a rule stumbles over where others see the character: no
    moderator comes by before it shows.
    """
    tags = list(tags)
    locked = Character.objects.select_for_update(of=("self",)).get(pk=character.pk)
    if locked.owner_id is not None and locked.visibility != Visibility.PRIVATE:
        _check_new_tags(locked, set(tags) - set(locked.tags.all()))
    character.tags.set(tags)
    index_character(character)


def _check_new_tags(character: Character, new: Iterable[Tag]) -> None:
    names = [Passage("tags", name) for tag in new for name in {tag.name_en, tag.name_zh}]
    if found := findings_of(Work(tuple(names), character.rating)):
        told = _("%(rule)s “%(tag)s” cannot be added while others see the character.")
        raise Invalid(
            told % {"rule": says(found[0].rule), "tag": found[0].excerpt},
            field="tags",
            findings=[finding.as_dict() for finding in found],
        )


def _check_reach(free: bool, visibility: str) -> None:
    if not free and visibility != Visibility.PRIVATE:
        raise NeedsDecision


def count_start(character_id: UUID) -> None:
    """One more talk began."""
    Character.objects.filter(pk=character_id).update(starts=F("starts") + 1)
