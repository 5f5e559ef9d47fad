"""A copy of somebody's character, to change: with credit, and private until its new author asks."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import Forbidden
from accounts.models import User
from characters.content import content_of
from characters.models import Character, Knowledge, Lorebook, LoreEntry
from characters.selectors import editions_of
from characters.selectors.creators import may_copy
from characters.selectors.stage import Told, rows_of, told_now, told_on_stage
from characters.services.allowance import pay_for_reading
from characters.services.assets import copy_pictures
from characters.services.knowledge import read_soon
from characters.services.lore import AT_ONCE, read_by_meaning
from characters.services.quotas import reserve
from characters.services.reading import copy_passages, letters_to_read
from characters.services.releases import create_character, set_tags
from characters.services.tries import to_read


class NotToBeCopied(Forbidden):
    code = "not_to_be_copied"
    message = _("The author does not let this character be copied.")


@transaction.atomic
def fork(*, character: Character, by: User) -> Character:
    """The release on stage, in every language, with lore, knowledge and pictures, as a private character of `by`.

    Of somebody else's, lore and knowledge are those that were granted. The caller has made sure that `by` may open it.
    Raises NotToBeCopied (selectors.creators.may_copy), QuotaReached, AllowanceUsedUp.
    """
    if not may_copy(by, character):
        raise NotToBeCopied
    mine = character.owner_id == by.pk
    told = told_now(character.pk) if mine else told_on_stage(character.pk)
    letters = sum(len(text.text) for text in told.texts)
    reserve(by, lorebooks=len(told.books), texts=len(told.texts), letters=letters)
    editions = {edition.language: content_of(edition) | {"card": ""} for edition in editions_of(character)}
    copied = create_character(owner=by, editions=copy_pictures(editions=editions, owner=by), rating=character.rating)
    copied.forked_from = character
    copied.save(update_fields=["forked_from", "updated_at"])
    set_tags(character=copied, tags=character.tags.all())
    _copy_lore(told, copied, staged=not mine)
    _copy_knowledge(told, copied, staged=not mine)
    return copied


def _copy_lore(told: Told, copied: Character, *, staged: bool) -> None:
    copies, made = {}, [rows_of(book) for book in told.books]
    for book, entries in made:
        book.pk, book.owner, book.character = Lorebook._meta.pk.get_default(), copied.owner, copied
        book.save(force_insert=True)
        for entry in entries:
            old, entry.pk, entry.book = entry.pk, LoreEntry._meta.pk.get_default(), book
            copies[old] = entry.pk
        LoreEntry.objects.bulk_create(entries, batch_size=AT_ONCE)
    copy_passages("entry", copies, staged=staged)
    for book, entries in made:
        read_by_meaning(book, entries)


def _copy_knowledge(told: Told, copied: Character, *, staged: bool) -> None:
    """With its passages; only what had not been read yet is embedded."""
    texts = [Knowledge(character=copied, title=text.title, text=text.text, **to_read()) for text in told.texts]
    Knowledge.objects.bulk_create(texts)
    copy_passages("knowledge", {old.id: new.pk for old, new in zip(told.texts, texts, strict=True)}, staged=staged)
    pay_for_reading(copied.owner, sum(letters_to_read(text.text, text) for text in texts))
    for text in texts:
        read_soon(text)
