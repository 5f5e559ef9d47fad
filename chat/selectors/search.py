"""Finding what was said: the blind index names candidates, which are opened and looked at before anything is shown.

Work is bounded: at most CANDIDATES lines are opened for a page, newest first, and the next page goes on where this
one stopped, also when it has fewer hits than it could show.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts.blindindex import terms_to_ask
from accounts.encryption import key_id_of
from accounts.models import User
from characters.models import CharacterVersion
from chat.ciphers import load_keys
from chat.finding import Excerpt, Part, Query, excerpt
from chat.models import Conversation, Participant
from chat.selectors import conversations_for, said_at, text_of_message, title_of

PAGE_HITS = 20
CANDIDATES = 200
TITLES = 500  # how many named talks are looked at for their names
TITLES_SHOWN = 5
OTHERS = 100  # people of rooms whose keys are asked for, those of the newest rooms first

# Materialised: the newest of all lines are never walked until enough of somebody's own turn up, so that what a search
# costs depends on the library that is searched, not on the house.
CANDIDATES_OF = """
with matching as materialized (
    select id from chat_message
    where ({asked}) and conversation_id = any(%(talks)s) and id >= %(since)s and id < %(before)s
        and deleted_at is null and not hidden and status <> 'withdrawn'
        and (seen_by is null or %(user)s = any(seen_by))
        and (%(said_by)s = '' or %(said_by)s = role)
        and (%(said_by)s <> 'player' or author_id = %(user)s)
), newest as (
    select id from matching order by id desc limit %(limit)s
)
select m.id, m.conversation_id, m.role, m.speaker, m.body
from newest n join chat_message m on m.id = n.id order by m.id desc
"""

# The oldest deleted line of each talk: what is older than it has nothing deleted above it.
OLDEST_DELETED = """
select distinct on (conversation_id) conversation_id, id from chat_message
where conversation_id = any(%s) and deleted_at is not null order by conversation_id, id
"""

# Up from many lines at once, each line on the way once, no further than the talk's oldest deleted one.
UPWARDS = """
with recursive oldest as (
    select * from unnest(%(talks)s::uuid[], %(oldest)s::uuid[]) as o (conversation_id, id)
), up as (
    select id, parent_id, conversation_id, false as gone from chat_message where id = any(%(lines)s)
    union
    select m.id, m.parent_id, m.conversation_id, m.deleted_at is not null
    from up u join oldest o on o.conversation_id = u.conversation_id
    join chat_message m on m.id = u.parent_id and m.id >= o.id
    where not u.gone
) select id, parent_id, gone from up
"""


FIRST_ID, LAST_ID = UUID(int=0), UUID(int=(1 << 128) - 1)


class SaidBy(StrEnum):
    ANYBODY = ""
    ME = "player"
    CHARACTER = "character"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is looked for. `until` is the last day that counts; `before` is where the page before ended."""

    query: Query
    character: UUID | None = None
    folders: tuple[UUID, ...] = ()
    said_by: SaidBy = SaidBy.ANYBODY
    since: date | None = None
    until: date | None = None
    before: UUID | None = None


class Line(NamedTuple):
    """What the index named."""

    id: UUID
    conversation_id: UUID
    role: str
    speaker: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Hit:
    id: UUID
    conversation_id: UUID
    author: str
    role: str
    said_at: datetime
    excerpt: Excerpt


@dataclass(frozen=True, slots=True)
class Group:
    """Hits of one talk, newest first."""

    id: UUID
    title: list[Part]
    version: CharacterVersion
    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class Found:
    """`titled` are talks whose name matches. `before` is where the next page begins; None when all was looked at."""

    groups: list[Group]
    titled: list[Group]
    before: UUID | None

    @property
    def looked_back_to(self) -> datetime | None:
        return said_at(self.before) if self.before else None


NOTHING: Found = Found([], [], None)


def search(*, user: User, wish: Wish) -> Found:
    """In the talks one takes part in, less the trash and temporary ones.

    Nothing deleted, hidden or withdrawn, no whisper of others.

    At most a dozen queries.
    """
    if not wish.query:
        return NOTHING
    talks = _talks(user, wish)
    rooms = dict(talks.order_by().values_list("pk", "room"))
    others = _people_in([room for room in rooms.values() if room], user)
    asked = terms_to_ask(user, wish.query.words, others=others)
    if not all(asked):
        return NOTHING
    rows = _candidates(list(rooms), asked, user=user, wish=wish)
    more, rows = len(rows) > CANDIDATES, rows[:CANDIDATES]
    load_keys(key_id_of(row.body) for row in rows)
    hits: list[Line] = []
    before: UUID | None = rows[-1].id if more else None
    for row in rows:
        if len(hits) == PAGE_HITS:
            before = hits[-1].id
            break
        if wish.query.matches(text_of_message(row)):
            hits.append(row)
    hits = _rooted(hits)
    first_page = wish == Wish(query=wish.query, character=wish.character, folders=wish.folders)
    titled = _titled(talks, wish.query) if first_page else []
    return Found(_grouped(hits, wish.query), titled, before)


def _people_in(rooms: list[UUID], user: User) -> set[UUID]:
    """A line is indexed under the key of who hosted the room when it was said: one of those who are or were in it."""
    if not rooms:
        return set()
    people = Participant.objects.filter(conversation__in=rooms).exclude(user=user).order_by("-conversation", "pk")
    return set(people.values_list("user", flat=True)[:OTHERS])


def _talks(user: User, wish: Wish) -> QuerySet[Conversation]:
    talks = conversations_for(user).filter(expires_at=None, sealed_at=None)
    if wish.character:
        talks = talks.filter(cast__character=wish.character)
    if wish.folders:
        shelved = Participant.objects.filter(user=user, folder__in=wish.folders, folder__deleted_at=None)
        talks = talks.filter(pk__in=shelved.values("conversation"))
    return talks


def _candidates(talks: list[UUID], asked: list[list[int]], *, user: User, wish: Wish) -> list[Line]:
    """One more than are looked at, newest first."""
    until = _midnight(wish.until, days=1) or LAST_ID
    # Bounds on the id: the months that cannot hold it are not read.
    values: dict[str, Any] = {
        "talks": talks,
        "since": _midnight(wish.since) or FIRST_ID,
        "before": min(wish.before or LAST_ID, until),
        "said_by": wish.said_by,
        "user": user.pk,
        "limit": CANDIDATES + 1,
    } | {f"asked_{number}": terms for number, terms in enumerate(asked)}
    any_of = " or ".join(f"terms @> %(asked_{number})s::int4[]" for number in range(len(asked)))
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES_OF.format(asked=any_of), values)
        return [Line(*row) for row in cursor.fetchall()]


def _midnight(day: date | None, *, days: int = 0) -> UUID | None:
    """The first id of a day, in the viewer's time; `days` later."""
    if day is None:
        return None
    try:
        moment = timezone.make_aware(datetime.combine(day + timedelta(days=days), time.min))
        return UUID(int=max(0, int(moment.timestamp() * 1000)) << 80)
    except OverflowError:
        return LAST_ID


def _rooted(hits: list[Line]) -> list[Line]:
    """Without those that stand below a deleted line: they went with it."""
    with connection.cursor() as cursor:
        cursor.execute(OLDEST_DELETED, [list({hit.conversation_id for hit in hits})])
        oldest = dict(cursor.fetchall())
        doubtful = [hit.id for hit in hits if hit.conversation_id in oldest and oldest[hit.conversation_id] < hit.id]
        if not doubtful:
            return hits
        cursor.execute(UPWARDS, {"talks": list(oldest), "oldest": list(oldest.values()), "lines": doubtful})
        above = {line: (parent, gone) for line, parent, gone in cursor.fetchall()}
    return [hit for hit in hits if not _is_gone(hit.id, above)]


def _is_gone(line: UUID | None, above: dict[UUID, tuple[UUID | None, bool]]) -> bool:
    while line in above:
        line, gone = above[line]
        if gone:
            return True
    return False


def _grouped(hits: list[Line], query: Query) -> list[Group]:
    """By talk, in the order of the newest hit of each."""
    found: dict[UUID, list[Hit]] = {}
    for hit in hits:
        shown = Hit(
            id=hit.id,
            conversation_id=hit.conversation_id,
            author=hit.speaker,
            role=hit.role,
            said_at=said_at(hit.id),
            excerpt=excerpt(query, text_of_message(hit)),
        )
        found.setdefault(hit.conversation_id, []).append(shown)
    talks = {talk.pk: talk for talk in _with_cast(Conversation.objects.filter(pk__in=found))}
    load_keys(talk.key_id for talk in talks.values())
    return [_group(talks[talk_id], lines, query) for talk_id, lines in found.items() if talk_id in talks]


def _titled(talks: QuerySet[Conversation], query: Query) -> list[Group]:
    named = list(_with_cast(talks.exclude(title=b""))[:TITLES])
    load_keys(talk.key_id for talk in named)
    matching = (talk for talk in named if query.matches(title_of(talk)))
    return [_group(talk, [], query) for _, talk in zip(range(TITLES_SHOWN), matching, strict=False)]


def _with_cast(talks: QuerySet[Conversation]) -> QuerySet[Conversation]:
    return talks.prefetch_related("cast__version")


def _group(talk: Conversation, hits: list[Hit], query: Query) -> Group:
    version = talk.cast.all()[0].version
    title = title_of(talk)
    return Group(talk.pk, list(_marked(title, query)) if title else [Part(version.name, False)], version, hits)


def _marked(title: str, query: Query) -> Iterator[Part]:
    at = 0
    for begin, end in query.spans(title):
        yield Part(title[at:begin], False)
        yield Part(title[begin:end], True)
        at = end
    yield Part(title[at:], False)


def characters_talked_with(user: User) -> list[tuple[UUID, str]]:
    """To choose from: who is in one's talks, by name."""
    rows: Iterable[tuple[Any, Any]] = (
        conversations_for(user)
        .order_by()
        .filter(cast__position=0)
        .values_list("cast__character", "cast__version__name")
        .distinct()
    )
    return sorted(dict(rows).items(), key=lambda row: row[1].casefold())
