"""No group of fewer than ten people is told, and none can be worked out from what is."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.ids import uuid7
from accounts.models import User
from characters.discretion import COVER, HIDDEN, LEAST, NOTHING, Figure, added, figure, share, shown_parts
from characters.models import Character, CharacterDay, CharacterSpan, GreetingStat, LoreStat, TalkLength
from characters.selectors.statistics import COUNTED, MONTH, WEEK, statistics_of
from characters.spans import beginning, following
from tests.characters.factories import a_character
from tests.characters.talked import TODAY


@given(st.lists(st.integers(-1, 40), max_size=12))
def test_what_is_hidden_together_is_nobody_or_ten_and_more(people: list[int]) -> None:
    shown = shown_parts(people)
    hidden = [count for count, seen in zip(people, shown, strict=True) if not seen]
    assert all(count < 0 or count >= LEAST for count, seen in zip(people, shown, strict=True) if seen)
    # Whole less shown parts: of that many people at least; or every part is hidden, and nothing is left to subtract.
    assert (
        not hidden
        or max(hidden) >= LEAST
        or not any(seen and count >= 0 for count, seen in zip(people, shown, strict=True))
    )


def test_within_something_hidden_nothing_is_told() -> None:
    assert shown_parts([40, 12, -1], whole_shown=False) == [False, False, True]


def test_figures_tell_small_hidden_covered_and_growing_ones_apart() -> None:
    assert figure(0, people=3) == NOTHING
    assert figure(9, people=40) == figure(40, people=9) == HIDDEN
    assert figure(40, shown=False) == COVER
    assert figure(47, growing=True) == Figure(40, growing=True)
    assert figure(47) == Figure(47)
    assert added([Figure(47), HIDDEN, Figure(20, growing=True)]) == Figure(60, growing=True)
    assert added([HIDDEN, NOTHING]) == HIDDEN
    assert added([]) == NOTHING


def test_a_share_is_told_when_both_of_its_sides_are_groups() -> None:
    assert share(10, 20) == 50
    assert share(9, 100) is None
    assert share(95, 100) is None
    assert (share(0, 50), share(50, 50), share(0, 0)) == (0, 100, None)


@pytest.fixture
def mira(alice: User) -> Character:
    return a_character(alice)


def had(character: Character, days: dict[date, int]) -> None:
    """So many people on each day, each with two replies in a talk begun that day, nobody twice."""

    def fields(people: int) -> dict[str, int]:
        return {"talks": people, "players": people, "replies": 2 * people}

    for day, people in days.items():
        CharacterDay.objects.create(character=character, day=day, **fields(people))
    for kind in (WEEK, MONTH):
        spans: dict[date, int] = {}
        for day, people in days.items():
            since = beginning(kind, day)
            spans[since] = spans.get(since, 0) + people
        for since, people in spans.items():
            CharacterSpan.objects.create(character=character, kind=kind, since=since, **fields(people))


MONDAY = date(2026, 11, 2)
NOBODY = uuid7()


def test_the_day_before_the_last_hidden_one_is_covered(mira: Character) -> None:
    had(mira, {MONDAY: 4, MONDAY + timedelta(days=1): 30, MONDAY + timedelta(days=2): 15})
    days = {span.since: span for span in statistics_of(mira, kind="day", today=TODAY).spans}
    assert days[MONDAY].players == HIDDEN
    assert days[MONDAY].hidden
    assert days[MONDAY + timedelta(days=1)].players == Figure(30)
    assert days[MONDAY + timedelta(days=2)].players == COVER
    weeks = {span.since: span for span in statistics_of(mira, kind="week", today=TODAY).spans}
    assert weeks[MONDAY].players == Figure(49)


@given(data=st.lists(st.sampled_from([0, 0, 1, 3, 9, 10, 12, 30]), min_size=63, max_size=63))
def test_no_week_or_month_gives_away_a_day(data: list[int]) -> None:
    """Everything that is shown of nine weeks, as sums of days: what is left unknown is never fewer than ten."""
    start = MONDAY - timedelta(weeks=7)
    days = {start + timedelta(days=number): people for number, people in enumerate(data) if people}
    counts = counts_of(days)
    for kind, over in (("day", WEEK), (WEEK, MONTH)):
        for since in {beginning(over, day) for day in days}:
            whole = counts[over][since]
            parts = [
                (part, figure_)
                for part, figure_ in counts[kind].items()
                if since <= part < following(over, since) and figure_ is not NOTHING
            ]
            left = [part for part, figure_ in parts if figure_.value is None]
            if whole.value is not None and left and len(left) < len(parts):
                known = sum(figure_.value or 0 for _, figure_ in parts)
                assert whole.value - known >= LEAST


def counts_of(days: dict[date, int]) -> dict[str, dict[date, Figure]]:
    """What would be told, by the rules of the selector, without a database."""
    from characters.selectors import statistics

    counts = statistics._Counts.__new__(statistics._Counts)
    counts.today, counts._seen, counts.people = date(2027, 6, 1), {}, {}
    rows: dict[str, dict[date, dict[str, int]]] = {"day": {}, WEEK: {}, MONTH: {}}
    for day, people in days.items():
        for kind in rows:
            since = day if kind == "day" else beginning(kind, day)
            row = rows[kind].setdefault(since, dict.fromkeys(COUNTED, 0))
            for name in ("talks", "players", "replies"):
                row[name] += people
    counts.rows = {(NOBODY, kind): found for kind, found in rows.items()}
    return {kind: {since: counts._span(NOBODY, kind, since).talks for since in found} for kind, found in rows.items()}


def test_what_still_grows_is_told_in_tens(mira: Character) -> None:
    had(mira, {TODAY: 17, TODAY - timedelta(days=7): 23})
    weeks = statistics_of(mira, kind="week", today=TODAY).spans
    assert weeks[-1].players == Figure(10, growing=True)
    assert weeks[-2].players == Figure(23)
    totals = statistics_of(mira, kind="week", today=TODAY).totals
    assert totals.talks == Figure(40, growing=True)
    assert totals.players == Figure(40, growing=True)


def test_who_is_new_is_not_told_when_they_are_few(mira: Character) -> None:
    had(mira, {MONDAY: 30})
    for returning, told in ((25, HIDDEN), (20, Figure(20)), (5, HIDDEN), (30, Figure(30)), (0, NOTHING)):
        CharacterSpan.objects.update(returning=returning)
        weeks = {span.since: span for span in statistics_of(mira, kind="week", today=TODAY).spans}
        assert weeks[MONDAY].returning == told


def test_openings_and_lengths_and_lore_of_few_people_are_hidden(mira: Character) -> None:
    version = mira.versions.get()
    GreetingStat.objects.create(version=version, greeting=0, talks=60, players=40, answered=45, swiped=3)
    GreetingStat.objects.create(version=version, greeting=1, talks=30, players=6, answered=15, swiped=15)
    for replies, talks, players in ((0, 30, 25), (1, 20, 20), (4, 30, 5)):
        TalkLength.objects.create(character=mira, replies=replies, talks=talks, players=players)
    book = mira.lorebooks.create(scope="character")
    lamp, bell, _never = (book.entries.create(name=name) for name in ("Lamp", "Bell", "Never"))
    LoreStat.objects.create(entry=lamp, fired=55, cut=3, players=12)
    LoreStat.objects.create(entry=bell, fired=55, players=9)
    told = statistics_of(mira, today=TODAY)
    # The second would be the talks of all days less the first: both are hidden.
    assert [each.talks for each in told.openings] == [COVER, HIDDEN]
    assert [(each.answered, each.swiped) for each in told.openings] == [(None, None), (None, None)]
    assert [(each.least, each.most, each.percent) for each in told.lengths] == [(0, 0, 38), (1, 1, None), (4, 7, None)]
    lore = {use.name: use for use in told.lore}
    assert lore["Lamp"].fired == Figure(50, growing=True)
    assert lore["Lamp"].cut == lore["Bell"].fired == HIDDEN
    assert lore["Never"].never
    assert told.lore[0].name == "Never"


def test_a_character_nobody_came_to_says_so(mira: Character) -> None:
    assert statistics_of(mira, today=TODAY).empty
    had(mira, {TODAY: 17})
    assert not statistics_of(mira, today=TODAY).empty
