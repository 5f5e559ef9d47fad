"""The shape of a story file. docs/story.schema.json is made from these classes; docs/stories.md says what they mean.

Expressions and effects are text here: `stories.book` compiles them, against the names that the same file declares.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

LANGUAGES = ("en", "zh-hans")
ENDINGS = ("light", "bitter", "dark")
NAME = r"^[a-z][a-z0-9_]{0,39}$"

Language = Literal["en", "zh-hans"]
Name = Annotated[str, Meta(pattern=NAME)]
Slug = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Said = Annotated[str, Meta(max_length=8_000)]
Few = Meta(max_length=40)
Many = Meta(max_length=200)
Expression = Annotated[str, Meta(max_length=400)] | int | bool
Effects = Annotated[str, Meta(max_length=1_000)] | list[Annotated[str, Meta(max_length=400)]]
Coordinate = Annotated[int, Meta(ge=0, le=1_000)]
Number = Annotated[int, Meta(ge=-1_000_000, le=1_000_000)]
Verb = Literal["inspect", "take", "use", "give", "attack", "go", "talk", "roll", "custom"]


class _Part(Struct, forbid_unknown_fields=True, frozen=True, rename={"zh_hans": "zh-hans"}):
    pass


class Words(_Part, frozen=True):
    """The same in each language of the story."""

    en: Said = ""
    zh_hans: Said = ""


class Line(Words, frozen=True):
    """A paragraph or several; told where `when` holds, or always."""

    when: Expression = True


Text = Line | Annotated[list[Line], Many]


class Called(_Part, frozen=True):
    """What free text may call it, beside its name."""

    en: Annotated[list[Said], Few] = []
    zh_hans: Annotated[list[Said], Few] = []


class Stake(_Part, frozen=True):
    """What matters, and how it can be lost."""

    matters: Words
    lost: Words


class Member(_Part, frozen=True):
    """One of the cast. `secret` is for the model alone; `preset` names the character of the house who plays it."""

    name: Words
    role: Words
    about: Text
    wants: Words
    fears: Words
    secret: Words = Words()
    voice: Words = Words()
    portrait: dict[str, Any] = {}
    preset: str = ""
    bond: Annotated[int, Meta(ge=0, le=100)] = 50
    called: Called = Called()


class Item(_Part, frozen=True):
    """`at`: a place, one of the cast, `you`, or nowhere yet. What is `fixed` is used where it stands."""

    name: Words
    about: Text
    at: str = ""
    fixed: bool = False
    called: Called = Called()


class Place(_Part, frozen=True):
    """`at` is where it lies on the map, from the upper left."""

    name: Words
    about: Text
    at: tuple[Coordinate, Coordinate]
    roads: Annotated[list[Name], Few] = []
    called: Called = Called()


class Counter(_Part, frozen=True):
    name: Words
    start: Number = 0
    low: Number = 0
    high: Number = 10
    shown: bool = True


class Dice(_Part, frozen=True):
    name: Words
    sides: Annotated[int, Meta(ge=2, le=100)] = 20
    count: Annotated[int, Meta(ge=1, le=8)] = 1


class Branch(_Part, frozen=True):
    """What comes of something: words, effects, and perhaps another scene or an ending."""

    text: Text = []
    do: Effects = []
    to: str = ""


class Roll(_Part, frozen=True, kw_only=True):
    """Passed when the dice and `plus` make `needs` or more."""

    dice: Name
    needs: Expression
    plus: Expression = 0
    passed: Branch
    failed: Branch


class Beat(Branch, frozen=True, kw_only=True):
    """What happens by itself, once it holds: the cast acts, the tide turns."""

    when: Expression = True
    once: bool = True


class Choice(Branch, frozen=True, kw_only=True):
    """`locked` is shown in its place while `when` does not hold; without it the choice is hidden then."""

    label: Words
    when: Expression = True
    once: bool = True
    locked: Words = Words()
    roll: Roll | None = None
    called: Called = Called()


class Reaction(Branch, frozen=True, kw_only=True):
    """What comes of an action on things: of using this item on that target. An empty name is any."""

    verb: Verb
    item: str = ""
    target: str = ""
    label: Words = Words()
    when: Expression = True
    once: bool = True
    roll: Roll | None = None
    called: Called = Called()


class Proposal(_Part, frozen=True):
    """What the model may propose after a reply. `means` is all that it is told of it."""

    means: Words
    do: Effects
    when: Expression = True
    most: Annotated[int, Meta(ge=1, le=20)] = 1


class Goal(_Part, frozen=True):
    text: Words
    done: Expression = False


class Mark(_Part, frozen=True):
    """One line of a rubric: what is looked at, and what good looks like."""

    name: Words
    good: Words


class Scene(_Part, frozen=True):
    """`entry` has to hold before anything leads here. `roam`: the player may walk the roads meanwhile. `rubric`: what
    is looked at in a practice story, in this scene beside what the whole story says.
    """

    title: Words
    text: Text
    place: str = ""
    present: list[Name] | None = None
    goals: Annotated[list[Goal], Few] = []
    entry: Expression = True
    do: Effects = []
    roam: bool = False
    beats: Annotated[dict[Name, Beat], Few] = {}
    choices: Annotated[dict[Name, Choice], Few] = {}
    actions: Annotated[dict[Name, Reaction], Few] = {}
    exits: Annotated[dict[Name, Beat], Few] = {}
    proposals: Annotated[dict[Name, Proposal], Few] = {}
    prompt: Words = Words()
    rubric: Annotated[dict[Name, Mark], Few] = {}


class Ending(_Part, frozen=True):
    """`when`: it also comes by itself, as soon as this holds. `means` stands below it in the album."""

    title: Words
    text: Text
    means: Words
    kind: Literal["light", "bitter", "dark"] = "bitter"
    when: Expression = False


class StoryFile(_Part, frozen=True, kw_only=True):
    story: Literal[1]
    name: Slug
    version: Annotated[str, Meta(pattern=r"^\d{1,4}\.\d{1,4}\.\d{1,4}$")]
    languages: Annotated[tuple[Language, ...], Meta(min_length=1)] = ("en", "zh-hans")
    kind: Literal["story", "practice"] = "story"
    title: Words
    line: Words
    about: Words
    player: Words
    stakes: Annotated[list[Stake], Meta(min_length=1, max_length=10)]
    start: Name
    cover: dict[str, Any] = {}
    cast: Annotated[dict[Name, Member], Few]
    items: Annotated[dict[Name, Item], Many] = {}
    places: Annotated[dict[Name, Place], Many] = {}
    flags: Annotated[dict[Name, bool], Many] = {}
    counters: Annotated[dict[Name, Counter], Few] = {}
    dice: Annotated[dict[Name, Dice], Few] = {}
    scenes: Annotated[dict[Name, Scene], Many]
    actions: Annotated[dict[Name, Reaction], Many] = {}
    endings: Annotated[dict[Name, Ending], Few]
    rubric: Annotated[dict[Name, Mark], Few] = {}
    prompt: Words = Words()


def lines_of(text: Text) -> list[Line]:
    return [text] if isinstance(text, Line) else text
