"""Talks to read: the branch on which each goes on, page by page; whatever stands beside it is a link away.

The tree is laid out in paths, each line in exactly one of them: the main one from the opening to where the talk goes
on, and one for each other take that was gone on with. A take that nothing follows stands beneath the line it is a take
of.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.takeout.pages import Book, numbered, told
from accounts.takeout.rows import batches
from accounts.takeout.words import Group
from chat.models import Conversation, Participant, Rating, Room
from chat.selectors import cast_versions, title_of
from chat.selectors.checkpoints import named_places
from chat.selectors.notes import open_note
from chat.selectors.tree import tree_for
from chat.takeout.lines import own_talks, said_in, shared_since, some_lines
from chat.tree import Tree

# What was done in a play is read in its line: the entries are numbers for programs.
MODELS = (
    "chat.Conversation", "chat.Message", "chat.CastMember", "chat.FormerMember", "chat.Checkpoint", "chat.Rating",
    "chat.PlayEntry",
)  # fmt: skip
ON_A_PAGE = 100


@dataclass(slots=True)
class Path:
    """`takes` of a line are its neighbours that nothing follows; `forks` the numbers of paths that begin beside it."""

    number: int
    lines: list[UUID] = field(default_factory=list)
    takes: dict[UUID, list[UUID]] = field(default_factory=dict)
    forks: dict[UUID, list[int]] = field(default_factory=dict)


def paths(tree: Tree, head: UUID | None) -> Iterator[Path]:
    """Pure. The main one first, its number is 0."""
    chosen = set(tree.branch(tree.resting(head)))
    waiting: deque[tuple[int, UUID | None, UUID | None]] = deque([(0, None, None)])
    numbers = 0
    while waiting:
        number, above, first = waiting.popleft()
        path = Path(number)
        while beside := tree.below(above):
            line = first or next((each for each in beside if each in chosen), beside[-1])
            if first is None:
                for other in (each for each in beside if each != line):
                    if tree.below(other):
                        numbers += 1
                        waiting.append((numbers, above, other))
                        path.forks.setdefault(line, []).append(numbers)
                    else:
                        path.takes.setdefault(line, []).append(other)
            path.lines.append(line)
            above, first = line, None
        yield path


@dataclass(frozen=True, slots=True)
class Shown:
    """A line on a page."""

    row: Mapping[str, Any]
    when: str
    takes: list[Mapping[str, Any]]
    forks: list[tuple[int, str]]
    rating: bool | None
    place: str


def write_talks(user: User, book: Book) -> None:
    for conversation in own_talks(user).filter(deleted_at=None):
        _talk(user, conversation, book)
    _elsewhere(user, book)


def _talk(user: User, conversation: Conversation, book: Book) -> None:
    names = [version.name for version in cast_versions(conversation)]
    title = title_of(conversation) or ", ".join(names) or _("A talk")
    stem = f"pages/talks/{conversation.pk}"
    talk = _Talk(
        user,
        title,
        shared_since(user, conversation.pk),
        {place.message_id: place.name for place in named_places(conversation)},
    )
    part = Participant.objects.filter(conversation=conversation, user=user).select_related("persona").first()
    about = {
        "title": title,
        "cast": names,
        "persona": part.persona.name if part and part.persona else "",
        "began": told(conversation.created_at),
        "note": open_note(conversation).text,
        "room": Room.objects.filter(pk=conversation.pk).exists(),
        "shared": talk.shared is not None,
    }
    count = 0
    for path in paths(tree_for(user, conversation.pk), conversation.head_id):
        count += len(path.lines)
        talk.write(book, stem, path, about)
    if not count:
        book.page(f"{stem}/talk.html", "talk", about=about, lines=[], pages=numbered(f"{stem}/talk", 1, more=False))
    # Translators: how many lines a talk has.
    note = " · ".join([told(conversation.updated_at), _("%(count)d lines") % {"count": count}])
    book.lists(Group.TALKS, title, f"{stem}/talk.html", note)


@dataclass(slots=True)
class _Talk:
    user: User
    title: str
    shared: datetime | None
    places: Mapping[UUID, str]

    def write(self, book: Book, stem: str, path: Path, about: Mapping[str, Any]) -> None:
        called = f"{stem}/talk" if path.number == 0 else f"{stem}/branch-{path.number}"
        for number, ids in enumerate(batches(path.lines, ON_A_PAGE), start=1):
            more = number * ON_A_PAGE < len(path.lines)
            pages = numbered(called, number, more=more)
            book.page(pages.here, "talk", about=about, branch=path.number, pages=pages, lines=self._shown(ids, path))

    def _shown(self, ids: Sequence[UUID], path: Path) -> list[Shown]:
        takes = [take for line in ids for take in path.takes.get(line, ())]
        rows = some_lines(self.user, [*ids, *takes], self.shared)
        rated = Rating.objects.filter(user=self.user, message_id__in=ids).values_list("message_id", "good")
        ratings = dict(rated)
        return [
            Shown(
                row=rows[line],
                when=told(rows[line]["at"]),
                takes=[rows[take] for take in path.takes.get(line, ()) if take in rows],
                forks=[(number, f"branch-{number}.html") for number in path.forks.get(line, ())],
                rating=ratings.get(line),
                place=self.places.get(line, ""),
            )
            for line in ids
            if line in rows
        ]


def _elsewhere(user: User, book: Book) -> None:
    """One's own lines in other people's rooms."""
    parts = Participant.objects.filter(user=user).exclude(conversation__owner=user).order_by("joined_at")
    for part in parts:
        number = 0
        stem = f"pages/talks/{part.conversation_id}/mine"
        title = _("Your lines in somebody else’s room")
        for number, rows in enumerate(batches(said_in(user, part.conversation_id), ON_A_PAGE), start=1):
            pages = numbered(stem, number, more=len(rows) == ON_A_PAGE)
            lines = [Shown(row, told(row["at"]), [], [], None, "") for row in rows if row["deleted_at"] is None]
            book.page(pages.here, "talk", about={"title": title, "elsewhere": True}, pages=pages, lines=lines)
        if number:
            book.lists(Group.TALKS, title, f"{stem}.html", told(part.joined_at))
