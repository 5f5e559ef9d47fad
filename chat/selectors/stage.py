"""The page of a play: its art, its map, what can be done, the way here, the album, and two branches side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from accounts.models import User
from characters.pictures import scene_address
from characters.portraits import PortraitError, read_portrait
from chat.models import Participant, Play, PlayEntry
from chat.plays.staged import Staged, state_in
from chat.selectors.plays import Mark, Moment, Page, PlayShown, album, feedback_on, play_shown
from stories.book.parts import words_in
from stories.format import Words
from stories.rules import offered
from stories.telling import View

MOST_BRANCHES = 40
# The map: a drawing of letters, which a list beside it explains. Names would not fit.
WIDE, HIGH, MARGIN = 256, 200, 24


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map. `open`: a road leads there, and the scene lets one go."""

    letter: str
    name: str
    called: str
    x: int
    y: int
    here: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Stake:
    matters: str
    lost: str


@dataclass(frozen=True, slots=True)
class Branch:
    """Where a branch of the play ends."""

    message_id: UUID
    seq: int
    scene: str
    ending: str


@dataclass(frozen=True, slots=True)
class StagePage:
    play: Play
    staged: Staged
    view: View
    leaf: UUID | None
    moments: Sequence[Moment]
    stakes: Sequence[Stake]
    part: str
    spots: Sequence[Spot]
    roads: Sequence[tuple[Spot, Spot]]
    box: str
    verbs: Sequence[str]
    art: str
    album: Sequence[Page]
    branches: Sequence[Branch]
    feedback: str
    rubric: Sequence[Mark]

    @property
    def met(self) -> int:
        return sum(1 for page in self.album if page.times)


def stage_page(user: User, play: Play, leaf: UUID | None = None) -> StagePage:
    shown = play_shown(play, leaf)
    staged, view = shown.staged, shown.view
    book, language = staged.book, play.language

    def said(words: Words) -> str:
        return words_in(words, language, book.file)

    feedback, rubric = feedback_on(play, staged)
    spots = {spot.name: spot for spot in _spots(staged, view)}
    pairs = {tuple(sorted((name, other))) for name, others in book.roads.items() for other in others}
    return StagePage(
        play=play,
        staged=staged,
        view=view,
        leaf=leaf,
        moments=shown.moments,
        stakes=[Stake(said(each.matters), said(each.lost)) for each in book.file.stakes],
        part=said(book.file.player),
        spots=list(spots.values()),
        roads=[(spots[one], spots[other]) for one, other in sorted(pairs)],
        box=_box(list(spots.values())),
        verbs=_verbs(staged),
        art=_art(staged),
        album=album(user, play.version.story, book, language),
        branches=branches_of(play, shown),
        feedback=feedback,
        rubric=rubric,
    )


def branches_of(play: Play, shown: PlayShown) -> list[Branch]:
    """The newest first."""
    entries = PlayEntry.objects.filter(play=play)
    ends = entries.exclude(pk__in=entries.filter(before_id__isnull=False).values("before_id")).order_by("-seq")
    file = shown.staged.book.file
    found = []
    for row in ends[:MOST_BRANCHES]:
        state = state_in(row.state)
        title = words_in(file.scenes[state.scene].title, play.language, file)
        ending = words_in(file.endings[state.ending].title, play.language, file) if state.ending else ""
        found.append(Branch(row.message_id, row.seq, title, ending))
    return found


@dataclass(frozen=True, slots=True)
class Compared:
    """One of two ways a story went: what was chosen on it since they parted, and where it stands."""

    view: View
    moments: Sequence[Moment]


def compared(play: Play, one: UUID, other: UUID) -> tuple[Compared, Compared]:
    """NotFound for what is no line of this talk."""
    ways = [play_shown(play, leaf) for leaf in (one, other)]
    shared = {moment.message_id for moment in ways[0].moments} & {moment.message_id for moment in ways[1].moments}
    first, second = (
        Compared(way.view, [moment for moment in way.moments if moment.message_id not in shared]) for way in ways
    )
    return first, second


def may_act(user: User, play: Play) -> bool:
    """Who watches does nothing, and who is muted neither."""
    seats = Participant.objects.filter(conversation=play.pk, user=user, left_at=None, muted=False)
    return seats.exclude(role=Participant.Role.SPECTATOR).exists()


def _spots(staged: Staged, view: View) -> list[Spot]:
    file = staged.book.file
    open_now = {road.name for road in view.roads}
    at = _drawn([place.at for place in file.places.values()])
    return [
        Spot(
            chr(ord("A") + number % 26),
            name,
            words_in(place.name, staged.language, file),
            x,
            y,
            here=name == staged.state.place,
            open=name in open_now,
        )
        for number, ((name, place), (x, y)) in enumerate(zip(file.places.items(), at, strict=True))
    ]


def _drawn(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """In the measure of the drawing, with one scale for both ways."""
    if not places:
        return []
    left, top = (min(each) for each in zip(*places, strict=True))
    right, low = (max(each) for each in zip(*places, strict=True))
    scale = min(WIDE / max(right - left, 1), HIGH / max(low - top, 1))
    indent = MARGIN + (WIDE - (right - left) * scale) / 2
    return [(round(indent + (x - left) * scale), round(MARGIN + (y - top) * scale)) for x, y in places]


def _box(spots: Sequence[Spot]) -> str:
    return f"0 0 {WIDE + 2 * MARGIN} {max((spot.y for spot in spots), default=0) + MARGIN}"


def _verbs(staged: Staged) -> list[str]:
    """What may be done to what is in sight; choices, roads and the author's own have buttons."""
    verbs = ["inspect", "talk", "take", "use", "give", "attack"]
    return [*verbs, "roll"] if any(action.verb == "roll" for action in offered(staged.book, staged.state)) else verbs


def _art(staged: Staged) -> str:
    """The place as a painted stage: the light of the story, the scenery of whoever is at home there."""
    file, state = staged.book.file, staged.state
    here = next((name for name, present in state.here.items() if present), "")
    scenery = file.cast[here].portrait.get("scene") if here else None
    wanted = {"seed": f"{file.name}/{state.place or state.scene}"[:60], **file.cover}
    try:
        return scene_address(read_portrait(wanted | ({"scene": scenery} if scenery else {})).as_dict())
    except PortraitError:
        return scene_address({"seed": wanted["seed"]})
