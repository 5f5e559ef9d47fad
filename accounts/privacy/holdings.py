"""What is held of people, model by model: each app says it of its own, in its `holdings.py`.

The data map, the take-out and the receipt of an erasure are made from this; a test walks the models and finds whichever
is missing here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise

from accounts.models import User

WITH_THE_ACCOUNT = "as long as the account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """`whose` is the lookup that leads from a row to its person; empty: it is nobody's, for the reason `erased` gives.
    `or_whose` is a second one, for rows that are of one thing or of another.

    `called` is what pages call it, where they do. `sealed` names the columns that lie under a data key, and what each
    is sealed for: the table of its `encryption.Place`, whose row is the column that `sealed_row` names. Of `taken` and
    `left` one is given: the section of the take-out, or why it is in none. Of what is taken, `hidden` columns stay here
    (secrets, and what is of use here alone), `files` are written as files with this ending, and `restored` are the
    columns that come back with the take-out into another house; none: it is a record of this one.
    """

    model: str
    what: str
    why: str
    whose: str = ""
    or_whose: str = ""
    called: Promise | str = ""
    kept: str = WITH_THE_ACCOUNT
    sealed: Mapping[str, str] = field(default_factory=dict)
    sealed_row: str = "pk"
    taken: str = ""
    hidden: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    restored: tuple[str, ...] = ()
    left: str = ""
    erased: str = "deleted"

    @property
    def rows(self) -> type[Model]:
        return apps.get_model(self.model)

    def of(self, user: User) -> QuerySet[Any]:
        """The rows of this person."""
        theirs = Q(**{self.whose: user.pk})
        if self.or_whose:
            theirs |= Q(**{self.or_whose: user.pk})
        return self.rows._base_manager.filter(theirs)


_holdings: dict[str, Holding] = {}


def hold(holdings: Iterable[Holding]) -> None:
    """For every app, in its `apps.py`. Repeatable."""
    _holdings.update({each.model: each for each in holdings})


def all_holdings() -> list[Holding]:
    """By app and model."""
    return [_holdings[name] for name in sorted(_holdings)]


def personal() -> list[Holding]:
    """Those that are somebody's."""
    return [each for each in all_holdings() if each.whose]


def taken() -> list[Holding]:
    """Those that are in the take-out, one for each section of it."""
    return [each for each in personal() if each.taken]
