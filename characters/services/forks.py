"""A copy of somebody's character, to change: with credit, and private until its new author asks."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import Forbidden
from accounts.models import User
from characters.content import content_of
from characters.models import Character, CharacterVersion, LoreEntry
from characters.selectors import editions_of
from characters.selectors.creators import may_copy
from characters.services.assets import copy_pictures
from characters.services.releases import create_character, set_tags


class NotToBeCopied(Forbidden):
    code = "not_to_be_copied"
    message = _("The author does not let this character be copied.")


@transaction.atomic
def fork(*, character: Character, by: User) -> Character:
    """The release on stage, in every language, with its lore and pictures, as a private character of `by`.

    The caller has made sure that `by` may open it. Raises NotToBeCopied (selectors.creators.may_copy).
    """
    if not may_copy(by, character):
        raise NotToBeCopied
    editions = editions_of(character)
    copied = create_character(owner=by, editions={edition.language: _content(edition, by) for edition in editions})
    copied.forked_from, copied.rating = character, character.rating
    copied.save(update_fields=["forked_from", "rating", "updated_at"])
    set_tags(character=copied, tags=character.tags.all())
    _copy_lore(character, copied, by)
    return copied


def _content(edition: CharacterVersion, by: User) -> dict[str, Any]:
    return copy_pictures(content=content_of(edition) | {"card": ""}, owner=by)


def _copy_lore(character: Character, copied: Character, by: User) -> None:
    # What the author switched off is told to no model, and so to nobody who copies.
    for book in character.lorebooks.filter(deleted_at=None, enabled=True):
        entries = list(book.entries.filter(enabled=True))
        book.pk, book._state.adding = book._meta.pk.get_default(), True
        book.owner, book.character = by, copied
        book.save(force_insert=True)
        for entry in entries:
            entry.pk, entry.book = LoreEntry._meta.pk.get_default(), book
        LoreEntry.objects.bulk_create(entries)
