"""Versions of the terms and of the policy: each change is a new one, in force at once, and can be taken back."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.errors import Conflict, Forbidden, Invalid
from accounts.models import User
from moderation import in_force
from moderation.models import RuleSet
from moderation.overlay import merged
from moderation.policy import BadPolicy
from moderation.selectors.rules import live
from moderation.services import audit
from moderation.termlist import BadTerms, checked_rows, terms_of

MAY_WRITE = "moderation.change_ruleset"
LOCK = 7_264_551_013  # advisory: two who change the rules at once take turns
Kind = RuleSet.Kind


class ChangedMeanwhile(Conflict):
    code = "changed_since"
    message = _("Somebody else changed this meanwhile. Look at what is in force now, then change it.")


@transaction.atomic
def write_terms(*, rows: Iterable[Mapping[str, Any]], by: User, base: int, note: str = "") -> RuleSet:
    """The whole list. `base` is the version that was read, 0 for the shipped one. Raises Invalid, ChangedMeanwhile."""
    try:
        content = checked_rows(rows)
    except BadTerms as error:
        raise Invalid(str(error), field="rows") from error
    return _write(Kind.TERMS, content, by, base, note)


@transaction.atomic
def write_policy(*, changes: Mapping[str, Any], by: User, base: int, note: str = "") -> RuleSet:
    """What is changed in the shipped one. Raises Invalid with what the rule says, ChangedMeanwhile."""
    try:
        merged(changes, version="")
    except BadPolicy as error:
        raise Invalid(error.told(gettext), field="changes") from error
    return _write(Kind.POLICY, dict(changes), by, base, note)


@transaction.atomic
def put_in_force(*, version: RuleSet, by: User) -> None:
    """An earlier one again. Raises Invalid where it does not fit this release any more."""
    _may(by)
    _one_at_a_time()
    try:
        if version.kind == Kind.TERMS:
            terms_of(version.content)
        else:
            merged(version.content, version="")
    except BadTerms as error:
        raise Invalid(str(error), field="version") from error
    except BadPolicy as error:
        raise Invalid(error.told(gettext), field="version") from error
    before = _retire(version.kind)
    RuleSet.objects.filter(pk=version.pk).update(in_force=True)
    _tell("rules.taken_back", version.kind, by, before=before, after=version.number)


@transaction.atomic
def back_to_shipped(*, kind: str, by: User) -> None:
    _may(by)
    _one_at_a_time()
    if before := _retire(kind):
        _tell("rules.taken_back", kind, by, before=before, after=0)


def _write(kind: str, content: Any, by: User, base: int, note: str) -> RuleSet:
    _may(by)
    _one_at_a_time()
    now = live(kind)
    if (now.number if now else 0) != base:
        raise ChangedMeanwhile
    _retire(kind)
    last = RuleSet.objects.filter(kind=kind).aggregate(last=Max("number"))["last"] or 0
    made = RuleSet.objects.create(
        kind=kind, number=last + 1, content=content, note=note[:200], made_by=by, in_force=True
    )
    _tell("rules.written", kind, by, before=base, after=made.number)
    return made


def _may(by: User) -> None:
    if not by.has_perm(MAY_WRITE):
        raise Forbidden


def _retire(kind: str) -> int:
    """The number of what was in force."""
    row = live(kind)
    if row is None:
        return 0
    RuleSet.objects.filter(pk=row.pk).update(in_force=False)
    return row.number


def _tell(action: str, kind: str, by: User, **versions: int) -> None:
    audit.record(action, by=by, kind=kind, subject=None, **versions)
    # Here at once; every other process looks within CATALOGUE_SECONDS.
    transaction.on_commit(in_force.known.refresh)


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
