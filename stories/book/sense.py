"""What a story says of things that are not there, or not in all its languages."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from characters.portraits import PortraitError, read_portrait
from inference.prompts.problems import Problem
from inference.prompts.problems import reason as _
from stories.format import Words, Written
from stories.format import shape as shapes
from stories.state import PLAYER

WITH_ITEM = frozenset({"use", "give", "attack"})


def senseless(written: Written) -> Iterator[Problem]:
    for found in (_names, _cast, _things, _scenes, _actions, _branches, _words):
        for path, reason in found(written.file):
            yield written.problem(path, reason)


Found = Iterator[tuple[str, str]]


def _names(file: shapes.StoryFile) -> Found:
    if file.start not in file.scenes:
        yield "start", _("there is no scene %(name)s", name=file.start)
    for name in file.scenes.keys() & file.endings.keys():
        yield f"endings.{name}", _("a scene is called that already")
    tables: Mapping[str, Mapping[str, Any]] = {"cast": file.cast, "items": file.items, "places": file.places}
    taken: dict[str, str] = {PLAYER: _("the player is called that already")}
    for part, table in tables.items():
        for name in table:
            if name in taken:
                yield f"{part}.{name}", taken[name]
            taken[name] = _("something in %(part)s is called that already", part=part)
    for name in file.flags.keys() & file.counters.keys():
        yield f"flags.{name}", _("a counter is called that already")
    for name, counter in file.counters.items():
        if not counter.low <= counter.start <= counter.high:
            yield (
                f"counters.{name}",
                _(
                    "starts at %(start)s: from %(low)s to %(high)s",
                    start=counter.start,
                    low=counter.low,
                    high=counter.high,
                ),
            )


def _cast(file: shapes.StoryFile) -> Found:
    for name, member in file.cast.items():
        try:
            read_portrait(member.portrait)
        except PortraitError as error:
            yield f"cast.{name}.portrait", error.args[0]
    try:
        read_portrait(file.cover)
    except PortraitError as error:
        yield "cover", error.args[0]


def _things(file: shapes.StoryFile) -> Found:
    homes = {"", PLAYER, *file.cast, *file.places}
    for name, item in file.items.items():
        if item.at not in homes:
            yield f"items.{name}.at", _("%(name)s is no place, none of the cast, and not you", name=item.at)
    for name, place in file.places.items():
        for at, road in enumerate(place.roads):
            if road not in file.places:
                yield f"places.{name}.roads.{at}", _("there is no place %(name)s", name=road)


def _scenes(file: shapes.StoryFile) -> Found:
    for name, scene in file.scenes.items():
        if scene.place and scene.place not in file.places:
            yield f"scenes.{name}.place", _("there is no place %(name)s", name=scene.place)
        if scene.roam and not file.places:
            yield f"scenes.{name}.roam", _("there are no places to go to")
        for at, who in enumerate(scene.present or ()):
            if who not in file.cast:
                yield f"scenes.{name}.present.{at}", _("%(name)s is none of the cast", name=who)


def _actions(file: shapes.StoryFile) -> Found:
    everything = {**file.cast, **file.items, **file.places}
    for path, reaction in _reactions(file):
        if reaction.item and reaction.item not in file.items:
            yield f"{path}.item", _("there is no item %(name)s", name=reaction.item)
        if reaction.item and reaction.verb not in WITH_ITEM:
            yield f"{path}.item", _("%(verb)s takes no item: it has a target", verb=reaction.verb)
        if reaction.verb == "roll" and reaction.target not in file.dice:
            yield f"{path}.target", _("roll has dice for its target")
        elif reaction.verb == "custom":
            if reaction.target or not reaction.label.en + reaction.label.zh_hans:
                yield path, _("custom has a label, and no target")
        elif reaction.verb not in ("roll", "use") and not reaction.target:
            yield path, _("%(verb)s has no target", verb=reaction.verb)
        elif reaction.verb != "roll" and reaction.target and reaction.target not in everything:
            yield f"{path}.target", _("there is no %(name)s", name=reaction.target)
        if reaction.verb in ("use", "give") and not reaction.item:
            yield path, _("%(verb)s has no item", verb=reaction.verb)


def _branches(file: shapes.StoryFile) -> Found:
    for path, branch in branches(file):
        if branch.to and branch.to not in file.scenes and branch.to not in file.endings:
            yield f"{path}.to", _("there is no scene or ending %(name)s", name=branch.to)
    for path, option in options(file):
        if option.roll is None:
            continue
        if option.roll.dice not in file.dice:
            yield f"{path}.roll.dice", _("there are no dice %(name)s", name=option.roll.dice)
        if option.to:
            yield f"{path}.to", _("the two branches of the roll say where it goes")
        for name in ("passed", "failed"):
            to = getattr(option.roll, name).to
            if to in file.scenes and file.scenes[to].entry is not True:
                yield f"{path}.roll.{name}.to", _("%(name)s has an entry condition: dice cannot lead there", name=to)
    start = file.scenes.get(file.start)
    if start is not None and start.entry is not True:
        yield f"scenes.{file.start}.entry", _("the story begins here: it cannot be closed")


def _reactions(file: shapes.StoryFile) -> Iterator[tuple[str, shapes.Reaction]]:
    for name, reaction in file.actions.items():
        yield f"actions.{name}", reaction
    for scene, each in file.scenes.items():
        for name, reaction in each.actions.items():
            yield f"scenes.{scene}.actions.{name}", reaction


def options(file: shapes.StoryFile) -> Iterator[tuple[str, shapes.Choice | shapes.Reaction]]:
    yield from _reactions(file)
    for scene, each in file.scenes.items():
        for name, choice in each.choices.items():
            yield f"scenes.{scene}.choices.{name}", choice


def branches(file: shapes.StoryFile) -> Iterator[tuple[str, shapes.Branch]]:
    """Everything that can lead somewhere, by its path."""
    for path, option in options(file):
        yield path, option
        if option.roll:
            yield f"{path}.roll.passed", option.roll.passed
            yield f"{path}.roll.failed", option.roll.failed
    for scene, each in file.scenes.items():
        for part, beats in (("beats", each.beats), ("exits", each.exits)):
            for name, beat in beats.items():
                yield f"scenes.{scene}.{part}.{name}", beat


def _words(file: shapes.StoryFile) -> Found:
    """Where a text is missing, in one language or in all."""
    yield from _missing(file, "", file.languages)


def _missing(part: Any, path: str, languages: tuple[shapes.Language, ...]) -> Found:
    if isinstance(part, Words):
        empty = [each for each in languages if not str(getattr(part, each.replace("-", "_"))).strip()]
        if empty:
            yield path, _("has no words in %(languages)s", languages=", ".join(empty))
    elif isinstance(part, msgspec.Struct):
        for field in msgspec.structs.fields(part):
            value = getattr(part, field.name)
            if field.required or value != field.default:
                yield from _missing(value, f"{path}.{field.encode_name}".lstrip("."), languages)
    elif isinstance(part, dict):
        for name, each in part.items():
            yield from _missing(each, f"{path}.{name}", languages)
    elif isinstance(part, list | tuple):
        for at, each in enumerate(part):
            yield from _missing(each, f"{path}.{at}", languages)
