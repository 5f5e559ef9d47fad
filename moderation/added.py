"""Filters that other packages add (docs/extending.md). What fails in one finds nothing, and is told in the log."""

from typing import Any

import structlog

from inference import plugins
from moderation.filters.base import Context, Cost, Filter, Finding, Stage, Text

log = structlog.get_logger(__name__)


class Kept:
    """A package's filter: an error of it is no reason to stop a reply."""

    def __init__(self, called: str, one: Filter) -> None:
        self.called, self._one = called, one
        self.name, self.cost, self.stages = f"{called}:{one.name}", Cost(one.cost), frozenset(map(Stage, one.stages))

    def look(self, text: Text, context: Context) -> list[Finding]:
        try:
            return list(self._one.look(text, context))
        except Exception as error:
            log.error("plugin_failed", filter=self.name, error=type(error).__name__)
            return []


def problem_of(name: str, value: Any) -> str:
    """What keeps a package's filter from being used; `value` makes one when called."""
    if not callable(value):
        return "it is nothing that makes a filter when it is called"
    made = value()
    missing = [each for each in ("name", "cost", "stages", "look") if not hasattr(made, each)]
    if missing:
        return f"what it makes lacks {', '.join(missing)}"
    Kept(name, made)  # raises for an unknown cost or stage
    return ""


plugins.checked_by(plugins.FILTERS, problem_of)


def added_filters() -> list[Filter]:
    return [Kept(name, make()) for name, make in plugins.added(plugins.FILTERS).items()]
