"""What an operator changes in the shipped policy, as it is kept: rules by name, and what is off.

    {"rules": [a rule as in policy.yaml, …], "off": ["name of a shipped rule", …], "retries": true or absent}

A rule with the name of a shipped one takes its place, any other is added: so a release can bring rules of its own.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import yaml

from moderation.filters.base import Context, Finding, Stage
from moderation.policy import AGES, OURS, RATINGS, SURFACES, Action, BadPolicy, Policy, _, read_policy

# What no operator can loosen: sexual content about minors is blocked for everybody, everywhere.
NEVER = Finding("content", "sexual/minors", 0.5)


@lru_cache(maxsize=1)
def shipped_rows() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(OURS.read_text(encoding="utf-8"))
    return found


def merged(changes: Mapping[str, Any], *, version: str) -> Policy:
    """The shipped policy with these changes. Raises BadPolicy, which names the rule and the field."""
    return checked(read_policy({"version": version} | merged_rows(changes)))


def merged_rows(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Rules in the order of the file, what was added at the end."""
    shipped = shipped_rows()
    names = {row["name"] for row in shipped["rules"]}
    off = set(changes.get("off", ()))
    if unknown := off - names:
        raise BadPolicy(_("no shipped rule is named %(names)s"), names=", ".join(sorted(map(str, unknown))))
    own = {row.get("name"): row for row in changes.get("rules", ())}
    rows = [own.pop(row["name"], row) for row in shipped["rules"] if row["name"] not in off]
    retries = changes.get("retries")
    return {
        "rules": [*rows, *(row for name, row in own.items() if name not in off)],
        "retries": shipped.get("retries", True) if retries is None else retries,
    }


def checked(policy: Policy) -> Policy:
    """Raises BadPolicy where sexual content about minors would get through for anybody."""
    for stage in Stage:
        for rating in RATINGS:
            for age in AGES:
                for surface in SURFACES:
                    context = Context(stage=stage, rating=rating, age=age, surface=surface)
                    if not any(rule.action == Action.BLOCK for rule in policy.rules_for(NEVER, context)):
                        raise BadPolicy(_("sexual/minors is blocked at 0.5 for every stage, rating, age and surface"))
    return policy
