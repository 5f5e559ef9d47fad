"""Who is spoken to."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Listener:
    """Whom it is said to, and who pays."""

    user_id: UUID
    plan: str
    letters_a_day: int | None

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(user.pk, user.plan_id or "", user.plan.spoken_per_day)
