"""The library: every conversation of a person, as they have arranged it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.encryption import Place, cipher_for, key_id_of
from accounts.errors import ContentLost, NotFound
from accounts.models import User
from chat.ciphers import load_keys
from chat.models import CastMember, Conversation, Folder, Message, Participant
from chat.selectors import Talk, listed, title_of
from chat.selectors.age import within_age

A_PAGE = 50
FOLDER_TABLE = Folder._meta.db_table


class Sort(StrEnum):
    RECENT = "recent"
    NAME = "name"
    LENGTH = "length"
    CHARACTER = "character"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which part of the library. `folder` holds what is in its folders too; `archived` is the archive alone."""

    sort: Sort = Sort.RECENT
    character: UUID | None = None
    folder: UUID | None = None
    archived: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Shelved:
    """A talk, and where it stands. `lines` is counted only where the list is sorted by it."""

    talk: Talk
    mine: bool
    pinned: bool
    folder: "OpenFolder | None"
    lines: int | None = None


@dataclass(frozen=True, slots=True)
class OpenFolder:
    """A folder as its owner reads it, and how many talks are in it, without those of its own folders."""

    id: UUID
    name: str
    colour: str
    parent: UUID | None
    count: int = 0
    folders: list["OpenFolder"] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.count + sum(each.count for each in self.folders)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of the library. `everywhere` is how many talks there are outside the archive."""

    talks: list[Shelved]
    page: int
    pages: int
    total: int
    everywhere: int
    archived: int
    folders: list[OpenFolder]
    characters: list[tuple[UUID, str]]


def shelf(*, user: User, wish: Wish) -> Shelf:
    """NotFound for a folder of somebody else's. As many queries for one talk as for a page of them."""
    folders = folders_of(user)
    mine = Participant.objects.filter(
        within_age(user, "conversation"),
        user=user,
        left_at=None,
        conversation__deleted_at=None,
        conversation__expires_at=None,
    )
    found = _narrowed(mine, wish, folders)
    total = found.count()
    pages = max(1, -(-total // A_PAGE))
    page = min(max(1, wish.page), pages)
    parts = _sorted(found, wish.sort, start=(page - 1) * A_PAGE)
    counted = mine.aggregate(everywhere=Count("pk", filter=Q(archived_at=None)), archived=Count("archived_at"))
    return Shelf(
        talks=_shelved(user, parts, {each.id: each for outer in folders for each in (outer, *outer.folders)}),
        page=page,
        pages=pages,
        total=total,
        folders=folders,
        characters=_characters(mine, archived=wish.archived),
        **counted,
    )


def folders_of(user: User) -> list[OpenFolder]:
    """The outer ones in their order, each with its own. Two queries."""
    there = Q(talks__archived_at=None, talks__left_at=None, talks__conversation__deleted_at=None)
    rows = list(_folders(user).annotate(count=Count("talks", filter=there)).order_by("position", "pk"))
    load_keys(key_id_of(row.name) for row in rows)
    opened = {row.pk: _open(row) for row in rows}
    top: list[OpenFolder] = []
    for each in opened.values():
        outer = opened.get(each.parent) if each.parent else None
        # What would stand too deep, or in a deleted one, stands outside.
        (outer.folders if outer and outer.parent not in opened else top).append(each)
    return top


def get_folder(*, user: User, folder_id: UUID) -> Folder:
    found = _folders(user).filter(pk=folder_id).first()
    if found is None:
        raise NotFound
    return found


def _folders(user: User) -> QuerySet[Folder]:
    return Folder.objects.filter(owner=user, deleted_at=None)


def _open(row: Any) -> OpenFolder:
    try:
        name = cipher_for(key_id_of(row.name)).open(row.name, Place(FOLDER_TABLE, row.pk))
    except ContentLost:
        name = "…"
    return OpenFolder(row.pk, name, row.colour, row.parent_id, row.count)


def within(folders: Sequence[OpenFolder], folder_id: UUID) -> list[UUID]:
    """The folder and what is in it. NotFound where it is none of these."""
    for outer in folders:
        if outer.id == folder_id:
            return [outer.id, *(each.id for each in outer.folders)]
        if any(each.id == folder_id for each in outer.folders):
            return [folder_id]
    raise NotFound


def _narrowed(mine: QuerySet[Participant], wish: Wish, folders: Sequence[OpenFolder]) -> QuerySet[Participant]:
    found = mine.filter(archived_at__isnull=not wish.archived)
    if wish.folder:
        found = found.filter(folder__in=within(folders, wish.folder))
    if wish.character:
        found = found.filter(conversation__cast__character=wish.character)
    return found


def _sorted(found: QuerySet[Participant], sort: Sort, *, start: int) -> list[Any]:
    """One page, pinned talks first. Names are sealed, so they are sorted here and not in the database."""
    recent = ("-conversation__updated_at", "-pk")
    pinned = F("pinned_at").desc(nulls_last=True)
    page = slice(start, start + A_PAGE)
    if sort == Sort.NAME:
        ids = _by_name(found)[page]
        place = {part_id: number for number, part_id in enumerate(ids)}
        return sorted(Participant.objects.filter(pk__in=ids), key=lambda part: place[part.pk])
    if sort == Sort.LENGTH:
        said = Message.objects.filter(conversation=OuterRef("conversation"), deleted_at=None).order_by()
        count = said.values("conversation").annotate(count=Count("pk")).values("count")
        found = found.annotate(lines=Coalesce(Subquery(count), 0))
        return list(found.order_by(pinned, "-lines", *recent)[page])
    if sort == Sort.CHARACTER:
        return list(found.annotate(name=_character_name()).order_by(pinned, "name", *recent)[page])
    return list(found.order_by(pinned, *recent)[page])


def _character_name() -> Subquery:
    first = CastMember.objects.filter(conversation=OuterRef("conversation")).order_by("position")
    return Subquery(first.values("version__name")[:1])


def _by_name(found: QuerySet[Participant]) -> list[UUID]:
    rows = found.select_related("conversation").annotate(name=_character_name())
    named = list(rows.order_by("-conversation__updated_at"))
    load_keys(part.conversation.key_id for part in named if part.conversation.title)
    titles = {part.pk: (title_of(part.conversation) or part.name).casefold() for part in named}
    named.sort(key=lambda part: titles[part.pk])
    named.sort(key=lambda part: part.pinned_at.timestamp() if part.pinned_at else 0, reverse=True)
    return [part.pk for part in named]


def _shelved(user: User, parts: Sequence[Any], folders: dict[UUID, OpenFolder]) -> list[Shelved]:
    shown = Conversation.objects.filter(pk__in=[part.conversation_id for part in parts])
    talks = {talk.id: talk for talk in listed(shown, user)}
    return [
        Shelved(
            talk=talks[part.conversation_id],
            mine=talks[part.conversation_id].owner_id == user.pk,
            pinned=part.pinned_at is not None,
            folder=folders.get(part.folder_id),
            lines=getattr(part, "lines", None),
        )
        for part in parts
        if part.conversation_id in talks
    ]


def _characters(mine: QuerySet[Participant], *, archived: bool) -> list[tuple[UUID, str]]:
    """Who is in these talks; those of one name once for each."""
    rows = mine.filter(archived_at__isnull=not archived, conversation__cast__position=0).values_list(
        "conversation__cast__character", "conversation__cast__version__name"
    )
    found = dict(rows.distinct())
    return sorted(found.items(), key=lambda row: row[1].casefold())
