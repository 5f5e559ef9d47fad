"""How a creator's characters are received. Nobody in particular can be seen in it (characters/discretion.py).

Months are made of weeks and weeks of days (characters/spans.py), so what a part hides its whole does not give away.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q, Sum
from django.utils import timezone

from accounts.models import User
from characters.discretion import HIDDEN, LEAST, NOTHING, Figure, added, figure, share, shown_parts
from characters.models import (
    Character,
    CharacterDay,
    CharacterSpan,
    CharacterVersion,
    GreetingStat,
    LoreEntry,
    TalkLength,
)
from characters.selectors.drafts import characters_of
from characters.spans import MONTH, WEEK, beginning, following, month_of, week_of

DAY = "day"
KINDS = (DAY, WEEK, MONTH)
SHOWN = {DAY: 30, WEEK: 26, MONTH: 12}
"""How many of each a page shows, the running one included."""
SETTLING = timedelta(days=1)  # so long what is over may still change
COUNTED = ("talks", "players", "returning", "replies", "takes")


@dataclass(frozen=True, slots=True)
class Span:
    """A day, week or month, up to `end` (exclusive). What is hidden is so for itself; often all of it is."""

    kind: str
    since: date
    end: date
    talks: Figure = NOTHING
    players: Figure = NOTHING
    returning: Figure = NOTHING
    replies: Figure = NOTHING
    takes: Figure = NOTHING

    @property
    def hidden(self) -> bool:
        """There was something, and nothing of it may be told."""
        figures = (self.talks, self.players, self.replies)
        return any(each.hidden for each in figures) and not any(each.value for each in figures)

    @property
    def again(self) -> int | None:
        """Replies asked for again, per cent of all."""
        if self.takes.value is None or not self.replies.value:
            return None
        return share(self.takes.value, self.replies.value)


@dataclass(frozen=True, slots=True)
class Totals:
    """Since the beginning; months with fewer than ten people are not in it."""

    talks: Figure = NOTHING
    players: Figure = NOTHING
    replies: Figure = NOTHING


@dataclass(frozen=True, slots=True)
class Opening:
    """How an opening was received in the last three months. `answered` and `swiped` are per cent of its talks."""

    version: UUID
    language: str
    number: int
    text: str
    talks: Figure
    answered: int | None
    swiped: int | None


@dataclass(frozen=True, slots=True)
class Length:
    """Talks that ended after so many replies: `least` to `most` (None: and more), in per cent of all."""

    least: int
    most: int | None
    percent: int | None


@dataclass(frozen=True, slots=True)
class LoreUse:
    """How often an entry came up in the last month."""

    entry: UUID
    book: UUID
    name: str
    fired: Figure
    cut: Figure

    @property
    def never(self) -> bool:
        return self.fired.value == 0


@dataclass(frozen=True, slots=True)
class Statistics:
    kind: str
    spans: list[Span]
    totals: Totals
    openings: list[Opening] = field(default_factory=list)
    lengths: list[Length] = field(default_factory=list)
    lore: list[LoreUse] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Nobody has come yet, or so few that nothing may be told of them."""
        return not any(span.talks.value or span.talks.hidden for span in self.spans) and not self.totals.talks.value


@dataclass(frozen=True, slots=True)
class Overview:
    """One of the creator's characters, with `edition`, and its last weeks."""

    character: Character
    weeks: list[Span]
    totals: Totals
    loves: Figure


def overview(*, user: User, today: date | None = None, weeks: int = 12) -> list[Overview]:
    """All characters of this creator, those last worked on first. As many queries for a hundred as for one."""
    today = today or timezone.now().date()
    characters = characters_of(user)
    counts = _Counts([each.pk for each in characters], today=today, kind=WEEK)
    return [
        Overview(
            character=each,
            weeks=counts.spans(each.pk, WEEK, weeks),
            totals=counts.totals(each.pk),
            loves=figure(each.loves, growing=True),
        )
        for each in characters
    ]


def statistics_of(character: Character, *, kind: str = DAY, today: date | None = None) -> Statistics:
    """Everything a creator is told of one character. The caller made sure that it is theirs."""
    today = today or timezone.now().date()
    kind = kind if kind in KINDS else DAY
    counts = _Counts([character.pk], today=today, kind=kind)
    return Statistics(
        kind=kind,
        spans=counts.spans(character.pk, kind, SHOWN[kind]),
        totals=counts.totals(character.pk),
        openings=_openings(character),
        lengths=_lengths(character),
        lore=_lore(character),
    )


class _Counts:
    """The rows of these characters, and which of them may be shown: months first, then the weeks in them, then days."""

    def __init__(self, characters: Sequence[UUID], *, today: date, kind: str) -> None:
        self.today = today
        self.rows: dict[tuple[UUID, str], dict[date, dict[str, int]]] = defaultdict(dict)
        fields = ("character_id", *COUNTED)
        # Of weeks and days whole months are read: only together they say what each may show.
        since = month_of(beginning_of_view(kind, today))
        wanted = Q(kind=MONTH) | (Q(kind=WEEK, since__gte=since) if kind != MONTH else Q())
        spans = CharacterSpan.objects.filter(wanted, character__in=characters)
        for row in spans.values("kind", "since", *fields):
            self.rows[row["character_id"], row["kind"]][row["since"]] = row
        if kind == DAY:
            days = CharacterDay.objects.filter(character__in=characters, day__gte=since)
            for row in days.values("day", *fields):
                self.rows[row["character_id"], DAY][row["day"]] = row
        # Who comes for the first time is new on exactly one day: all of them together are everybody.
        fresh = CharacterDay.objects.filter(character__in=characters).values_list("character")
        self.people = dict(fresh.annotate(new=Sum(F("players") - F("returning"))).order_by())
        self._seen: dict[UUID, set[tuple[str, date, str]]] = {}

    def spans(self, character: UUID, kind: str, count: int) -> list[Span]:
        """The last so many, oldest first, those without anything too."""
        since, found = beginning_of_view(kind, self.today, count), []
        while since <= self.today:
            found.append(self._span(character, kind, since))
            since = end_of(kind, since)
        return found

    def totals(self, character: UUID) -> Totals:
        """Added up from what is shown by month, so that nothing hidden can be worked out of it."""
        months = [self._span(character, MONTH, since) for since in self.rows[character, MONTH]]
        return Totals(
            talks=added(month.talks for month in months),
            replies=added(month.replies for month in months),
            players=figure(self.people.get(character, 0), growing=True),
        )

    def _span(self, character: UUID, kind: str, since: date) -> Span:
        end = end_of(kind, since)
        row = self.rows[character, kind].get(since)
        if row is None:
            return Span(kind, since, end)
        seen = self._shown(character)
        growing = end > self.today - SETTLING
        told = {
            name: figure(row[name], shown=(kind, since, name) in seen, people=row["players"], growing=growing)
            for name in COUNTED
        }
        if 0 < row["players"] - row["returning"] < LEAST:
            told["returning"] = HIDDEN
        return Span(kind, since, end, **told)

    def _shown(self, character: UUID) -> set[tuple[str, date, str]]:
        """Kind, beginning and name of every number that may be told."""
        if (known := self._seen.get(character)) is not None:
            return known
        seen = self._seen[character] = set()
        months = self.rows[character, MONTH]
        for name in COUNTED:
            seen |= {(MONTH, since, name) for since, row in months.items() if not 0 <= _people(row, name) < LEAST}
            self._descend(character, seen, name, WEEK, MONTH)
            self._descend(character, seen, name, DAY, WEEK)
        return seen

    def _descend(self, character: UUID, seen: set[tuple[str, date, str]], name: str, kind: str, over: str) -> None:
        parts: dict[date, list[date]] = defaultdict(list)
        rows = self.rows[character, kind]
        for since in sorted(rows):
            parts[beginning(over, since)].append(since)
        for whole, inside in parts.items():
            people = [_people(rows[since], name) for since in inside]
            shown = shown_parts(people, whole_shown=(over, whole, name) in seen)
            seen |= {(kind, since, name) for since, each in zip(inside, shown, strict=True) if each}


def _people(row: dict[str, Any], name: str) -> int:
    """At most so many stand behind this number; -1: nobody, there is nothing."""
    return min(row["players"], row[name]) if row[name] else -1


def beginning_of_view(kind: str, today: date, count: int | None = None) -> date:
    """Where the oldest of the shown ones begins."""
    count = count or SHOWN[kind]
    if kind == DAY:
        return today - timedelta(days=count - 1)
    if kind == WEEK:
        return week_of(today) - timedelta(weeks=count - 1)
    since = month_of(today)
    for _ in range(count - 1):
        since = month_of(since - timedelta(days=1))
    return since


def end_of(kind: str, since: date) -> date:
    return since + timedelta(days=1) if kind == DAY else following(kind, since)


def _openings(character: Character) -> list[Opening]:
    """Those of the release on stage; which of them may be shown is decided among those of all versions."""
    stats = list(
        GreetingStat.objects.filter(version__character=character).values(
            "version_id", "greeting", "talks", "players", "answered", "swiped"
        )
    )
    shown = shown_parts([each["players"] if each["talks"] else -1 for each in stats])
    known = {(each["version_id"], each["greeting"]): (each, seen) for each, seen in zip(stats, shown, strict=True)}
    found = []
    released = CharacterVersion.objects.filter(character=character, number=F("character__published__number"))
    for version in released.order_by("language").only("language", "greetings"):
        for place, text in enumerate(version.greetings):
            row, seen = known.get((version.pk, place), ({"talks": 0, "players": 0, "answered": 0, "swiped": 0}, True))
            found.append(
                Opening(
                    version=version.pk,
                    language=version.language,
                    number=place + 1,
                    text=text,
                    talks=figure(row["talks"], shown=seen, people=row["players"], growing=True),
                    answered=share(row["answered"], row["talks"]) if seen else None,
                    swiped=share(row["swiped"], row["talks"]) if seen else None,
                )
            )
    return found


def _lengths(character: Character) -> list[Length]:
    rows = list(TalkLength.objects.filter(character=character).order_by("replies"))
    talks = sum(row.talks for row in rows)
    if not talks or len(rows) == 1 or max(row.players for row in rows) < LEAST:
        # One alone would say that all talks ended so; of few people nothing is said.
        return []
    shown = shown_parts([row.players for row in rows])
    return [
        Length(
            least=row.replies,
            most=(1 if row.replies == 1 else 2 * row.replies - 1 if row.replies else 0) if row.replies < 64 else None,
            percent=round(100 * row.talks / talks) if seen else None,
        )
        for row, seen in zip(rows, shown, strict=True)
    ]


def _lore(character: Character) -> list[LoreUse]:
    """Entries in use that have to be called, the least used first."""
    entries = LoreEntry.objects.filter(
        book__character=character, book__deleted_at=None, book__enabled=True, enabled=True, constant=False
    ).select_related("stat")
    found = []
    for entry in entries.only("name", "book_id", "keys", "stat__fired", "stat__cut", "stat__players"):
        stat = getattr(entry, "stat", None)
        people = stat.players if stat else 0
        found.append(
            LoreUse(
                entry=entry.pk,
                book=entry.book_id,  # type: ignore[arg-type]  # those asked for stand in one
                name=entry.name or ", ".join(map(str, entry.keys[:3])) or "–",
                fired=figure(stat.fired if stat else 0, people=people, growing=True),
                cut=figure(stat.cut if stat else 0, people=people, growing=True),
            )
        )
    return sorted(found, key=lambda use: (not use.never, use.fired.value or 0, use.name))
