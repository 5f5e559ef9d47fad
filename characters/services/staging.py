"""Lore and knowledge go on stage with a release: from then on others are told this, whatever its author writes next."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from characters import tasks
from characters.models import Knowledge, Lorebook, LoreEntry, Passage, Removal, StagedBook, StagedText
from characters.selectors.stage import FIELDS, Told, ToldBook, rows_of, staged_books
from characters.services.tries import to_read

AT_ONCE = 500


@transaction.atomic
def stage(character_id: UUID, told: Told) -> None:
    """Others are told this and nothing else; passages follow once they are read. Whoever calls has the decision."""
    _stage_books(character_id, told)
    _stage_texts(character_id, told)


@transaction.atomic
def leave_what_is_on_stage(character_id: UUID) -> None:
    """Of an author who is gone: others keep what was granted, and what they never had is let go of."""
    books, texts = Lorebook.objects.filter(character=character_id), Knowledge.objects.filter(character=character_id)
    for rows in (books, texts):
        rows.exclude(staged__isnull=False, enabled=True, deleted_at=None).delete()
    for told in staged_books(books.values("pk")).values():
        entries = rows_of(told)[1]
        LoreEntry.objects.filter(book=told.id).exclude(pk__in=[entry.pk for entry in entries]).delete()
        LoreEntry.objects.bulk_update(entries, [*FIELDS, "source"], batch_size=AT_ONCE)
    Removal.objects.filter(book__in=books).delete()
    books.update(description="", source="")
    for staged in StagedText.objects.filter(knowledge__in=texts):
        texts.filter(pk=staged.pk).update(title=staged.title, text=staged.text)
    of_others = Q(knowledge__character=character_id) | Q(entry__book__character=character_id)
    Passage.objects.filter(of_others, staged=False).delete()


def _stage_books(character_id: UUID, told: Told) -> None:
    before = {row.pk: row for row in StagedBook.objects.filter(book__character=character_id)}
    after = {book.id: book for book in told.books}
    changed = [pk for pk, book in after.items() if pk not in before or before[pk].revision != book.revision]
    gone = before.keys() - after.keys()
    StagedBook.objects.filter(pk__in={*changed, *gone}).delete()
    StagedBook.objects.bulk_create(
        StagedBook(book_id=pk, revision=after[pk].revision, settings=after[pk].settings, entries=after[pk].entries)
        for pk in changed
    )
    for pk in {*changed, *gone}:
        if _by_meaning(before.get(pk)) or _by_meaning(after.get(pk)):
            Lorebook.objects.filter(pk=pk).update(**to_read())
            tasks.queue_on_commit(tasks.read_entries, str(pk))


def _stage_texts(character_id: UUID, told: Told) -> None:
    before = {row.pk: (row.title, row.text) for row in StagedText.objects.filter(knowledge__character=character_id)}
    after = {text.id: (text.title, text.text) for text in told.texts}
    changed = {pk for pk, text in after.items() if before.get(pk) != text}
    touched = changed | (before.keys() - after.keys())
    StagedText.objects.filter(pk__in=touched).delete()
    StagedText.objects.bulk_create(StagedText(knowledge_id=pk, title=after[pk][0], text=after[pk][1]) for pk in changed)
    # Which passages are on stage is seen to where they are read; what a lost task leaves waiting is found.
    Knowledge.objects.filter(pk__in=touched).update(state=Knowledge.State.WAITING, **to_read())
    for pk in touched:
        tasks.queue_on_commit(tasks.read_knowledge, str(pk))


def _by_meaning(book: StagedBook | ToldBook | None) -> bool:
    return book is not None and any(entry["by_meaning"] for entry in book.entries)
