"""What other packages add, by entry points (docs/extending.md). Without Django, so that pure code may ask.

A package that cannot be used is left out, with one line that names it: it never keeps a server from starting.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import structlog

log = structlog.get_logger(__name__)

PROVIDERS = "dramatis.providers"
FILTERS = "dramatis.filters"
EFFECTS = "dramatis.story_effects"

Check = Callable[[str, Any], str]
"""(name, what was loaded) -> what is wrong with it; empty where nothing is."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """`name` is that of the entry point; `value` what it names. `problem`: why it is left out, for operators."""

    group: str
    name: str
    package: str
    version: str
    value: Any = None
    problem: str = ""

    def __str__(self) -> str:
        return f"{self.group} {self.name} of {self.package} {self.version}"


_checks: dict[str, Check] = {}


def checked_by(group: str, check: Check) -> None:
    """For the package that uses what stands in this group, when it is imported: nothing is loaded unchecked."""
    _checks[group] = check


def added(group: str) -> Mapping[str, Any]:
    """Name -> value of all that can be used. Read once in a process."""
    return {each.name: each.value for each in plugins(group) if not each.problem}


@cache
def plugins(group: str) -> tuple[Plugin, ...]:
    """All of a group, those that are left out too, by name. Imports them."""
    found: dict[str, Plugin] = {}
    for entry in sorted(entry_points(group=group), key=lambda each: (each.name, _package(each))):
        plugin = _loaded(group, entry, found.get(entry.name))
        if plugin.problem:
            log.error("plugin_left_out", plugin=str(plugin), problem=plugin.problem)
        else:
            log.info("plugin", plugin=str(plugin))
        if entry.name in found:
            found[f"{entry.name} ({plugin.package})"] = plugin
        else:
            found[entry.name] = plugin
    return tuple(found.values())


def all_plugins() -> list[Plugin]:
    return [each for group in tuple(_checks) for each in plugins(group)]


def _loaded(group: str, entry: EntryPoint, before: Plugin | None) -> Plugin:
    package, version = _package(entry), entry.dist.version if entry.dist else "?"
    if before is not None:
        return Plugin(group, entry.name, package, version, problem=f"{before.package} has one of that name")
    try:
        value = entry.load()
        problem = _checks[group](entry.name, value)
    except BaseException as error:  # a module may do anything while it is imported, even end the process
        if isinstance(error, KeyboardInterrupt):
            raise
        return Plugin(group, entry.name, package, version, problem=f"{type(error).__name__}: {error}")
    return Plugin(group, entry.name, package, version, value, problem)


def _package(entry: EntryPoint) -> str:
    return str(entry.dist.name) if entry.dist else entry.value
