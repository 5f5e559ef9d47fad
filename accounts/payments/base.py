"""What the house asks of whoever takes the money, and what it is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.errors import Invalid, Unavailable


class NotReached(Unavailable):
    code = "payment_unavailable"
    status = 502
    message = _("Whoever takes the payments cannot be reached right now. Nothing was charged; try again in a moment.")


class NotSigned(Invalid):
    """It does not come from the provider, is no longer fresh, or cannot be read."""

    code = "not_signed"


@dataclass(frozen=True, slots=True)
class Paid:
    """How a subscription stands. `until` None: it gives nothing any more. `at`: when the provider says so."""

    reference: str
    at: datetime
    user_id: UUID | None
    plan: str
    status: str
    until: datetime | None
    customer: str = ""
    ending: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One event. `paid` is None for one that changes nothing here."""

    reference: str
    kind: str
    paid: Paid | None


class Provider(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def plans(self) -> tuple[str, ...]:
        """Codes of the plans that can be paid for."""
        ...

    def forget(self, customer: str) -> None:
        """Delete a customer; one that is gone is fine. Raises NotReached."""
        ...

    def checkout(self, *, user_id: UUID, plan: str, back: str, done: str, once: str) -> str:
        """The address where somebody pays. `once`: asked twice under the same, it is one. Raises NotReached."""
        ...

    def portal(self, *, customer: str, back: str) -> str:
        """The address where somebody sees invoices and cancels. Raises NotReached."""
        ...

    def cancel(self, reference: str) -> None:
        """Nothing more is charged. Repeatable. Raises NotReached."""
        ...

    def event(self, body: bytes, headers: Mapping[str, str]) -> Told:
        """What a webhook says. Raises NotSigned."""
        ...
