"""Of several entries of one group only one comes up: the one that holds, else the preferred, else by weight."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from characters.dice import chance
from characters.lore.outcome import Fired


def one_of_each_group(
    fresh: list[Fired], *, held: Iterable[Fired], standing: Collection[UUID], moment: tuple[str, str]
) -> tuple[list[Fired], list[Fired]]:
    """Those that stay, and those that lose. `held` came up in an earlier round, `standing` is in the prompt already.

    `moment` is (the talk, the message): a group that is always there must not change from turn to turn.
    """
    groups: defaultdict[str, list[Fired]] = defaultdict(list)
    for each in fresh:
        for name in each.entry.groups:
            groups[name].append(each)
    if not groups:
        return fresh, []
    taken = {name for each in held for name in each.entry.groups}
    lost: set[UUID] = set()
    for name in sorted(groups):
        members = [each for each in groups[name] if each.entry.id not in lost]
        if not members:
            continue
        winner = None if name in taken else _winner(name, members, standing, moment)
        lost |= {each.entry.id for each in members if each is not winner}
    return [each for each in fresh if each.entry.id not in lost], [each for each in fresh if each.entry.id in lost]


def _winner(name: str, members: list[Fired], standing: Collection[UUID], moment: tuple[str, str]) -> Fired:
    if len(members) == 1:
        return members[0]
    holds = [each for each in members if each.entry.id in standing or each.why in ("sticky", "latched")]
    preferred = holds or [each for each in members if each.entry.group_override]
    if preferred:
        return min(preferred, key=lambda each: each.entry.kept_before)
    talk, seed = moment
    weights = [each.entry.group_weight for each in members]
    total = sum(weights)
    if not total:
        return min(members, key=lambda each: each.entry.kept_before)
    roll = chance(talk if all(each.entry.stable for each in members) else seed, f"group {name}", total)
    for each, weight in zip(members, weights, strict=True):
        roll -= weight
        if roll < 0:
            return each
    return members[-1]
