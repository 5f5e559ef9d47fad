"""How a story is played, for its author. Nobody in particular can be seen in it (characters/discretion.py).

Counted is what had happened when the running week began: so a figure moves once a week, by many, and looking twice
tells nothing about who came in between. An author's own plays do not count, nor do temporary talks, nor those of people
who do not want to be counted. Names of scenes and endings are those of the version on stage.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from accounts.consents.answers import not_refused
from accounts.models import DataUse
from characters.discretion import LEAST, NOTHING, Figure, figure, share, shown_parts
from characters.spans import week_of
from stories.book.parts import words_in
from stories.books import book_of
from stories.models import Story
from stories.selectors import shown_version

LONGEST = "10s"  # an author waits for it
# The last that happened in each play, on whichever branch; an ending counts for whoever met it once.
PLAYED = f"""
with counted as (
    select p.conversation_id, c.owner_id as person from chat_play p
    join stories_storyversion v on v.id = p.version_id and v.story_id = %(story)s
    join chat_conversation c on c.id = p.conversation_id and c.expires_at is null and c.brought_at is null
    where c.owner_id is distinct from %(author)s and p.begun_at < %(until)s
        and {not_refused("c.owner_id", DataUse.ANALYTICS)}
), rested as (
    select distinct on (e.play_id) k.person, e.state::json->>'scene' as scene, e.state::json->>'ending' as ending
    from counted k join chat_playentry e on e.play_id = k.conversation_id and e.message_id < %(bound)s
    order by e.play_id, e.seq desc
), met as (
    select m.ending, m.user_id as person from chat_endingmet m
    where m.story_id = %(story)s and m.met_at < %(until)s and m.user_id in (select person from counted)
), rated as (
    select r.user_id as person, r.good from chat_rating r join counted k on k.conversation_id = r.conversation_id
    where r.rated_at < %(until)s
)
select 'plays', '', count(*), count(distinct person) from counted
union all select 'ending', ending, count(*), count(distinct person) from met group by ending
union all select 'left', scene, count(*), count(distinct person) from rested where coalesce(ending, '') = '' group by scene
union all select 'rated', case when good then 'good' else 'bad' end, count(*), count(distinct person)
    from rated group by good
"""  # noqa: S608, E501


@dataclass(frozen=True, slots=True)
class Part:
    """An ending, or a scene; `percent` of players who met it, of plays that rest there. None while it is hidden."""

    name: str
    title: str
    percent: int | None
    nobody: bool
    kind: str = ""


@dataclass(frozen=True, slots=True)
class StoryFigures:
    until: date
    plays: Figure
    players: Figure
    endings: Sequence[Part]
    left: Sequence[Part]
    good: int | None
    ratings: Figure

    @property
    def empty(self) -> bool:
        return self.plays.value == 0

    @property
    def few(self) -> bool:
        """Somebody came, and too few to tell of."""
        return self.players.hidden


def figures_of(story: Story, language: str, *, today: date | None = None) -> StoryFigures:
    until = week_of(today or timezone.now().date())
    counted = _counted(story, until)
    plays, players = counted.get(("plays", ""), (0, 0))
    enough, version = players >= LEAST, shown_version(story)
    book, spoken = book_of(version), version.spoken(language)
    endings = {name: words_in(each.title, spoken, book.file) for name, each in book.file.endings.items()}
    scenes = {name: words_in(each.title, spoken, book.file) for name, each in book.file.scenes.items()}
    good, bad = counted.get(("rated", "good"), (0, 0)), counted.get(("rated", "bad"), (0, 0))
    return StoryFigures(
        until=until,
        plays=figure(plays, people=players) if plays else NOTHING,
        players=figure(players) if players else NOTHING,
        endings=[
            Part(name, title, percent, nobody, book.file.endings[name].kind)
            for name, title, percent, nobody in _parts("ending", endings, counted, players, by_people=True)
        ]
        if enough
        else [],
        left=[Part(*each) for each in _parts("left", scenes, counted, plays, by_people=False)] if enough else [],
        good=share(good[0], good[0] + bad[0]) if min(good[1] or LEAST, bad[1] or LEAST) >= LEAST else None,
        ratings=figure(good[0] + bad[0], people=max(good[1], bad[1])),
    )


def _parts(
    what: str,
    titles: Mapping[str, str],
    counted: Mapping[tuple[str, str], tuple[int, int]],
    whole: int,
    *,
    by_people: bool,
) -> list[tuple[str, str, int | None, bool]]:
    """Fewer than ten people stay hidden; and whoever could be worked out as the rest of all the others."""
    found = [counted.get((what, name), (0, -1)) for name in titles]
    shown = shown_parts([people for _count, people in found])
    return [
        (name, title, _percent(people if by_people else count, whole, people) if seen else None, people < 0)
        for (name, title), (count, people), seen in zip(titles.items(), found, shown, strict=True)
    ]


def _percent(part: int, whole: int, people: int) -> int | None:
    return 0 if people < 0 else share(part, whole)


def _counted(story: Story, until: date) -> dict[tuple[str, str], tuple[int, int]]:
    """How many, and how many people stand behind them."""
    moment = datetime.combine(until, time(), UTC)
    bound = UUID(int=int(moment.timestamp() * 1000) << 80)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"set local statement_timeout = '{LONGEST}'")
        cursor.execute(PLAYED, {"story": story.pk, "author": story.owner_id, "until": moment, "bound": bound})
        return {(what, name or ""): (count, people) for what, name, count, people in cursor.fetchall()}
