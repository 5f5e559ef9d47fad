"""One call of a model: who asks, for what, on which day; and what came of it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Self
from uuid import UUID

from accounts.ids import uuid7
from accounts.models import Operation, User
from inference.base import Usage
from inference.prices import Cost


@dataclass(frozen=True, slots=True)
class Call:
    """`user_id` is None for what the house asks by itself. The day is that of the id, whenever the answer ends."""

    operation: Operation
    user_id: UUID | None = None
    plan: str = ""
    character_id: UUID | None = None
    key_id: UUID | None = None
    id: UUID = field(default_factory=uuid7)

    @classmethod
    def by(
        cls, user: User | None, operation: Operation, character_id: UUID | None = None, key_id: UUID | None = None
    ) -> Self:
        if user is None:
            return cls(operation, character_id=character_id)
        return cls(operation, user.pk, user.plan_id or "", character_id, key_id)

    @property
    def day(self) -> date:
        return day_of(self.id)

    @property
    def beside(self) -> "Call":
        """The same asked of a second model, in case: the house's own business, on the same plan and day."""
        return replace(
            self, operation=Operation.HEDGE, user_id=None, key_id=None, character_id=None, id=UUID(int=self.id.int ^ 1)
        )


@dataclass(frozen=True, slots=True)
class Spent:
    """What a call came to. `again`: no model was asked, its answer was kept."""

    call: Call
    model: str
    usage: Usage
    cost: Cost | None = None
    again: bool = False

    @property
    def tokens(self) -> int:
        return self.usage.prompt + self.usage.completion

    def row(self) -> dict[str, Any]:
        """As the ledger's statement takes it."""
        call, usage = self.call, self.usage
        return {
            "id": uuid7(),
            "since": call.day,
            "user_id": call.user_id,
            "plan": call.plan,
            "key_id": call.key_id,
            "character_id": call.character_id,
            "model": self.model[:200],
            "operation": call.operation.value,
            "currency": self.cost.currency if self.cost else "",
            "calls": int(not self.again),
            "again": int(self.again),
            "prompt": usage.prompt,
            "cached": usage.cached,
            "written": usage.written,
            "completion": usage.completion,
            "micros": self.cost.micros if self.cost else 0,
        }


def day_of(identifier: UUID) -> date:
    """The day (UTC) on which a UUIDv7 was made."""
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, UTC).date()
