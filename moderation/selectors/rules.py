"""Every read of terms and policy as operators keep them."""

from typing import Any

from django.db.models import QuerySet

from moderation.models import RuleSet
from moderation.termlist import checked_rows
from moderation.weights import shipped_terms


def live(kind: str) -> RuleSet | None:
    """None: what is shipped."""
    return RuleSet.objects.filter(kind=kind, in_force=True).first()


def history(kind: str) -> "QuerySet[RuleSet]":
    """The newest first."""
    return RuleSet.objects.filter(kind=kind).select_related("made_by__profile")


def terms_in_force() -> tuple[int, list[dict[str, Any]]]:
    """The version (0: shipped) and its rows."""
    row = live(RuleSet.Kind.TERMS)
    return (row.number, row.content) if row else (0, checked_rows(shipped_terms()["terms"]))


def changes_in_force() -> tuple[int, dict[str, Any]]:
    """The version (0: shipped) and what it changes in the shipped policy."""
    row = live(RuleSet.Kind.POLICY)
    return (row.number, row.content) if row else (0, {})
