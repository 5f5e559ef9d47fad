"""A template with what it includes, its overrides and its profiles, put together for one occasion."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from inference.prompts.problems import Problem, Unfit
from inference.prompts.problems import reason as _
from inference.prompts.source import Block, Input, Macro, Override, Profile, Source, Text


class Occasion(NamedTuple):
    """What a prompt is rendered for. `family` is the beginning of a model's name: "gpt", "claude", "qwen"."""

    language: str = "en"
    family: str = ""
    environment: str = ""


@dataclass(slots=True)
class Assembled:
    """`origins` says of each block in which file and line it was last spoken of."""

    name: str
    version: str
    languages: tuple[str, ...]
    prefix_share: float
    inputs: dict[str, Input] = field(default_factory=dict)
    macros: dict[str, Macro] = field(default_factory=dict)
    blocks: dict[str, Block] = field(default_factory=dict)
    phrases: dict[str, Text] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    origins: dict[str, tuple[str, int]] = field(default_factory=dict)
    included: dict[str, str] = field(default_factory=dict)


def assembled(sources: Mapping[str, Source], name: str, occasion: Occasion, above: tuple[str, ...] = ()) -> Assembled:
    """Raises Unfit where something is included that is not there, or that includes this, or nothing is overridden."""
    source = sources[name]
    whole = Assembled(source.name, source.version, source.languages, source.prefix_share)
    for included, line in source.include:
        if included == name or included in above:
            round_trip = " → ".join((*above, name, included))
            raise Unfit([Problem(source.where, line, "", _("includes itself: %(names)s", names=round_trip))])
        if included not in sources:
            raise Unfit([Problem(source.where, line, "", _("there is no template %(name)s", name=included))])
        _take(whole, assembled(sources, included, occasion, (*above, name)))
    _add(whole, source)
    _change(whole, source.override, source.where)
    for profile in source.profiles:
        if applies(profile, occasion):
            _change(whole, profile.override, source.where)
    return whole


def applies(profile: Profile, occasion: Occasion) -> bool:
    return (
        profile.language in ("", occasion.language)
        and profile.family in ("", occasion.family)
        and profile.environment in ("", occasion.environment)
    )


def _take(whole: Assembled, part: Assembled) -> None:
    whole.included |= {part.name: part.version} | part.included
    whole.inputs |= part.inputs
    whole.macros |= part.macros
    whole.blocks |= part.blocks
    whole.phrases |= part.phrases
    whole.numbers |= part.numbers
    whole.origins |= part.origins


def _add(whole: Assembled, source: Source) -> None:
    problems = [
        Problem(source.where, block.line, name, _("is there already: change it under override"))
        for name, block in source.blocks.items()
        if name in whole.blocks
    ]
    if problems:
        raise Unfit(problems)
    whole.inputs |= source.inputs
    whole.macros |= source.macros
    whole.blocks |= source.blocks
    whole.phrases |= source.phrases
    whole.numbers |= source.numbers
    whole.origins |= {name: (source.where, block.line) for name, block in source.blocks.items()}


def _change(whole: Assembled, override: Override, where: str) -> None:
    problems = []
    for name, (line, fields) in override.blocks.items():
        if name not in whole.blocks:
            problems.append(Problem(where, line, name, _("there is no such block to override")))
            continue
        whole.blocks[name] = replace(whole.blocks[name], **fields)
        whole.origins[name] = (where, line)
    problems += [
        Problem(where, text.line, "", _("there is no phrase %(name)s to override", name=name))
        for name, text in override.phrases.items()
        if name not in whole.phrases
    ]
    if problems:
        raise Unfit(problems)
    whole.phrases |= override.phrases
    whole.macros |= override.macros
