"""What is done about what was found: rules in a file, read and checked as a whole.

A rule names findings (`pii.*` stands for all of a kind), the score from which it holds, and for whom: stages, content
ratings, ages, surfaces; what is left out means all. All rules that hold are kept for the record; the strictest action
is taken.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from moderation.filters.base import Context, Finding, Stage

OURS = Path(__file__).parent / "policy.yaml"


class Action(StrEnum):
    """From the mildest to the strictest."""

    ALLOW = "allow"
    QUEUE = "queue"  # somebody looks at it later
    MASK = "mask"
    REWRITE = "rewrite"  # said in other words
    RETRY = "retry"  # once; after that, as if rewritten
    WITHDRAW = "withdraw"  # what was shown already goes
    BLOCK = "block"


STRICTNESS = {action: place for place, action in enumerate(Action)}
RATINGS, AGES, SURFACES = (
    {"general", "mature", "explicit"},
    {"adult", "minor", "unknown"},
    {"chat", "room", "public", "card", "api"},
)


def _(text: str) -> str:
    """For the catalogue: whoever shows it translates it."""
    return text


class BadPolicy(ValueError):
    """Says which rule and which field. `said` is the sentence as the catalogue has it, `values` what goes into it."""

    def __init__(self, said: str, **values: object) -> None:
        self.said, self.values = said, values
        super().__init__(said % values if values else said)

    def told(self, translate: Callable[[str], str]) -> str:
        said = translate(self.said)
        return said % self.values if self.values else said


def _names(found: Iterable[object]) -> str:
    return ", ".join(sorted(map(str, found)))


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    finding: str
    action: Action
    at: float = 0.5
    queue: bool = False  # beside the action
    otherwise: Action = Action.REWRITE  # for `retry`: what is done when that failed, or may not be tried
    stages: frozenset[str] = frozenset()
    ratings: frozenset[str] = frozenset()
    ages: frozenset[str] = frozenset()
    surfaces: frozenset[str] = frozenset()

    def holds(self, finding: Finding, context: Context) -> bool:
        return (
            finding.score >= self.at
            and fnmatchcase(finding.rule, self.finding)
            and (not self.stages or context.stage in self.stages)
            and (not self.ratings or context.rating in self.ratings)
            and (not self.ages or context.age in self.ages)
            and (not self.surfaces or context.surface in self.surfaces)
        )


@dataclass(frozen=True, slots=True)
class Policy:
    version: str
    rules: tuple[Rule, ...]
    retries: bool = True

    def rules_for(self, finding: Finding, context: Context) -> Iterable[Rule]:
        return (rule for rule in self.rules if rule.holds(finding, context))


def load_policy(path: Path = OURS) -> Policy:
    return read_policy(yaml.safe_load(path.read_text(encoding="utf-8")))


def read_policy(data: Any) -> Policy:
    """Raises BadPolicy."""
    if not isinstance(data, Mapping) or not isinstance(data.get("rules"), list):
        raise BadPolicy(_("a policy has a version and a list of rules"))
    if unknown := set(data) - {"version", "rules", "retries"}:
        raise BadPolicy(_("unknown: %(names)s"), names=_names(unknown))
    rules = tuple(_rule(number, row) for number, row in enumerate(data["rules"], start=1))
    names = [rule.name for rule in rules]
    if twice := {name for name in names if names.count(name) > 1}:
        raise BadPolicy(_("two rules are named %(names)s"), names=_names(twice))
    return Policy(str(data.get("version", "")), rules, bool(data.get("retries", True)))


_FIELDS: dict[str, set[str]] = {"stages": {*Stage}, "ratings": RATINGS, "ages": AGES, "surfaces": SURFACES}


def _rule(number: int, row: Any) -> Rule:
    if not isinstance(row, Mapping):
        raise BadPolicy(_("rule %(rule)s is no mapping"), rule=number)
    if unknown := set(row) - {"name", "finding", "action", "at", "queue", "otherwise", *_FIELDS}:
        raise BadPolicy(_("rule %(rule)s: unknown field %(names)s"), rule=number, names=_names(unknown))
    name, finding = row.get("name"), row.get("finding")
    if not isinstance(name, str) or not name or not isinstance(finding, str) or not finding:
        raise BadPolicy(_("rule %(rule)s: name and finding are needed"), rule=number)
    if row.get("action") not in set(Action):
        raise BadPolicy(_("rule %(rule)s: action is one of %(names)s"), rule=name, names=", ".join(Action))
    at = row.get("at", 0.5)
    if isinstance(at, bool) or not isinstance(at, int | float) or not 0 <= at <= 1:
        raise BadPolicy(_("rule %(rule)s: at lies between 0 and 1"), rule=name)
    if not isinstance(row.get("queue", False), bool):
        raise BadPolicy(_("rule %(rule)s: queue is true or false"), rule=name)
    otherwise = row.get("otherwise", Action.REWRITE)
    if otherwise not in set(Action) - {Action.RETRY}:
        names = ", ".join(action for action in Action if action != Action.RETRY)
        raise BadPolicy(_("rule %(rule)s: otherwise is one of %(names)s"), rule=name, names=names)
    limits = {}
    for field, known in _FIELDS.items():
        values = row.get(field, [])
        if not isinstance(values, list) or not set(values) <= known:
            said = _("rule %(rule)s: %(field)s is a list of %(names)s")
            raise BadPolicy(said, rule=name, field=field, names=_names(known))
        limits[field] = frozenset(map(str, values))
    return Rule(name, finding, Action(row["action"]), float(at), row.get("queue", False), Action(otherwise), **limits)
