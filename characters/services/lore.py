"""Every write of lorebooks. Each takes the book's row, so that writers follow one another, and counts its revision up:
by that, running talks see that there is something new (chat/services/turns/lore.py), and so do other windows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, F, Max, Sum
from django.db.models.functions import Coalesce, Length
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import Conflict, Invalid, NotFound
from accounts.holds import held_people
from accounts.models import Persona, User
from accounts.retention import gone_since
from characters import tasks
from characters.lore_fields import checked_book, checked_entry
from characters.models import Character, Lorebook, LoreEntry, Place, Removal, Scope
from characters.selectors.lore import books_for, talks
from characters.services.allowance import pay_for_reading
from characters.services.judging import judged_book, judged_lore
from characters.services.quotas import hold, reserve
from characters.services.reading import text_of_entry, unread
from characters.services.sealing import write
from characters.services.tries import to_read

MAX_ENTRIES = 5_000
MAX_BOOK_TEXT = 2_000_000
AT_ONCE = 500
LETTERS = Length("content") + F("sealed_letters")
UNDO_FOR = timedelta(hours=1)
BULK = ("enable", "disable", "delete", "place", "move")
# In one statement, however long the table is.
PLACES = """
update characters_loreentry e set position = o.place - 1
from unnest(%s::uuid[]) with ordinality as o(id, place)
where e.id = o.id and e.book_id = %s and e.position <> o.place - 1
"""


@dataclass(frozen=True, slots=True)
class Edited:
    """Many at once: the book after it; for an hour `put_back` takes back what `removal` holds.

    `missing` are those that are not in this book, or not any more: nothing was done with them.
    """

    book: Lorebook
    missing: list[UUID]
    removal: Removal | None = None


class LoreChanged(Conflict):
    """Somebody saved in the meantime. `theirs` is what the named fields hold now."""

    code = "lore_changed"
    message = gettext_lazy("This was changed in another window.")


@transaction.atomic
def create_book(
    *,
    owner: User,
    scope: str,
    name: str = "",
    character: Character | None = None,
    persona: Persona | None = None,
    conversation_id: UUID | None = None,
) -> Lorebook:
    """An empty book. What it belongs to must be the owner's: NotFound otherwise. Raises Invalid."""
    reserve(owner, lorebooks=1)
    fields = checked_book({"name": name.strip()})
    if scope == Scope.CHARACTER:
        if character is None or character.owner_id != owner.pk or character.deleted_at is not None:
            raise NotFound
        fields["character"] = character
    elif scope == Scope.PERSONA:
        if persona is None or persona.user_id != owner.pk:
            raise NotFound
        fields["persona"] = persona
    elif scope == Scope.CONVERSATION:
        if conversation_id is None or not talks().owns(owner, conversation_id):
            raise NotFound
        fields["conversation_id"] = conversation_id
    elif scope != Scope.ACCOUNT:
        raise Invalid(_("That is none of the choices."), field="scope")
    book = Lorebook(owner=owner, scope=scope, **fields)
    for name, value in judged_book(fields, book=book).items():
        setattr(book, name, value)
    book.save(force_insert=True)
    return book


@transaction.atomic
def save_book(
    *, user: User, book_id: UUID, changes: Mapping[str, Any], revision: int | None = None, was: Mapping[str, Any] = {}
) -> Lorebook:
    """Settings of the book. Conflicts as `save_entry`."""
    book = _locked(user, book_id)
    clean = judged_book(checked_book(changes), book=book)
    _refuse_to_overwrite(book, book, clean, revision, was)
    differs = [name for name, value in clean.items() if getattr(book, name) != value]
    for name in differs:
        setattr(book, name, clean[name])
    return _bumped(book, *differs) if differs else book


@transaction.atomic
def read_again(*, user: User, book_id: UUID) -> Lorebook:
    """Once more what could not be read. Raises AllowanceUsedUp."""
    book = _locked(user, book_id)
    if book.failure:
        read_by_meaning(book, book.entries.filter(by_meaning=True))
    return book


@transaction.atomic
def delete_book(*, user: User, book_id: UUID) -> Lorebook:
    """To the trash, from where `restore_book` brings it back."""
    book = _locked(user, book_id)
    book.deleted_at = timezone.now()
    return _bumped(book, "deleted_at")


@transaction.atomic
def restore_book(*, user: User, book_id: UUID) -> Lorebook:
    """Undo of a deletion. Raises NotFound also when it is too late, QuotaReached."""
    hold(user)
    kept = books_for(user).exclude(deleted_at__lt=gone_since())
    book = kept.select_for_update(of=("self",)).filter(pk=book_id).first()
    if book is None:
        raise NotFound
    if book.deleted_at is None:
        return book
    reserve(user, lorebooks=1)
    book.deleted_at = None
    return _bumped(book, "deleted_at")


def forget_deleted_books(limit: int = 200) -> int:
    """Those deleted more than thirty days ago, for good, entries and all; returns how many."""
    deleted = Lorebook.objects.filter(deleted_at__lt=gone_since()).exclude(owner__in=held_people())
    ids = deleted.order_by("deleted_at").values_list("pk", flat=True)
    # One statement a book: a table has thousands of entries. Nothing that old is taken back meanwhile.
    return sum(Lorebook.objects.filter(pk=book_id).delete()[1].get("characters.Lorebook", 0) for book_id in ids[:limit])


@transaction.atomic
def add_entry(
    *, user: User, book_id: UUID, fields: Mapping[str, Any] | None = None, after: UUID | None = None
) -> LoreEntry:
    """A new entry at the end of the table, or behind another."""
    book = _locked(user, book_id)
    clean = {"whole_words": True} | judged_lore(checked_entry(fields or {}), book=book)
    make_room_in(book, entries=1, letters=len(clean.get("content", "")))
    last = book.entries.aggregate(last=Max("position"))["last"]
    entry = write(LoreEntry(book=book, position=0 if last is None else last + 1, **clean), book)
    if after is not None:
        order = _order(book)
        if after in order:
            order.remove(entry.pk)
            order.insert(order.index(after) + 1, entry.pk)
            _write_order(book, order)
            entry.refresh_from_db()
    entry.book = _bumped(book)
    read_by_meaning(entry.book, [entry])
    return entry


@transaction.atomic
def save_entry(
    *,
    user: User,
    book_id: UUID,
    entry_id: UUID,
    changes: Mapping[str, Any],
    revision: int | None = None,
    was: Mapping[str, Any] = {},
) -> LoreEntry:
    """Write these fields over the book's revision `revision`.

    When the book has moved on, fields that still hold what the writer saw (`was`), or already what is written, are
    free; else LoreChanged. Without a revision nothing is compared. Raises Invalid.
    """
    book = _locked(user, book_id)
    entry = book.entries.filter(pk=entry_id).first()
    if entry is None:
        raise NotFound
    clean = judged_lore(checked_entry(changes), book=book)
    _refuse_to_overwrite(entry, book, clean, revision, was)
    if "content" in clean:
        make_room_in(book, letters=len(clean["content"]) - len(entry.content))
    differs = [name for name, value in clean.items() if getattr(entry, name) != value]
    for name in differs:
        setattr(entry, name, clean[name])
    if differs:
        write(entry, book, fields=[*differs, "updated_at"])
        book = _bumped(book)
        if entry.by_meaning and {"name", "content", "by_meaning"}.intersection(differs):
            read_by_meaning(book, [entry])
        elif "by_meaning" in differs:
            _read_soon(book)
    entry.book = book
    return entry


@transaction.atomic
def reorder(*, user: User, book_id: UUID, entry_ids: Sequence[UUID]) -> Lorebook:
    """These first, in this order; entries that are not named follow as they stood. Unknown ids are passed over."""
    book = _locked(user, book_id)
    standing = _order(book)
    known = set(standing)
    named = list(dict.fromkeys(each for each in entry_ids if each in known))
    _write_order(book, named + [each for each in standing if each not in set(named)])
    return _bumped(book)


@transaction.atomic
def bulk_edit(*, user: User, book_id: UUID, entry_ids: Iterable[UUID], action: str, value: Any = None) -> Edited:
    """Enable, disable, delete, place (value), move (value: behind this entry, or {"before": entry}; None: to the top).

    Another window may have deleted some of them: the others are edited, and it is told which were not there.
    """
    book = _locked(user, book_id)
    asked = list(dict.fromkeys(entry_ids))
    there = set(book.entries.filter(pk__in=asked).values_list("pk", flat=True))
    chosen = book.entries.filter(pk__in=there)
    removal = None
    match action:
        case "enable" | "disable":
            chosen.update(enabled=action == "enable", updated_at=timezone.now())
        case "place":
            if value not in Place.values:
                raise Invalid(_("That is none of the choices."), field="value")
            chosen.update(place=value, updated_at=timezone.now())
        case "delete":
            removal = Removal.objects.create(book=book)
            chosen.update(book=None, removal=removal)
        case "move":
            _move(book, there, value)
        case _:
            raise Invalid(_("That is none of the choices."), field="action")
    return Edited(_bumped(book), [each for each in asked if each not in there], removal)


def _move(book: Lorebook, moved: set[UUID], where: Any) -> None:
    order = _order(book)
    rest = [each for each in order if each not in moved]
    before = where.get("before") if isinstance(where, Mapping) else None
    try:
        place = rest.index(UUID(str(before))) if before else rest.index(UUID(str(where))) + 1 if where else 0
    except ValueError:
        raise Invalid(_("There is no such entry."), field="value") from None
    _write_order(book, rest[:place] + [each for each in order if each in moved] + rest[place:])


@transaction.atomic
def put_back(*, user: User, book_id: UUID, removal_id: UUID) -> Lorebook:
    """What `bulk_edit` deleted, in its old places. Raises NotFound also when it is too late, Invalid without room."""
    book = _locked(user, book_id)
    removal = book.removals.filter(pk=removal_id, created_at__gte=timezone.now() - UNDO_FOR).first()
    if removal is None:
        raise NotFound
    removed = removal.entries.order_by("position", "id")
    entries = list(removed.annotate(letters=LETTERS).only("removal_id", "position"))
    make_room_in(book, entries=len(entries), letters=sum(entry.letters for entry in entries))
    order = _order(book)
    for entry in entries:
        order.insert(min(entry.position, len(order)), entry.pk)
    removed.update(book=book, removal=None)
    removal.delete()
    _write_order(book, order)
    _read_soon(book)  # they keep what was read of them, but what is on stage may be another by now
    return _bumped(book)


def forget_removed_entries() -> int:
    """What nobody can put back any more; returns how many entries."""
    removed = Removal.objects.filter(created_at__lt=timezone.now() - UNDO_FOR)
    gone = removed.exclude(book__owner__in=held_people()).delete()[1]
    return gone.get("characters.LoreEntry", 0)


# ------------------------------------------------------------------ what all of them do


def make_room_in(book: Lorebook, *, entries: int = 0, letters: int = 0) -> None:
    """Whether so much more fits into a book that nobody else writes at the moment. Raises Invalid."""
    held = book.entries.aggregate(entries=Count("pk"), letters=Coalesce(Sum(LETTERS), 0))
    if entries > 0 and held["entries"] + entries > MAX_ENTRIES:
        told = _("A lorebook has at most %(limit)s entries.") % {"limit": MAX_ENTRIES}
        raise Invalid(told, field="entries", limit=MAX_ENTRIES)
    if letters > 0 and held["letters"] + letters > MAX_BOOK_TEXT:
        raise Invalid(_("All entries together are too long."), field="content", limit=MAX_BOOK_TEXT)


def _locked(user: User, book_id: UUID) -> Lorebook:
    book = books_for(user).select_for_update(of=("self",)).filter(pk=book_id, deleted_at=None).first()
    if book is None:
        raise NotFound
    return book


def _bumped(book: Lorebook, *fields: str) -> Lorebook:
    book.revision += 1
    return write(book, book, fields=[*fields, "revision", "updated_at"])


def _refuse_to_overwrite(
    row: Lorebook | LoreEntry, book: Lorebook, changes: Mapping[str, Any], revision: int | None, was: Mapping[str, Any]
) -> None:
    if revision is None or revision == book.revision:
        return
    theirs = {
        name: now
        for name, value in changes.items()
        if (now := getattr(row, name)) != value and (name not in was or now != was[name])
    }
    if theirs:
        raise LoreChanged(revision=book.revision, theirs=theirs)


def _order(book: Lorebook) -> list[UUID]:
    return list(book.entries.order_by("position", "id").values_list("pk", flat=True))


def _write_order(book: Lorebook, order: Sequence[UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(PLACES, [list(order), book.pk])


def read_by_meaning(book: Lorebook, entries: Iterable[LoreEntry]) -> None:
    """Those of them that come up by meaning are new or changed. Raises AllowanceUsedUp."""
    if listed := [entry for entry in entries if entry.by_meaning]:
        pay_for_reading(book.owner, sum(len(text_of_entry(entry)) for entry in unread(listed)), field="content")
        _read_soon(book)


def _read_soon(book: Lorebook) -> None:
    Lorebook.objects.filter(pk=book.pk).update(**to_read())
    tasks.queue_on_commit(tasks.read_entries, str(book.pk))
